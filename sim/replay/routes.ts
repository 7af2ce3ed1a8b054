/** Where each volume's requests go, flat: how many readable and writable pools, then their indexes. */

import { assert } from '../../src/core/errors.js'
import type { Route } from '../data-path.js'

/** Replicas of one volume at the most, a copy in flight included. */
export const widest = 12

export class Routes {
  readonly readable: Uint8Array
  readonly writable: Uint8Array
  readonly readPools: Int32Array
  readonly writePools: Int32Array
  /** Whose turn the next read is. */
  readonly turn: Uint8Array

  constructor(volumes: number) {
    this.readable = new Uint8Array(volumes)
    this.writable = new Uint8Array(volumes)
    this.turn = new Uint8Array(volumes)
    this.readPools = new Int32Array(volumes * widest)
    this.writePools = new Int32Array(volumes * widest)
  }

  set(volume: number, route: Route): void {
    assert(route.writable.length <= widest, 'a volume has too many replicas')
    const usable = route.published && route.readable.length > 0
    this.readable[volume] = usable ? route.readable.length : 0
    this.writable[volume] = usable ? route.writable.length : 0
    this.readPools.set(route.readable, volume * widest)
    this.writePools.set(route.writable, volume * widest)
    this.turn[volume] = 0
  }
}
