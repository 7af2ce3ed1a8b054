/** Coded volumes at the series grain: what each pool gets, who answers, and what is lost. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CodedRoute } from '../../../sim/data-path.js'
import { SeriesReplay } from '../../../sim/replay/series-replay.js'
import { anyLosses, type Code, shardsOf, sizeOf } from '../../../src/core/code.js'
import { routeOf as codedRouteOf, devicesOf, mebibyte } from './coded-cluster.js'
import { codeAndMissing, fourTwo, twelveTwoTwo } from './codes.js'
import type { Row } from './rows.js'
import { seriesOf } from './series.js'

const minute = 60_000_000
interface Asked {
  readonly reads: number
  readonly writes: number
  readonly bytes: number
}

/** Long groups, as volumes have them that are replayed for days. */
const routeOf = (code: Code, missing: number, change: Partial<CodedRoute> = {}): CodedRoute =>
  codedRouteOf(code, missing, { stripesPerGroup: 1024, ...change })

/** One minute of one volume. */
function minuteOf(route: CodedRoute, asked: Asked): SeriesReplay {
  const devices = devicesOf(route.geometry.code)
  const row = (operation: number) => (): Row => ({
    atUs: 1,
    volume: 0,
    operation,
    bytes: asked.bytes,
    offset: 0,
  })
  const rows = [
    ...Array.from({ length: asked.reads }, row(0)),
    ...Array.from({ length: asked.writes }, row(1)),
  ]
  const replay = new SeriesReplay(seriesOf(rows, 1, minute), {
    devices,
    volumes: 1,
    originUs: 0,
    scrapeIntervalUs: minute,
    onScrape: () => {},
  })
  replay.setRoute(0, route)
  replay.advance(minute / 2)
  return replay
}

const total = (values: Iterable<number>): number => [...values].reduce((sum, one) => sum + one, 0)

