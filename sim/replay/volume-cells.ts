/**
 * What one request reads and writes of its volume, side by side: two cache lines a volume, so that
 * a hundred thousand volumes cost two misses a request and not ten.
 */
import { assert } from '../../src/core/errors.js'
import type { Route } from '../data-path.js'
import { writeRoute } from './routes.js'

/** Cells of a volume are at `volume << cellShift` in `cells`. */
export const cellShift = 4
/** When the last of its requests leaves its slot. */
export const release = 0
export const latencySum = 1
export const latencyMax = 2
/** Those of reads, and one further on those of writes. */
export const served = 3
export const servedBytes = 5

/** Small numbers of a volume are at `volume << numberShift` in `numbers`, over the same memory. */
export const numberShift = 5
/** Requests since the volume was last idle, up to the crowd. */
export const inFlight = 14
/** Row of the volume's own buckets; those without share the row after the last. */
export const ownRow = 15

/** The row of a volume's route is at `(volume << routeShift) + routeBegin` in `routes`. */
export const routeShift = 6
export const routeBegin = 32

/** Numbers of one cache line. */
const lineNumbers = 16
/** What the hot loops use, once more: of this module it is compiled in, of another looked up. */
const toCells = cellShift
const maximumCell = latencyMax
const sumCell = latencySum
const servedCell = served
const bytesCell = servedBytes
const toNumbers = numberShift

export class VolumeCells {
  readonly cells: Float64Array
  readonly numbers: Int32Array
  readonly routes: Uint16Array
  /** What `touch` read: kept, so that no compiler leaves the reading out. */
  private readonly touched = new Int32Array(1)
  private readonly columns = new Map<number, Float64Array>()

  constructor(
    readonly volumes: number,
    pools: number,
    watched: readonly number[],
  ) {
    assert(pools <= 65_536, 'a route names a pool in two bytes')
    assert(volumes < 1 << 24, 'places of cells are numbers of 31 bits')
    this.cells = new Float64Array(volumes << cellShift)
    this.numbers = new Int32Array(this.cells.buffer)
    this.routes = new Uint16Array(this.cells.buffer)
    for (let volume = 0; volume < volumes; volume++) {
      this.numbers[(volume << numberShift) + ownRow] = watched.length
    }
    watched.forEach((volume, row) => {
      this.numbers[(volume << numberShift) + ownRow] = row
    })
  }

  setRoute(volume: number, route: Route): void {
    writeRoute(this.routes, (volume << routeShift) + routeBegin, route)
  }

  /** A request of a volume that is served. */
  count(volume: number, operation: number, bytes: number, latencyUs: number): void {
    const { cells } = this
    const own = volume << toCells
    const side = own | operation
    cells[side + servedCell] += 1
    cells[side + bytesCell] += bytes
    cells[own | sumCell] += latencyUs
    if (latencyUs > cells[own | maximumCell]) cells[own | maximumCell] = latencyUs
  }

  /** Reads both lines of the volumes of some rows, so that memory brings them all at once. */
  touch(volume: Uint32Array, first: number, end: number): void {
    const { numbers } = this
    let bits = 0
    for (let row = first; row < end; row++) {
      const number = volume[row] << toNumbers
      bits |= numbers[number] ^ numbers[number + lineNumbers]
    }
    this.touched[0] = bits
  }

  /** One cell of every volume; the same array until rows have run again. */
  column(cell: number): Float64Array {
    const kept = this.columns.get(cell)
    if (kept !== undefined) return kept
    const column = new Float64Array(this.volumes)
    for (let volume = 0; volume < this.volumes; volume++) {
      column[volume] = this.cells[(volume << cellShift) + cell]
    }
    this.columns.set(cell, column)
    return column
  }

  /** The cells are about to change. */
  change(): void {
    if (this.columns.size > 0) this.columns.clear()
  }
}
