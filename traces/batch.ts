/**
 * The column form of a trace: what every reader produces and what the twin replays. A batch is a
 * window of rows; a source yields batches in time order without ever holding the whole trace.
 */

/** Codes in the `operation` column. */
export const operations = { read: 0, write: 1, other: 2, unknown: 3 } as const

/** Rows of one window. Arrays may be longer than `count` and are reused by the next batch. */
export interface RequestBatch {
  count: number
  /**
   * Integer microseconds on the trace's own clock, ascending within and across batches of a sorted
   * source.
   */
  readonly timeUs: Float64Array
  /** Index into the source's `volumes`. */
  readonly volume: Uint32Array
  readonly operation: Uint8Array
  /** The byte offset is high × 2^32 + low: exact up to 2^63. */
  readonly offsetLow: Uint32Array
  readonly offsetHigh: Uint32Array
  readonly lengthBytes: Uint32Array
  /**
   * Recorded response times, where the trace carries them: microseconds, NaN where a row has none.
   */
  readonly responseUs: Float64Array | null
}

export interface RequestSource {
  readonly grain: 'requests'
  readonly volumes: readonly string[]
  readonly requests: number
  readonly reads: number
  readonly writes: number
  readonly readBytes: number
  readonly writeBytes: number
  readonly firstUs: number
  readonly lastUs: number
  readonly hasResponses: boolean
  /** Requests of each volume, by index: who the busiest are. */
  readonly volumeRequests: Float64Array
  /** Largest offset + length of each volume, by index: how large the volume must be at least. */
  readonly volumeEndBytes: Float64Array
  /** The next window, or null at the end. Synchronous: the hot replay has no await in it. */
  next(): RequestBatch | null
  rewind(): void
  close(): void
}

/** One interval of a series trace: operations of each volume that has a row in it. */
export interface SeriesBatch {
  /** The interval is [startUs, startUs + intervalUs). */
  readonly startUs: number
  count: number
  readonly volume: Uint32Array
  /** Operations in the interval, not a rate; fractions are carried by the replay. NaN is a gap. */
  readonly reads: Float64Array
  readonly writes: Float64Array
  /** Bytes in the interval; NaN where the trace has none. */
  readonly readBytes: Float64Array
  readonly writeBytes: Float64Array
}

export interface SeriesSource {
  readonly grain: 'series'
  readonly volumes: readonly string[]
  readonly intervalUs: number
  readonly points: number
  readonly firstUs: number
  readonly lastUs: number
  next(): SeriesBatch | null
  rewind(): void
  close(): void
}

export type TraceSource = RequestSource | SeriesSource
