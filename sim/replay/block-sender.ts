/**
 * Requests sent together: rows of a batch are admitted while it is certain that each finds room in
 * its volume's queue, whatever those before it in the block will take; then all make their visits;
 * then all are settled. The outcome is that of sending one after another. What falls one way as
 * often as the other is computed here, not branched on: a wrong guess costs more than the work.
 */
import { operations, type RequestBatch } from '../../traces/batch.js'
import * as block from '../devices/request-block.js'
import type { Stations } from '../devices/stations.js'
import type { Counters } from './counters.js'
import type { Deferred } from './deferred.js'
import { crowded, givenUp, ioTimeoutUs } from './limits.js'
import { readers, readPools, turn, writePools } from './routes.js'
import {
  cellShift,
  inFlight,
  latencyMax,
  latencySum,
  numberShift,
  release,
  routeBegin,
  routeShift,
  served,
  servedBytes,
  type VolumeCells,
} from './volume-cells.js'

/** The volume's requests before leave their slots when the block is settled. */
const pending = Number.POSITIVE_INFINITY

/**
 * Constants that the hot loops use, once more: one of this module is compiled in, one of another is
 * loaded and checked at each use.
 */
const toCells = cellShift
const maximumCell = latencyMax
const sumCell = latencySum
const servedCell = served
const bytesCell = servedBytes
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
const { visitDoneUs, visits, volumeOf, widthOf } = block
const poolMask = (1 << poolBits) - 1

export class BlockSender {
  /** Requests of the block that are not counted yet. */
  count = 0
  private visitCount = 0
  /** Some requests make more visits than usual. */
  private hasWide = false

  constructor(
    private readonly stations: Stations,
    private readonly volumes: VolumeCells,
    private readonly counters: Counters,
    private readonly deferred: Deferred,
    private readonly flights: Float64Array,
    private readonly crowd: number,
  ) {}

