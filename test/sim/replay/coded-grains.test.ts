/** Coded volumes in both grains: the same mean latencies, counts and load below 0.8. */
import { describe, expect, it } from 'vitest'
import { stream } from '../../../sim/engine/stream.js'
import { SeriesReplay } from '../../../sim/replay/series-replay.js'
import { type Code, shardsOf } from '../../../src/core/code.js'
import { codedReplay, devicesOf, routeOf } from './coded-cluster.js'
import { fourTwo, sixTwoTwo, tenFour, twelveTwoTwo } from './codes.js'
import type { Row } from './rows.js'
import { seriesOf } from './series.js'

const minute = 60_000_000
const minutes = 8

/** Poisson arrivals at even offsets of 16 KiB over many groups. */
function poissonRows(perSecond: number, writesPercent: number): Row[] {
  const draw = stream(29, 'coded grains')
  const rows: Row[] = []
  for (let atUs = 0; ; ) {
    const part = (draw.integer(1 << 24) + 0.5) / (1 << 24)
    atUs += (-Math.log(part) * 1_000_000) / perSecond
    if (atUs >= minutes * minute) return rows
    rows.push({
      atUs: Math.floor(atUs),
      volume: 0,
      operation: draw.integer(100) < writesPercent ? 1 : 0,
      bytes: 16_384,
      offset: draw.integer(64 * 1000) * 16_384,
    })
  }
}

interface Told {
  readonly readUs: number
  readonly degraded: number
  readonly destageBytes: number
}

function bothGrains(code: Code, missing: number, rows: readonly Row[]) {
  const devices = devicesOf(code)
  const route = routeOf(code, missing)
  const requests = codedReplay(route, rows)
  const series = new SeriesReplay(seriesOf(rows, 1, minute), {
    devices,
    volumes: 1,
    originUs: 0,
    scrapeIntervalUs: minute,
    onScrape: () => {},
  })
  series.setRoute(0, route)
  // What was written last is patched half a minute later.
  requests.advance((minutes + 2) * minute)
  series.advance(minutes * minute)
  const busyUs = devices
    .slice(0, shardsOf(code))
    .map((_, pool) => requests.stations.busyUs(pool) / (minutes * minute))
  const told = ({ tally, coded }: typeof requests | typeof series): Told => {
    const pools = devices.map((_, pool) => 2 * pool)
    const sumUs = pools.reduce((sum, side) => sum + tally.latencySumUs[side], 0)
    const count = pools.reduce((sum, side) => sum + tally.latencyCount[side], 0)
    const { degradedReads, destageReadBytes, destageWriteBytes } = coded.counts
    return {
      readUs: sumUs / count,
      degraded: degradedReads,
      destageBytes: destageReadBytes + destageWriteBytes,
    }
  }
  expect(series.tally.served).toBe(requests.tally.served)
  return { requests: told(requests), series: told(series), busiest: Math.max(...busyUs) }
}

describe('the two grains of a coded volume', () => {
  it.each([
    { name: '4+2', code: fourTwo, missing: 0, perSecond: [30, 150, 350] },
    { name: '4+2 without one', code: fourTwo, missing: 0b100, perSecond: [30, 120, 220] },
    { name: '4+2 without two', code: fourTwo, missing: 0b1001, perSecond: [30, 100, 130] },
    { name: '10+4 without one', code: tenFour, missing: 0b10, perSecond: [50, 200, 400] },
    { name: 'LRC 12,2,2 without one', code: twelveTwoTwo, missing: 1, perSecond: [50, 300, 600] },
    { name: 'LRC 6,2,2 without two', code: sixTwoTwo, missing: 0b11, perSecond: [40, 200] },
  ])('read $name alike within 15 % below 0.8', ({ code, missing, perSecond }) => {
    for (const rate of perSecond) {
      const { requests, series, busiest } = bothGrains(code, missing, poissonRows(rate, 0))
      expect(busiest).toBeLessThan(0.8)
      expect({ rate, ratio: series.readUs / requests.readUs }).toMatchObject({
        ratio: expect.toSatisfy((ratio: number) => ratio > 0.95 && ratio < 1.15),
      })
      // Reads that lie across two shards are two chances, and a series tells no offsets.
      const ratio = series.degraded / Math.max(1, requests.degraded)
      expect(missing === 0 ? 1 - ratio : ratio).toBeGreaterThan(0.85)
      expect(ratio).toBeLessThan(1.05)
    }
  })

  it('charge the pools alike for writes that seldom meet', () => {
    for (const code of [fourTwo, twelveTwoTwo]) {
      const { requests, series } = bothGrains(code, 0, poissonRows(10, 50))
      expect(series.destageBytes / requests.destageBytes).toBeGreaterThan(0.95)
      expect(series.destageBytes / requests.destageBytes).toBeLessThan(1.1)
    }
  })
})
