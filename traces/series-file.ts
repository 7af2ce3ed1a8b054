/** A column file of the series grain as a source: one interval of all volumes at a time. */
import { closeSync } from 'node:fs'
import type { SeriesBatch, SeriesSource } from './batch.js'
import { blockRows, readPart } from './column-layout.js'
import type { Warning } from './problem.js'
import { type Intervals, intervalRows } from './series-rows.js'

export interface SeriesFooter {
  readonly grain: 'series'
  readonly rows: number
  readonly format: string
  readonly volumes: readonly string[]
  readonly intervalUs: number
  /** The first interval's begin and the last one's end. */
  readonly firstUs: number
  readonly lastUs: number
  /** As the raw files have them. */
  readonly points: number
  readonly firstPointUs: number
  readonly lastPointUs: number
  readonly warnings: readonly Warning[]
}

export class SeriesFile implements SeriesSource {
  readonly grain = 'series'
  private readonly block: Intervals = intervalRows.make(blockRows)
  private row = 0
  private nextRow = 0
  private readonly batch: SeriesBatch

  constructor(
    private readonly descriptor: number,
    readonly footer: SeriesFooter,
  ) {
    const volumes = footer.volumes.length
    this.batch = {
      startUs: 0,
      count: 0,
      volume: new Uint32Array(volumes),
      reads: new Float64Array(volumes),
      writes: new Float64Array(volumes),
      readBytes: new Float64Array(volumes),
      writeBytes: new Float64Array(volumes),
    }
  }

  get volumes(): readonly string[] {
    return this.footer.volumes
  }
  get intervalUs(): number {
    return this.footer.intervalUs
  }
  get points(): number {
    return this.footer.rows
  }
  get firstUs(): number {
    return this.footer.firstUs
  }
  get lastUs(): number {
    return this.footer.lastUs
  }

  next(): SeriesBatch | null {
    if (!this.fill()) return null
    const { batch, block } = this
    const startUs = block.timeUs[this.row]
    let count = 0
    while (this.fill() && block.timeUs[this.row] === startUs) {
      batch.volume[count] = block.volume[this.row]
      batch.reads[count] = block.reads[this.row]
      batch.writes[count] = block.writes[this.row]
      batch.readBytes[count] = block.readBytes[this.row]
      batch.writeBytes[count] = block.writeBytes[this.row]
      count += 1
      this.row += 1
    }
    return { ...batch, startUs, count }
  }

  rewind(): void {
    this.row = 0
    this.nextRow = 0
    this.block.count = 0
  }

  close(): void {
    closeSync(this.descriptor)
  }

  /** Whether the block has a next row. */
  private fill(): boolean {
    if (this.row < this.block.count) return true
    const count = Math.min(blockRows, this.footer.rows - this.nextRow)
    if (count <= 0) return false
    const position = this.nextRow * intervalRows.rowBytes
    readPart(this.descriptor, position, count, 0, count, this.block)
    this.nextRow += count
    this.row = 0
    return true
  }
}
