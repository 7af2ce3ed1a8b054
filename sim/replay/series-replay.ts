/**
 * The replay of a series: operations of each volume per interval, for months and thousands of
 * volumes. A fluid backlog is carried from interval to interval; requests are whole numbers, and
 * what is left of them is carried. There are no percentiles at this grain.
 */
import type { SeriesBatch, SeriesSource } from '../../traces/batch.js'
import {
  type DataPath,
  type FinishedTransfer,
  isCoded,
  type Route,
  type Transfer,
} from '../data-path.js'
import type { Device } from '../devices/preset.js'
import { CodedSeries } from './coded-series.js'
import { PoolLoad } from './pool-load.js'
import { ioTimeoutUs } from './request-replay.js'
import {
  Routes,
  readers as readersCell,
  readPools,
  routeCells,
  writePools,
  writeWidth,
} from './routes.js'
import { SeriesTally } from './series-tally.js'
import { SeriesTransfers } from './series-transfers.js'

/** Bytes of a request where a series does not tell: 16 KiB, between the common 4 and 64. */
export const assumedRequestBytes = 16_384

export interface SeriesOptions {
  readonly devices: readonly Device[]
  readonly volumes: number
  readonly originUs: number
  readonly scrapeIntervalUs: number
  /** Latency that each pool should keep, NaN for none. */
  readonly objectivesUs?: Float64Array
  readonly onScrape: (atUs: number, reads: Float64Array, writes: Float64Array) => void
}

export class SeriesReplay implements DataPath {
  readonly load: PoolLoad
  readonly transfers: SeriesTransfers
  readonly tally: SeriesTally
  readonly coded: CodedSeries
  private readonly routes: Routes
  private batch: SeriesBatch | null = null
  private ended = false
  private intervalEndUs = 0
  private nowUs = 0
  private nextScrapeUs: number
  /** Operations of this interval that complete, and those before it: what a scrape sees. */
  private readonly reads: Float64Array
  private readonly written: Float64Array
  private readonly readsBefore: Float64Array
  private readonly writesBefore: Float64Array
  private readonly shownReads: Float64Array
  private readonly shownWrites: Float64Array
  private readonly rest: Float64Array

  constructor(
    private readonly source: SeriesSource,
    private readonly options: SeriesOptions,
  ) {
    const { devices, volumes, scrapeIntervalUs } = options
    this.load = new PoolLoad(devices, ioTimeoutUs)
    this.transfers = new SeriesTransfers(devices)
    const none = new Float64Array(devices.length).fill(Number.NaN)
    this.tally = new SeriesTally(devices.length, volumes, options.objectivesUs ?? none)
    this.coded = new CodedSeries(this.load, this.tally)
    this.routes = new Routes(volumes, devices.length)
    this.nextScrapeUs = scrapeIntervalUs
    this.reads = new Float64Array(volumes)
    this.written = new Float64Array(volumes)
    this.readsBefore = new Float64Array(volumes)
    this.writesBefore = new Float64Array(volumes)
    this.shownReads = new Float64Array(volumes)
    this.shownWrites = new Float64Array(volumes)
    this.rest = new Float64Array(2 * volumes)
  }

  setRoute(volume: number, route: Route): void {
    this.routes.set(volume, route)
    this.coded.set(volume, isCoded(route) ? route : null)
  }

  setPoolDown(pool: number, down: boolean): void {
    this.transfers.setPoolDown(pool, down)
    this.transfers.price(this.load.requestShare)
  }

  startTransfer(transfer: Transfer, _atUs: number): void {
    this.transfers.start(transfer)
    this.transfers.price(this.load.requestShare)
  }

  stopTransfer(id: number): void {
    this.transfers.stop(id)
    this.transfers.price(this.load.requestShare)
  }

  transferredBytes(id: number): number {
    return this.transfers.movedBytes(id)
  }

  /** What counters show at this instant. */
  writes(volume: number): number {
    const share = 1 - (this.intervalEndUs - this.nowUs) / this.source.intervalUs
    return this.writesBefore[volume] + Math.floor(this.written[volume] * share)
  }

  get isEmpty(): boolean {
    return this.ended && this.nowUs >= this.intervalEndUs
  }

  advance(untilUs: number): FinishedTransfer | null {
    const { originUs } = this.options
    const until = untilUs - originUs
    // What changes at the very instant at which an interval begins counts for all of it, however
    // often the engine comes by.
    if (until <= this.nowUs) return null
    for (;;) {
      if (this.nowUs >= this.intervalEndUs) this.beginInterval()
      const end = Math.min(until, this.nextScrapeUs, this.intervalEndUs)
      if (!this.transfers.isIdle && end > this.nowUs) {
        const finished = this.transfers.flow(end - this.nowUs)
        if (finished !== null) {
          this.nowUs = Math.min(end, this.nowUs + finished.afterUs)
          this.transfers.price(this.load.requestShare)
          return { id: finished.id, atUs: Math.ceil(this.nowUs) + originUs }
        }
      }
      this.nowUs = end
      if (end === this.nextScrapeUs) this.scrape()
      if (end >= until) return null
    }
  }

  private beginInterval(): void {
    const { intervalUs } = this.source
    const startUs = this.intervalEndUs
    this.intervalEndUs = startUs + intervalUs
    const { reads, written: writes, readsBefore, writesBefore } = this
    for (let volume = 0; volume < reads.length; volume++) {
      readsBefore[volume] += reads[volume]
      writesBefore[volume] += writes[volume]
    }
    reads.fill(0)
    writes.fill(0)
    this.load.clear()
    this.batch = this.ended ? null : this.nextBatch(startUs)
    if (this.batch !== null) this.offer(this.batch)
    this.load.solve(intervalUs, this.transfers.share)
    if (this.batch !== null) this.serve(this.batch)
    if (!this.transfers.isIdle) this.transfers.price(this.load.requestShare)
  }

