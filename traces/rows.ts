/** Rows of requests on their way from a reader to the column file. */
import type { RequestBatch } from './batch.js'
import { type Column, Table, type TableKind } from './table.js'

/** Columns of up to `capacity` requests. */
export class Rows extends Table implements RequestBatch {
  readonly timeUs: Float64Array
  readonly volume: Uint32Array
  readonly operation: Uint8Array
  readonly offsetLow: Uint32Array
  readonly offsetHigh: Uint32Array
  readonly lengthBytes: Uint32Array
  /** NaN where a row has no recorded response time. */
  readonly responseUs: Float64Array

  constructor(capacity: number) {
    super(capacity)
    this.timeUs = new Float64Array(capacity)
    this.volume = new Uint32Array(capacity)
    this.operation = new Uint8Array(capacity)
    this.offsetLow = new Uint32Array(capacity)
    this.offsetHigh = new Uint32Array(capacity)
    this.lengthBytes = new Uint32Array(capacity)
    this.responseUs = new Float64Array(capacity)
  }

  copyRow(from: Rows, row: number): void {
    const at = this.count
    this.timeUs[at] = from.timeUs[row]
    this.volume[at] = from.volume[row]
    this.operation[at] = from.operation[row]
    this.offsetLow[at] = from.offsetLow[row]
    this.offsetHigh[at] = from.offsetHigh[row]
    this.lengthBytes[at] = from.lengthBytes[row]
    this.responseUs[at] = from.responseUs[row]
    this.count = at + 1
  }

  columns(): readonly Column[] {
    return [
      this.timeUs,
      this.volume,
      this.offsetLow,
      this.offsetHigh,
      this.lengthBytes,
      this.operation,
      this.responseUs,
    ]
  }
}

export const requestRows: TableKind<Rows> = {
  rowBytes: 8 + 4 + 4 + 4 + 4 + 1 + 8,
  make: capacity => new Rows(capacity),
}
