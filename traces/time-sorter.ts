/**
 * Brings rows into time order, whatever their number. Rows come in runs that are sorted in memory;
 * a run that begins where the one before ended goes on with it, so that ordered input costs nothing
 * more. Runs that overlap are merged from disk, so many at a time that memory stays bounded.
 */
import { setImmediate } from 'node:timers/promises'
import { blockRows } from './column-layout.js'
import { mergeRuns, type Run, rowsOfRun } from './merge.js'
import { RowFile } from './row-file.js'
import { copyRows, inTimeOrder, type Table, type TableKind } from './table.js'
import type { Unfinished } from './unfinished.js'

export interface SortLimits {
  /** Rows that are sorted in memory: a multiple of a block. */
  readonly runRows: number
  /** Runs that are merged at once. */
  readonly fanIn: number
}

export const usualLimits: SortLimits = { runRows: 8 * blockRows, fanIn: 128 }

const firstRows = 4096

export class TimeSorter<Kind extends Table> {
  private file: RowFile
  private run: Kind
  private spare: Kind | null = null
  private runs: Run[] = []
  private lastUs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly path: string,
    private readonly kind: TableKind<Kind>,
    private readonly unfinished: Unfinished,
    private readonly limits: SortLimits = usualLimits,
  ) {
    this.file = new RowFile(path, unfinished)
    this.run = kind.make(Math.min(firstRows, limits.runRows))
  }

  /** The table that takes the next row. */
  room(): Kind {
    const { run, limits } = this
    if (run.count < run.capacity) return run
    if (run.capacity < limits.runRows) this.grow()
    else this.endRun()
    return this.run
  }

  /** All rows in time order; those of one time in the order in which they came. */
  async settle(): Promise<RowFile> {
    this.endRun()
    while (this.runs.length > 1) await this.mergeOnce()
    return this.file
  }

  /** The rows as they stand after `settle`. */
  async *batches(): AsyncGenerator<Kind> {
    for (const run of this.runs) {
      for (const rows of rowsOfRun(this.file.descriptor, run, this.kind)) {
        yield rows
        await setImmediate()
      }
    }
  }

  abandon(): void {
    this.file.abandon()
  }

  /** Small traces need no large tables. */
  private grow(): void {
    const larger = this.kind.make(Math.min(this.limits.runRows, 8 * this.run.capacity))
    copyRows(this.run, larger)
    this.run = larger
    this.spare = null
  }

  private endRun(): void {
    if (this.run.count === 0) return
    this.spare ??= this.kind.make(this.run.capacity)
    const sorted = inTimeOrder(this.run, this.spare)
    const last = this.runs[this.runs.length - 1]
    const run = { position: this.file.end, rows: sorted.count }
    if (last !== undefined && sorted.timeUs[0] >= this.lastUs) {
      this.runs[this.runs.length - 1] = { ...last, rows: last.rows + run.rows }
    } else {
      this.runs.push(run)
    }
    this.lastUs = sorted.timeUs[sorted.count - 1]
    this.file.append(sorted)
    this.run.count = 0
  }

  /** Merges neighbours in groups: each pass leaves a fraction of the runs. */
  private async mergeOnce(): Promise<void> {
    const merged = new RowFile(this.path, this.unfinished)
    const runs: Run[] = []
    try {
      for (let first = 0; first < this.runs.length; first += this.limits.fanIn) {
        const group = this.runs.slice(first, first + this.limits.fanIn)
        const position = merged.end
        await mergeRuns(this.file.descriptor, group, this.kind, merged)
        runs.push({ position, rows: group.reduce((sum, run) => sum + run.rows, 0) })
      }
    } catch (error) {
      merged.abandon()
      throw error
    }
    this.file.abandon()
    this.file = merged
    this.runs = runs
  }
}