  /** The batch of this interval; an interval without rows has none, and the next one waits. */
  private nextBatch(startUs: number): SeriesBatch | null {
    const held = this.held ?? this.source.next()
    this.held = null
    if (held === null) {
      this.ended = true
      return null
    }
    if (held.startUs > startUs) {
      this.held = held
      return null
    }
    return held
  }

  private held: SeriesBatch | null = null

  /** What the interval brings each pool. */
  private offer(batch: SeriesBatch): void {
    const { reads: poolReads, writes: poolWrites, readBytes: poolReadBytes } = this.load
    const { writeBytes: poolWriteBytes } = this.load
    const { rows } = this.routes
    for (let row = 0; row < batch.count; row++) {
      const begin = batch.volume[row] * routeCells
      const readers = rows[begin + readersCell]
      if (readers === 0) {
        this.offerCoded(batch, row)
        continue
      }
      const reads = known(batch.reads[row]) / readers
      const readBytes = bytesOf(batch.readBytes[row], batch.reads[row]) / readers
      for (let place = begin + readPools; place < begin + readPools + readers; place++) {
        const pool = rows[place]
        poolReads[pool] += reads
        poolReadBytes[pool] += readBytes
      }
      const writes = known(batch.writes[row])
      const writeBytes = bytesOf(batch.writeBytes[row], batch.writes[row])
      const end = begin + writePools + rows[begin + writeWidth]
      for (let place = begin + writePools; place < end; place++) {
        const pool = rows[place]
        poolWrites[pool] += writes
        poolWriteBytes[pool] += writeBytes
      }
    }
  }

  private offerCoded({ volume, reads, readBytes, writes, writeBytes }: SeriesBatch, row: number) {
    this.coded.offer(
      volume[row],
      known(reads[row]),
      bytesOf(readBytes[row], reads[row]),
      known(writes[row]),
      bytesOf(writeBytes[row], writes[row]),
    )
  }

  /** Whole requests that complete in this interval, with the latency of their pools. */
  private serve(batch: SeriesBatch): void {
    const { tally, rest } = this
    const { rows } = this.routes
    for (let row = 0; row < batch.count; row++) {
      const volume = batch.volume[row]
      const reads = known(batch.reads[row]) + rest[2 * volume]
      const writes = known(batch.writes[row]) + rest[2 * volume + 1]
      const wholeReads = Math.floor(reads)
      const wholeWrites = Math.floor(writes)
      rest[2 * volume] = reads - wholeReads
      rest[2 * volume + 1] = writes - wholeWrites
      const readBytes = bytesOf(batch.readBytes[row], batch.reads[row])
      const writeBytes = bytesOf(batch.writeBytes[row], batch.writes[row])
      if (rows[volume * routeCells + readersCell] === 0) {
        this.reads[volume] += this.coded.serveReads(volume, wholeReads, readBytes)
        this.written[volume] += this.coded.serveWrites(volume, wholeWrites, writeBytes)
        continue
      }
      this.serveReads(volume, wholeReads, readBytes)
      this.serveWrites(volume, wholeWrites, writeBytes)
    }
    tally.endInterval(this.load.backlogUs, this.source.intervalUs)
  }

  /** Reads go to each replica alike. */
  private serveReads(volume: number, count: number, bytes: number): void {
    const { tally } = this
    const { readLatencyUs, servedShare } = this.load
    const { rows } = this.routes
    const begin = volume * routeCells + readPools
    const readers = rows[volume * routeCells + readersCell]
    let latencyUs = 0
    let share = 0
    for (let place = begin; place < begin + readers; place++) {
      latencyUs += readLatencyUs[rows[place]]
      share += servedShare[rows[place]]
    }
    const served = Math.floor((count * share) / readers)
    this.reads[volume] += served
    if (served < count) tally.lose(volume, count - served)
    tally.serve(volume, rows[begin], 0, served, (bytes * share) / readers, latencyUs / readers)
  }

  /** A write is done when the slowest replica has it. */
  private serveWrites(volume: number, count: number, bytes: number): void {
    const { tally } = this
    const { writeLatencyUs, servedShare } = this.load
    const { rows } = this.routes
    const begin = volume * routeCells + writePools
    const end = begin + rows[volume * routeCells + writeWidth]
    let slowest = rows[begin]
    let share = 1
    for (let place = begin; place < end; place++) {
      const pool = rows[place]
      if (writeLatencyUs[pool] >= writeLatencyUs[slowest]) slowest = pool
      share = Math.min(share, servedShare[pool])
    }
    const served = Math.floor(count * share)
    this.written[volume] += served
    if (served < count) tally.lose(volume, count - served)
    tally.serve(volume, slowest, 1, served, bytes * share, writeLatencyUs[slowest])
  }

  private scrape(): void {
    const { intervalUs } = this.source
    const share = 1 - (this.intervalEndUs - this.nextScrapeUs) / intervalUs
    const { reads, written: writes, readsBefore, writesBefore, shownReads, shownWrites } = this
    for (let volume = 0; volume < reads.length; volume++) {
      shownReads[volume] = readsBefore[volume] + Math.floor(reads[volume] * share)
      shownWrites[volume] = writesBefore[volume] + Math.floor(writes[volume] * share)
    }
    const atUs = this.nextScrapeUs + this.options.originUs
    this.options.onScrape(atUs, shownReads, shownWrites)
    this.nextScrapeUs += this.options.scrapeIntervalUs
  }
}

function known(operations: number): number {
  return operations >= 0 ? operations : 0
}

function bytesOf(bytes: number, operations: number): number {
  return bytes >= 0 ? bytes : known(operations) * assumedRequestBytes
}
