/** Several sources as one: the rows of all of them, sorted by time, then by source, then by row. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MergedRequests } from '../../sim/merged-requests.js'
import { MergedSeries } from '../../sim/merged-series.js'
import type { RequestSource, SeriesBatch, SeriesSource } from '../../traces/batch.js'
import { type Row, rowsSource } from './replay/rows.js'
import { sourceOf } from './replay/series.js'

const volumes = 3

const row = fc.record({
  gapUs: fc.integer({ min: 0, max: 3 }),
  volume: fc.integer({ min: 0, max: volumes - 1 }),
  operation: fc.integer({ min: 0, max: 1 }),
  bytes: fc.integer({ min: 1, max: 1_000_000 }),
  offset: fc.integer({ min: 0, max: 2 ** 50 }),
})

/** Rows in time order; many at one instant. */
const rows = fc.array(row, { maxLength: 40 }).map(drawn => {
  let atUs = 0
  return drawn.map(({ gapUs, ...rest }): Row => {
    atUs += gapUs
    return { ...rest, atUs }
  })
})

function readAll(source: RequestSource): readonly Row[] {
  const read: Row[] = []
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let at = 0; at < batch.count; at++) {
      read.push({
        atUs: batch.timeUs[at],
        volume: batch.volume[at],
        operation: batch.operation[at],
        bytes: batch.lengthBytes[at],
        offset: batch.offsetHigh[at] * 4_294_967_296 + batch.offsetLow[at],
      })
    }
  }
  return read
}

/** A source that gives an empty batch before each of its own. */
function withGaps(source: RequestSource): RequestSource {
  let isGap = true
  const { next } = source
  return Object.assign(source, {
    next() {
      isGap = !isGap
      return isGap ? { ...rowsSource([], volumes), ...emptyBatch } : next.call(source)
    },
  })
}

const emptyBatch = {
  count: 0,
  timeUs: new Float64Array(1),
  volume: new Uint32Array(1),
  operation: new Uint8Array(1),
  offsetLow: new Uint32Array(1),
  offsetHigh: new Uint32Array(1),
  lengthBytes: new Uint32Array(1),
  responseUs: null,
}

describe('merged requests', () => {
  test('are a stable sort of all rows, also after a rewind', () => {
    fc.assert(
      fc.property(fc.array(rows, { minLength: 2, maxLength: 4 }), fc.integer(), (all, size) => {
        const batchRows = 1 + Math.abs(size % 9)
        const merged = new MergedRequests(all.map(one => rowsSource(one, volumes, batchRows)))
        const sorted = all
          .flatMap((one, source) => one.map((each, at) => ({ each, source, at })))
          .sort((a, b) => a.each.atUs - b.each.atUs || a.source - b.source || a.at - b.at)
          .map(({ each }) => each)
        expect(readAll(merged)).toEqual(sorted)
        merged.rewind()
        expect(readAll(merged)).toEqual(sorted)
      }),
    )
  })

  test('empty batches are passed over', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const plain = readAll(new MergedRequests([rowsSource(one, 3), rowsSource(other, 3)]))
        const gapped = new MergedRequests([
          withGaps(rowsSource(one, 3)),
          withGaps(rowsSource(other, 3)),
        ])
        expect(readAll(gapped)).toEqual(plain)
      }),
    )
  })

  test('their totals are the sums, and the end that of the longest', () => {
    fc.assert(
      fc.property(rows, rows, (one, other) => {
        const parts = [rowsSource(one, volumes), rowsSource(other, volumes)]
        const merged = new MergedRequests(parts)
        for (const key of ['requests', 'reads', 'writes', 'readBytes', 'writeBytes'] as const) {
          expect(merged[key]).toBe(parts[0][key] + parts[1][key])
        }
        expect(merged.lastUs).toBe(Math.max(parts[0].lastUs, parts[1].lastUs))
      }),
    )
  })

  test('a row without a recorded response has none, one with it keeps it', () => {
    const base = { volume: 0, operation: 0, bytes: 1, offset: 0 }
    const merged = new MergedRequests([
      rowsSource([{ ...base, atUs: 1, responseUs: 7 }], 1),
      rowsSource([{ ...base, atUs: 0 }], 1),
    ])
    const batch = merged.next()
    expect([...(batch?.responseUs ?? []).slice(0, 2)]).toEqual([Number.NaN, 7])
  })

  test('more rows than one window holds', () => {
    const many = Array.from({ length: 70_000 }, (_, atUs) => {
      return { atUs, volume: 0, operation: 0, bytes: 1, offset: atUs }
    })
    const merged = new MergedRequests([rowsSource(many, 1, 50_000), rowsSource(many, 1, 999)])
    const read = readAll(merged)
    expect(read).toHaveLength(140_000)
    expect(read.every((each, at) => each.atUs === Math.floor(at / 2))).toBe(true)
  })
})

const intervalUs = 60

interface Cell {
  readonly interval: number
  readonly volume: number
  readonly reads: number
}

const cells = fc
  .uniqueArray(fc.integer({ min: 0, max: 12 }), { maxLength: 6 })
  .chain(intervals =>
    fc.tuple(
      ...[...intervals]
        .sort((a, b) => a - b)
        .map(interval =>
          fc
            .array(fc.nat(volumes - 1), { minLength: 1, maxLength: 4 })
            .map(own => own.map((volume, at): Cell => ({ interval, volume, reads: at + 1 }))),
        ),
    ),
  )

function seriesFrom(drawn: readonly (readonly Cell[])[]): SeriesSource {
  const batches = drawn.map((own): SeriesBatch => {
    const zeros = new Float64Array(own.length)
    return {
      startUs: own[0].interval * intervalUs,
      count: own.length,
      volume: Uint32Array.from(own, cell => cell.volume),
      reads: Float64Array.from(own, cell => cell.reads),
      writes: zeros,
      readBytes: zeros,
      writeBytes: zeros,
    }
  })
  return sourceOf(batches, volumes, intervalUs)
}

function cellsOf(source: SeriesSource): readonly Cell[] {
  const read: Cell[] = []
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let at = 0; at < batch.count; at++) {
      const interval = batch.startUs / intervalUs
      read.push({ interval, volume: batch.volume[at], reads: batch.reads[at] })
    }
  }
  return read
}

describe('merged series', () => {
  test('are a stable sort of all rows by interval, also after a rewind', () => {
    fc.assert(
      fc.property(fc.array(cells, { minLength: 2, maxLength: 4 }), all => {
        const merged = new MergedSeries(all.map(seriesFrom))
        const sorted = all
          .flatMap(one => one.flat())
          .map((cell, at) => ({ cell, at }))
          .sort((a, b) => a.cell.interval - b.cell.interval || a.at - b.at)
          .map(({ cell }) => cell)
        expect(cellsOf(merged)).toEqual(sorted)
        merged.rewind()
        expect(cellsOf(merged)).toEqual(sorted)
      }),
    )
  })

  test('give each interval once', () => {
    fc.assert(
      fc.property(cells, cells, (one, other) => {
        const merged = new MergedSeries([seriesFrom(one), seriesFrom(other)])
        const starts: number[] = []
        for (let batch = merged.next(); batch !== null; batch = merged.next()) {
          starts.push(batch.startUs)
        }
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b))
      }),
    )
  })
})
