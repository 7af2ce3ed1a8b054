/** Rows as typed columns, the time among them: what is sorted, merged and written to disk. */

export type Column = Float64Array | Uint32Array | Uint8Array

export abstract class Table {
  count = 0
  abstract readonly timeUs: Float64Array

  constructor(readonly capacity: number) {}

  /** All columns, in the order of the column file. */
  abstract columns(): readonly Column[]
  /** Adds a row of another table of the same kind. */
  abstract copyRow(from: this, row: number): void
}

/** How a table of one kind is made, and how long its rows are on disk. */
export interface TableKind<Kind extends Table> {
  readonly rowBytes: number
  make(capacity: number): Kind
}

/**
 * Rows in time order; rows of one time keep the order in which they came. `spare` takes the
 * result.
 */
export function inTimeOrder<Kind extends Table>(rows: Kind, spare: Kind): Kind {
  const { timeUs, count } = rows
  let inOrder = true
  for (let row = 1; inOrder && row < count; row++) inOrder = timeUs[row] >= timeUs[row - 1]
  if (inOrder) return rows
  const order = Uint32Array.from({ length: count }, (_, row) => row)
  order.sort((a, b) => timeUs[a] - timeUs[b] || a - b)
  const targets = spare.columns()
  rows.columns().forEach((column, index) => {
    gather(column, targets[index], order)
  })
  spare.count = count
  return spare
}

/** All rows of one table at the front of another. */
export function copyRows(from: Table, to: Table): void {
  const targets = to.columns()
  from.columns().forEach((column, index) => {
    targets[index].set(column.subarray(0, from.count))
  })
  to.count = from.count
}

function gather(from: Column, to: Column, order: Uint32Array): void {
  for (let row = 0; row < order.length; row++) to[row] = from[order[row]]
}
