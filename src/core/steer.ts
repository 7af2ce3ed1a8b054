/**
 * Steering: Mayastor names neither a destination nor a victim, so a window of cordons leaves it one
 * choice. What is cordoned is computed by Mayastor's own filters, from the table of versions.
 */

import { isSynced } from './health.js'
import type { Landscape } from './landscape.js'
import type { NodeId, Pool, PoolCordon, PoolId, Replica, Volume } from './model.js'
import type { CordonRecord } from './record.js'
import { topologyFits } from './topology.js'
import type { VersionRow } from './versions.js'

/** Marks a pool's cordon as ours before it is set. No slash: it is a segment of a URL's path. */
export const windowLabel = 'couchestor-window'

/** Only new replicas are kept away: snapshots and restores of others go on. */
export const ourScopes: PoolCordon = {
  replicas: true,
  snapshots: false,
  restores: false,
  import: false,
}

export function nodeCordonLabel(migration: string): string {
  return `couchestor-${migration}`
}

/** Pools that Mayastor could choose for another replica of the volume now. */
export function choosable(volume: Volume, landscape: Landscape): readonly Pool[] {
  const taken = new Set<NodeId | null>(volume.replicas.map(replica => replica.node))
  return landscape.cluster.pools.filter(pool => {
    const node = landscape.nodes.get(pool.node)
    return (
      node !== undefined &&
      node.cordonLabels.length === 0 &&
      !taken.has(pool.node) &&
      pool.cordon?.replicas !== true &&
      topologyFits(volume.topology.poolInclusion, pool)
    )
  })
}

/**
 * Whether Mayastor, left alone, can only choose an accepted pool. A volume's topology is not
 * counted on to narrow its choice: Mayastor compares its own labels, which not every world tells.
 */
export function needsNoSteering(
  volume: Volume,
  accepted: readonly Pool[],
  landscape: Landscape,
): boolean {
  const anywhere = { ...volume, topology: { ...volume.topology, poolInclusion: {} } }
  return choosable(anywhere, landscape).every(pool => accepted.includes(pool))
}

/**
 * A volume of an affinity group with one replica may not share its node with another such: from a
 * second replica there it could not go back to one. Before 2.10 it never can.
 */
export function leavesAWayBack(
  volume: Volume,
  pool: Pool,
  landscape: Landscape,
  row: VersionRow,
): boolean {
  if (volume.affinityGroup === null || volume.replicaCount > 1) return true
  if (!row.affinityGroupToOne) return false
  return !landscape.cluster.volumes.some(
    other =>
      other.id !== volume.id &&
      other.affinityGroup === volume.affinityGroup &&
      other.replicaCount === 1 &&
      other.replicas.some(replica => replica.node === pool.node),
  )
}

/** A drain that works under the volume's replicas, in words, or null: it has the way first. */
export function worksUnder(volume: Volume, landscape: Landscape): string | null {
  for (const replica of volume.replicas) {
    const pool = replica.pool === null ? undefined : landscape.pools.get(replica.pool)
    if (pool?.draining === true) return `pool ${pool.id} is draining`
    const node = replica.node === null ? undefined : landscape.nodes.get(replica.node)
    if (node?.draining === true) return `node ${node.id} is draining`
  }
  return null
}

/** Cordons that leave only accepted pools to choose from. */
export function destinationCordons(
  volume: Volume,
  accepted: readonly PoolId[],
  landscape: Landscape,
  row: VersionRow,
  migration: string,
): readonly CordonRecord[] {
  const unwanted = choosable(volume, landscape).filter(pool => !accepted.includes(pool.id))
  if (row.steersDestination === 'pools') {
    return unwanted.map(pool => ({
      kind: 'pool',
      pool: pool.id,
      before: pool.cordon,
      ours: ourScopes,
    }))
  }
  const nodes = [...new Set(unwanted.map(pool => pool.node))]
  return nodes.map(node => nodeCordon(node, migration))
}

/** The cordon that makes the replica of this node the first to be removed. */
export function nodeCordon(node: NodeId, migration: string): CordonRecord {
  return { kind: 'node', node, label: nodeCordonLabel(migration) }
}

/**
 * Why the removal order would not take this victim although its node is cordoned, or null: replicas
 * with a topology mismatch go first, and a foreign cordon on another replica's node ranks equal.
 */
export function cannotBeVictim(
  victim: Replica,
  volume: Volume,
  landscape: Landscape,
): string | null {
  for (const replica of volume.replicas) {
    if (replica.id === victim.id || !isSynced(replica)) continue
    const node = replica.node === null ? undefined : landscape.nodes.get(replica.node)
    if (node !== undefined && node.cordonLabels.length > 0) {
      return `node ${node.id} of another replica is cordoned too`
    }
    const pool = replica.pool === null ? undefined : landscape.pools.get(replica.pool)
    if (pool !== undefined && !topologyFits(volume.topology.poolInclusion, pool)) {
      return `the replica in ${pool.id} does not fit the volume’s topology and is removed first`
    }
  }
  return null
}
