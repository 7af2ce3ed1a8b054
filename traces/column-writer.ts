/**
 * Writes rows in time order into a column file. Rows come in runs; a run is sorted in memory, and
 * runs that overlap are merged from disk, so that memory does not depend on the trace's length.
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { assert } from '../src/core/errors.js'
import { readRows } from './column-file.js'
import { blockRows, footerOf, type RunPlace, readBlock } from './column-layout.js'
import { Rows } from './rows.js'

/** Rows of one run: what is sorted in memory. */
const runRows = 1 << 19

export class ColumnWriter {
  /** Rows that came later than one before them. */
  lateRows = 0
  private descriptor: number
  private part: string
  private total = 0
  private readonly runs: RunPlace[] = []
  private run = new Rows(runRows)
  private position = 0
  private lastUs = Number.NEGATIVE_INFINITY
  private overlap = false
  private lastRunEndUs = Number.NEGATIVE_INFINITY

  constructor(private readonly path: string) {
    this.part = `${path}.${process.pid}.part`
    this.descriptor = openSync(this.part, 'w+')
  }

  /** One row; the offset is high × 2^32 + low. Answers whether it came late. */
  add(
    timeUs: number,
    volume: number,
    operation: number,
    offsetLow: number,
    offsetHigh: number,
    lengthBytes: number,
    responseUs: number,
  ): boolean {
    if (this.run.count === runRows) this.endRun()
    const { run } = this
    const row = run.count
    run.timeUs[row] = timeUs
    run.volume[row] = volume
    run.operation[row] = operation
    run.offsetLow[row] = offsetLow
    run.offsetHigh[row] = offsetHigh
    run.lengthBytes[row] = lengthBytes
    run.responseUs[row] = responseUs
    run.count = row + 1
    const late = timeUs < this.lastUs
    if (late) this.lateRows += 1
    else this.lastUs = timeUs
    return late
  }

  /** Brings all rows into time order on disk; then they can be read, and the file finished. */
  settle(): void {
    this.endRun()
    this.total = this.runs.reduce((sum, place) => sum + place.rows, 0)
    if (!this.overlap) return
    const merged = `${this.path}.${process.pid}.merged`
    const descriptor = openSync(merged, 'w+')
    this.merge(descriptor)
    closeSync(this.descriptor)
    rmSync(this.part)
    this.descriptor = descriptor
    this.part = merged
  }

  /** The rows as they stand after `settle`. */
  *batches(): Generator<Rows> {
    const window = new Rows(blockRows)
    for (let first = 0; first < this.total; ) {
      const rows = readRows(this.descriptor, first, this.total, window)
      if (rows === null) return
      yield rows
      first += rows.count
    }
  }

  /** Writes the footer, and puts the file in its place in one step. */
  finish(footer: Readonly<Record<string, unknown>>): void {
    const tail = footerOf({ ...footer, rows: this.total }, this.position)
    writeSync(this.descriptor, tail, 0, tail.length, this.position)
    fsyncSync(this.descriptor)
    closeSync(this.descriptor)
    renameSync(this.part, this.path)
  }

  abandon(): void {
    closeSync(this.descriptor)
    rmSync(this.part, { force: true })
  }

  private endRun(): void {
    if (this.run.count === 0) return
    const sorted = this.run.sorted()
    if (sorted.timeUs[0] < this.lastRunEndUs) this.overlap = true
    this.lastRunEndUs = Math.max(this.lastRunEndUs, sorted.timeUs[sorted.count - 1])
    this.runs.push({ position: this.position, rows: sorted.count })
    this.position = writeRows(this.descriptor, this.position, sorted)
    this.run = new Rows(runRows)
  }

  /** Takes the earliest row of all runs again and again; of equal times the earlier run's. */
  private merge(target: number): void {
    const readers = this.runs.map(place => new RunReader(this.descriptor, place))
    let block = new Rows(blockRows)
    let position = 0
    for (;;) {
      let first: RunReader | null = null
      for (const reader of readers) {
        if (reader.rows !== null && (first === null || reader.timeUs < first.timeUs)) first = reader
      }
      if (first === null || first.rows === null) break
      block.copyRow(first.rows, first.row)
      first.step()
      if (block.count === blockRows) {
        position = writeRows(target, position, block)
        block = new Rows(blockRows)
      }
    }
    this.position = writeRows(target, position, block)
  }
}

/** Rows as blocks, the last one shorter. */
function writeRows(descriptor: number, begin: number, rows: Rows): number {
  let position = begin
  for (let row = 0; row < rows.count; row += blockRows) {
    const block = new Rows(Math.min(blockRows, rows.count - row))
    for (let offset = 0; offset < block.capacity; offset++) block.copyRow(rows, row + offset)
    for (const column of block.columns()) {
      writeSync(descriptor, column, 0, column.length, position)
      position += column.length
    }
  }
  return position
}

class RunReader {
  rows: Rows | null
  row = 0
  private next: number

  constructor(
    private readonly descriptor: number,
    private readonly place: RunPlace,
  ) {
    this.next = 0
    this.rows = this.load()
  }

  get timeUs(): number {
    return this.rows === null ? Number.POSITIVE_INFINITY : this.rows.timeUs[this.row]
  }

  step(): void {
    assert(this.rows !== null, 'a run was read past its end')
    this.row += 1
    if (this.row === this.rows.count) this.rows = this.load()
  }

  private load(): Rows | null {
    const count = Math.min(blockRows, this.place.rows - this.next)
    this.row = 0
    if (count <= 0) return null
    const rows = new Rows(count)
    readBlock(this.descriptor, this.place.position, this.next, count, rows)
    this.next += count
    return rows
  }
}
