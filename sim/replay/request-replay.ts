/**
 * The replay of single requests through the device model. Rows run in tight segments between
 * events; what is no row of the trace (requests that wait for queue depth, chunks of copies) is an
 * event of its own, so that every station sees its arrivals in time order. Times here count from
 * the run's start, so that fractions of a microsecond keep their precision.
 */
import { operations, type RequestBatch, type RequestSource } from '../../traces/batch.js'
import type { Copy, DataPath, FinishedCopy, Route } from '../data-path.js'
import type { Device } from '../devices/preset.js'
import { Stations } from '../devices/stations.js'
import { Copies } from './copies.js'
import { Counters } from './counters.js'
import { Deferred } from './deferred.js'
import { Routes, widest } from './routes.js'
import { overloadWaitUs, Tally } from './tally.js'

export const ioTimeoutUs = 30_000_000
/** Requests of one volume that may be in flight; one more waits for the one so many before it. */
export const queueDepth = 128
/** Requests in flight from which on a volume's completions are remembered. */
const crowded = 8

export interface ReplayOptions {
  readonly devices: readonly Device[]
  readonly volumes: number
  /** The engine's time at the run's start. */
  readonly originUs: number
  readonly scrapeIntervalUs: number
  /** Volumes with latency buckets of their own. */
  readonly watched: readonly number[]
  /** Told at each scrape, when the counters stand. */
  readonly onScrape: (atUs: number, counters: Counters) => void
}

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
  /** Latest completion of each volume, and requests since it was last idle. */
  private readonly busyUntilUs: Float64Array
  private readonly inFlight: Uint32Array

  constructor(
    private readonly source: RequestSource,
    private readonly options: ReplayOptions,
  ) {
    const { devices, volumes, scrapeIntervalUs } = options
    this.stations = new Stations(devices)
    this.counters = new Counters(volumes, scrapeIntervalUs, ioTimeoutUs)
    this.tally = new Tally(devices.length, volumes, options.watched)
    this.routes = new Routes(volumes)
    this.copies = new Copies(this.stations, devices.length)
    this.deferred = new Deferred(queueDepth)
    this.busyUntilUs = new Float64Array(volumes)
    this.inFlight = new Uint32Array(volumes)
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
    let until = endUs
    while (!this.ended) {
      if (this.batch === null || this.row === this.batch.count) {
        this.batch = this.source.next()
        this.row = 0
        if (this.batch === null) {
          this.ended = true
          return
        }
      }
      const { count, timeUs, volume, operation, offsetLow, offsetHigh, lengthBytes } = this.batch
      let row = this.row
      for (; row < count; row++) {
        const atUs = timeUs[row]
        if (atUs > until) break
        const code = operation[row]
        if (code === operations.other) continue
        const offset = offsetHigh[row] * 4_294_967_296 + offsetLow[row]
        this.arrive(volume[row], code === operations.write ? 1 : 0, lengthBytes[row], offset, atUs)
        const firstUs = this.deferred.firstUs
        if (firstUs < until) until = firstUs
      }
      this.row = row
      if (row < count) return
    }
  }

  /** A request that arrives: it goes to its stations now, or waits for room in its volume's queue. */
  private arrive(
    volume: number,
    operation: number,
    bytes: number,
    offset: number,
    atUs: number,
  ): void {
    const busyUntilUs = this.busyUntilUs[volume]
    if (busyUntilUs <= atUs && (this.inFlight[volume] < crowded || this.deferred.calm(volume))) {
      this.inFlight[volume] = 0
    }
    const number = this.inFlight[volume]
    this.inFlight[volume] = number + 1
    if (number >= crowded) {
      const freeUs = this.deferred.freeUs(volume, number, busyUntilUs)
      if (freeUs > atUs) {
        const request = { volume, operation, bytes, offset, arrivedUs: atUs, number }
        this.deferred.add(request, freeUs)
        return
      }
    }
    this.issue(volume, operation, bytes, offset, atUs, atUs)
  }

  private issueDeferred(): void {
    const { deferred } = this
    const atUs = deferred.firstUs
    const { volume, operation, bytes, offset, arrivedUs } = deferred.take()
    if (atUs - arrivedUs > ioTimeoutUs) {
      this.tally.lose(volume)
      deferred.completed(volume, atUs)
    } else {
      this.issue(volume, operation, bytes, offset, arrivedUs, atUs)
    }
    deferred.wakeNext(volume, atUs)
  }

  /** To the stations: a read to one replica in turn, a write to all, done with the slowest. */
  private issue(
    volume: number,
    operation: number,
    bytes: number,
    offset: number,
    arrivedUs: number,
    atUs: number,
  ): void {
    const { routes, stations } = this
    const begin = volume * widest
    let doneUs = 0
    let pool = -1
    let waitedUs = 0
    if (operation === 0) {
      const readable = routes.readable[volume]
      if (readable > 0) {
        const turn = routes.turn[volume]
        routes.turn[volume] = turn + 1 < readable ? turn + 1 : 0
        pool = routes.readPools[begin + turn]
        doneUs = stations.visit(pool, 0, bytes, atUs, volume, offset)
        waitedUs = stations.waitedUs
      }
    } else {
      const writable = routes.writable[volume]
      for (let replica = 0; replica < writable; replica++) {
        const candidate = routes.writePools[begin + replica]
        const candidateUs = stations.visit(candidate, 1, bytes, atUs, volume, offset)
        if (candidateUs >= doneUs) {
          doneUs = candidateUs
          pool = candidate
          waitedUs = stations.waitedUs
        }
      }
    }
    this.settle(volume, operation, bytes, pool, doneUs, arrivedUs, atUs, waitedUs)
  }

  private settle(
    volume: number,
    operation: number,
    bytes: number,
    pool: number,
    doneUs: number,
    arrivedUs: number,
    atUs: number,
    waitedUs: number,
  ): void {
    const latencyUs = doneUs - arrivedUs
    if (pool < 0 || latencyUs > ioTimeoutUs) {
      this.tally.lose(volume)
      if (this.inFlight[volume] > crowded) this.deferred.completed(volume, atUs)
      return
    }
    if (doneUs > this.busyUntilUs[volume]) this.busyUntilUs[volume] = doneUs
    if (this.inFlight[volume] > crowded) this.deferred.completed(volume, doneUs)
    this.counters.completed(volume, operation, doneUs)
    this.tally.serve(volume, pool, operation, bytes, latencyUs, waitedUs > overloadWaitUs, atUs)
  }
}
