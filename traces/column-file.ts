/** A column file as a source of batches: windows read synchronously, one block in memory at a time. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import type { RequestBatch, RequestSource } from './batch.js'
import { blockRows, magic, readBlock } from './column-layout.js'
import { refuse, type Warning } from './problem.js'
import { Rows } from './rows.js'
import type { TraceSummary } from './summary.js'

export interface ColumnFooter {
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
  readonly footer: ColumnFooter
  readonly volumeEndBytes: Float64Array
  readonly volumeRequests: Float64Array
  private readonly descriptor: number
  private readonly window = new Rows(blockRows)
  private nextRow = 0

  constructor(readonly path: string) {
    this.descriptor = openSync(path, 'r')
    this.footer = readFooter(this.descriptor, path)
    this.volumeEndBytes = Float64Array.from(this.footer.volumeEndBytes)
    this.volumeRequests = Float64Array.from(this.footer.volumeRequests)
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
    const rows = readRows(this.descriptor, this.nextRow, this.footer.rows, this.window)
    if (rows === null) return null
    this.nextRow += rows.count
    return rows
  }

  rewind(): void {
    this.nextRow = 0
  }

  close(): void {
    closeSync(this.descriptor)
  }
}

/** The rest of the block that `first` lies in, into the given window; null at the end. */
export function readRows(
  descriptor: number,
  first: number,
  total: number,
  window: Rows,
): Rows | null {
  const count = Math.min(blockRows - (first % blockRows), total - first)
  if (count <= 0) return null
  readBlock(descriptor, 0, first, count, window)
  return window
}

function readFooter(descriptor: number, file: string): ColumnFooter {
  const { size } = statSync(file)
  const tail = Buffer.alloc(8 + magic.length)
  if (size < tail.length) throw notColumns(file)
  readSync(descriptor, tail, 0, tail.length, size - tail.length)
  if (tail.subarray(8).toString('latin1') !== magic) throw notColumns(file)
  const length = tail.readDoubleLE(0)
  const json = Buffer.alloc(length)
  readSync(descriptor, json, 0, length, size - tail.length - length)
  return JSON.parse(json.toString('utf8'))
}

function notColumns(file: string): Error {
  const hint = 'convert the trace again'
  return refuse('TRACE_CUT', 'the column file has no end', { file }, hint)
}