describe('reads of a coded volume in a series', () => {
  it('are answered or lost, every one of them', () => {
    fc.assert(
      fc.property(codeAndMissing, fc.integer({ min: 1, max: 400 }), ([code, missing], reads) => {
        const replay = minuteOf(routeOf(code, missing), { reads, writes: 0, bytes: 4096 })
        const { tally, coded } = replay
        expect(tally.served + tally.lost).toBe(reads)
        if (sizeOf(missing) <= anyLosses(code)) expect(tally.lost).toBe(0)
        if (missing === 0) expect(coded.counts.degradedReads).toBe(0)
        for (let place = 0; place < shardsOf(code); place++) {
          if ((missing & (1 << place)) !== 0) expect(replay.load.reads[place]).toBe(0)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('fall evenly on the pools, a block at least for each', () => {
    const { load, tally } = minuteOf(routeOf(fourTwo, 0), { reads: 600, writes: 0, bytes: 4096 })
    for (let pool = 0; pool < 6; pool++) {
      expect(load.reads[pool]).toBeCloseTo(100, 9)
      expect(load.readBytes[pool]).toBeCloseTo(100 * 65_536, 3)
    }
    expect(tally.served).toBe(600)
    expect(tally.volumeLatencySumUs[0] / 600).toBeCloseTo(load.readLatencyUs[0], 6)
    expect(tally.volumeReadBytes[0]).toBeCloseTo(600 * 4096, 3)
  })

  it('need k others where their shard is missing, and wait for the slowest of them', () => {
    const asked = { reads: 1200, writes: 0, bytes: 4096 }
    const { load, tally, coded } = minuteOf(routeOf(fourTwo, 0b1000), asked)
    // Five sixths are direct, and a sixth reads four shards instead of one.
    expect(total(load.reads)).toBeCloseTo(1200 * (5 / 6 + 4 / 6), 6)
    expect(load.reads[3]).toBe(0)
    expect(coded.counts.degradedReads).toBeCloseTo(200, 6)
    const meanUs = tally.volumeLatencySumUs[0] / 1200
    const slowestUs = Math.max(...load.readLatencyUs.subarray(0, 6))
    expect(meanUs).toBeGreaterThan(slowestUs)
  })

  it('read the local group only, of an LRC that misses one', () => {
    const asked = { reads: 1600, writes: 0, bytes: 4096 }
    const { load, coded } = minuteOf(routeOf(twelveTwoTwo, 1), asked)
    expect(total(load.reads)).toBeCloseTo(1600 * (15 / 16 + 6 / 16), 6)
    expect(coded.counts.degradedReads).toBeCloseTo(100, 6)
  })

  it('take several shards when they are long', () => {
    const { load } = minuteOf(routeOf(fourTwo, 0), { reads: 60, writes: 0, bytes: 600_000 })
    expect(total(load.reads)).toBeCloseTo(180, 9)
    // A third of 600 000 bytes are four blocks.
    expect(total(load.readBytes)).toBeCloseTo(180 * 4 * 65_536, 3)
  })

  it('are all lost when more is missing than the code can rebuild', () => {
    const { tally } = minuteOf(routeOf(fourTwo, 0b111111), { reads: 50, writes: 0, bytes: 4096 })
    expect(tally.served).toBe(0)
    expect(tally.lost).toBe(50)
  })
})

describe('writes of a coded volume in a series', () => {
  it('are answered by the slowest of the journal, and patch 1 + m shards each', () => {
    const asked = { reads: 0, writes: 300, bytes: 8192 }
    const { load, tally, coded } = minuteOf(routeOf(fourTwo, 0), asked)
    expect(load.writes[6]).toBe(300)
    expect(load.writes[7]).toBe(300)
    expect(tally.volumeLatencySumUs[0] / 300).toBeCloseTo(load.writeLatencyUs[7], 6)
    const stripes = (values: Float64Array): number => total(values.subarray(0, 6))
    expect(stripes(load.reads)).toBeCloseTo(900, 9)
    expect(stripes(load.writes)).toBeCloseTo(900, 9)
    expect(coded.counts).toMatchObject({ journalWrites: 300, destagedStripes: 0 })
    expect(coded.counts.patchedShards).toBeCloseTo(300, 9)
    expect(coded.counts.destageReadBytes).toBeCloseTo(900 * 65_536, 0)
    expect(coded.counts.destageWriteBytes).toBeCloseTo(900 * 65_536, 0)
  })

  it('are written whole, and nothing is read, when they cover stripes', () => {
    const asked = { reads: 0, writes: 10, bytes: 2 * mebibyte }
    const { load, coded } = minuteOf(routeOf(fourTwo, 0), asked)
    expect(total(load.reads)).toBe(0)
    for (let pool = 0; pool < 6; pool++) {
      expect(load.writes[pool]).toBe(20)
      expect(load.writeBytes[pool]).toBe(20 * 262_144)
    }
    expect(coded.counts.destagedStripes).toBe(20)
    expect(coded.counts.patchedShards).toBe(0)
  })

  it('touch no missing place', () => {
    fc.assert(
      fc.property(codeAndMissing, fc.integer({ min: 1, max: 200 }), ([code, missing], kib) => {
        const asked = { reads: 0, writes: 20, bytes: kib * 16_384 }
        const { load, coded } = minuteOf(routeOf(code, missing), asked)
        for (let place = 0; place < shardsOf(code); place++) {
          if ((missing & (1 << place)) === 0) continue
          expect([load.reads[place], load.writes[place]]).toEqual([0, 0])
        }
        const written = total(load.writeBytes.subarray(0, shardsOf(code)))
        expect(coded.counts.destageWriteBytes).toBeCloseTo(written, 0)
        if (sizeOf(missing) === 0) expect(coded.counts.patchedShards).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: 60 },
    )
  })

  it('are lost without a journal', () => {
    const asked = { reads: 0, writes: 10, bytes: 4096 }
    const { tally, load } = minuteOf(routeOf(fourTwo, 0, { journal: [] }), asked)
    expect(tally.lost).toBe(10)
    expect(total(load.writes)).toBe(0)
  })
})

describe('a volume that is coded no more', () => {
  it('goes to its replicas again', () => {
    const replay = minuteOf(routeOf(fourTwo, 0), { reads: 0, writes: 0, bytes: 0 })
    expect(replay.coded.has(0)).toBe(true)
    replay.setRoute(0, { published: true, readable: [1], writable: [1] })
    expect(replay.coded.has(0)).toBe(false)
  })
})
