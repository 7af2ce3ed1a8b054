/** Where readers of request traces put their rows. */
import { type PlaceKind, Warnings } from './problem.js'
import type { Rows } from './rows.js'
import type { TimeSorter } from './time-sorter.js'
import { VolumeNames } from './volume-names.js'

export class RequestSink {
  readonly volumes = new VolumeNames()
  readonly warnings = new Warnings()
  /** Rows of the file that is being read. */
  rows = 0
  hasResponses = false
  private places: PlaceKind = 'line'
  private lastUs = Number.NEGATIVE_INFINITY

  constructor(private readonly sorter: TimeSorter<Rows>) {}

  beginFile(places: PlaceKind): void {
    this.places = places
    this.rows = 0
    this.lastUs = Number.NEGATIVE_INFINITY
  }

  /** The offset is high × 2^32 + low; NaN for a response time that is not there. */
  add(
    timeUs: number,
    volume: number,
    operation: number,
    offsetLow: number,
    offsetHigh: number,
    lengthBytes: number,
    responseUs: number,
    place: number,
  ): void {
    const rows = this.sorter.room()
    const row = rows.count
    rows.timeUs[row] = timeUs
    rows.volume[row] = volume
    rows.operation[row] = operation
    rows.offsetLow[row] = offsetLow
    rows.offsetHigh[row] = offsetHigh
    rows.lengthBytes[row] = lengthBytes
    rows.responseUs[row] = responseUs
    rows.count = row + 1
    this.rows += 1
    if (responseUs >= 0) this.hasResponses = true
    if (timeUs >= this.lastUs) this.lastUs = timeUs
    else this.warn('TRACE_TIME_BACKWARD', place)
  }

  warn(code: Parameters<Warnings['add']>[0], place: number | null): void {
    this.warnings.add(code, this.places, place)
  }
}
