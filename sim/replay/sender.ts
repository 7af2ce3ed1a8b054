/**
 * Requests on their way: each takes a place in its volume's queue, or waits for one, goes to its
 * stations, and is to be counted. Most are sent together, by `BlockSender`; here one is sent after
 * another from where a request of the block may have to wait, and each that did wait.
 */
import { operations, type RequestBatch } from '../../traces/batch.js'
import type { Stations } from '../devices/stations.js'
import { BlockSender } from './block-sender.js'
import type { CodedRequests } from './coded-requests.js'
import type { Counters } from './counters.js'
import { Deferred } from './deferred.js'
import { crowded, givenUp, ioTimeoutUs } from './limits.js'
import { readers, readPools, readWidth, turn, writePools, writeWidth } from './routes.js'
import {
  cellShift,
  inFlight,
  numberShift,
  release,
  routeBegin,
  routeShift,
  type VolumeCells,
} from './volume-cells.js'

/**
 * Constants that the loop uses, once more: one of this module is compiled in, one of another is
 * loaded and checked at each use.
 */
const toCells = cellShift
const inFlightCell = inFlight
const toNumbers = numberShift
const releaseCell = release
const routeRow = routeBegin
const toRoutes = routeShift
const readersCell = readers
const readWidthCell = readWidth
const readPoolsCell = readPools
const turnCell = turn
const writeWidthCell = writeWidth
const writePoolsCell = writePools
const never = givenUp
const isWrite = operations.write
const isOther = operations.other
const timeoutUs = ioTimeoutUs

/** Answers of `seat`: the volume is idle, or the request has to wait; below, its number. */
const idle = -1
const waits = -2
const numbered = -3
/** The number of a coded volume's requests: more than any crowd, so that each is sent alone. */
const alone = 1 << 20

export class Sender {
  readonly deferred: Deferred
  /** Until when rows may be sent before an event. */
  untilUs = 0
  /** When the first requests of each volume since it was idle leave their slots. */
  private readonly flights: Float64Array
  private readonly crowd: number
  private readonly together: BlockSender
  /** The slowest pool of the request that was sent last, -1 where none could take it. */
  private slowest = -1

  constructor(
    private readonly stations: Stations,
    private readonly volumes: VolumeCells,
    private readonly counters: Counters,
    depth: number,
    private readonly coded: CodedRequests,
  ) {
    this.deferred = new Deferred(depth, volumes.volumes)
    this.crowd = Math.min(crowded, depth)
    this.flights = new Float64Array(volumes.volumes * crowded)
    this.together = new BlockSender(
      stations,
      volumes,
      counters,
      this.deferred,
      this.flights,
      this.crowd,
    )
  }

  /** Requests that were sent and are counted: the block is empty again. */
  takeSent(): number {
    const { count } = this.together
    this.together.count = 0
    return count
  }

  /** The volume becomes a coded one, or one of replicas again. */
  setCoded(volume: number, isCoded: boolean): void {
    const number = (volume << toNumbers) + inFlightCell
    const { numbers } = this.volumes
    if (isCoded) numbers[number] = alone
    else if (numbers[number] === alone) numbers[number] = this.crowd
  }

  /** Sends rows up to `end`, or up to the next event; answers the first that was not sent. */
  sendRows(batch: RequestBatch, first: number, end: number): number {
    const row = this.together.sendRows(batch, first, end, this.untilUs)
    if (row === end || batch.timeUs[row] > this.untilUs) return row
    return this.sendEach(batch, row, end)
  }

  /** One row after another: what the next one finds is known then. */
  private sendEach(batch: RequestBatch, first: number, end: number): number {
    const { timeUs, volume, operation, lengthBytes, offsetLow, offsetHigh } = batch
    const { cells, numbers } = this.volumes
    const { crowd } = this
    let row = first
    for (; row < end; row++) {
      const atUs = timeUs[row]
      if (atUs > this.untilUs) break
      const code = operation[row]
      if (code === isOther) continue
      const own = volume[row] | 0
      const number = (own << toNumbers) + inFlightCell
      let seat = idle
      if (cells[(own << toCells) + releaseCell] > atUs || numbers[number] >= crowd) {
        seat = this.seat(batch, row)
        if (seat === waits) continue
      }
      const bytes = lengthBytes[row]
      const offset = offsetHigh[row] * 4_294_967_296 + offsetLow[row]
      const write = code === isWrite ? 1 : 0
      const doneUs = this.send(own, write, bytes, atUs, offset)
      const releaseUs = this.settle(own, write, bytes, atUs, atUs, doneUs)
      if (seat === idle) numbers[number] = 1
      else this.hold(own, seat, releaseUs)
    }
    return row
  }

