/**
 * What running moves still take from the pools: room that is promised and not yet used, and the
 * one copy that a pool can carry. Mayastor cannot throttle a rebuild, so that a copy takes the whole
 * bandwidth of the pool that it runs into, and a second one has none left.
 */
import type { Cluster, PoolId, Volume, VolumeId } from './model.js'
import { isOver, type MigrationRecord } from './record.js'

export interface Reservations {
  readonly bytes: ReadonlyMap<PoolId, number>
  /** Pools that a copy runs or will run into, with the volume that it is of. */
  readonly copies: ReadonlyMap<PoolId, VolumeId>
}

export function reserve(running: readonly MigrationRecord[], cluster: Cluster): Reservations {
  const bytes = new Map<PoolId, number>()
  const copies = new Map<PoolId, VolumeId>()
  if (running.length === 0) return { bytes, copies }
  const volumes = new Map<VolumeId, Volume>(cluster.volumes.map(volume => [volume.id, volume]))
  for (const record of running) {
    const move = record.status?.moves[record.status.moves.length - 1]
    if (move === undefined || isOver(move)) continue
    const volume = volumes.get(record.spec.volume)
    const landed = volume?.replicas.find(replica => replica.id === move.toReplica)
    // Before it is seen where the copy landed, it may land in any pool that the move accepts.
    const pools = move.toPool === null ? move.accepted : [move.toPool]
    const missing = Math.max(0, record.spec.sizeBytes - (landed?.allocatedBytes ?? 0))
    for (const pool of pools) {
      bytes.set(pool, (bytes.get(pool) ?? 0) + missing)
      if (move.state === 'planned' || move.state === 'adding' || move.state === 'syncing') {
        copies.set(pool, record.spec.volume)
      }
    }
  }
  return { bytes, copies }
}
