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
const readToWrite = writePools - readPools
const never = givenUp
const isWrite = operations.write
const isOther = operations.other
const timeoutUs = ioTimeoutUs
const firstFlights = crowded
const { blockWidth, poolBits, rowMask, visitMask } = block
const { atUsOf, beforeUsOf, bytesOf, doneUsOf, latencyUsOf, rowOf, seatOf, sideOf } = block
const { visitDoneUs, visits, volumeOf, widthOf } = block
const poolMask = (1 << poolBits) - 1

export class BlockSender {
  /** Requests of the block that are not counted yet. */
  count = 0
  private visitCount = 0
  /** Requests that complete after the interval that runs. */
  private readonly late = new Int32Array(block.blockRows + 1)

  constructor(
    private readonly stations: Stations,
    private readonly volumes: VolumeCells,
    private readonly counters: Counters,
    private readonly flights: Float64Array,
    private readonly crowd: number,
  ) {}

  /** Sends rows up to `end`, an instant, or one that has to be sent alone: which it answers. */
  sendRows(batch: RequestBatch, first: number, end: number, untilUs: number): number {
    const row = this.take(batch, first, end, untilUs)
    const taken = this.count
    this.admit(taken)
    const sent = this.count
    this.visit(batch)
    this.join()
    this.settle()
    return sent < taken ? rowOf[sent] : row
  }

  /** A request that was sent by itself, and is to be counted. */
  add(volume: number, side: number, bytes: number, atUs: number, latencyUs: number): void {
    const request = this.count
    volumeOf[request] = volume
    sideOf[request] = side
    bytesOf[request] = bytes
    atUsOf[request] = atUs
    latencyUsOf[request] = latencyUs
    this.count = request + 1
  }

  private take(batch: RequestBatch, first: number, end: number, untilUs: number): number {
    const { timeUs, volume, operation, lengthBytes } = batch
    let count = 0
    let row = first
    for (; row < end; row++) {
      const atUs = timeUs[row]
      if (atUs > untilUs) break
      const code = operation[row]
      const request = count & rowMask
      volumeOf[request] = volume[row]
      sideOf[request] = Number(code === isWrite) - 2
      bytesOf[request] = lengthBytes[row]
      atUsOf[request] = atUs
      rowOf[request] = row
      count += Number(code !== isOther)
    }
    this.count = count
    return row
  }

  private admit(taken: number): void {
    const { cells, numbers, routes } = this.volumes
    const { crowd } = this
    let visit = 0
    let one = 0
    for (; one < taken; one++) {
      const request = one & rowMask
      const volume = volumeOf[request]
      const releaseAt = (volume << toCells) + releaseCell
      const numberAt = (volume << toNumbers) + inFlightCell
      const route = (volume << toRoutes) + routeRow
      const write = sideOf[request] & 1
      const width = routes[route + write]
      const number = numbers[numberAt]
      if (number >= crowd || width > blockWidth) break
      const beforeUs = cells[releaseAt]
      const seat = beforeUs > atUsOf[request] ? number : 0
      cells[releaseAt] = pending
      numbers[numberAt] = seat + 1
      const whose = routes[route + turnCell]
      const next = whose + 1 - write
      routes[route + turnCell] = next & ((next - routes[route + readersCell]) >> 31)
      const place = route + readPoolsCell + ((whose & (write - 1)) | (-write & readToWrite))
      const visitor = request << poolBits
      visits[visit & visitMask] = visitor | routes[place]
      visits[(visit + 1) & visitMask] = visitor | routes[place + 1]
      visits[(visit + 2) & visitMask] = visitor | routes[place + 2]
      visits[(visit + 3) & visitMask] = visitor | routes[place + 3]
      visit += width
      seatOf[request] = seat
      widthOf[request] = width
      beforeUsOf[request] = beforeUs
    }
    this.count = one
    this.visitCount = visit
  }

  private visit(batch: RequestBatch): void {
    const { stations, visitCount } = this
    let one = stations.visitMany(0, visitCount)
    while (one < visitCount) {
      this.visitAlone(batch, one)
      one = stations.visitMany(one + 1, visitCount)
    }
  }

  private visitAlone(batch: RequestBatch, one: number): void {
    const request = visits[one] >> poolBits
    const pool = visits[one] & poolMask
    const row = rowOf[request]
    const offset = batch.offsetHigh[row] * 4_294_967_296 + batch.offsetLow[row]
    visitDoneUs[one] = this.stations.visit(
      pool,
      sideOf[request] & 1,
      bytesOf[request],
      atUsOf[request],
      volumeOf[request],
      offset,
    )
  }

  /** Each request learns when the slowest of its visits is done, and at which pool. */
  private join(): void {
    const { count } = this
    let first = 0
    for (let one = 0; one < count; one++) {
      const request = one & rowMask
      const width = widthOf[request]
      const begin = first & visitMask
      let slowest = begin
      let next = (begin + 1) & visitMask
      slowest += Number(width > 1) & Number(visitDoneUs[next] >= visitDoneUs[slowest])
      next = (begin + 2) & visitMask
      let isLater =
        Number(width > 2) & Number(visitDoneUs[next] >= visitDoneUs[slowest & visitMask])
      slowest += -isLater & (next - slowest)
      next = (begin + 3) & visitMask
      isLater = Number(width > 3) & Number(visitDoneUs[next] >= visitDoneUs[slowest & visitMask])
      slowest += -isLater & (next - slowest)
      first += width
      doneUsOf[request] = visitDoneUs[slowest & visitMask]
      // A request without any visit keeps the side that says so.
      const pool = (visits[slowest & visitMask] & poolMask) | -Number(width === 0)
      sideOf[request] = (pool << 1) | (sideOf[request] & 1)
    }
  }

  /** Each request leaves its slot, and its latency is known. */
  private settle(): void {
    const { count, flights, late } = this
    const { cells } = this.volumes
    const { endUs } = this.counters
    let lateCount = 0
    for (let one = 0; one < count; one++) {
      const request = one & rowMask
      const volume = volumeOf[request]
      const seat = seatOf[request]
      const atUs = atUsOf[request]
      const doneUs = doneUsOf[request]
      const releaseAt = (volume << toCells) + releaseCell
      let beforeUs = beforeUsOf[request]
      if (beforeUs === pending) beforeUs = cells[releaseAt]
      let releaseUs = doneUs
      let latencyUs = doneUs - atUs
      late[lateCount] = request
      lateCount += Number(doneUs > endUs)
      const side = sideOf[request]
      if (latencyUs > timeoutUs || side < 0) {
        releaseUs = side < 0 ? 0 : atUs + timeoutUs
        latencyUs = never
      }
      latencyUsOf[request] = latencyUs
      cells[releaseAt] = releaseUs > beforeUs ? releaseUs : beforeUs
      if (seat > 0) {
        if (seat === 1) flights[volume * firstFlights] = beforeUs
        flights[volume * firstFlights + seat] = releaseUs
      }
    }
    for (let one = 0; one < lateCount; one++) this.completesLater(late[one])
  }

  private completesLater(request: number): void {
    if (latencyUsOf[request] === never) return
    this.counters.completesLater(volumeOf[request], sideOf[request] & 1, doneUsOf[request])
  }
}
