/**
 * What the replay is measured beside: one station and nothing else, a scan of the columns, objects.
 */
import type { Device } from '../../sim/devices/preset.js'
import type { RequestSource } from '../../traces/batch.js'

type FlashDevice = Extract<Device, { kind: 'flash' }>

/** One FIFO station with k channels over the columns: arrival, earliest channel, latency, sum. */
export function bareChannels(source: RequestSource, channels: number): number {
  const freeUs = new Float64Array(channels)
  let channel = 0
  let sumUs = 0
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    const { count, timeUs, operation } = batch
    for (let row = 0; row < count; row++) {
      const atUs = timeUs[row]
      const serviceUs = operation[row] === 0 ? 100 : 120
      let best = channel
      for (let tried = 1; freeUs[channel] > atUs && tried < channels; tried++) {
        channel = channel + 1 === channels ? 0 : channel + 1
        if (freeUs[channel] < freeUs[best]) best = channel
      }
      const startUs = freeUs[best] > atUs ? freeUs[best] : atUs
      freeUs[best] = startUs + serviceUs
      channel = best + 1 === channels ? 0 : best + 1
      sumUs += startUs + serviceUs - atUs
    }
  }
  return sumUs
}

/**
 * One flash drive as the replay serves it, and nothing else: bandwidth, earliest channel, latency,
 * sum. Rows lie `stretch` times as far apart, so that one drive has them all and yet a load like
 * that of each drive of the fleet.
 */
export function bareDrive(source: RequestSource, device: FlashDevice, stretch: number): number {
  const { channels } = device
  const serviceUs = Float64Array.of(device.readServiceUs, device.writeServiceUs)
  const usPerByte = Float64Array.of(1 / device.readBytesPerUs, 1 / device.writeBytesPerUs)
  const freeUs = new Float64Array(channels)
  let bandwidthFreeUs = 0
  let channel = 0
  let sumUs = 0
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    const { count, timeUs, operation, lengthBytes } = batch
    for (let row = 0; row < count; row++) {
      const atUs = timeUs[row] * stretch
      const own = operation[row] & 1
      const beginUs = bandwidthFreeUs > atUs ? bandwidthFreeUs : atUs
      const movedUs = beginUs + lengthBytes[row] * usPerByte[own]
      bandwidthFreeUs = movedUs
      let best = channel
      for (let tried = 1; freeUs[channel] > movedUs && tried < channels; tried++) {
        channel = channel + 1 === channels ? 0 : channel + 1
        if (freeUs[channel] < freeUs[best]) best = channel
      }
      const startUs = freeUs[best] > movedUs ? freeUs[best] : movedUs
      const doneUs = startUs + serviceUs[own]
      freeUs[best] = doneUs
      channel = best + 1 === channels ? 0 : best + 1
      sumUs += doneUs - atUs
    }
  }
  return sumUs
}

/** Reads every column once: what the memory allows. */
export function scanColumns(source: RequestSource): number {
  let sum = 0
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    const { count, timeUs, volume, operation, offsetLow, offsetHigh, lengthBytes } = batch
    for (let row = 0; row < count; row++) {
      sum += timeUs[row] + volume[row] + operation[row]
      sum += offsetLow[row] + offsetHigh[row] + lengthBytes[row]
    }
  }
  return sum
}
