/**
 * The replay of single requests through the device model. Rows run in tight segments between
 * events; what is no row of the trace (requests that wait for queue depth, chunks of copies) is an
 * event of its own, so that every station sees its arrivals in time order. Times here count from
 * the run's start, so that fractions of a microsecond keep their precision.
 */
import { operations, type RequestBatch, type RequestSource } from '../../traces/batch.js'
import type { Copy, DataPath, FinishedCopy, Route } from '../data-path.js'
import {
  jobArrived,
  jobAt,
  jobBytes,
  jobDone,
  jobLatency,
  jobOffset,
  jobRelease,
} from '../devices/job.js'
import { Stations } from '../devices/stations.js'
import { Copies } from './copies.js'
import { Counters } from './counters.js'
import { Deferred } from './deferred.js'
import type { ReplayOptions } from './replay-options.js'
import { Routes, readable, readPools, routeCells, turn, writable, writePools } from './routes.js'
import { Tally } from './tally.js'

export const ioTimeoutUs = 30_000_000
/** Requests of one volume that may be in flight; one more waits for the one so many before it. */
export const queueDepth = 128
/** Requests since a volume was last idle from which on it has slots of its own. */
const crowded = 7
/** Cells of a volume: its latest release, then those of its first requests since it was idle. */
const flightCells = 1 + crowded

export class RequestReplay implements DataPath {
  readonly stations: Stations
  readonly counters: Counters
  readonly tally: Tally
  readonly copies: Copies
  private readonly routes: Routes
  private readonly deferred: Deferred
  private batch: RequestBatch | null = null
  private row = 0
  private ended = false
  private nextScrapeUs: number
  /** When requests of each volume leave their slots. */
  private readonly flights: Float64Array
  /** Requests of each volume since it was last idle, up to the crowd. */
  private readonly inFlight: Uint8Array
  private readonly crowd: number
  /** Until when rows may run before an event. */
  private rowsUntilUs = 0

  constructor(
    private readonly source: RequestSource,
    private readonly options: ReplayOptions,
  ) {
    const { devices, volumes, scrapeIntervalUs } = options
    this.stations = new Stations(devices)
    this.counters = new Counters(volumes, scrapeIntervalUs, ioTimeoutUs)
    this.tally = new Tally({
      pools: devices.length,
      volumes,
      watched: options.watched,
      objectivesUs: options.objectivesUs ?? new Float64Array(devices.length).fill(Number.NaN),
      hasResponses: source.hasResponses,
    })
    this.routes = new Routes(volumes, devices.length)
    this.copies = new Copies(this.stations, devices.length)
    const depth = options.queueDepth ?? queueDepth
    this.deferred = new Deferred(depth, volumes)
    this.crowd = Math.min(crowded, depth)
    this.flights = new Float64Array(volumes * flightCells)
    this.inFlight = new Uint8Array(volumes)
    this.nextScrapeUs = scrapeIntervalUs
  }

  setRoute(volume: number, route: Route): void {
    this.routes.set(volume, route)
  }

  setPoolDown(pool: number, down: boolean): void {
    this.copies.setPoolDown(pool, down)
  }

  startCopy(copy: Copy, atUs: number): void {
    this.copies.start(copy, atUs - this.options.originUs)
  }

  stopCopy(id: number): void {
    this.copies.stop(id)
  }

  copiedBytes(id: number): number {
    return this.copies.copiedBytes(id)
  }

  advance(untilUs: number): FinishedCopy | null {
    const { originUs } = this.options
    const until = untilUs - originUs
    for (;;) {
      const segmentEnd = Math.min(until, this.nextScrapeUs)
      const finished = this.runTo(segmentEnd)
      if (finished !== null)
        return { id: finished, atUs: Math.ceil(this.copies.finishedAtUs) + originUs }
      if (segmentEnd === this.nextScrapeUs) this.scrape()
      if (segmentEnd === until) return null
    }
  }

  /** True when every row was replayed and nothing waits any more. */
  get isEmpty(): boolean {
    return this.ended && this.deferred.length === 0
  }

  private scrape(): void {
    this.counters.scrape(this.nextScrapeUs)
    this.options.onScrape(this.nextScrapeUs + this.options.originUs, this.counters)
    this.nextScrapeUs += this.options.scrapeIntervalUs
  }

  /** Rows and events in time order up to an instant; answers a copy that finished before it. */
  private runTo(until: number): number | null {
    for (;;) {
      const eventUs = Math.min(this.deferred.firstUs, this.copies.firstUs)
      this.runRows(Math.min(eventUs, until))
      if (eventUs > until) return null
      if (this.deferred.firstUs <= this.copies.firstUs) this.issueDeferred()
      else {
        const finished = this.copies.step()
        if (finished !== null) return finished
      }
    }
  }

  /** The hot loop: rows up to and including an instant, or to the first event that they make. */
  private runRows(endUs: number): void {
    this.rowsUntilUs = endUs
    while (!this.ended) {
      const { batch } = this
      if (batch === null || this.row === batch.count) {
        this.batch = this.source.next()
        this.row = 0
        if (this.batch === null) this.ended = true
        continue
      }
      const { count, timeUs } = batch
      let { row } = this
      while (row < count && timeUs[row] <= this.rowsUntilUs) {
        this.arrive(batch, row)
        row += 1
      }
      this.row = row
      if (row < count) return
    }
  }

