/**
 * Where a replica can go: Mayastor's own hard filters (its scheduler's order, see versions.ts for
 * what can be steered) and ours: room, IOPS and bandwidth, running moves counted. A migration is
 * possible only if every one of its moves is, on nodes of their own, before the first one starts.
 */

import type { PolicyView } from './landscape.js'
import type { Labels, Pool, PoolId, Replica, Tier, Volume } from './model.js'
import type { ReasonCode } from './reasons.js'
import type { Reservations } from './reserve.js'
import type { VersionRow } from './versions.js'

export interface PoolFacts {
  /** Bytes that a move may still put there: below the headroom, the largest replica kept free. */
  roomBytes(pool: Pool): number
  /** Operations a second that its replicas bring it now. */
  loadIops(pool: Pool): number
  readonly reservations: Reservations
}

export interface Demand {
  readonly volume: Volume
  readonly to: Tier
  readonly view: PolicyView
  readonly readIops: number
  readonly writeIops: number
}

export type Placement =
  | {
      readonly kind: 'accepted'
      /** Pools that the first move accepts, best first. */
      readonly pools: readonly PoolId[]
      readonly expectedDurationUs: number
    }
  | {
      readonly kind: 'blocked'
      readonly reason: ReasonCode
      readonly names: readonly string[]
      readonly numbers: Readonly<Record<string, number>>
    }

/** Copies are taken to run at so many bytes a second where no pool says otherwise. */
const assumedCopyBytesPerSecond = 200_000_000

export function place(demand: Demand, facts: PoolFacts, row: VersionRow): Placement {
  const { volume, to, view } = demand
  const tierPools = view.poolsOfTier[to]
  const open = tierPools.filter(
    pool => pool.status === 'online' && pool.cordon?.replicas !== true && !pool.draining,
  )
  if (open.length === 0) return blocked('no-pool', [], {})
  const fitting = open.filter(pool => topologyFits(volume.topology.poolInclusion, pool))
  if (fitting.length === 0) {
    const wanted = Object.entries(volume.topology.poolInclusion).map(pair => pair.join('='))
    return blocked('topology-forbids', wanted, {})
  }
  const leaving = volume.replicas.filter(
    replica => replica.pool === null || view.tierOfPool.get(replica.pool) !== to,
  )
  const taken = new Set(volume.replicas.map(replica => replica.node))
  const free = fitting.filter(pool => !taken.has(pool.node))
  if (free.length === 0)
    return blocked('no-node-free', [...new Set(fitting.map(pool => pool.node))], {})
  const roomy = free.filter(pool => facts.roomBytes(pool) >= volume.sizeBytes)
  if (roomy.length === 0) return full(volume, free, facts)
  const fit = roomy.filter(pool => carries(pool, demand, facts))
  if (fit.length === 0) return saturated(roomy, demand, facts)
  const pools = steerable(fit, free, row)
  if (pools.length === 0) return blocked('cannot-steer', [row.version], {})
  const later = allMovesPossible(demand, leaving, pools, fitting, facts)
  if (later !== null) return later
  const expectedDurationUs = leaving.length * copyDurationUs(volume, pools)
  return { kind: 'accepted', pools: pools.map(pool => pool.id), expectedDurationUs }
}

/** The moves after the first: each needs a pool with room on a node that no replica is on then. */
function allMovesPossible(
  demand: Demand,
  leaving: readonly Replica[],
  first: readonly Pool[],
  fitting: readonly Pool[],
  facts: PoolFacts,
): Placement | null {
  const { volume } = demand
  const nodes = new Set(volume.replicas.map(replica => replica.node))
  let candidates = first
  for (const replica of leaving) {
    const next = candidates.find(pool => !nodes.has(pool.node))
    if (next === undefined) {
      const names = [...new Set(fitting.map(pool => pool.node))]
      return blocked('no-node-free', names, { replicas: leaving.length })
    }
    nodes.add(next.node)
    nodes.delete(replica.node)
    candidates = fitting.filter(
      pool => facts.roomBytes(pool) >= volume.sizeBytes && carries(pool, demand, facts),
    )
  }
  return null
}

/** Before 2.10 a destination is steered by node cordons: only nodes with nothing else to choose. */
function steerable(fit: readonly Pool[], free: readonly Pool[], row: VersionRow): readonly Pool[] {
  if (row.steersDestination === 'pools') return fit
  if (row.steersDestination === 'nothing') return []
  const accepted = new Set(fit)
  return fit.filter(pool => free.every(other => other.node !== pool.node || accepted.has(other)))
}

function carries(pool: Pool, demand: Demand, facts: PoolFacts): boolean {
  if (facts.reservations.copies.has(pool.id)) return false
  const limit = pool.iopsLimit
  return limit === null || facts.loadIops(pool) + replicaIops(demand) <= limit.value
}

/** What one replica of the volume brings its pool: every write, and its share of the reads. */
function replicaIops(demand: Demand): number {
  return demand.writeIops + demand.readIops / Math.max(1, demand.volume.replicaCount)
}

export function topologyFits(inclusion: Labels, pool: Pool): boolean {
  return Object.entries(inclusion).every(([key, value]) => {
    const own = pool.schedulerLabels[key]
    return own !== undefined && (value === '' || value === own)
  })
}

function full(volume: Volume, pools: readonly Pool[], facts: PoolFacts): Placement {
  const best = pools.reduce((a, b) => (facts.roomBytes(b) > facts.roomBytes(a) ? b : a))
  const roomBytes = Math.max(0, Math.floor(facts.roomBytes(best)))
  const missingBytes = volume.sizeBytes - roomBytes
  return blocked('tier-full', [best.id], { sizeBytes: volume.sizeBytes, roomBytes, missingBytes })
}

function saturated(pools: readonly Pool[], demand: Demand, facts: PoolFacts): Placement {
  const best = pools.reduce((a, b) => (facts.loadIops(b) < facts.loadIops(a) ? b : a))
  const copying = pools.filter(pool => facts.reservations.copies.has(pool.id)).length
  return blocked('pool-would-saturate', [best.id, best.iopsLimit?.source ?? 'preset'], {
    loadIops: Math.round(facts.loadIops(best)),
    addedIops: Math.round(replicaIops(demand)),
    limitIops: best.iopsLimit?.value ?? 0,
    poolsWithCopies: copying,
  })
}

export function copyDurationUs(volume: Volume, pools: readonly Pool[]): number {
  const slowest = Math.min(
    ...pools.map(pool => pool.bandwidthLimit?.value ?? assumedCopyBytesPerSecond),
    assumedCopyBytesPerSecond,
  )
  return Math.ceil((volume.sizeBytes / slowest) * 1_000_000)
}

function blocked(
  reason: ReasonCode,
  names: readonly string[],
  numbers: Readonly<Record<string, number>>,
): Placement {
  return { kind: 'blocked', reason, names, numbers }
}
