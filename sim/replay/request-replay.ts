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
import { Answers, blockRows, givenUp } from './answers.js'
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

/**
 * Constants that the hot loop uses, once more: one of this module is compiled in, one of another is
 * loaded and checked at each use.
 */
const toCells = cellShift
const inFlightCell = inFlight
const toNumbers = numberShift
const releaseCell = release
const route = routeBegin
const toRoutes = routeShift
const readableCell = readable
const readPoolsCell = readPools
const turnCell = turn
const writableCell = writable
const writePoolsCell = writePools
const never = givenUp
const isWrite = operations.write
const isOther = operations.other
const atCell = jobAt
const leavesCell = jobRelease

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
  private readonly answers = new Answers()
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
      const end = Math.min(batch.count, this.row + blockRows)
      this.row = this.sendBlock(batch, this.row, end)
      this.tally.count(this.answers)
      if (this.row < end) return
    }
  }

  /** Sends rows up to `end`, or up to the next event; answers the first that was not sent. */
  private sendBlock(batch: RequestBatch, first: number, end: number): number {
    const { timeUs, volume, operation, lengthBytes, offsetLow, offsetHigh } = batch
    const { cells, numbers } = this.volumes
    const { job } = this.stations
    let row = first
    for (; row < end; row++) {
      const atUs = timeUs[row]
      if (atUs > this.rowsUntilUs) break
      const code = operation[row]
      if (code === isOther) continue
      if (batch.responseUs !== null) this.tally.recorded?.add(batch.responseUs[row])
      const own = volume[row] | 0
      const write = code === isWrite ? 1 : 0
      const bytes = lengthBytes[row]
      const offset = offsetHigh[row] * 4_294_967_296 + offsetLow[row]
      const number = (own << toNumbers) + inFlightCell
      let seat = idle
      if (cells[(own << toCells) + releaseCell] > atUs || numbers[number] === this.crowd) {
        job[atCell] = atUs
        seat = this.seat(own)
        if (seat === waits) {
          this.defer(own, write, bytes, offset)
          continue
        }
      }
      const releaseUs = this.issue(own, write, atUs, atUs, bytes, offset)
      if (seat === idle) numbers[number] = 1
      else {
        job[leavesCell] = releaseUs
        this.hold(own, seat)
      }
    }
    return row
  }

  /** The place in its volume's queue of a request that comes at `at`, if it has one. */
  private seat(volume: number): number {
    const { crowd, deferred, flights } = this
    const { cells, numbers } = this.volumes
    const { job } = this.stations
    const number = numbers[(volume << toNumbers) + inFlightCell]
    const releaseUs = cells[(volume << toCells) + releaseCell]
    if (releaseUs <= job[atCell] && deferred.calm(volume)) return idle
    if (number === 1) flights[volume * crowded] = releaseUs
    if (number < crowd) return numbered - number
    deferred.furnish(volume, flights, volume * crowded, crowd)
    const slot = deferred.slotAt(volume, job[atCell])
    return slot < 0 ? waits : slot
  }

  /** The request in `job` holds the place that it was given. */
  private hold(volume: number, seat: number): void {
    const releaseUs = this.stations.job[leavesCell]
    if (seat >= 0) {
      this.deferred.hold(seat, releaseUs)
      return
    }
    const number = numbered - seat
    this.volumes.numbers[(volume << toNumbers) + inFlightCell] = number + 1
    this.flights[volume * crowded + number] = releaseUs
  }

  private defer(volume: number, operation: number, bytes: number, offset: number): void {
    const { deferred } = this
    const arrivedUs = this.stations.job[atCell]
    deferred.add({ volume, operation, bytes, offset, arrivedUs })
    this.rowsUntilUs = Math.min(this.rowsUntilUs, deferred.firstUs)
  }

  private issueDeferred(): void {
    const { deferred } = this
    const atUs = deferred.firstUs
    const { volume, operation, bytes, offset, arrivedUs } = deferred.take()
    if (atUs - arrivedUs > ioTimeoutUs) {
      this.answers.add(volume, operation, -1, bytes, atUs, never)
    } else {
      const releaseUs = this.issue(volume, operation, arrivedUs, atUs, bytes, offset)
      deferred.holdEarliest(volume, atUs, releaseUs)
    }
    this.tally.count(this.answers)
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
    const begin = (volume << toRoutes) + route
    const readers = routes[begin + readableCell]
    if (readers === 0) {
      this.answers.add(volume, operation, -1, bytes, atUs, never)
      return 0
    }
    let place = begin + writePoolsCell
    let end = place + routes[begin + writableCell]
    if (operation === 0) {
      const whose = routes[begin + turnCell]
      routes[begin + turnCell] = whose + 1 < readers ? whose + 1 : 0
      place = begin + readPoolsCell + whose
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
    const isServed = latencyUs <= ioTimeoutUs
    this.answers.add(volume, operation, pool, bytes, atUs, isServed ? latencyUs : never)
    // A request that took too long leaves its slot at the timeout; what it asked of pools stands.
    const releaseUs = isServed ? doneUs : arrivedUs + ioTimeoutUs
    const cell = (volume << toCells) + releaseCell
    if (releaseUs > cells[cell]) cells[cell] = releaseUs
    if (isServed && doneUs > this.counters.endUs) {
      this.counters.completesLater(volume, operation, doneUs)
    }
    return releaseUs
  }
}
