/**
 * What follows from the cluster and the policies alone: which pool is in which tier, which policy a
 * volume belongs to, on which tier it stands. Derived once for each cluster object; the view of a
 * volume that did not change is taken over from the landscape before.
 */
import { needsRepair, rebuildsOf } from './health.js'
import type {
  Cluster,
  Pool,
  PoolId,
  StorageNode,
  Tier,
  Volume,
  VolumeId,
  VolumeTier,
} from './model.js'
import { tiers } from './model.js'
import type { PolicyObject, StoragePolicySpec } from './resources.js'
import { type LabelSelector, matches, matchesPool } from './selector.js'
import { type Standing, standAfter, standAnew } from './standing.js'
import type { Marks } from './tiering/tiering.js'

export const mayastorDriver = 'io.openebs.csi-mayastor'

export interface PolicyView {
  readonly policy: PolicyObject
  readonly tierOfPool: ReadonlyMap<PoolId, Tier>
  readonly poolsOfTier: Readonly<Record<Tier, readonly Pool[]>>
  /** Pools that two of the policy's selectors match: the policy is in phase Error. */
  readonly poolsInTwoTiers: readonly PoolId[]
  readonly warmIsOn: boolean
  readonly marks: Marks
}

export interface VolumeView {
  readonly volume: Volume
  /**
   * Where the policies that select it stand in the landscape's views: one, or the volume is in
   * conflict or nobody's.
   */
  readonly policyPlaces: readonly number[]
  /**
   * Where the pools of its replicas, or of its shards, stand in the cluster's list; one that is not
   * there is left out.
   */
  readonly poolPlaces: readonly number[]
  /** How many replicas it has, wherever they are. */
  readonly replicas: number
  /** No replica is missing or unsynced, and none is being rebuilt. */
  readonly isWhole: boolean
  readonly tier: VolumeTier
  /** The tier that a mixed volume belongs on: that of most replicas, the faster of two equals. */
  readonly home: Tier | null
  /** Pools of no tier that hold a replica, and replicas of which nobody says where they are. */
  readonly outside: readonly string[]
}

export interface Landscape extends Standing {
  readonly cluster: Cluster
  readonly policies: readonly PolicyObject[]
  readonly views: readonly PolicyView[]
  readonly pools: ReadonlyMap<PoolId, Pool>
  readonly nodes: ReadonlyMap<string, StorageNode>
  /** Where a pool stands in the cluster's list. */
  readonly poolPlaces: ReadonlyMap<PoolId, number>
}

/** The first policy that selects the volume; undefined where none does. */
export function policyOf(landscape: Landscape, view: VolumeView): PolicyView | undefined {
  const { policyPlaces } = view
  return policyPlaces.length === 0 ? undefined : landscape.views[policyPlaces[0]]
}

export function volumeViewOf(landscape: Landscape, volume: VolumeId): VolumeView | undefined {
  const place = landscape.volumePlaces.get(volume)
  return place === undefined ? undefined : landscape.volumes[place]
}

export function survey(
  cluster: Cluster,
  policies: readonly PolicyObject[],
  before: Landscape | null,
): Landscape {
  const shelves = shelvesOf(cluster.pools, policies, before)
  const { views, poolPlaces } = shelves
  const kept = before?.policies === policies && tiersStand(before, cluster.pools, views)
  // Volumes that one policy selects share its list: nearly all do.
  const alone = views.map((_, place) => [place])
  const viewOf = (volume: Volume): VolumeView =>
    volumeView(volume, views, alone, placesOf(volume, poolPlaces))
  const stand = kept
    ? standAfter(before, before.cluster.volumes, cluster.volumes, viewOf)
    : standAnew(cluster.volumes, cluster.pools.length, viewOf)
  const nodes = before?.cluster.nodes === cluster.nodes ? before.nodes : nodesById(cluster)
  const { volumes, volumePlaces, brokenPlaces, largestBytes } = stand
  return {
    cluster,
    policies,
    ...shelves,
    nodes,
    volumes,
    volumePlaces,
    brokenPlaces,
    largestBytes,
  }
}

type Shelves = Pick<Landscape, 'views' | 'pools' | 'poolPlaces'>

