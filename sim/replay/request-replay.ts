/**
 * The replay of single requests through the device model. Rows run in tight segments between
 * events; what is no row of the trace (requests that wait for queue depth, chunks of transfers) is
 * an event of its own, so that every station sees its arrivals in time order. Times here count from
 * the run's start, so that fractions of a microsecond keep their precision.
 */
import type { RequestBatch, RequestSource } from '../../traces/batch.js'
import {
  type DataPath,
  type FinishedTransfer,
  isCoded,
  type Route,
  type Transfer,
} from '../data-path.js'
import { blockRows } from '../devices/request-block.js'
import { Stations } from '../devices/stations.js'
import { CodedRequests } from './coded-requests.js'
import { Counters } from './counters.js'
import { ioTimeoutUs, queueDepth } from './limits.js'
import type { ReplayOptions } from './replay-options.js'
import { Sender } from './sender.js'
import { Tally } from './tally.js'
import { Transfers } from './transfers.js'
import { cellShift, served, VolumeCells } from './volume-cells.js'

/** Volumes from which on the cells of all do not stay in the processor's own cache. */
const wide = 8192

export { ioTimeoutUs, queueDepth }

export class RequestReplay implements DataPath {
  readonly stations: Stations
  readonly counters: Counters
  readonly tally: Tally
  readonly transfers: Transfers
  readonly coded: CodedRequests
  private readonly volumes: VolumeCells
  private readonly sender: Sender
  private batch: RequestBatch | null = null
  private row = 0
  private ended = false
  private nextScrapeUs: number
  /** Up to when everything was replayed. */
  private reachedUs = 0
  /** Rows of the batch that were brought near. */
  private touched = 0

  constructor(
    private readonly source: RequestSource,
    private readonly options: ReplayOptions,
  ) {
    const { devices, volumes, scrapeIntervalUs } = options
    this.stations = new Stations(devices)
    this.volumes = new VolumeCells(volumes, devices.length, options.watched)
    this.counters = new Counters(this.volumes, scrapeIntervalUs, ioTimeoutUs)
    this.tally = new Tally({
      pools: devices.length,
      volumes: this.volumes,
      watched: options.watched.length,
      objectivesUs: options.objectivesUs ?? new Float64Array(devices.length).fill(Number.NaN),
      hasResponses: source.hasResponses,
    })
    this.transfers = new Transfers(this.stations, devices.length)
    this.coded = new CodedRequests(this.stations)
    const depth = options.queueDepth ?? queueDepth
    this.sender = new Sender(this.stations, this.volumes, this.counters, depth, this.coded)
    this.nextScrapeUs = scrapeIntervalUs
  }

  setRoute(volume: number, route: Route): void {
    this.volumes.setRoute(volume, route)
    this.coded.set(volume, isCoded(route) ? route : null)
    this.sender.setCoded(volume, isCoded(route))
  }

  setPoolDown(pool: number, down: boolean): void {
    this.transfers.setPoolDown(pool, down, this.reachedUs)
  }

  startTransfer(transfer: Transfer, atUs: number): void {
    this.transfers.start(transfer, atUs - this.options.originUs)
  }

  stopTransfer(id: number): void {
    this.transfers.stop(id)
  }

  transferredBytes(id: number): number {
    return this.transfers.movedBytes(id)
  }

  /** Those that were sent, whether or not they are answered yet. */
  writes(volume: number): number {
    return this.volumes.cells[(volume << cellShift) + served + 1]
  }

  advance(untilUs: number): FinishedTransfer | null {
    const { originUs } = this.options
    const until = untilUs - originUs
    for (;;) {
      const segmentEnd = Math.min(until, this.nextScrapeUs)
      const finished = this.runTo(segmentEnd)
      if (finished !== null) {
        this.reachedUs = Math.ceil(this.transfers.finishedAtUs)
        return { id: finished, atUs: this.reachedUs + originUs }
      }
      this.reachedUs = segmentEnd
      if (segmentEnd === this.nextScrapeUs) this.scrape()
      if (segmentEnd === until) return null
    }
  }

  /** True when every row was replayed and nothing waits any more. */
  get isEmpty(): boolean {
    return this.ended && this.sender.deferred.length === 0
  }

  private scrape(): void {
    this.counters.scrape(this.nextScrapeUs)
    this.options.onScrape(this.nextScrapeUs + this.options.originUs, this.counters)
    this.nextScrapeUs += this.options.scrapeIntervalUs
  }

  /** Rows and events in time order up to an instant; answers a transfer that finished before it. */
  private runTo(until: number): number | null {
    const { deferred } = this.sender
    const { destage } = this.coded
    for (;;) {
      this.runRows(Math.min(this.eventUs, until))
      const { eventUs } = this
      if (eventUs > until) return null
      if (deferred.firstUs === eventUs) this.sendDeferred()
      else if (destage.firstUs === eventUs) destage.step()
      else {
        const finished = this.transfers.step()
        if (finished !== null) return finished
      }
    }
  }

  /** The first event that is no row of the trace. */
  private get eventUs(): number {
    const rest = Math.min(this.transfers.firstUs, this.coded.destage.firstUs)
    return Math.min(this.sender.deferred.firstUs, rest)
  }

  private sendDeferred(): void {
    this.sender.sendDeferred()
    this.tally.count(this.sender.takeSent())
  }

  /** Rows up to and including an instant, or to the first event that they make. */
  private runRows(endUs: number): void {
    const { sender, tally } = this
    sender.untilUs = endUs
    while (!this.ended) {
      const { batch, row } = this
      if (batch === null || row === batch.count) {
        this.nextBatch()
        continue
      }
      const end = Math.min(batch.count, row + blockRows)
      this.touch(batch, end)
      this.row = sender.sendRows(batch, row, end)
      if (batch.responseUs !== null) tally.recorded?.addRows(batch, row, this.row)
      tally.count(sender.takeSent())
      if (this.row < end) return
    }
  }

  private nextBatch(): void {
    this.batch = this.source.next()
    this.row = 0
    this.touched = 0
    if (this.batch === null) this.ended = true
  }

  /** The volumes of many rows are fetched at once: one after another, each makes the next wait. */
  private touch(batch: RequestBatch, end: number): void {
    if (this.options.volumes <= wide || end <= this.touched) return
    this.volumes.touch(batch.volume, this.touched, end)
    this.touched = end
  }
}
