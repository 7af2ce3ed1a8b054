/**
 * Where a replica can go: Mayastor's own hard filters (its scheduler's order, see versions.ts for
 * what can be steered) and ours: room, IOPS and bandwidth, running moves counted. A migration is
 * possible only if every one of its moves is, on nodes of their own, before the first one starts.
 */

import type { PolicyView } from './landscape.js'
import { givingBackFirst, remoteFirst } from './leaving.js'
import type { Pool, PoolId, Replica, ReplicaId, Tier, Volume } from './model.js'
import type { PoolFacts, Site } from './pool-facts.js'
import type { ReasonCode } from './reasons.js'
import { nodeFits, topologyFits } from './topology.js'
import type { VersionRow } from './versions.js'

export interface Demand {
  readonly volume: Volume
  readonly to: Tier
  readonly view: PolicyView
  readonly readIops: number
  readonly writeIops: number
}

export interface Blocked {
  readonly kind: 'blocked'
  readonly reason: ReasonCode
  readonly names: readonly string[]
  readonly numbers: Readonly<Record<string, number>>
}

export type Placement =
  | {
      readonly kind: 'accepted'
      /** The replica whose move is the first one; null: none has to leave. */
      readonly leavesFirst: ReplicaId | null
      /** Pools that the first move accepts, in the cluster's order. */
      readonly pools: readonly PoolId[]
      readonly expectedDurationUs: number
    }
  | Blocked

/** Copies are taken to run at so many bytes a second where no pool says otherwise. */
const assumedCopyBytesPerSecond = 200_000_000

export function place(demand: Demand, facts: PoolFacts, row: VersionRow): Placement {
  const { volume, to, view } = demand
  const open = facts.sites(view.poolsOfTier[to]).filter(isOpen)
  if (open.length === 0) return blocked('no-pool', [], {})
  const fitting = open.filter(site => topologyFits(volume.topology.poolInclusion, site.pool))
  if (fitting.length === 0) {
    const wanted = Object.entries(volume.topology.poolInclusion).map(pair => pair.join('='))
    return blocked('topology-forbids', wanted, {})
  }
  const leaving = volume.replicas.filter(
    replica => replica.pool === null || view.tierOfPool.get(replica.pool) !== to,
  )
  const localReads = remoteFirst(leaving, volume)
  const placement = placeInOrder(localReads, fitting, demand, facts, row)
  if (placement.kind === 'accepted' || leaving.length < 2) return placement
  const usable = fitting.filter(
    ({ pool }) => facts.missingBytes(pool, volume) <= 0 && carries(pool, demand, facts),
  )
  const givingBack = givingBackFirst(localReads, new Set(usable.map(site => site.node.id)))
  const other = placeInOrder(givingBack, fitting, demand, facts, row)
  return other.kind === 'accepted' ? other : placement
}

/** All moves of the migration, one after the other, each from where the ones before it led. */
function placeInOrder(
  leaving: readonly Replica[],
  fitting: readonly Site[],
  demand: Demand,
  facts: PoolFacts,
  row: VersionRow,
): Placement {
  let replicas = demand.volume.replicas
  let first: readonly Pool[] | null = null
  for (const replica of leaving) {
    const step = { fitting, replicas, isFirst: first === null, moves: leaving.length }
    const found = sitesForMove(step, demand, facts, row)
    if ('kind' in found) return found
    first ??= found.map(site => site.pool)
    const { pool, node } = found[0]
    const arrived = { ...replica, pool: pool.id, node: node.id }
    replicas = replicas.map(one => (one === replica ? arrived : one))
  }
  const pools = first ?? []
  return {
    kind: 'accepted',
    leavesFirst: leaving.length === 0 ? null : leaving[0].id,
    pools: pools.map(pool => pool.id),
    expectedDurationUs: leaving.length * copyDurationUs(demand.volume, pools),
  }
}

/** Where Mayastor puts new replicas at all. */
export function isOpen({ pool, node }: Site): boolean {
  return (
    pool.status === 'online' &&
    pool.cordon?.replicas !== true &&
    !pool.draining &&
    node.status === 'online' &&
    node.cordonLabels.length === 0 &&
    !node.draining
  )
}

interface Step {
  readonly fitting: readonly Site[]
  /** Where the volume’s replicas are when this move starts. */
  readonly replicas: readonly Replica[]
  readonly isFirst: boolean
  readonly moves: number
}