  /**
   * A request that arrives: it goes to its stations now, or waits for room in its volume's queue.
   */
  private arrive(batch: RequestBatch, row: number): void {
    const code = batch.operation[row]
    if (code === operations.other) return
    if (batch.responseUs !== null) this.tally.recorded?.add(batch.responseUs[row])
    const { flights, inFlight } = this
    const { job } = this.stations
    const volume = batch.volume[row]
    const write = code === operations.write ? 1 : 0
    const atUs = batch.timeUs[row]
    const flight = volume * flightCells
    let number = inFlight[volume]
    if (flights[flight] <= atUs && (number < this.crowd || this.deferred.calm(volume))) number = 0
    job[jobArrived] = atUs
    job[jobAt] = atUs
    job[jobBytes] = batch.lengthBytes[row]
    job[jobOffset] = batch.offsetHigh[row] * 4_294_967_296 + batch.offsetLow[row]
    if (number === this.crowd) {
      this.arriveInCrowd(volume, write)
      return
    }
    inFlight[volume] = number + 1
    this.issue(volume, write)
    flights[flight + 1 + number] = job[jobRelease]
  }

  /** The request in hand is of a volume that is busy: it takes a slot, or waits for one. */
  private arriveInCrowd(volume: number, operation: number): void {
    const { deferred, flights } = this
    const { job } = this.stations
    deferred.furnish(volume, flights, volume * flightCells + 1, this.crowd)
    const slot = deferred.slotAt(volume, job[jobAt])
    if (slot >= 0) {
      this.issue(volume, operation)
      deferred.hold(slot, job[jobRelease])
      return
    }
    const arrivedUs = job[jobAt]
    deferred.add({ volume, operation, bytes: job[jobBytes], offset: job[jobOffset], arrivedUs })
    this.rowsUntilUs = Math.min(this.rowsUntilUs, deferred.firstUs)
  }

  private issueDeferred(): void {
    const { deferred } = this
    const { job } = this.stations
    const atUs = deferred.firstUs
    const { volume, operation, bytes, offset, arrivedUs } = deferred.take()
    if (atUs - arrivedUs > ioTimeoutUs) {
      this.tally.lose(volume, -1, atUs)
    } else {
      job[jobArrived] = arrivedUs
      job[jobAt] = atUs
      job[jobBytes] = bytes
      job[jobOffset] = offset
      this.issue(volume, operation)
      deferred.holdEarliest(volume, atUs, job[jobRelease])
    }
    deferred.wakeNext(volume, atUs)
  }

  /** The request in hand to its stations: a read to one replica in turn, a write to all. */
  private issue(volume: number, operation: number): void {
    const { stations } = this
    const { rows } = this.routes
    const { job } = stations
    const begin = volume * routeCells
    if (rows[begin + readable] === 0) {
      job[jobRelease] = 0
      this.tally.lose(volume, -1, job[jobAt])
    } else if (operation === 0) {
      const whose = rows[begin + turn]
      rows[begin + turn] = whose + 1 < rows[begin + readable] ? whose + 1 : 0
      const pool = rows[begin + readPools + whose]
      stations.serve(pool, 0, volume)
      this.settle(volume, 0, pool)
    } else {
      this.writeAll(volume, begin)
    }
  }

  /**
   * A write is done when the slowest of its replicas has it: the pool that its latency counts for.
   */
  private writeAll(volume: number, begin: number): void {
    const { stations } = this
    const { rows } = this.routes
    const { job } = stations
    const end = begin + writePools + rows[begin + writable]
    let pool = -1
    let doneUs = 0
    for (let place = begin + writePools; place < end; place++) {
      stations.serve(rows[place], 1, volume)
      if (job[jobDone] >= doneUs) {
        doneUs = job[jobDone]
        pool = rows[place]
      }
    }
    job[jobDone] = doneUs
    this.settle(volume, 1, pool)
  }

  private settle(volume: number, operation: number, pool: number): void {
    const { flights } = this
    const { job } = this.stations
    const doneUs = job[jobDone]
    const latencyUs = doneUs - job[jobArrived]
    const flight = volume * flightCells
    if (latencyUs > ioTimeoutUs) {
      this.giveUp(volume, pool)
    } else {
      job[jobLatency] = latencyUs
      job[jobRelease] = doneUs
      if (doneUs > flights[flight]) flights[flight] = doneUs
      this.counters.completed(volume, operation, doneUs)
      this.tally.serve(volume, pool, operation, job)
    }
  }

  /**
   * A request that took too long leaves its slot at the timeout; what it asked of the pools stands.
   */
  private giveUp(volume: number, pool: number): void {
    const { flights } = this
    const { job } = this.stations
    const flight = volume * flightCells
    job[jobRelease] = job[jobArrived] + ioTimeoutUs
    flights[flight] = Math.max(flights[flight], job[jobRelease])
    this.tally.lose(volume, pool, job[jobAt])
  }
}
