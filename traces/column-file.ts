/**
 * A column file of requests as a source: windows read synchronously, one block in memory at a
 * time.
 */
import { closeSync } from 'node:fs'
import type { RequestBatch, RequestSource } from './batch.js'
import { blockRows, readPart } from './column-layout.js'
import type { Warning } from './problem.js'
import { Rows, requestRows } from './rows.js'
import type { TraceSummary } from './summary.js'

export interface RequestFooter {
  readonly grain: 'requests'
  readonly rows: number
  readonly format: string
  readonly volumes: readonly string[]
  readonly volumeEndBytes: readonly number[]
  readonly volumeRequests: readonly number[]
  readonly hasResponses: boolean
  readonly summary: TraceSummary
  readonly warnings: readonly Warning[]
}

export class ColumnFile implements RequestSource {
  readonly grain = 'requests'
  readonly volumeEndBytes: Float64Array
  readonly volumeRequests: Float64Array
  private readonly window: Rows
  private nextRow = 0

  constructor(
    private readonly descriptor: number,
    readonly footer: RequestFooter,
  ) {
    this.window = new Rows(Math.min(blockRows, footer.rows))
    this.volumeEndBytes = Float64Array.from(footer.volumeEndBytes)
    this.volumeRequests = Float64Array.from(footer.volumeRequests)
  }

  get volumes(): readonly string[] {
    return this.footer.volumes
  }
  get requests(): number {
    return this.footer.summary.requests
  }
  get reads(): number {
    return this.footer.summary.reads ?? 0
  }
  get writes(): number {
    return this.footer.summary.writes ?? 0
  }
  get readBytes(): number {
    return this.footer.summary.readBytes ?? 0
  }
  get writeBytes(): number {
    return this.footer.summary.writeBytes ?? 0
  }
  get firstUs(): number {
    return this.footer.summary.firstUs
  }
  get lastUs(): number {
    return this.footer.summary.lastUs
  }
  get hasResponses(): boolean {
    return this.footer.hasResponses
  }

  next(): RequestBatch | null {
    const count = Math.min(blockRows, this.footer.rows - this.nextRow)
    if (count <= 0) return null
    const position = this.nextRow * requestRows.rowBytes
    readPart(this.descriptor, position, count, 0, count, this.window)
    this.nextRow += count
    return this.window
  }

  rewind(): void {
    this.nextRow = 0
  }

  close(): void {
    closeSync(this.descriptor)
  }
}
