/** What a reader of one format is: how it is recognised, and how its rows come out. */
import type { PlaceKind } from '../problem.js'
import type { RequestSink } from '../request-sink.js'
import type { SeriesSink } from '../series-sink.js'
import type { ColumnChoice } from './columns.js'
import type { SeriesUnit } from './series/unit.js'

export interface ReaderOptions {
  /** Which event of a blktrace counts: issued to the device, queued, completed. */
  readonly event: 'D' | 'Q' | 'C'
  readonly columns: ColumnChoice | null
  /** What a series' values are, where the file does not say it. */
  readonly unit: SeriesUnit | null
  /** Whether values of an unknown unit end the reading: whoever only looks can do without. */
  readonly unitNeeded: boolean
  /** Whether Prometheus' values are rates; null: the metric's name says it. */
  readonly rates: boolean | null
}

interface Recognised {
  readonly name: string
  readonly title: string
  readonly places: PlaceKind
  /** Whether a file's first bytes are of this format. */
  matches(head: Head): boolean
}

export interface RequestFormat extends Recognised {
  readonly grain: 'requests'
  read(file: string, sink: RequestSink, options: ReaderOptions): Promise<void>
}

export interface SeriesFormat extends Recognised {
  readonly grain: 'series'
  read(file: string, sink: SeriesSink, options: ReaderOptions): Promise<void>
}

export type Format = RequestFormat | SeriesFormat

export interface Head {
  readonly bytes: Uint8Array
  /** The first lines, when the head is text. */
  readonly lines: readonly string[]
}
