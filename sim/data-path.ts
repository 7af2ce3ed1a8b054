/**
 * The border between the modelled control plane and the modelled data path. The control plane says
 * where replicas stand and what is copied; the data path moves requests and chunks over devices.
 * Volumes and pools are indexes here: the scenario's order, for as long as a world lives.
 */

import type { ShardSet } from '../src/core/code.js'
import type { StripeGeometry } from '../src/core/stripe.js'

/** Where the requests of one volume go. One that nobody can use is a mirrored one, unpublished. */
export type Route = MirroredRoute | CodedRoute

export interface MirroredRoute {
  /** False: nobody can use the volume, and its requests are lost. */
  readonly published: boolean
  /** Pools of the healthy replicas: a read goes to one of them in turn. */
  readonly readable: readonly number[]
  /** Pools that take every write: the readable ones and those that are being rebuilt. */
  readonly writable: readonly number[]
}

/** Where the requests of a coded volume go (docs/decisions/0003). */
export interface CodedRoute {
  readonly geometry: StripeGeometry
  /**
   * Pool of each place, as many as a stripe has shards. Shard i of a stripe of group g stands at
   * place (i + g) mod n, so that parity is on no pool of its own.
   */
  readonly pools: readonly number[]
  readonly stripesPerGroup: number
  /** Places, as bits, whose shards cannot be read now: pool away, or not rebuilt yet. */
  readonly missing: ShardSet
  /** Pools of the journal's copies: a write is answered when the slowest has it. */
  readonly journal: readonly number[]
  /** How long a write stays in the journal before it goes to its stripe; else 30 s. */
  readonly destageIntervalUs?: number
}

export function isCoded(route: Route): route is CodedRoute {
  return 'geometry' in route
}

/** Bytes of a transfer that one pool reads or writes, for each byte of the transfer. */
export interface Leg {
  readonly pool: number
  readonly share: number
}

/**
 * Bytes that go between pools in closed loop, chunk by chunk: all reads of a chunk side by side,
 * then all its writes. A rebuild of a replica, an encoding, a reading back, a repair.
 */
export interface Transfer {
  readonly id: number
  readonly bytes: number
  readonly reads: readonly Leg[]
  readonly writes: readonly Leg[]
  /** At the most; left out: as fast as the pools allow. */
  readonly bytesPerSecond?: number
}

export interface FinishedTransfer {
  readonly id: number
  readonly atUs: number
}

export interface DataPath {
  setRoute(volume: number, route: Route): void
  /** A pool that is down answers nothing: its transfers stand still until it is back. */
  setPoolDown(pool: number, down: boolean): void
  startTransfer(transfer: Transfer, atUs: number): void
  stopTransfer(id: number): void
  transferredBytes(id: number): number
  /** Writes of the volume so far. */
  writes(volume: number): number
  /**
   * Replays everything up to and including `untilUs`, or up to the first transfer that finishes
   * before it, which is returned so that the control plane acts at that instant; call again to go
   * on.
   */
  advance(untilUs: number): FinishedTransfer | null
}
