/** What makes a replica healthy and a volume whole, in one place: laws 1, 2 and 16 rest on it. */
import type { Replica, Volume } from './model.js'

/**
 * Synced as its target knows it: online, known to the target as online, and no rebuild runs on it.
 * Where the version tells `healthy`, it must say so; an unpublished volume has no synced replica.
 */
export function isSynced(replica: Replica): boolean {
  return (
    replica.state === 'online' &&
    replica.childState === 'online' &&
    replica.rebuildPercent === null &&
    replica.healthy !== false
  )
}

export function syncedReplicas(volume: Volume): readonly Replica[] {
  return volume.target === null ? [] : volume.replicas.filter(isSynced)
}

/**
 * Published, and short of a healthy replica or of a shard; `intended` leaves a copy of ours out of
 * the count.
 */
export function needsRepair(volume: Volume, intended: number): boolean {
  if (volume.target === null) return false
  if (volume.coded?.serves === true) return volume.coded.degradedStripes > 0
  let synced = 0
  for (const replica of volume.replicas) if (isSynced(replica)) synced += 1
  return synced < intended
}

/** Rebuilds of the volume that run now. */
export function rebuildsOf(volume: Volume): number {
  return volume.target?.rebuilds ?? 0
}
