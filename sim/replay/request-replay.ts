/**
 * The replay of single requests through the device model. Rows run in tight segments between
 * events; what is no row of the trace (requests that wait for queue depth, chunks of copies) is an
 * event of its own, so that every station sees its arrivals in time order. Times here count from
 * the run's start, so that fractions of a microsecond keep their precision.
 */
import { operations, type RequestBatch, type RequestSource } from '../../traces/batch.js'
import type { Copy, DataPath, FinishedCopy, Route } from '../data-path.js'
import { jobAt, jobRelease } from '../devices/job.js'
import { Stations } from '../devices/stations.js'
import { Copies } from './copies.js'
import { Counters } from './counters.js'
import { Deferred } from './deferred.js'
import type { ReplayOptions } from './replay-options.js'
import { readable, readPools, turn, writable, writePools } from './routes.js'
import { Tally } from './tally.js'
import {
  cellShift,
  inFlight,
  numberShift,
  release,
  routeBegin,
  routeShift,
  VolumeCells,
} from './volume-cells.js'

export const ioTimeoutUs = 30_000_000
/** Requests of one volume that may be in flight; one more waits for the one so many before it. */
export const queueDepth = 128
/** Requests since a volume was last idle from which on it has slots of its own. */
const crowded = 7
/** Answers of `seat`: the volume is idle, or the request has to wait; below, its number. */
const idle = -1
const waits = -2
const numbered = -3

