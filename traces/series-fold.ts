/**
 * Samples in time order into intervals. A rate or an amount belongs to the interval that it lies in
 * (several to their mean); a counter's growth is spread over the time between two samples, unless
 * they are more than two intervals apart, which is a gap. A counter that falls began again at zero.
 */

import type { Intervals, Samples } from './series-rows.js'
import type { Series, SeriesSink } from './series-sink.js'

/** A gap in counters: as the core has it, two intervals are still covered. */
const coveredIntervals = 2
/** What an operation moves where only bytes are known. */
const assumedOperationBytes = 16_384

interface Bin {
  readonly index: number
  readonly sum: Float64Array
  readonly samples: Uint32Array
}

export class SeriesFold {
  private readonly open: Bin[] = []
  private readonly spare: Bin[] = []
  private readonly lastUs: Float64Array
  private readonly lastValue: Float64Array
  private readonly volumes: VolumeIntervals

  constructor(
    private readonly sink: SeriesSink,
    private readonly originUs: number,
    private readonly intervalUs: number,
    private readonly emit: (startUs: number, row: Readonly<IntervalRow>) => void,
  ) {
    const count = sink.series.length
    this.lastUs = new Float64Array(count).fill(Number.NaN)
    this.lastValue = new Float64Array(count)
    this.volumes = new VolumeIntervals(sink, intervalUs)
  }

  add(samples: Samples): void {
    for (let row = 0; row < samples.count; row++) {
      const timeUs = samples.timeUs[row]
      const series = samples.series[row]
      const bin = Math.floor((timeUs - this.originUs) / this.intervalUs)
      while (this.open.length > 0 && this.open[0].index < bin - coveredIntervals) this.close()
      const value = samples.value[row] * this.sink.series[series].unit.scale
      if (this.sink.series[series].unit.kind === 'counter') this.grow(series, timeUs, value)
      else this.put(bin, series, value)
    }
  }

  end(): void {
    while (this.open.length > 0) this.close()
  }

  private grow(series: number, timeUs: number, value: number): void {
    const beforeUs = this.lastUs[series]
    const before = this.lastValue[series]
    this.lastUs[series] = timeUs
    this.lastValue[series] = value
    const passedUs = timeUs - beforeUs
    if (!(passedUs > 0) || passedUs > coveredIntervals * this.intervalUs) return
    if (value < before) this.sink.warn('TRACE_RESET', null)
    const growth = value < before ? value : value - before
    for (let atUs = beforeUs; atUs < timeUs; ) {
      const bin = Math.floor((atUs - this.originUs) / this.intervalUs)
      const endUs = Math.min(timeUs, this.originUs + (bin + 1) * this.intervalUs)
      this.put(bin, series, (growth * (endUs - atUs)) / passedUs)
      atUs = endUs
    }
  }

  private put(index: number, series: number, value: number): void {
    const bin = this.bin(index)
    bin.sum[series] += value
    bin.samples[series] += 1
  }

  /** Open bins stand in order; a new one may lie between two. */
  private bin(index: number): Bin {
    let at = this.open.length
    while (at > 0 && this.open[at - 1].index >= index) at -= 1
    if (at < this.open.length && this.open[at].index === index) return this.open[at]
    const count = this.sink.series.length
    const old = this.spare.pop()
    const sum = old?.sum.fill(0) ?? new Float64Array(count)
    const samples = old?.samples.fill(0) ?? new Uint32Array(count)
    const bin = { index, sum, samples }
    this.open.splice(at, 0, bin)
    return bin
  }

  private close(): void {
    const bin = this.open.shift()
    if (bin === undefined) return
    const startUs = this.originUs + bin.index * this.intervalUs
    this.volumes.take(bin.sum, bin.samples, row => this.emit(startUs, row))
    this.spare.push(bin)
  }
}

export interface IntervalRow {
  volume: number
  reads: number
  writes: number
  readBytes: number
  writeBytes: number
}

