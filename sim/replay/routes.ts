/** Where each volume's requests go: a row for each, as long as a cache line. */

import { assert } from '../../src/core/errors.js'
import { isCoded, type MirroredRoute, type Route } from '../data-path.js'

/** Replicas of one volume at the most, a copy in flight included. */
export const widest = 12

/**
 * Cells of a row: how many replicas one read and one write go to, whose turn the next read is, how
 * many take turns, then the pools.
 */
export const readWidth = 0
export const writeWidth = 1
export const turn = 2
export const readers = 3
export const readPools = 4
export const writePools = readPools + widest
export const routeCells = 32

/** The row of a coded volume, whose requests go another way. */
const nowhere: MirroredRoute = { published: false, readable: [], writable: [] }

/** Writes a route into its row, whose first cell is at `begin`. */
export function writeRoute(rows: Uint16Array, begin: number, given: Route): void {
  const route = isCoded(given) ? nowhere : given
  assert(route.writable.length <= widest, 'a volume has too many replicas')
  assert(route.readable.length <= route.writable.length, 'what is read is written as well')
  const isUsable = route.published && route.readable.length > 0
  rows[begin + readWidth] = isUsable ? 1 : 0
  rows[begin + writeWidth] = isUsable ? route.writable.length : 0
  rows[begin + readers] = isUsable ? route.readable.length : 0
  rows[begin + turn] = 0
  rows.set(route.readable, begin + readPools)
  rows.set(route.writable, begin + writePools)
}

export class Routes {
  readonly rows: Uint16Array

  constructor(volumes: number, pools: number) {
    assert(pools <= 65_536, 'a route names a pool in two bytes')
    this.rows = new Uint16Array(volumes * routeCells)
  }

  set(volume: number, route: Route): void {
    writeRoute(this.rows, volume * routeCells, route)
  }
}
