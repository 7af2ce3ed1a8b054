/**
 * Requests sent together: rows of a batch are admitted while it is certain that each finds room in
 * its volume's queue, whatever those before it in the block will take; then all make their visits;
 * then all are settled. The outcome is that of sending one after another.
 */

import { operations, type RequestBatch } from '../../traces/batch.js'
import * as block from '../devices/request-block.js'
import type { Stations } from '../devices/stations.js'
import type { Counters } from './counters.js'
import { crowded, givenUp, ioTimeoutUs } from './limits.js'
import { readers, readPools, turn, writePools } from './routes.js'
import {
  cellShift,
  inFlight,
  numberShift,
  release,
  routeBegin,
  routeShift,
  type VolumeCells,
} from './volume-cells.js'

/** The volume's requests before leave their slots when the block is settled. */
const pending = Number.POSITIVE_INFINITY

/**
 * Constants that the hot loops use, once more: one of this module is compiled in, one of another is
 * loaded and checked at each use.
 */
const toCells = cellShift
const inFlightCell = inFlight
const toNumbers = numberShift
const releaseCell = release
const routeRow = routeBegin
const toRoutes = routeShift
const readersCell = readers
const readPoolsCell = readPools
const turnCell = turn
const writePoolsCell = writePools
const readToWrite = writePools - readPools
const never = givenUp
const isWrite = operations.write
const isOther = operations.other
const timeoutUs = ioTimeoutUs
const firstFlights = crowded
const { usualWidth, poolBits, rowMask, visitMask } = block
const { atUsOf, beforeUsOf, bytesOf, doneUsOf, latencyUsOf, rowOf, seatOf, sideOf } = block
const { firstVisitOf, visitDoneUs, visits, volumeOf, widthOf } = block
const poolMask = (1 << poolBits) - 1

/**
 * Requests that make more visits than usual, and those that complete after the interval that runs.
 */
const wide = new Int32Array(block.blockRows)
const late = new Int32Array(block.blockRows)

export class BlockSender {
  /** Requests of the block that are not counted yet. */
  count = 0
  private visitCount = 0
  private wideCount = 0

  constructor(
    private readonly stations: Stations,
    private readonly volumes: VolumeCells,
    private readonly counters: Counters,
    private readonly flights: Float64Array,
    private readonly crowd: number,
  ) {}

  /** Sends rows up to `end`, an instant, or one that has to be sent alone: which it answers. */
  sendRows(batch: RequestBatch, first: number, end: number, untilUs: number): number {
    const row = this.admit(batch, first, end, untilUs)
    this.visit(batch)
    this.settle()
    return row
  }

  /** A request that was sent by itself, and is to be counted. */
  add(volume: number, side: number, atUs: number, latencyUs: number): void {
    const request = this.count
    volumeOf[request] = volume
    sideOf[request] = side
    atUsOf[request] = atUs
    latencyUsOf[request] = latencyUs
    this.count = request + 1
  }

  /**
   * Rows that are sure of room in their volume's queue, and the pools that each visits: a read one
   * in turn, a write all.
   */
  private admit(batch: RequestBatch, first: number, end: number, untilUs: number): number {
    const { timeUs, volume, operation, lengthBytes } = batch
    const { cells, numbers, routes } = this.volumes
    const { crowd } = this
    let count = 0
    let visit = 0
    let wideCount = 0
    let row = first
    for (; row < end; row++) {
      const atUs = timeUs[row]
      if (atUs > untilUs) break
      const code = operation[row]
      if (code === isOther) continue
      const own = volume[row] | 0
      const number = numbers[(own << toNumbers) | inFlightCell]
      if (number >= crowd) break
      const request = count & rowMask
      count = (count + 1) | 0
      const beforeUs = cells[(own << toCells) | releaseCell]
      const seat = beforeUs > atUs ? number : 0
      cells[(own << toCells) | releaseCell] = pending
      numbers[(own << toNumbers) | inFlightCell] = seat + 1
      const write = Number(code === isWrite)
      const route = (own << toRoutes) | routeRow
      const width = routes[route | write]
      const whose = routes[route | turnCell]
      const next = (whose + 1 - write) | 0
      routes[route | turnCell] = next & ((next - routes[route | readersCell]) >> 31)
      const place = ((route | readPoolsCell) + ((whose & (write - 1)) | (-write & readToWrite))) | 0
      const visitor = request << poolBits
      visits[visit & visitMask] = visitor | routes[place]
      visits[(visit + 1) & visitMask] = visitor | routes[(place + 1) | 0]
      visits[(visit + 2) & visitMask] = visitor | routes[(place + 2) | 0]
      wide[wideCount & rowMask] = request
      wideCount += Number(width > usualWidth)
      volumeOf[request] = own
      sideOf[request] = write
      bytesOf[request] = lengthBytes[row]
      atUsOf[request] = atUs
      rowOf[request] = row
      seatOf[request] = seat
      beforeUsOf[request] = beforeUs
      widthOf[request] = width
      firstVisitOf[request] = visit
      visit = (visit + width) | 0
    }
    this.count = count
    this.visitCount = visit
    for (let one = 0; one < wideCount; one++) this.routeOn(wide[one])
    this.wideCount = wideCount
    return row
  }

