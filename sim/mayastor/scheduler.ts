/**
 * Mayastor's scheduler: which pool takes a new replica. Filters and weights are those of the
 * control plane's sources, 2.7 to 2.11 (mayastor.md, section 2.5).
 */

import type { ModelCluster } from './cluster.js'
import type { ModelNode, ModelPool, ModelReplica, ModelVolume } from './state.js'
import { topologyMatches } from './topology.js'

/** A thin pool may be promised so much more than it holds. */
const overcommitPercent = 250
const thinFloorBytes = 16_777_216

/** Pools that may take another replica of the volume, best first. */
export function candidates(volume: ModelVolume, cluster: ModelCluster): readonly ModelPool[] {
  const used = new Set(volume.replicas.map(replica => replica.pool.node))
  const isSingle = volume.spec.affinityGroup !== null && volume.replicaCount === 1
  const singles = isSingle ? singlesOfGroup(volume, cluster) : null
  const fitting = cluster.pools.filter(
    pool =>
      pool.node.online &&
      !isCordoned(pool.node) &&
      !used.has(pool.node) &&
      singles?.has(pool.node) !== true &&
      takesReplicas(pool) &&
      pool.cordon?.replicas !== true &&
      topologyMatches(volume.spec.poolInclusion, pool) &&
      hasRoom(volume, pool),
  )
  const scores = new Map(fitting.map(pool => [pool, score(pool, fitting, volume.spec.thin)]))
  return [...fitting].sort(
    (a, b) => rank(a) - rank(b) || (scores.get(b) ?? 0) - (scores.get(a) ?? 0) || a.index - b.index,
  )
}

function takesReplicas(pool: ModelPool): boolean {
  return pool.status === 'online' || pool.status === 'degraded' || pool.status === 'suspected'
}

function rank(pool: ModelPool): number {
  return pool.status === 'online' ? 0 : 1
}

function hasRoom(volume: ModelVolume, pool: ModelPool): boolean {
  const free = pool.capacityBytes - pool.usedBytes
  if (pool.capacityBytes <= volume.sizeBytes) return false
  if (!volume.spec.thin) return free > volume.sizeBytes
  const wanted = Math.min(allocatedBytes(volume) + (volume.sizeBytes * 40) / 100, volume.sizeBytes)
  const promised = pool.committedBytes + volume.sizeBytes
  return (
    free > thinFloorBytes &&
    free > wanted &&
    promised * 100 < pool.capacityBytes * overcommitPercent
  )
}

/** A thin volume is taken to be half full; nothing writes blocks here, only counts them. */
export function allocatedBytes(volume: ModelVolume): number {
  return volume.spec.thin ? Math.floor(volume.sizeBytes / 2) : volume.sizeBytes
}

/** Thick: replica count 40, free space 60. Thin: 25, 40, over-commitment 35. */
function score(pool: ModelPool, all: readonly ModelPool[], thin: boolean): number {
  const mostReplicas = Math.max(1, ...all.map(one => one.replicas))
  const mostFree = Math.max(1, ...all.map(one => one.capacityBytes - one.usedBytes))
  const few = 1 - pool.replicas / mostReplicas
  const free = (pool.capacityBytes - pool.usedBytes) / mostFree
  if (!thin) return 40 * few + 60 * free
  const commitment = pool.committedBytes / pool.capacityBytes
  return 25 * few + 40 * free + 35 * (1 - Math.min(1, commitment / 2.5))
}

export function isHealthy(replica: ModelReplica): boolean {
  return replica.state === 'online' && replica.syncedSinceUs !== null
}

/** A node that drains takes neither new replicas nor new targets, as one that is cordoned. */
export function isCordoned(node: ModelNode): boolean {
  return node.draining || node.cordonLabels.length > 0
}

/**
 * Whether the one replica that is left when `gone` goes shares its node with another volume of the
 * group that has a single one.
 */
export function groupClash(
  volume: ModelVolume,
  gone: ModelReplica | null,
  cluster: ModelCluster,
): boolean {
  const singles = singlesOfGroup(volume, cluster)
  return volume.replicas.some(replica => replica !== gone && singles.has(replica.pool.node))
}

/** Nodes that hold the only replica of another volume of the group. */
function singlesOfGroup(volume: ModelVolume, cluster: ModelCluster): ReadonlySet<ModelNode> {
  const nodes = new Set<ModelNode>()
  const group = volume.spec.affinityGroup
  if (group === null) return nodes
  for (const other of cluster.volumes) {
    if (other === volume || other.deleted || other.spec.affinityGroup !== group) continue
    if (other.replicaCount === 1) for (const replica of other.replicas) nodes.add(replica.pool.node)
  }
  return nodes
}
