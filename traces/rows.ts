/** Rows on their way from a reader to the column file: growing columns and the names of volumes. */

export const rowBytes = 8 + 4 + 1 + 4 + 4 + 4 + 8

/** Columns of up to `capacity` rows. */
export class Rows {
  count = 0
  readonly timeUs: Float64Array
  readonly volume: Uint32Array
  readonly operation: Uint8Array
  readonly offsetLow: Uint32Array
  readonly offsetHigh: Uint32Array
  readonly lengthBytes: Uint32Array
  /** NaN where a row has no recorded response time. */
  readonly responseUs: Float64Array

  constructor(readonly capacity: number) {
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

  /** The columns as bytes, in the order of the column file. */
  columns(): readonly Uint8Array[] {
    const view = (column: Float64Array | Uint32Array | Uint8Array): Uint8Array =>
      new Uint8Array(column.buffer, 0, this.count * column.BYTES_PER_ELEMENT)
    return [
      view(this.timeUs),
      view(this.volume),
      view(this.offsetLow),
      view(this.offsetHigh),
      view(this.lengthBytes),
      view(this.operation),
      view(this.responseUs),
    ]
  }

  /** Rows in time order; rows of one time keep the order in which they came. */
  sorted(): Rows {
    let inOrder = true
    for (let row = 1; inOrder && row < this.count; row++) {
      inOrder = this.timeUs[row] >= this.timeUs[row - 1]
    }
    if (inOrder) return this
    const order = Uint32Array.from({ length: this.count }, (_, row) => row)
    order.sort((a, b) => this.timeUs[a] - this.timeUs[b] || a - b)
    const result = new Rows(this.capacity)
    for (const row of order) result.copyRow(this, row)
    return result
  }
}

/** Names of volumes in the order in which they are met. */
export class VolumeNames {
  readonly names: string[] = []
  private readonly indexes = new Map<string, number>()

  indexOf(name: string): number {
    const known = this.indexes.get(name)
    if (known !== undefined) return known
    const index = this.names.length
    this.indexes.set(name, index)
    this.names.push(name)
    return index
  }
}