export class RequestReplay implements DataPath {
  readonly stations: Stations
  readonly counters: Counters
  readonly tally: Tally
  readonly copies: Copies
  private readonly volumes: VolumeCells
  private readonly deferred: Deferred
  private batch: RequestBatch | null = null
  private row = 0
  private ended = false
  private nextScrapeUs: number
  /** When the first requests of each volume since it was idle leave their slots. */
  private readonly flights: Float64Array
  private readonly crowd: number
  /** Until when rows may run before an event. */
  private rowsUntilUs = 0

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
    this.copies = new Copies(this.stations, devices.length)
    const depth = options.queueDepth ?? queueDepth
    this.deferred = new Deferred(depth, volumes)
    this.crowd = Math.min(crowded, depth)
    this.flights = new Float64Array(volumes * crowded)
    this.nextScrapeUs = scrapeIntervalUs
  }

  setRoute(volume: number, route: Route): void {
    this.volumes.setRoute(volume, route)
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
    this.volumes.change()
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
      this.row = this.runBatch(batch, this.row)
      if (this.row < batch.count) return
    }
  }

  private runBatch(batch: RequestBatch, first: number): number {
    const { count, timeUs, volume, operation, lengthBytes, offsetLow, offsetHigh } = batch
    const { cells, numbers } = this.volumes
    const { job } = this.stations
    let row = first
    for (; row < count; row++) {
      const atUs = timeUs[row]
      if (atUs > this.rowsUntilUs) break
      const code = operation[row]
      if (code === operations.other) continue
      if (batch.responseUs !== null) this.tally.recorded?.add(batch.responseUs[row])
      const own = volume[row] | 0
      const write = code === operations.write ? 1 : 0
      const bytes = lengthBytes[row]
      const offset = offsetHigh[row] * 4_294_967_296 + offsetLow[row]
      const number = (own << numberShift) + inFlight
      let seat = idle
      if (cells[(own << cellShift) + release] > atUs || numbers[number] === this.crowd) {
        job[jobAt] = atUs
        seat = this.seat(own)
        if (seat === waits) {
          this.defer(own, write, bytes, offset)
          continue
        }
      }
      const releaseUs = this.issue(own, write, atUs, atUs, bytes, offset)
      if (seat === idle) numbers[number] = 1
      else {
        job[jobRelease] = releaseUs
        this.hold(own, seat)
      }
    }
    return row
  }

  /** The place in its volume's queue of a request that comes at `jobAt`, if it has one. */
  private seat(volume: number): number {
    const { crowd, deferred, flights } = this
    const { cells, numbers } = this.volumes
    const { job } = this.stations
    const number = numbers[(volume << numberShift) + inFlight]
    const releaseUs = cells[(volume << cellShift) + release]
    if (releaseUs <= job[jobAt] && deferred.calm(volume)) return idle
    if (number === 1) flights[volume * crowded] = releaseUs
    if (number < crowd) return numbered - number
    deferred.furnish(volume, flights, volume * crowded, crowd)
    const slot = deferred.slotAt(volume, job[jobAt])
    return slot < 0 ? waits : slot
  }

  /** The request in `job` holds the place that it was given. */
  private hold(volume: number, seat: number): void {
    const releaseUs = this.stations.job[jobRelease]
    if (seat >= 0) {
      this.deferred.hold(seat, releaseUs)
      return
    }
    const number = numbered - seat
    this.volumes.numbers[(volume << numberShift) + inFlight] = number + 1
    this.flights[volume * crowded + number] = releaseUs
  }

  private defer(volume: number, operation: number, bytes: number, offset: number): void {
    const { deferred } = this
    const arrivedUs = this.stations.job[jobAt]
    deferred.add({ volume, operation, bytes, offset, arrivedUs })
    this.rowsUntilUs = Math.min(this.rowsUntilUs, deferred.firstUs)
  }

  private issueDeferred(): void {
    const { deferred } = this
    const atUs = deferred.firstUs
    const { volume, operation, bytes, offset, arrivedUs } = deferred.take()
    if (atUs - arrivedUs > ioTimeoutUs) {
      this.tally.lose(volume, -1, atUs)
    } else {
      const releaseUs = this.issue(volume, operation, arrivedUs, atUs, bytes, offset)
      deferred.holdEarliest(volume, atUs, releaseUs)
    }
    deferred.wakeNext(volume, atUs)
  }

  /**
   * A request to its stations: a read to one replica in turn, a write to all. It is done when the
   * slowest has it: the pool that its latency counts for. Answers when it leaves its slot.
   */
  private issue(
    volume: number,
    operation: number,
    arrivedUs: number,
    atUs: number,
    bytes: number,
    offset: number,
  ): number {
    const { cells, routes } = this.volumes
    const begin = (volume << routeShift) + routeBegin
    const readers = routes[begin + readable]
    if (readers === 0) {
      this.tally.lose(volume, -1, atUs)
      return 0
    }
    let place = begin + writePools
    let end = place + routes[begin + writable]
    if (operation === 0) {
      const whose = routes[begin + turn]
      routes[begin + turn] = whose + 1 < readers ? whose + 1 : 0
      place = begin + readPools + whose
      end = place + 1
    }
    let pool = -1
    let doneUs = 0
    for (; place < end; place++) {
      const ownUs = this.stations.visit(routes[place], operation, bytes, atUs, volume, offset)
      if (ownUs >= doneUs) {
        doneUs = ownUs
        pool = routes[place]
      }
    }
    const latencyUs = doneUs - arrivedUs
    if (latencyUs > ioTimeoutUs) return this.giveUp(volume, pool, arrivedUs, atUs)
    if (doneUs > cells[(volume << cellShift) + release]) {
      cells[(volume << cellShift) + release] = doneUs
    }
    if (doneUs > this.counters.endUs) this.counters.completesLater(volume, operation, doneUs)
    this.tally.serve(volume, pool, operation, bytes, latencyUs, atUs)
    return doneUs
  }

  /**
   * A request that took too long leaves its slot at the timeout; what it asked of the pools stands.
   */
  private giveUp(volume: number, pool: number, arrivedUs: number, atUs: number): number {
    const { cells } = this.volumes
    const releaseUs = arrivedUs + ioTimeoutUs
    const cell = (volume << cellShift) + release
    if (releaseUs > cells[cell]) cells[cell] = releaseUs
    this.tally.lose(volume, pool, atUs)
    return releaseUs
  }
}