/** The pools and their tiers; as before where neither they nor the policies changed. */
function shelvesOf(
  pools: readonly Pool[],
  policies: readonly PolicyObject[],
  before: Landscape | null,
): Shelves {
  const known = before?.policies === policies ? before : null
  if (known !== null && known.cluster.pools === pools) {
    return { views: known.views, pools: known.pools, poolPlaces: known.poolPlaces }
  }
  return {
    views: policies.map((policy, at) =>
      policyView(
        policy,
        pools,
        known === null ? null : { view: known.views[at], pools: known.cluster.pools },
      ),
    ),
    pools: new Map(pools.map(pool => [pool.id, pool])),
    poolPlaces: new Map(pools.map((pool, place) => [pool.id, place])),
  }
}

function nodesById(cluster: Cluster): ReadonlyMap<string, StorageNode> {
  return new Map(cluster.nodes.map(node => [node.id, node]))
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
  if (views === before.views) return true
  const known = before.cluster.pools
  if (pools.length !== known.length) return false
  return pools.every(
    ({ id }, place) =>
      id === known[place].id &&
      views.every((view, at) => view.tierOfPool.get(id) === before.views[at].tierOfPool.get(id)),
  )
}

function placesOf(volume: Volume, places: ReadonlyMap<PoolId, number>): readonly number[] {
  return standsOn(volume).flatMap(({ pool }) => (pool === null ? [] : (places.get(pool) ?? [])))
}

/** What a policy made of its pools before; a pool that is the same object stays where it was. */
interface Sorted {
  readonly view: PolicyView
  readonly pools: readonly Pool[]
}

export function policyView(
  policy: PolicyObject,
  pools: readonly Pool[],
  before: Sorted | null = null,
): PolicyView {
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
  pools.forEach((pool, place) => {
    const tier = before?.pools[place] === pool ? tierIn(before.view, pool) : tierBy(selectors, pool)
    if (tier === 'two') poolsInTwoTiers.push(pool.id)
    else if (tier !== undefined) {
      tierOfPool.set(pool.id, tier)
      if (pool.conflictingLabels.length === 0) poolsOfTier[tier].push(pool)
    }
  })
  const marks = marksOf(spec, warmIsOn)
  return { policy, tierOfPool, poolsOfTier, poolsInTwoTiers, warmIsOn, marks }
}

function tierIn(view: PolicyView, { id }: Pool): Tier | 'two' | undefined {
  return view.poolsInTwoTiers.includes(id) ? 'two' : view.tierOfPool.get(id)
}

function tierBy(
  selectors: Readonly<Record<Tier, LabelSelector | null>>,
  pool: Pool,
): Tier | 'two' | undefined {
  const matching = tiers.filter(tier => matchesPool(selectors[tier], pool.labels))
  return matching.length > 1 ? 'two' : matching[0]
}

function marksOf(spec: StoragePolicySpec, warmIsOn: boolean): Marks {
  return {
    highIops: spec.highWatermarkIops,
    warmIops: spec.warmWatermarkIops,
    lowIops: spec.lowWatermarkIops,
    warmIsOn,
  }
}

function volumeView(
  volume: Volume,
  views: readonly PolicyView[],
  alone: readonly (readonly number[])[],
  poolPlaces: readonly number[],
): VolumeView {
  const selecting = views.flatMap(({ policy }, at) => (selects(policy, volume) ? [at] : []))
  const policyPlaces = selecting.length === 1 ? alone[selecting[0]] : selecting
  const replicas = volume.replicas.length
  const isWhole = !needsRepair(volume, volume.replicaCount) && rebuildsOf(volume) === 0
  if (policyPlaces.length === 0) {
    return {
      volume,
      policyPlaces,
      poolPlaces,
      replicas,
      isWhole,
      tier: 'outside',
      home: null,
      outside: [],
    }
  }
  const view = views[policyPlaces[0]]
  const counts: Record<Tier, number> = { hot: 0, warm: 0, cold: 0 }
  const outside: string[] = []
  for (const { pool, name } of standsOn(volume)) {
    const tier = pool === null ? undefined : view.tierOfPool.get(pool)
    if (tier === undefined) outside.push(pool ?? name)
    else counts[tier] += 1
  }
  const { tier, home } = whereItStands(counts, outside.length)
  return { volume, policyPlaces, poolPlaces, replicas, isWhole, tier, home, outside }
}

/** The pools that serve a volume: those of its replicas, or of its shards. */
function standsOn(
  volume: Volume,
): readonly { readonly pool: PoolId | null; readonly name: string }[] {
  const { coded } = volume
  if (coded?.serves === true) return coded.pools.map(pool => ({ pool, name: pool }))
  return volume.replicas.map(({ id, pool }) => ({ pool, name: `replica ${id}` }))
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