/** The series of one interval put together by volume. */
class VolumeIntervals {
  private readonly values: Readonly<Record<Series['unit']['quantity'], Float64Array>>
  private readonly has: readonly { reads: boolean; writes: boolean; operations: boolean }[]
  private readonly row: IntervalRow = {
    volume: 0,
    reads: 0,
    writes: 0,
    readBytes: 0,
    writeBytes: 0,
  }

  constructor(
    private readonly sink: SeriesSink,
    private readonly intervalUs: number,
  ) {
    const column = (): Float64Array => new Float64Array(sink.volumes.names.length)
    this.values = {
      reads: column(),
      writes: column(),
      operations: column(),
      readBytes: column(),
      writeBytes: column(),
      bytes: column(),
    }
    this.has = sink.volumes.names.map(() => ({ reads: false, writes: false, operations: false }))
    for (const { volume, unit } of sink.series) {
      if (unit.quantity === 'reads') this.has[volume].reads = true
      if (unit.quantity === 'writes') this.has[volume].writes = true
      if (unit.quantity === 'operations') this.has[volume].operations = true
    }
  }

  take(sum: Float64Array, samples: Uint32Array, emit: (row: IntervalRow) => void): void {
    const { values, sink, intervalUs } = this
    for (const column of Object.values(values)) column.fill(Number.NaN)
    sink.series.forEach(({ volume, unit }, series) => {
      if (samples[series] === 0) return
      let value = sum[series]
      if (unit.kind !== 'counter') value /= samples[series]
      if (unit.kind === 'rate') value *= intervalUs / 1_000_000
      const column = values[unit.quantity]
      column[volume] = Number.isNaN(column[volume]) ? value : column[volume] + value
    })
    for (let volume = 0; volume < this.has.length; volume++) {
      if (this.fill(volume)) emit(this.row)
    }
  }

  /** Whether the volume has all its operations in this interval: else it is a gap. */
  private fill(volume: number): boolean {
    const { values, row } = this
    const { reads, writes, operations } = this.has[volume]
    row.volume = volume
    row.readBytes = values.readBytes[volume]
    row.writeBytes = values.writeBytes[volume]
    if (Number.isNaN(row.readBytes) && Number.isNaN(row.writeBytes)) {
      row.readBytes = values.bytes[volume]
    }
    if (reads || writes || operations) {
      const known = values.operations[volume]
      row.reads = (reads ? values.reads[volume] : 0) + (operations ? known : 0)
      row.writes = writes ? values.writes[volume] : 0
      return !Number.isNaN(row.reads + row.writes)
    }
    row.reads = nothingIfUnknown(row.readBytes) / assumedOperationBytes
    row.writes = nothingIfUnknown(row.writeBytes) / assumedOperationBytes
    return !(Number.isNaN(row.readBytes) && Number.isNaN(row.writeBytes))
  }
}

function nothingIfUnknown(bytes: number): number {
  return Number.isNaN(bytes) ? 0 : bytes
}

/** Adds a row to a table of intervals. */
export function addInterval(rows: Intervals, startUs: number, row: Readonly<IntervalRow>): void {
  const at = rows.count
  rows.timeUs[at] = startUs
  rows.volume[at] = row.volume
  rows.reads[at] = row.reads
  rows.writes[at] = row.writes
  rows.readBytes[at] = row.readBytes
  rows.writeBytes[at] = row.writeBytes
  rows.count = at + 1
}

/** What had to be assumed of the series, once each. */
export function warnOfAssumptions(sink: SeriesSink): void {
  const quantities = new Map<number, Set<string>>()
  for (const { volume, unit } of sink.series) {
    const known = quantities.get(volume) ?? new Set<string>()
    quantities.set(volume, known.add(unit.quantity))
  }
  for (const has of quantities.values()) {
    const counts = has.has('reads') || has.has('writes') || has.has('operations')
    if (!counts) sink.warn('TRACE_OPERATIONS_ASSUMED', null)
    if (has.has('operations') || (has.has('bytes') && !counts)) {
      sink.warn('TRACE_DIRECTION_ASSUMED', null)
    }
  }
}
