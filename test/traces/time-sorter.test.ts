import { describe, expect, it } from 'vitest'
import { blockRows } from '../../traces/column-layout.js'
import { type Samples, sampleRows } from '../../traces/series-rows.js'
import { TimeSorter } from '../../traces/time-sorter.js'
import { untold } from '../../traces/unfinished.js'
import { newPath } from './workbench.js'

/**
 * Runs of one block, and few at once: several passes of merging over a few hundred thousand rows.
 */
const limits = { runRows: blockRows, fanIn: 3 }

async function sorted(times: (row: number) => number, rows: number) {
  const sorter = new TimeSorter<Samples>(newPath('sorted'), sampleRows, untold, limits)
  for (let row = 0; row < rows; row++) sorter.room().add(times(row), row, row / 2)
  const file = await sorter.settle()
  const out = { timeUs: new Float64Array(rows), row: new Uint32Array(rows), count: 0 }
  for await (const batch of sorter.batches()) {
    for (let at = 0; at < batch.count; at++) {
      out.timeUs[out.count] = batch.timeUs[at]
      out.row[out.count] = batch.series[at]
      if (batch.value[at] !== batch.series[at] / 2) throw new Error('a row fell apart')
      out.count += 1
    }
  }
  expect(file.rows).toBe(rows)
  sorter.abandon()
  return out
}

/** Rows by (time, order in which they came), which is what the sorter promises. */
function expectInOrder(out: Awaited<ReturnType<typeof sorted>>, times: (row: number) => number) {
  const seen = new Uint8Array(out.count)
  for (let at = 0; at < out.count; at++) {
    seen[out.row[at]] += 1
    if (out.timeUs[at] !== times(out.row[at])) throw new Error(`row ${at} has another's time`)
    if (at === 0) continue
    const isLater = out.timeUs[at] > out.timeUs[at - 1]
    const isNext = out.timeUs[at] === out.timeUs[at - 1] && out.row[at] > out.row[at - 1]
    if (!isLater && !isNext) throw new Error(`rows ${at - 1} and ${at} are out of order`)
  }
  expect(seen.every(count => count === 1)).toBe(true)
}

const orders: Readonly<Record<string, (row: number) => number>> = {
  'already in order': row => Math.floor(row / 3),
  'late within a run': row => row - (row % 100 === 0 ? 5000 : 0),
  'late beyond any run': row => (row % 7 === 0 ? 0 : row),
  backwards: row => 500_000 - row,
  'of two files one after the other': row => (row % 200_000) * 10,
  'of few instants': row => (row * 7919) % 5,
}

describe('rows of any order', () => {
  for (const [name, times] of Object.entries(orders)) {
    it(`come out by time, then as they came: ${name}`, async () => {
      for (const rows of [1, blockRows, 5 * blockRows + 4321]) {
        expectInOrder(await sorted(times, rows), times)
      }
    })
  }
})
