/**
 * Sorted runs on disk into one: the earliest row again and again, of equal times the earlier
 * run's.
 */
import { setImmediate } from 'node:timers/promises'
import { blockRows, readPart } from './column-layout.js'
import type { RowFile } from './row-file.js'
import type { Table, TableKind } from './table.js'

/** Where a run lies: blocks of `blockRows` rows, the last one shorter. */
export interface Run {
  readonly position: number
  readonly rows: number
}

/** Rows of a run that are in memory while it is merged. */
const windowRows = 4096
/** After so many blocks whoever else waits has a turn. */
const blocksInOneGo = 16

export async function mergeRuns<Kind extends Table>(
  descriptor: number,
  runs: readonly Run[],
  kind: TableKind<Kind>,
  target: RowFile,
): Promise<void> {
  const heap = new Heads(runs.map(run => new RunHead(descriptor, run, kind)))
  const block = kind.make(blockRows)
  let blocks = 0
  for (let head = heap.first; head !== null; head = heap.first) {
    block.copyRow(head.rows, head.row)
    head.step()
    heap.settleFirst()
    if (block.count === blockRows) {
      target.append(block)
      block.count = 0
      blocks += 1
      if (blocks % blocksInOneGo === 0) await setImmediate()
    }
  }
  target.append(block)
}

/** A run's rows, block by block; each is overwritten by the next. */
export function* rowsOfRun<Kind extends Table>(
  descriptor: number,
  run: Run,
  kind: TableKind<Kind>,
): Generator<Kind> {
  const rows = kind.make(Math.min(blockRows, run.rows))
  for (let first = 0; first < run.rows; first += blockRows) {
    const count = Math.min(blockRows, run.rows - first)
    readPart(descriptor, run.position + first * kind.rowBytes, count, 0, count, rows)
    yield rows
  }
}

/** The next row of a run. */
class RunHead<Kind extends Table> {
  readonly rows: Kind
  row = 0
  private next = 0

  constructor(
    private readonly descriptor: number,
    private readonly run: Run,
    private readonly kind: TableKind<Kind>,
  ) {
    this.rows = kind.make(windowRows)
    this.load()
  }

  /** Infinite when the run has ended. */
  get timeUs(): number {
    return this.row < this.rows.count ? this.rows.timeUs[this.row] : Number.POSITIVE_INFINITY
  }

  step(): void {
    this.row += 1
    if (this.row === this.rows.count) this.load()
  }

  private load(): void {
    const { position, rows: total } = this.run
    const from = this.next % blockRows
    const block = this.next - from
    const blockCount = Math.min(blockRows, total - block)
    const count = Math.min(windowRows, blockCount - from)
    this.row = 0
    this.rows.count = 0
    if (this.next >= total) return
    const at = position + block * this.kind.rowBytes
    readPart(this.descriptor, at, blockCount, from, count, this.rows)
    this.next += count
  }
}

/** A binary heap of runs by (time, order of the runs). */
class Heads<Kind extends Table> {
  private readonly heap: { readonly head: RunHead<Kind>; readonly order: number }[]

  constructor(heads: readonly RunHead<Kind>[]) {
    this.heap = heads.map((head, order) => ({ head, order }))
    for (let at = Math.floor(this.heap.length / 2) - 1; at >= 0; at--) this.sink(at)
  }

  get first(): RunHead<Kind> | null {
    const { head } = this.heap[0]
    return head.timeUs === Number.POSITIVE_INFINITY ? null : head
  }

  settleFirst(): void {
    this.sink(0)
  }

  private sink(from: number): void {
    const { heap } = this
    let at = from
    for (;;) {
      let least = at
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child++) {
        if (this.isBefore(child, least)) least = child
      }
      if (least === at) return
      const moved = heap[at]
      heap[at] = heap[least]
      heap[least] = moved
      at = least
    }
  }

  private isBefore(a: number, b: number): boolean {
    const one = this.heap[a]
    const other = this.heap[b]
    const oneUs = one.head.timeUs
    const otherUs = other.head.timeUs
    return oneUs < otherUs || (oneUs === otherUs && one.order < other.order)
  }
}
