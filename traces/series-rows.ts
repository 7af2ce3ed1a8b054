/**
 * Series on their way to the column file: single samples as they are read, then whole intervals.
 */
import { type Column, Table, type TableKind } from './table.js'

/** One value of one series at one instant. */
export class Samples extends Table {
  readonly timeUs: Float64Array
  readonly series: Uint32Array
  readonly value: Float64Array

  constructor(capacity: number) {
    super(capacity)
    this.timeUs = new Float64Array(capacity)
    this.series = new Uint32Array(capacity)
    this.value = new Float64Array(capacity)
  }

  add(timeUs: number, series: number, value: number): void {
    this.timeUs[this.count] = timeUs
    this.series[this.count] = series
    this.value[this.count] = value
    this.count += 1
  }

  copyRow(from: Samples, row: number): void {
    this.add(from.timeUs[row], from.series[row], from.value[row])
  }

  columns(): readonly Column[] {
    return [this.timeUs, this.series, this.value]
  }
}

export const sampleRows: TableKind<Samples> = {
  rowBytes: 8 + 4 + 8,
  make: capacity => new Samples(capacity),
}

/** One volume in one interval: operations and bytes; NaN where bytes are not known. */
export class Intervals extends Table {
  /** The interval's begin. */
  readonly timeUs: Float64Array
  readonly volume: Uint32Array
  readonly reads: Float64Array
  readonly writes: Float64Array
  readonly readBytes: Float64Array
  readonly writeBytes: Float64Array

  constructor(capacity: number) {
    super(capacity)
    this.timeUs = new Float64Array(capacity)
    this.volume = new Uint32Array(capacity)
    this.reads = new Float64Array(capacity)
    this.writes = new Float64Array(capacity)
    this.readBytes = new Float64Array(capacity)
    this.writeBytes = new Float64Array(capacity)
  }

  copyRow(from: Intervals, row: number): void {
    const at = this.count
    this.timeUs[at] = from.timeUs[row]
    this.volume[at] = from.volume[row]
    this.reads[at] = from.reads[row]
    this.writes[at] = from.writes[row]
    this.readBytes[at] = from.readBytes[row]
    this.writeBytes[at] = from.writeBytes[row]
    this.count = at + 1
  }

  columns(): readonly Column[] {
    return [this.timeUs, this.volume, this.reads, this.writes, this.readBytes, this.writeBytes]
  }
}

export const intervalRows: TableKind<Intervals> = {
  rowBytes: 8 + 4 + 4 * 8,
  make: capacity => new Intervals(capacity),
}