  /** The visits of a request beyond the usual ones: only a write makes so many. */
  private routeOn(request: number): void {
    const { routes } = this.volumes
    const place = (volumeOf[request] << toRoutes) + routeRow + writePoolsCell
    const first = firstVisitOf[request]
    for (let one = usualWidth; one < widthOf[request]; one++) {
      visits[first + one] = (request << poolBits) | routes[place + one]
    }
  }

  private visit(batch: RequestBatch): void {
    const { stations, visitCount } = this
    let one = stations.visitMany(0, visitCount)
    while (one < visitCount) {
      this.visitAlone(batch, one)
      one = stations.visitMany(one + 1, visitCount)
    }
    for (let own = 0; own < this.wideCount; own++) this.narrow(wide[own])
  }

  private visitAlone(batch: RequestBatch, one: number): void {
    const request = visits[one] >> poolBits
    const row = rowOf[request]
    const offset = batch.offsetHigh[row] * 4_294_967_296 + batch.offsetLow[row]
    const pool = visits[one] & poolMask
    const bytes = bytesOf[request]
    const atUs = atUsOf[request]
    const stream = volumeOf[request]
    const operation = sideOf[request] & 1
    visitDoneUs[one] = this.stations.visit(pool, operation, bytes, atUs, stream, offset)
  }

  /**
   * Each request is done when the slowest of its visits is, which its latency counts for; it leaves
   * its slot then.
   */
  private settle(): void {
    const { count, volumes } = this
    const { cells } = volumes
    // A sum is a number of the machine's own, which the loop need not unpack.
    const endUs = this.counters.endUs + 0
    let lateCount = 0
    for (let one = 0; one < count; one++) {
      const request = one & rowMask
      const slowest = this.slowest(request)
      const doneUs = visitDoneUs[slowest]
      const operation = sideOf[request]
      sideOf[request] = ((visits[slowest] & poolMask) << 1) | operation
      const volume = volumeOf[request]
      const releaseAt = (volume << toCells) | releaseCell
      let beforeUs = beforeUsOf[request]
      if (beforeUs === pending) beforeUs = cells[releaseAt]
      const latencyUs = doneUs - atUsOf[request]
      if (latencyUs > timeoutUs || widthOf[request] === 0) {
        this.lose(request, beforeUs)
        continue
      }
      if (seatOf[request] > 0) this.hold(request, beforeUs, doneUs)
      cells[releaseAt] = doneUs > beforeUs ? doneUs : beforeUs
      doneUsOf[request] = doneUs
      latencyUsOf[request] = latencyUs
      late[lateCount & rowMask] = request
      lateCount += Number(doneUs > endUs)
      volumes.count(volume, operation, bytesOf[request], latencyUs)
    }
    for (let one = 0; one < lateCount; one++) this.completesLater(late[one])
  }

  /** The visit of a request that is done last. */
  private slowest(request: number): number {
    const width = widthOf[request]
    const first = firstVisitOf[request] & visitMask
    const second = (first + 1) & visitMask
    const third = (first + 2) & visitMask
    const isSecond = Number(width > 1) & Number(visitDoneUs[second] >= visitDoneUs[first])
    const slower = (first + isSecond) & visitMask
    const isThird = Number(width > 2) & Number(visitDoneUs[third] >= visitDoneUs[slower])
    return (slower + (-isThird & (third - slower))) & visitMask
  }

  /** The slowest visit of a wide request from the last usual one on takes the place of that. */
  private narrow(request: number): void {
    const last = firstVisitOf[request] + usualWidth - 1
    const end = firstVisitOf[request] + widthOf[request]
    for (let visit = last + 1; visit < end; visit++) {
      if (visitDoneUs[visit] < visitDoneUs[last]) continue
      visitDoneUs[last] = visitDoneUs[visit]
      visits[last] = visits[visit]
    }
  }

  /** The slot of a request whose volume was not idle, and of the only one before it. */
  private hold(request: number, beforeUs: number, releaseUs: number): void {
    const { flights } = this
    const first = volumeOf[request] * firstFlights
    const seat = seatOf[request]
    if (seat === 1) flights[first] = beforeUs
    flights[first + seat] = releaseUs
  }

  /** A request that no replica could take, or that took too long; see `Sender`. */
  private lose(request: number, beforeUs: number): void {
    const isSent = widthOf[request] > 0
    const releaseUs = isSent ? atUsOf[request] + timeoutUs : 0
    if (!isSent) sideOf[request] = (sideOf[request] & 1) - 2
    latencyUsOf[request] = never
    const { cells } = this.volumes
    cells[(volumeOf[request] << toCells) | releaseCell] = Math.max(beforeUs, releaseUs)
    if (seatOf[request] > 0) this.hold(request, beforeUs, releaseUs)
  }

  private completesLater(request: number): void {
    this.counters.completesLater(volumeOf[request], sideOf[request] & 1, doneUsOf[request])
  }
}
