/** The bare drive is the drive that the replay models: the same latencies, to the last bit. */
import { describe, expect, it } from 'vitest'
import { RepeatedWindow } from '../../../bench/replay/fleet.js'
import { bareDrive } from '../../../bench/replay/peers.js'
import { presets } from '../../../sim/devices/preset.js'
import { Stations } from '../../../sim/devices/stations.js'

const rows = 50_000

describe('The bare recursion', () => {
  it.each([1, 2, 4])('sums the latencies of one drive, rows %d times as far apart', stretch => {
    const device = presets['nvme-gen4']
    if (device.kind === 'disk') throw new Error('a flash drive was wanted')
    const stations = new Stations([device])
    const source = new RepeatedWindow(rows, 10)
    let sumUs = 0
    for (let batch = source.next(); batch !== null; batch = source.next()) {
      for (let row = 0; row < batch.count; row++) {
        const atUs = batch.timeUs[row] * stretch
        const { operation, lengthBytes } = batch
        sumUs += stations.visit(0, operation[row], lengthBytes[row], atUs, 0, 0) - atUs
      }
    }
    source.rewind()
    expect(bareDrive(source, device, stretch)).toBe(sumUs)
    expect(stations.visits(0)).toBe(rows)
  })
})
