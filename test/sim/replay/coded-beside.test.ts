/** Coded volumes beside volumes of replicas: neither changes how the other is sent and counted. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RequestReplay } from '../../../sim/replay/request-replay.js'
import { devicesOf, mebibyte, routeOf, second } from './coded-cluster.js'
import { fourTwo } from './codes.js'
import { type Row, rowsSource } from './rows.js'

const volumes = 4
/** Volumes 0 and 1 are coded; 2 and 3 have replicas on disks of their own. */
const coded = (row: Row): boolean => row.volume < 2
const devices = [...devicesOf(fourTwo), ...devicesOf(fourTwo).slice(0, 3)]
const replicas = [8, 9, 10]

function replayOf(rows: readonly Row[], depth: number) {
  const shown: number[][] = []
  const replay = new RequestReplay(rowsSource(rows, volumes), {
    devices,
    volumes,
    originUs: 0,
    scrapeIntervalUs: 5 * second,
    watched: [],
    queueDepth: depth,
    onScrape: (_, counters) => shown.push([...counters.reads, ...counters.writes]),
  })
  for (const volume of [0, 1]) {
    replay.setRoute(volume, routeOf(fourTwo, 0b10, { destageIntervalUs: second }))
  }
  for (const volume of [2, 3]) {
    replay.setRoute(volume, { published: true, readable: replicas, writable: replicas })
  }
  return { replay, shown }
}

const drawnRows = fc
  .array(
    fc.record({
      gapUs: fc.oneof(fc.nat({ max: 5000 }), fc.nat({ max: 500_000 })),
      volume: fc.nat({ max: volumes - 1 }),
      operation: fc.nat({ max: 1 }),
      bytes: fc.integer({ min: 512, max: 300_000 }),
      offset: fc.nat({ max: 40 * mebibyte }),
    }),
    { maxLength: 150 },
  )
  .map(drawn => {
    let atUs = 0
    return drawn.map(({ gapUs, ...row }): Row => {
      atUs += gapUs
      return { ...row, atUs }
    })
  })

interface Counts {
  readonly latencySumUs: readonly number[]
  readonly latencyMaxUs: readonly number[]
  readonly served: readonly number[]
}

function countsOf({ tally }: RequestReplay, own: readonly number[]): Counts {
  return {
    latencySumUs: own.map(volume => tally.volumeLatencySumUs[volume]),
    latencyMaxUs: own.map(volume => tally.volumeLatencyMaxUs[volume]),
    served: own.map(volume => tally.volumeReads[volume] + tally.volumeWrites[volume]),
  }
}

describe('coded volumes and volumes of replicas', () => {
  it.each([true, false])('are served as if alone, coded: %s', isCoded => {
    fc.assert(
      fc.property(drawnRows, fc.constantFrom(1, 3, 128), (rows, depth) => {
        const own = isCoded ? [0, 1] : [2, 3]
        const both = replayOf(rows, depth).replay
        const alone = replayOf(
          rows.filter(row => coded(row) === isCoded),
          depth,
        ).replay
        both.advance(4000 * second)
        alone.advance(4000 * second)
        expect(countsOf(both, own)).toEqual(countsOf(alone, own))
        if (isCoded) expect(both.coded.counts).toEqual(alone.coded.counts)
      }),
      { numRuns: 60 },
    )
  })

  it('are all counted: served or lost, and shown by the last scrape', () => {
    fc.assert(
      fc.property(drawnRows, fc.constantFrom(1, 3, 128), (rows, depth) => {
        const { replay, shown } = replayOf(rows, depth)
        replay.advance(4000 * second)
        const { tally } = replay
        expect(tally.served + tally.lost).toBe(rows.length)
        const last = shown[shown.length - 1]
        expect(last).toEqual([...tally.volumeReads, ...tally.volumeWrites])
        expect(replay.isEmpty).toBe(true)
        expect(replay.coded.destage.firstUs).toBe(Number.POSITIVE_INFINITY)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a volume whose form changes', () => {
  const row = (atUs: number, operation = 0): Row => ({
    atUs,
    volume: 0,
    operation,
    bytes: 4096,
    offset: 0,
  })
  const rows = Array.from({ length: 90 }, (_, nth) => row(nth * second, nth % 2))

  it('goes to its stripes while it is coded, and to its replicas before and after', () => {
    const { replay } = replayOf(rows, 128)
    const mirrored = { published: true, readable: [8], writable: [8] }
    const visits = (): number => replay.stations.visits(8)
    replay.setRoute(0, mirrored)
    replay.advance(29.5 * second)
    expect(visits()).toBe(30)
    replay.setRoute(0, routeOf(fourTwo, 0))
    replay.advance(59.5 * second)
    expect(visits()).toBe(30)
    expect(replay.coded.counts.journalWrites).toBe(15)
    replay.setRoute(0, mirrored)
    replay.advance(200 * second)
    expect(visits()).toBe(60)
    expect(replay.tally.served).toBe(90)
    expect(replay.coded.counts.journalWrites).toBe(15)
  })

  it('keeps its queue when only its places change', () => {
    const { replay } = replayOf(rows, 128)
    replay.setRoute(0, routeOf(fourTwo, 0))
    replay.advance(10.5 * second)
    replay.setRoute(0, routeOf(fourTwo, 0b1))
    replay.advance(200 * second)
    expect(replay.tally.served).toBe(90)
    expect(replay.coded.counts.degradedReads).toBe(39)
  })
})
