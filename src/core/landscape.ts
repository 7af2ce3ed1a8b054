/**
 * What follows from the cluster and the policies alone: which pool is in which tier, which policy a
 * volume belongs to, on which tier it stands. Derived once for each cluster object; the view of a
 * volume that did not change is taken over from the landscape before.
 */
import { needsRepair, rebuildsOf } from './health.js'
import type { Cluster, Pool, PoolId, StorageNode, Tier, Volume, VolumeTier } from './model.js'
import { tiers } from './model.js'
import type { PolicyObject } from './resources.js'
import { matches, matchesPool } from './selector.js'

export const mayastorDriver = 'io.openebs.csi-mayastor'

export interface PolicyView {
  readonly policy: PolicyObject
  readonly tierOfPool: ReadonlyMap<PoolId, Tier>
  readonly poolsOfTier: Readonly<Record<Tier, readonly Pool[]>>
  /** Pools that two of the policy's selectors match: the policy is in phase Error. */
  readonly poolsInTwoTiers: readonly PoolId[]
  readonly warmIsOn: boolean
}

export interface VolumeView {
  readonly volume: Volume
  /** All policies that select it: one, or the volume is in conflict or nobody's. */
  readonly policies: readonly PolicyView[]
  /**
   * Where the pools of its replicas stand in the cluster's list; one that is not there is left out.
   */
  readonly poolPlaces: readonly number[]
  /** No replica is missing or unsynced, and none is being rebuilt. */
  readonly isWhole: boolean
  readonly tier: VolumeTier
  /** The tier that a mixed volume belongs on: that of most replicas, the faster of two equals. */
  readonly home: Tier | null
  /** Pools of no tier that hold a replica, and replicas of which nobody says where they are. */
  readonly outside: readonly string[]
}

export interface Landscape {
  readonly cluster: Cluster
  readonly policies: readonly PolicyObject[]
  readonly views: readonly PolicyView[]
  readonly pools: ReadonlyMap<PoolId, Pool>
  readonly nodes: ReadonlyMap<string, StorageNode>
  /** In the cluster's order. */
  readonly volumes: readonly VolumeView[]
}

export function survey(
  cluster: Cluster,
  policies: readonly PolicyObject[],
  before: Landscape | null,
): Landscape {
  const views = policies.map(policy => policyView(policy, cluster.pools))
  const samePolicies = before !== null && before.policies === policies
  const sameTiers = samePolicies && tiersStand(before, cluster.pools, views)
  const kept = sameTiers ? before.volumes : []
  const renewed = new Map<readonly PolicyView[], readonly PolicyView[]>()
  const alone = views.map(view => [view])
  const places = new Map(cluster.pools.map((pool, place) => [pool.id, place]))
  const volumes = cluster.volumes.map((volume, index) => {
    const old = kept[index]
    if (old?.volume !== volume) return volumeView(volume, views, alone, placesOf(volume, places))
    let policies = renewed.get(old.policies)
    if (policies === undefined) {
      policies = renew(old.policies, before, views, alone)
      renewed.set(old.policies, policies)
    }
    const { poolPlaces, isWhole, tier, home, outside } = old
    return { volume, policies, poolPlaces, isWhole, tier, home, outside }
  })
  return {
    cluster,
    policies,
    views,
    pools: new Map(cluster.pools.map(pool => [pool.id, pool])),
    nodes: new Map(cluster.nodes.map(node => [node.id, node])),
    volumes,
  }
}

/**
 * Fill of a pool changes often, and a window labels pools; the tier of one hardly ever changes.
 * Then every volume that did not change stands where it stood.
 */
function tiersStand(
  before: Landscape,
  pools: readonly Pool[],
  views: readonly PolicyView[],
): boolean {
  const known = before.cluster.pools
  if (pools.length !== known.length) return false
  return pools.every(
    ({ id }, place) =>
      id === known[place].id &&
      views.every((view, at) => view.tierOfPool.get(id) === before.views[at].tierOfPool.get(id)),
  )
}

