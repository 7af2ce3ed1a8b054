/**
 * The stations of all pools, their state in flat arrays. A visit is the Kiefer-Wolfowitz recursion:
 * exact for FIFO stations whose arrivals come in time order, without an event for each. Bandwidth
 * comes before channels, because departures of a single FIFO server are in time order.
 */
import { assert } from '../../src/core/errors.js'
import { type Device, positioningTable } from './preset.js'

/** Requests that a disk may have waiting before its count is an approximation. */
const diskRing = 4096

export class Stations {
  /** Waiting time of the last visit before its service began: what tells an overloaded pool. */
  waitedUs = 0
  private readonly isDisk: Uint8Array
  private readonly serviceUs: Float64Array
  private readonly usPerByte: Float64Array
  private readonly bandwidthFreeUs: Float64Array
  private readonly channelBegin: Int32Array
  private readonly channelCount: Int32Array
  private readonly channelNext: Int32Array
  private readonly channelFreeUs: Float64Array
  private readonly positioning: Float64Array[]
  private readonly departures: Float64Array[]
  private readonly departuresBegin: Int32Array
  private readonly departuresEnd: Int32Array
  private readonly lastStream: Int32Array
  private readonly lastEnd: Float64Array
  /** Time that service took, by pool, for utilisation. */
  readonly busyUs: Float64Array
  readonly visits: Float64Array

  constructor(devices: readonly Device[]) {
    const pools = devices.length
    this.isDisk = Uint8Array.from(devices, device => (device.kind === 'disk' ? 1 : 0))
    this.serviceUs = new Float64Array(2 * pools)
    this.usPerByte = new Float64Array(2 * pools)
    this.bandwidthFreeUs = new Float64Array(pools)
    this.channelBegin = new Int32Array(pools)
    this.channelCount = new Int32Array(pools)
    this.channelNext = new Int32Array(pools)
    this.positioning = []
    this.departures = []
    this.departuresBegin = new Int32Array(pools)
    this.departuresEnd = new Int32Array(pools)
    this.lastStream = new Int32Array(pools).fill(-1)
    this.lastEnd = new Float64Array(pools)
    this.busyUs = new Float64Array(pools)
    this.visits = new Float64Array(pools)
    let channels = 0
    devices.forEach((device, pool) => {
      this.channelBegin[pool] = channels
      this.channelCount[pool] = device.kind === 'disk' ? 1 : device.channels
      channels += this.channelCount[pool]
      this.furnish(device, pool)
    })
    this.channelFreeUs = new Float64Array(channels)
  }

  private furnish(device: Device, pool: number): void {
    const none = new Float64Array(0)
    if (device.kind === 'disk') {
      this.positioning.push(positioningTable(device.readPositioning))
      this.positioning.push(positioningTable(device.writePositioning))
      this.departures.push(new Float64Array(diskRing))
      this.usPerByte.fill(1 / device.bytesPerUs, 2 * pool, 2 * pool + 2)
      return
    }
    assert(device.channels >= 1, 'a flash device has at least one channel')
    this.positioning.push(none, none)
    this.departures.push(none)
    this.serviceUs[2 * pool] = device.readServiceUs
    this.serviceUs[2 * pool + 1] = device.writeServiceUs
    this.usPerByte[2 * pool] = 1 / device.readBytesPerUs
    this.usPerByte[2 * pool + 1] = 1 / device.writeBytesPerUs
  }

  /**
   * One request at one pool; answers when it is done. `operation` is 0 for a read, 1 for a write;
   * `stream` and `offset` tell a sequential access, which costs a disk its transfer only.
   */
  visit(
    pool: number,
    operation: number,
    bytes: number,
    atUs: number,
    stream: number,
    offset: number,
  ): number {
    this.visits[pool] += 1
    if (this.isDisk[pool] === 1) return this.visitDisk(pool, operation, bytes, atUs, stream, offset)
    const side = 2 * pool + operation
    const freeUs = this.bandwidthFreeUs[pool]
    const moved = (freeUs > atUs ? freeUs : atUs) + bytes * this.usPerByte[side]
    this.bandwidthFreeUs[pool] = moved
    const serviceUs = this.serviceUs[side]
    const begin = this.channelBegin[pool]
    const count = this.channelCount[pool]
    const channels = this.channelFreeUs
    // Any idle channel gives the same latencies, so the scan starts after the last one and stops early.
    let channel = this.channelNext[pool]
    let best = channel
    let bestUs = channels[begin + channel]
    for (let scanned = 1; bestUs > moved && scanned < count; scanned++) {
      channel = channel + 1 === count ? 0 : channel + 1
      const candidateUs = channels[begin + channel]
      if (candidateUs < bestUs) {
        bestUs = candidateUs
        best = channel
      }
    }
    const startUs = bestUs > moved ? bestUs : moved
    const doneUs = startUs + serviceUs
    channels[begin + best] = doneUs
    this.channelNext[pool] = best + 1 === count ? 0 : best + 1
    this.busyUs[pool] += serviceUs
    this.waitedUs = doneUs - serviceUs - atUs
    return doneUs
  }

  private visitDisk(
    pool: number,
    operation: number,
    bytes: number,
    atUs: number,
    stream: number,
    offset: number,
  ): number {
    const ring = this.departures[pool]
    let begin = this.departuresBegin[pool]
    const end = this.departuresEnd[pool]
    while (begin < end && ring[begin % diskRing] <= atUs) begin++
    this.departuresBegin[pool] = begin
    const found = Math.min(end - begin, diskRing)
    const isSequential = this.lastStream[pool] === stream && this.lastEnd[pool] === offset
    const table = this.positioning[2 * pool + operation]
    const positioningUs = isSequential ? 0 : table[found < table.length ? found : table.length - 1]
    const serviceUs = positioningUs + bytes * this.usPerByte[2 * pool + operation]
    const channel = this.channelBegin[pool]
    const freeUs = this.channelFreeUs[channel]
    const startUs = freeUs > atUs ? freeUs : atUs
    const doneUs = startUs + serviceUs
    this.channelFreeUs[channel] = doneUs
    ring[end % diskRing] = doneUs
    this.departuresEnd[pool] = end + 1
    this.lastStream[pool] = stream
    this.lastEnd[pool] = offset + bytes
    this.busyUs[pool] += serviceUs
    this.waitedUs = startUs - atUs
    return doneUs
  }
}