  /** Sends rows up to `end`, an instant, or one that has to be sent alone: which it answers. */
  sendRows(batch: RequestBatch, first: number, end: number, untilUs: number): number {
    const row = this.admit(batch, first, end, untilUs)
    this.visit(batch)
    this.join()
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
   * Rows that are sure of room in their volume's queue, up to the first that is not, and the pools
   * that each visits: a read one in turn, a write all. What is written too much of its visits, the
   * next request writes over.
   */
  private admit(batch: RequestBatch, first: number, end: number, untilUs: number): number {
    const { timeUs, volume, operation, lengthBytes } = batch
    const { cells, numbers, routes } = this.volumes
    const crowd = this.crowd | 0
    let count = 0
    let visit = 0
    let widths = 0
    let row = first
    for (; row < end; row++) {
      const atUs = timeUs[row]
      if (atUs > untilUs) break
      const code = operation[row]
      if (code === isOther) continue
      const own = volume[row] | 0
      const number = numbers[(own << toNumbers) | inFlightCell]
      const beforeUs = cells[(own << toCells) | releaseCell]
      let seat = beforeUs > atUs ? number : 0
      if (number >= crowd) {
        // Above it is a coded volume's number, which makes each of its requests be sent alone.
        seat = number === crowd ? this.seatInCrowd(own, seat, atUs) : -1
        if (seat < 0) break
      } else numbers[(own << toNumbers) | inFlightCell] = seat + 1
      cells[(own << toCells) | releaseCell] = pending
      const request = count & rowMask
      count = (count + 1) | 0
      const write = Number(code === isWrite)
      const route = (own << toRoutes) | routeRow
      const width = routes[route | write]
      const whose = routes[route | turnCell]
      const next = (whose + 1 - write) | 0
      routes[route | turnCell] = next & ((next - routes[route | readersCell]) >> 31)
      const place = ((route | readPoolsCell) + ((whose & (write - 1)) | (-write & readToWrite))) | 0
      visits[visit & visitMask] = (request << poolBits) | routes[place]
      visits[(visit + 1) & visitMask] = (request << poolBits) | routes[(place + 1) | 0]
      visits[(visit + 2) & visitMask] = (request << poolBits) | routes[(place + 2) | 0]
      visit = (visit + width) | 0
      widths |= width
      volumeOf[request] = own
      sideOf[request] = write
      bytesOf[request] = lengthBytes[row]
      atUsOf[request] = atUs
      rowOf[request] = row
      seatOf[request] = seat
      beforeUsOf[request] = beforeUs
      widthOf[request] = width
    }
    this.close(count, visit, widths)
    return row
  }

  /** The block is as large as it gets. */
  private close(count: number, visitCount: number, widths: number): void {
    this.count = count
    this.visitCount = visitCount
    // No width beyond the usual one is a sum of bits of those within it.
    this.hasWide = widths > usualWidth
    if (this.hasWide) this.routeWide()
  }

  /** The slot of a request whose volume is crowded, counted from the crowd on; -1 without one. */
  private seatInCrowd(volume: number, before: number, atUs: number): number {
    if (before === 0) return -1
    const slot = this.deferred.takeSlot(volume, atUs)
    return slot < 0 ? -1 : this.crowd + slot
  }

  /** The visits of wide requests beyond the usual ones: only writes make so many. */
  private routeWide(): void {
    const { routes } = this.volumes
    let first = 0
    for (let request = 0; request < this.count; request++) {
      const place = (volumeOf[request] << toRoutes) + routeRow + writePoolsCell
      for (let one = usualWidth; one < widthOf[request]; one++) {
        visits[first + one] = (request << poolBits) | routes[place + one]
      }
      first += widthOf[request]
    }
  }

  private visit(batch: RequestBatch): void {
    const { stations, visitCount } = this
    let one = stations.visitMany(0, visitCount)
    while (one < visitCount) {
      this.visitAlone(batch, one)
      one = stations.visitMany(one + 1, visitCount)
    }
    if (this.hasWide) this.narrow()
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

  /** Each request is done when the slowest of its visits is, which its latency counts for. */
  private join(): void {
    const { count } = this
    let visit = 0
    for (let one = 0; one < count; one++) {
      const request = one & rowMask
      const width = widthOf[request]
      const first = visit & visitMask
      visit = (visit + width) | 0
      const second = (first + 1) & visitMask
      const third = (first + 2) & visitMask
      const isSecond = Number(width > 1) & Number(visitDoneUs[second] >= visitDoneUs[first])
      const slower = (first + isSecond) & visitMask
      const isThird = Number(width > 2) & Number(visitDoneUs[third] >= visitDoneUs[slower])
      const slowest = (slower + (-isThird & (third - slower))) & visitMask
      doneUsOf[request] = visitDoneUs[slowest]
      // A request without any visit has no pool.
      const pool = (visits[slowest] & poolMask) | -Number(width === 0)
      sideOf[request] = (pool << 1) | sideOf[request]
    }
  }

  /** Each request leaves its slot and is counted for its volume. */
  private settle(): void {
    const { count, deferred, flights } = this
    const crowd = this.crowd | 0
    const { cells } = this.volumes
    // A sum is a number of the machine's own, which the loop need not unpack.
    const endUs = this.counters.endUs + 0
    let late = 0
    for (let one = 0; one < count; one++) {
      const request = one & rowMask
      const volume = volumeOf[request]
      const cell = volume << toCells
      const side = sideOf[request]
      const doneUs = doneUsOf[request]
      let beforeUs = beforeUsOf[request]
      if (beforeUs === pending) beforeUs = cells[cell | releaseCell]
      const latencyUs = doneUs - atUsOf[request]
      const isLost = latencyUs > timeoutUs || side < 0
      if (isLost) doneUsOf[request] = side < 0 ? 0 : atUsOf[request] + timeoutUs
      const releaseUs = doneUsOf[request]
      latencyUsOf[request] = isLost ? never : latencyUs
      cells[cell | releaseCell] = releaseUs > beforeUs ? releaseUs : beforeUs
      const seat = seatOf[request]
      if (seat >= crowd) deferred.hold(seat - crowd, releaseUs)
      else if (seat > 0) {
        if (seat === 1) flights[volume * firstFlights] = beforeUs
        flights[volume * firstFlights + seat] = releaseUs
      }
      if (isLost) continue
      late |= Number(doneUs > endUs)
      const own = cell | (side & 1)
      cells[own + servedCell] += 1
      cells[own + bytesCell] += bytesOf[request]
      cells[cell | sumCell] += latencyUs
      if (latencyUs > cells[cell | maximumCell]) cells[cell | maximumCell] = latencyUs
    }
    if (late > 0) this.noteLate()
  }

  /** The slowest of a wide request's visits from the last usual one on takes that one's place. */
  private narrow(): void {
    let end = 0
    for (let request = 0; request < this.count; request++) {
      const last = end + usualWidth - 1
      end += widthOf[request]
      for (let visit = last + 1; visit < end; visit++) {
        if (visitDoneUs[visit] < visitDoneUs[last]) continue
        visitDoneUs[last] = visitDoneUs[visit]
        visits[last] = visits[visit]
      }
    }
  }

  /** Requests that complete after the interval that runs. */
  private noteLate(): void {
    const { counters } = this
    for (let request = 0; request < this.count; request++) {
      const doneUs = doneUsOf[request]
      if (latencyUsOf[request] === never || doneUs <= counters.endUs) continue
      counters.completesLater(volumeOf[request], sideOf[request] & 1, doneUs)
    }
  }
}