function placesOf(volume: Volume, places: ReadonlyMap<PoolId, number>): readonly number[] {
  return volume.replicas.flatMap(({ pool }) => (pool === null ? [] : (places.get(pool) ?? [])))
}

/** The same policies as they are now. Volumes of one policy share its list. */
function renew(
  policies: readonly PolicyView[],
  before: Landscape | null,
  views: readonly PolicyView[],
  alone: readonly (readonly PolicyView[])[],
): readonly PolicyView[] {
  const places = policies.map(old => before?.views.indexOf(old) ?? -1)
  if (places.length === 1 && places[0] >= 0) return alone[places[0]]
  return policies.map((old, index) => views[places[index]] ?? old)
}

export function policyView(policy: PolicyObject, pools: readonly Pool[]): PolicyView {
  const { spec } = policy
  const warmIsOn = spec.warmWatermarkIops > 0 && spec.warmPoolSelector !== null
  const selectors = {
    hot: spec.hotPoolSelector,
    warm: warmIsOn ? spec.warmPoolSelector : null,
    cold: spec.coldPoolSelector,
  }
  const tierOfPool = new Map<PoolId, Tier>()
  const poolsInTwoTiers: PoolId[] = []
  const poolsOfTier: Record<Tier, Pool[]> = { hot: [], warm: [], cold: [] }
  for (const pool of pools) {
    const matching = tiers.filter(tier => matchesPool(selectors[tier], pool.labels))
    if (matching.length > 1) poolsInTwoTiers.push(pool.id)
    if (matching.length !== 1) continue
    tierOfPool.set(pool.id, matching[0])
    if (pool.conflictingLabels.length === 0) poolsOfTier[matching[0]].push(pool)
  }
  return { policy, tierOfPool, poolsOfTier, poolsInTwoTiers, warmIsOn }
}

function volumeView(
  volume: Volume,
  views: readonly PolicyView[],
  alone: readonly (readonly PolicyView[])[],
  poolPlaces: readonly number[],
): VolumeView {
  const selecting = views.filter(view => selects(view.policy, volume))
  const view = selecting[0]
  const isWhole = !needsRepair(volume, volume.replicaCount) && rebuildsOf(volume) === 0
  const policies = selecting.length === 1 ? alone[views.indexOf(view)] : selecting
  if (view === undefined) {
    return { volume, policies, poolPlaces, isWhole, tier: 'outside', home: null, outside: [] }
  }
  const counts: Record<Tier, number> = { hot: 0, warm: 0, cold: 0 }
  const outside: string[] = []
  for (const { id, pool } of volume.replicas) {
    const tier = pool === null ? undefined : view.tierOfPool.get(pool)
    if (tier === undefined) outside.push(pool ?? `replica ${id}`)
    else counts[tier] += 1
  }
  const { tier, home } = whereItStands(counts, outside.length)
  return { volume, policies, poolPlaces, isWhole, tier, home, outside }
}

function whereItStands(
  counts: Readonly<Record<Tier, number>>,
  outside: number,
): Pick<VolumeView, 'tier' | 'home'> {
  let home: Tier = 'hot'
  for (const tier of tiers) if (counts[tier] > counts[home]) home = tier
  const all = counts.hot + counts.warm + counts.cold
  if (outside > 0 || all === 0) return { tier: 'outside', home: null }
  return { tier: counts[home] === all ? home : 'mixed', home }
}

/**
 * A volume of another class or driver, or one that carries our own shards, belongs to no policy.
 */
export function selects(policy: PolicyObject, volume: Volume): boolean {
  return (
    volume.driver === mayastorDriver &&
    !volume.ours &&
    volume.storageClass === policy.spec.storageClassName &&
    matches(policy.spec.volumeSelector, volume.labels)
  )
}
