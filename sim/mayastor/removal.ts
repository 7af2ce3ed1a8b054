/**
 * Which replica a scale-down removes: unhealthy ones always before healthy ones, and among healthy
 * ones by the order of the version (mayastor.md, section 2.6).
 */
import type { ModelCluster } from './cluster.js'
import { isCordoned, isHealthy } from './scheduler.js'
import type { ModelReplica, ModelVolume } from './state.js'
import { topologyMatches } from './topology.js'

/** Null: a healthy one goes only while more of them than wanted are there. */
export function victim(
  volume: ModelVolume,
  wanted: number,
  cluster: ModelCluster,
): ModelReplica | null {
  const healthy = volume.replicas.filter(isHealthy)
  const unhealthy = volume.replicas.filter(replica => !isHealthy(replica))
  if (unhealthy.length > 0) return unhealthy.reduce((a, b) => (leaves(b, a) ? b : a))
  if (healthy.length <= wanted) return null
  return healthy.reduce((a, b) => (goesBefore(b, a, volume, cluster) ? b : a))
}

/** Faulted before online; among those that are copied, the one that got least far. */
function leaves(one: ModelReplica, other: ModelReplica): boolean {
  if (one.state !== other.state) return one.state === 'faulted'
  return one.shownPercent < other.shownPercent
}

/** Strictly: of two that rank the same, the older one goes. */
function goesBefore(
  one: ModelReplica,
  other: ModelReplica,
  volume: ModelVolume,
  cluster: ModelCluster,
): boolean {
  const { row } = cluster
  const ranks: readonly ((replica: ModelReplica) => number)[] = [
    replica => (row.removesMismatchFirst && !fits(replica, volume) ? 0 : 1),
    replica => (row.steersVictim && isCordoned(replica.pool.node) ? 0 : 1),
    replica => (replica.pool.node === volume.target ? 1 : 0),
    replica => -groupReplicas(replica, volume, cluster),
  ]
  for (const rank of ranks) {
    const difference = rank(one) - rank(other)
    if (difference !== 0) return difference < 0
  }
  return false
}

function fits(replica: ModelReplica, volume: ModelVolume): boolean {
  return topologyMatches(volume.spec.poolInclusion, replica.pool)
}

/** Replicas of the volume's affinity group in the same pool. */
function groupReplicas(replica: ModelReplica, volume: ModelVolume, cluster: ModelCluster): number {
  const group = volume.spec.affinityGroup
  if (group === null) return 0
  let count = 0
  for (const other of cluster.volumes) {
    if (other.deleted || other.spec.affinityGroup !== group) continue
    count += other.replicas.filter(one => one.pool === replica.pool).length
  }
  return count
}