  /** The place of a row in the queue of its volume, which is busy, or was; else the row waits. */
  private seat(batch: RequestBatch, row: number): number {
    const { crowd, deferred, flights } = this
    const { cells, numbers } = this.volumes
    const volume = batch.volume[row]
    const atUs = batch.timeUs[row]
    const number = numbers[(volume << toNumbers) + inFlightCell]
    const releaseUs = cells[(volume << toCells) + releaseCell]
    if (releaseUs <= atUs && number !== alone && deferred.calm(volume)) return idle
    if (number === 1) flights[volume * crowded] = releaseUs
    if (number < crowd) return numbered - number
    deferred.furnish(volume, flights, volume * crowded, crowd)
    const slot = deferred.slotAt(volume, atUs)
    if (slot >= 0) return slot
    this.defer(batch, row)
    return waits
  }

  private defer(batch: RequestBatch, row: number): void {
    const { deferred } = this
    deferred.add({
      volume: batch.volume[row],
      operation: batch.operation[row] === isWrite ? 1 : 0,
      bytes: batch.lengthBytes[row],
      offset: batch.offsetHigh[row] * 4_294_967_296 + batch.offsetLow[row],
      arrivedUs: batch.timeUs[row],
    })
    this.untilUs = Math.min(this.untilUs, deferred.firstUs)
  }

  /** A request holds the place that it was given. */
  private hold(volume: number, seat: number, releaseUs: number): void {
    if (seat >= 0) {
      this.deferred.hold(seat, releaseUs)
      return
    }
    const number = numbered - seat
    this.volumes.numbers[(volume << toNumbers) + inFlightCell] = number + 1
    this.flights[volume * crowded + number] = releaseUs
  }

  sendDeferred(): void {
    const { deferred } = this
    const atUs = deferred.firstUs
    const { volume, operation, bytes, offset, arrivedUs } = deferred.take()
    if (atUs - arrivedUs > timeoutUs) {
      this.together.add(volume, operation - 2, atUs, never)
    } else {
      const doneUs = this.send(volume, operation, bytes, atUs, offset)
      const releaseUs = this.settle(volume, operation, bytes, arrivedUs, atUs, doneUs)
      deferred.holdEarliest(volume, atUs, releaseUs)
    }
    deferred.wakeNext(volume, atUs)
  }

  /**
   * A request to its stations: a read to one replica in turn, a write to all. It is done when the
   * slowest has it: the pool that its latency counts for. Answers when that is.
   */
  private send(
    volume: number,
    operation: number,
    bytes: number,
    atUs: number,
    offset: number,
  ): number {
    const { stations } = this
    const { routes } = this.volumes
    const begin = (volume << toRoutes) + routeRow
    let place = begin + writePoolsCell
    let end = place + routes[begin + writeWidthCell]
    if (operation === 0) {
      const whose = routes[begin + turnCell]
      routes[begin + turnCell] = whose + 1 < routes[begin + readersCell] ? whose + 1 : 0
      place = begin + readPoolsCell + whose
      end = place + routes[begin + readWidthCell]
    }
    let slowest = -1
    let doneUs = 0
    for (; place < end; place++) {
      const ownUs = stations.visit(routes[place], operation, bytes, atUs, volume, offset)
      if (ownUs >= doneUs) {
        doneUs = ownUs
        slowest = routes[place]
      }
    }
    // A coded volume has no replicas, as one that nobody can use.
    if (slowest < 0) return +this.sendCoded(volume, operation, bytes, atUs, offset)
    this.slowest = slowest
    return doneUs
  }

  private sendCoded(
    volume: number,
    operation: number,
    bytes: number,
    atUs: number,
    offset: number,
  ): number {
    const { coded } = this
    const doneUs = coded.send(volume, operation, bytes, atUs, offset)
    this.slowest = coded.slowest
    // A write makes an event of its own, which no row may pass.
    this.untilUs = Math.min(this.untilUs, coded.destage.firstUs)
    return doneUs
  }

  /** A request that was sent is on its way to be counted. Answers when it leaves its slot. */
  private settle(
    volume: number,
    operation: number,
    bytes: number,
    arrivedUs: number,
    atUs: number,
    doneUs: number,
  ): number {
    const side = 2 * this.slowest + operation
    const latencyUs = doneUs - arrivedUs
    if (latencyUs > timeoutUs || side < 0) return +this.lose(volume, side, arrivedUs, atUs)
    this.together.add(volume, side, atUs, latencyUs)
    this.volumes.count(volume, operation, bytes, latencyUs)
    const { cells } = this.volumes
    const cell = (volume << toCells) + releaseCell
    if (doneUs > cells[cell]) cells[cell] = doneUs
    if (doneUs > this.counters.endUs) this.counters.completesLater(volume, operation, doneUs)
    return doneUs
  }

  /**
   * A request that no replica could take, or that took too long: it leaves its slot at the timeout;
   * what it asked of the pools stands.
   */
  private lose(volume: number, side: number, arrivedUs: number, atUs: number): number {
    this.together.add(volume, side, atUs, never)
    if (side < 0) return 0
    const { cells } = this.volumes
    const cell = (volume << toCells) + releaseCell
    cells[cell] = Math.max(cells[cell], arrivedUs + timeoutUs)
    return arrivedUs + timeoutUs
  }
}
