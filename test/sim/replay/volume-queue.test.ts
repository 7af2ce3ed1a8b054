/** The bounded queue of a volume: its depth, its timeout, and what waits for room in it. */
import { describe, expect, it } from 'vitest'
import type { Device } from '../../../sim/devices/preset.js'
import { RequestReplay } from '../../../sim/replay/request-replay.js'
import { replayed } from './replayed.js'
import { type Row, rowsSource } from './rows.js'

const second = 1_000_000

describe('the bounded queue of a volume', () => {
  const slow: Device = {
    kind: 'flash',
    readServiceUs: second,
    writeServiceUs: second,
    channels: 128,
    readBytesPerUs: 1e9,
    writeBytesPerUs: 1e9,
    source: 'test',
  }
  const burst = (count: number): Row[] =>
    Array.from({ length: count }, () => ({ atUs: 0, volume: 0, operation: 0, bytes: 0, offset: 0 }))

  it('lets 128 requests out at once, and one more when the first is done', () => {
    const cluster = { devices: [{ ...slow, channels: 200 }], pools: [[0]], queueDepth: 128 }
    const at128 = replayed(cluster, burst(128), [])
    expect(at128.latencyMaxUs[0]).toBe(second)
    expect(at128.latencySumUs[0]).toBe(128 * second)
    const at129 = replayed(cluster, burst(129), [])
    expect(at129.latencyMaxUs[0]).toBe(2 * second)
    expect(at129.latencySumUs[0]).toBe(130 * second)
  })

  it('gives a request up when it took more than 30 s, and not at 30 s', () => {
    const cluster = { devices: [slow], pools: [[0]], queueDepth: 128 }
    const served = replayed(cluster, burst(128 * 30), [])
    expect(served.lost).toEqual([0])
    expect(served.latencyMaxUs[0]).toBe(30 * second)
    const over = replayed(cluster, burst(128 * 30 + 1), [])
    expect(over.lost).toEqual([1])
    expect(over.served).toEqual([128 * 30])
  })

  it('keeps what waited for room in the queue of a pool behind its load apart', () => {
    const replay = new RequestReplay(rowsSource(burst(1000), 1), {
      devices: [{ ...slow, readServiceUs: second / 100, channels: 1 }],
      volumes: 1,
      originUs: 0,
      scrapeIntervalUs: second,
      watched: [0],
      onScrape: () => {},
    })
    replay.setRoute(0, { published: true, readable: [0], writable: [0] })
    replay.advance(60 * second)
    const { tally } = replay
    expect(tally.served).toBe(1000)
    expect(tally.overloadedMinutes).toBe(1)
    expect(tally.latencyCount[0]).toBe(100)
    expect(tally.latencyMaxUs[0]).toBe(second)
    expect(tally.volumeLatencyMaxUs[0]).toBe(10 * second)
  })

  it('loses what no replica can take, at once', () => {
    const replay = new RequestReplay(rowsSource(burst(200), 1), {
      devices: [slow],
      volumes: 1,
      originUs: 0,
      scrapeIntervalUs: second,
      watched: [0],
      onScrape: () => {},
    })
    expect(replay.advance(0)).toBeNull()
    expect(replay.tally.lost).toBe(200)
    expect(replay.isEmpty).toBe(true)
    expect(replay.tally.served).toBe(0)
    expect(replay.tally.volumePercentileUs(0, 500)).toBeNull()
  })
})
