/** What a reader of one format is: how it is recognised, and how its rows come out. */

import type { Warnings } from '../problem.js'
import type { VolumeNames } from '../rows.js'
import type { ColumnSpec } from './columns.js'

/** Where a reader puts its rows. */
export interface RowSink {
  readonly volumes: VolumeNames
  readonly warnings: Warnings
  /** The offset is high × 2^32 + low; NaN for a response time that is not there. */
  add(
    timeUs: number,
    volume: number,
    operation: number,
    offsetLow: number,
    offsetHigh: number,
    lengthBytes: number,
    responseUs: number,
    place: { readonly line?: number; readonly byte?: number },
  ): void
}

export interface ReaderOptions {
  /** Which event of a blktrace counts: issued to the device, queued, completed. */
  readonly event: 'D' | 'Q' | 'C'
  readonly columns: ColumnSpec | null
}

export interface Format {
  readonly name: string
  readonly title: string
  /** Whether a file's first bytes are of this format. */
  matches(head: Head): boolean
  read(file: string, sink: RowSink, options: ReaderOptions): Promise<void>
}

export interface Head {
  readonly bytes: Uint8Array
  /** The first lines, when the head is text. */
  readonly lines: readonly string[]
}