/** Where one move may go. Copies that run now are in the way of the first move alone. */
function sitesForMove(
  step: Step,
  demand: Demand,
  facts: PoolFacts,
  row: VersionRow,
): readonly Site[] | Blocked {
  const volume = { ...demand.volume, replicas: step.replicas }
  const taken = facts.nodesOf(volume)
  const free = step.fitting.filter(
    ({ node }) => !taken.includes(node) && nodeFits(volume.topology, node, taken),
  )
  if (free.length === 0) {
    const nodes = [...new Set(step.fitting.map(site => site.node.id))]
    return blocked('no-node-free', nodes, { replicas: step.moves })
  }
  const roomy = free.filter(({ pool }) => facts.missingBytes(pool, volume) <= 0)
  if (roomy.length === 0) return full(volume, free, facts)
  const able = roomy.filter(({ pool }) => carries(pool, demand, facts))
  if (able.length === 0) return saturated(roomy, demand, facts)
  const quiet = able.filter(({ pool }) => facts.reservations.copyInto(pool.id) === null)
  if (step.isFirst && quiet.length === 0) {
    const names = able.map(site => site.pool.id)
    return blocked('bandwidth-taken', names, {})
  }
  const sites = steerable(step.isFirst ? quiet : able, { ...step, volume }, facts, row)
  return sites.length === 0 ? blocked('cannot-steer', [row.version], {}) : sites
}

/**
 * Before 2.10 a destination is steered by node cordons: only nodes with nothing else to choose.
 * Where nothing is steered, no other pool may be left to choose; a later move is looked at when its
 * turn comes.
 */
function steerable(
  able: readonly Site[],
  { volume, isFirst }: Pick<Step, 'isFirst'> & { readonly volume: Volume },
  facts: PoolFacts,
  row: VersionRow,
): readonly Site[] {
  if (row.steersDestination === 'pools') return able
  if (row.steersDestination === 'nothing') {
    const pools = able.map(site => site.pool)
    return !isFirst || facts.needsNoSteering(volume, pools) ? able : []
  }
  const accepted = new Set(able.map(site => site.pool))
  const unwanted = facts.choosable(volume).filter(pool => !accepted.has(pool))
  return able.filter(({ node }) => unwanted.every(other => other.node !== node.id))
}

function carries(pool: Pool, demand: Demand, facts: PoolFacts): boolean {
  const limit = pool.iopsLimit
  return limit === null || facts.loadIops(pool) + replicaIops(demand) <= limit.value
}

/** What one replica of the volume brings its pool: every write, and its share of the reads. */
function replicaIops(demand: Demand): number {
  return demand.writeIops + demand.readIops / Math.max(1, demand.volume.replicaCount)
}

/** The pool on which the least is missing, and how much. */
function full(volume: Volume, sites: readonly Site[], facts: PoolFacts): Blocked {
  const missing = ({ pool }: Site): number => facts.missingBytes(pool, volume)
  const best = sites.reduce((a, b) => (missing(b) < missing(a) ? b : a))
  return blocked('tier-full', [best.pool.id], {
    sizeBytes: volume.sizeBytes,
    missingBytes: missing(best),
  })
}

/** The pool that carries the least, its limit, and who says so. */
function saturated(sites: readonly Site[], demand: Demand, facts: PoolFacts): Blocked {
  const load = ({ pool }: Site): number => facts.loadIops(pool)
  const { pool } = sites.reduce((a, b) => (load(b) < load(a) ? b : a))
  return blocked('pool-would-saturate', [`${pool.id} (limit: ${pool.iopsLimit?.source ?? ''})`], {
    loadIops: Math.round(facts.loadIops(pool)),
    addedIops: Math.round(replicaIops(demand)),
    limitIops: pool.iopsLimit?.value ?? 0,
  })
}

export function copyDurationUs(volume: Volume, pools: readonly Pool[]): number {
  const slowest = Math.min(
    ...pools.map(pool => pool.bandwidthLimit?.value ?? assumedCopyBytesPerSecond),
    assumedCopyBytesPerSecond,
  )
  return Math.ceil((volume.sizeBytes / slowest) * 1_000_000)
}

export function blocked(
  reason: ReasonCode,
  names: readonly string[],
  numbers: Readonly<Record<string, number>>,
): Blocked {
  return { kind: 'blocked', reason, names, numbers }
}
