/**
 * Requests that are sent together come out as if each had been sent alone: the same rows in batches
 * of one and in batches of many, to the last bit.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Route } from '../../../sim/data-path.js'
import { type Device, presets } from '../../../sim/devices/preset.js'
import { RequestReplay } from '../../../sim/replay/request-replay.js'
import { operations } from '../../../traces/batch.js'
import { type Row, rowsSource } from './rows.js'

const scrapeIntervalUs = 100_000

/** Fast and slow, with few channels and one, so that some requests wait and some are given up. */
const devices: readonly Device[] = [
  presets['nvme-gen4'],
  flash(3, 900, 1100),
  flash(1, 2003.9, 4001.3),
  presets['hdd-7200'],
  flash(2, 9_000_000, 13_000_000),
  flash(24, 120, 150),
]

function flash(channels: number, readServiceUs: number, writeServiceUs: number): Device {
  const source = 'test'
  const bytesPerUs = { readBytesPerUs: 97.3, writeBytesPerUs: 53.9 }
  return { kind: 'flash', channels, readServiceUs, writeServiceUs, ...bytesPerUs, source }
}

interface Load {
  readonly routes: readonly Route[]
  readonly rows: readonly Row[]
  readonly queueDepth: number
}

const pools = fc.uniqueArray(fc.nat({ max: devices.length - 1 }), {
  minLength: 1,
  maxLength: devices.length,
})

const route: fc.Arbitrary<Route> = fc
  .tuple(pools, fc.nat({ max: 5 }), fc.nat({ max: 9 }))
  .map(([writable, rebuilt, published]) => {
    const readable = writable.slice(0, Math.max(1, writable.length - rebuilt))
    return { published: published > 0, readable, writable }
  })

const drawnLoad: fc.Arbitrary<Load> = fc
  .array(route, { minLength: 1, maxLength: 12 })
  .chain(routes =>
    fc.record({
      routes: fc.constant(routes),
      rows: drawnRows(routes.length),
      queueDepth: fc.constantFrom(1, 2, 7, 9, 128, 128),
    }),
  )

function drawnRows(volumes: number): fc.Arbitrary<readonly Row[]> {
  const gapUs = fc.oneof(fc.constant(0), fc.nat({ max: 60 }), fc.nat({ max: 20_000 }))
  const row = fc.record({
    gapUs,
    volume: fc.nat({ max: volumes - 1 }),
    operation: fc.constantFrom(0, 0, 1, 1, 1, operations.other, operations.unknown),
    sectors: fc.integer({ min: 1, max: 64 }),
    block: fc.nat({ max: 3_000_000 }),
  })
  return fc.array(row, { minLength: 1, maxLength: 600, size: 'max' }).map(drawn => {
    let atUs = 0
    return drawn.map(({ gapUs: gap, volume, operation, sectors, block }) => {
      atUs += gap
      return { atUs, volume, operation, bytes: sectors * 512, offset: block * 4096 }
    })
  })
}

/** Everything that a replay counts, and what the exporter showed on the way. */
function outcome({ routes, rows, queueDepth }: Load, batchRows: number): unknown {
  const volumes = routes.length
  const scrapes: unknown[] = []
  const replay = new RequestReplay(rowsSource(rows, volumes, batchRows), {
    devices,
    volumes,
    originUs: 0,
    scrapeIntervalUs,
    watched: routes.flatMap((_, volume) => (volume % 2 === 0 ? [volume] : [])),
    objectivesUs: Float64Array.from(devices, (_, pool) => (pool === 0 ? Number.NaN : 1000)),
    queueDepth,
    onScrape: (atUs, { reads, writes }) => scrapes.push([atUs, [...reads], [...writes]]),
  })
  routes.forEach((own, volume) => {
    replay.setRoute(volume, own)
  })
  replay.advance(rows[rows.length - 1].atUs + 40_000_000)
  const { tally, stations } = replay
  return {
    isEmpty: replay.isEmpty,
    scrapes,
    served: tally.served,
    lost: tally.lost,
    overloadedMinutes: tally.overloadedMinutes,
    sloViolationMinutes: tally.sloViolationMinutes,
    volumeReads: tally.volumeReads,
    volumeWrites: tally.volumeWrites,
    volumeReadBytes: tally.volumeReadBytes,
    volumeWriteBytes: tally.volumeWriteBytes,
    volumeLatencySumUs: tally.volumeLatencySumUs,
    volumeLatencyMaxUs: tally.volumeLatencyMaxUs,
    volumeLost: tally.volumeLost,
    medians: routes.map((_, volume) => tally.volumePercentileUs(volume, 500)),
    latencies: [...tally.latencies.entries()].filter(([, count]) => count > 0),
    latencyCount: tally.latencyCount,
    latencySumUs: tally.latencySumUs,
    latencyMaxUs: tally.latencyMaxUs,
    visits: devices.map((_, pool) => stations.visits(pool)),
    busyUs: devices.map((_, pool) => stations.busyUs(pool)),
  }
}

describe('Requests that are sent together', () => {
  it('come out as if each had been sent alone', () => {
    fc.assert(
      fc.property(drawnLoad, fc.integer({ min: 2, max: 700 }), (load, batchRows) => {
        expect(outcome(load, batchRows)).toEqual(outcome(load, 1))
      }),
      { numRuns: 120 },
    )
  })
})
