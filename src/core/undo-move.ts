/**
 * A move on its way back: its copy is removed, unsynced without steering, since Mayastor removes an
 * unhealthy replica first, and steered once it is synced or nearly so. While the volume is
 * short of a healthy replica, the way back waits.
 */
import { isSynced } from './health.js'
import type { Replica } from './model.js'
import {
  attempts,
  end,
  isStale,
  isTooSoon,
  type MoveIntent,
  type MoveView,
  mostAttempts,
  newReplica,
  note,
  othersAreSynced,
  replicaOf,
  wait,
} from './move-view.js'
import type { MigrationRecord, MoveRecord } from './record.js'

/** From here on a copy may be synced before the command reaches Mayastor. */
const nearlySyncedPercent = 90

export function undoing(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base } = view
  const copy = replicaOf(volume, move.toReplica) ?? newReplica(record, move, volume)
  if (volume.replicaCount === base) return undone(record, move, copy, view)
  if (copy !== null && copy.id !== move.toReplica) {
    // Made late, or in the place of one that failed.
    const added = record.status?.addedReplicas ?? []
    const addedReplicas = [...new Set([...added, copy.id])]
    return note({ ...move, toReplica: copy.id, toPool: copy.pool }, { addedReplicas })
  }
  if (isTooSoon(record, view)) return wait('the last try is less than a minute old', true)
  if (view.preserve && copy !== null && isGoodCopy(copy, view)) return end(move, 'kept', view, null)
  if (attempts(record) >= mostAttempts) return end(move, 'undone', view, 'replica-not-removed')
  if (volume.operation !== null) return wait(`the control plane works on ${volume.operation}`, true)
  if (!othersAreSynced(copy, view)) {
    return wait('the rollback waits until the others are healthy', false)
  }
  if (copy !== null && mayBeSynced(copy)) return { kind: 'remove', count: base, victim: copy }
  return { kind: 'take-back', count: base }
}

/** Synced and in the target tier, though perhaps in a pool that the move did not accept. */
function isGoodCopy(copy: Replica, view: MoveView): boolean {
  return isSynced(copy) && copy.pool !== null && view.isInTargetTier(copy.pool)
}

function mayBeSynced(copy: Replica): boolean {
  if (isSynced(copy)) return true
  if (copy.state === 'faulted' || copy.childState === 'faulted') return false
  return copy.rebuildPercent === null || copy.rebuildPercent >= nearlySyncedPercent
}

/** The count is back: is the copy gone? */
function undone(
  record: MigrationRecord,
  move: MoveRecord,
  copy: Replica | null,
  view: MoveView,
): MoveIntent {
  if (copy === null) return end(move, 'undone', view, null)
  if (view.volume.replicas.length <= view.base) return end(move, 'done', view, 'wrong-victim')
  if (!isStale(record, view)) return wait('Mayastor trims the replica later', true)
  return end(move, 'undone', view, 'replica-not-removed')
}
