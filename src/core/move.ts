/**
 * One replica's move as a state machine: from what the record says and what the volume looks like
 * now, to the one thing to do next. It holds no state of its own, so that a restarted operator
 * stands where the old one stood. Every failure path of Mayastor ends in one of these intents.
 */
import { isSynced, syncedReplicas } from './health.js'
import type { Replica, Volume } from './model.js'
import {
  attempts,
  end,
  isAccepted,
  isNewsworthy,
  isStale,
  isTimedOut,
  isTooSoon,
  isWhole,
  type MoveIntent,
  type MoveView,
  mostAttempts,
  newReplica,
  note,
  replicaOf,
  syncedForUs,
  turnBack,
  wait,
} from './move-view.js'
import type { ReasonCode } from './reasons.js'
import type { MigrationRecord, MoveRecord } from './record.js'
import { undoing } from './undo-move.js'

export function nextOfMove(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const elsewhere = changedByOthers(record, move, view) ?? unpublished(record, move, view)
  if (elsewhere !== null) return elsewhere
  switch (move.state) {
    case 'planned':
      return planned(record, move, view)
    case 'adding':
      return adding(record, move, view)
    case 'syncing':
      return syncing(record, move, view)
    case 'removing':
      return removing(record, move, view)
    case 'undoing':
      return undoing(record, move, view)
    case 'done':
    case 'kept':
    case 'undone':
      return { kind: 'ended', move, why: null }
  }
}

/** The count that somebody else set stands: this move ends where it is. */
function changedByOthers(
  record: MigrationRecord,
  move: MoveRecord,
  view: MoveView,
): MoveIntent | null {
  const { base, volume } = view
  const count = volume.replicaCount
  // Of a command whose answer was lost, the effect may come late: one more is ours then.
  const mayHaveMore = move.state !== 'planned' || attempts(record) > 0
  const mayHaveBase = move.state !== 'syncing'
  if ((mayHaveBase && count === base) || (mayHaveMore && count === base + 1)) return null
  const landed = replicaOf(volume, move.toReplica) !== null
  return end(move, landed ? 'done' : 'undone', view, 'changed-by-others')
}

/**
 * A rebuild never ends on an unpublished volume, and what is synced is known to its target alone.
 */
function unpublished(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent | null {
  const { target, replicaCount } = view.volume
  const lowered = replicaCount === view.base
  const goes = move.state === 'removing' || move.state === 'undoing'
  if (target !== null || (goes && lowered)) return null
  if (move.state === 'planned' && attempts(record) === 0) {
    return end(move, 'undone', view, 'unpublished')
  }
  const copies = move.state === 'adding' || move.state === 'syncing'
  if (copies && isTimedOut(move, view)) return turnBack(record, move, 'was-unpublished')
  return wait('the volume is not published', false)
}

function planned(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base, nowUs } = view
  if (volume.replicaCount === base + 1) {
    return note({ ...move, state: 'adding', progressedUs: nowUs })
  }
  if (isTooSoon(record, view)) return wait('the last try is less than a minute old', true)
  const halt = view.undo ?? view.stop
  if (halt !== null) return end(move, 'undone', view, halt)
  if (replicaOf(volume, move.fromReplica) === null) {
    return end(move, 'undone', view, 'changed-by-others')
  }
  if (attempts(record) >= mostAttempts) return end(move, 'undone', view, refusalOf(record))
  const notReady = whyNotReady(view)
  return notReady === null ? { kind: 'add', count: base + 1 } : wait(notReady, true)
}

function refusalOf(record: MigrationRecord): ReasonCode {
  const refusal = record.status?.lastCommand?.refusal
  return refusal === undefined || refusal === 'no-pool' ? 'no-pool-found' : 'command-refused'
}

/** Mayastor adds a replica only to a volume that is online; we only to one that is whole. */
function whyNotReady(view: MoveView): string | null {
  const { volume, base } = view
  if (volume.operation !== null) return `the control plane works on ${volume.operation}`
  if (volume.replicas.length > base) return 'Mayastor has not trimmed an earlier replica yet'
  if (volume.target !== null && volume.target.rebuilds > 0) return 'a rebuild runs on the volume'
  const whole = volume.status === 'online' && syncedReplicas(volume).length >= base
  return whole ? null : 'the volume itself needs repair'
}

function adding(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base } = view
  const arrived = newReplica(record, move, volume)
  if (arrived !== null) return landed(record, move, arrived, view)
  // The command had no effect, as far as a fresh look tells: it is planned again.
  if (volume.replicaCount === base) return note({ ...move, state: 'planned' })
  const halt = view.undo ?? view.stop
  if (halt !== null) return turnBack(record, move, halt)
  if (isTimedOut(move, view)) return turnBack(record, move, 'no-progress')
  return wait('the new replica has not been made yet', true)
}

/** Where the new replica landed decides; another one after a failed copy is looked at the same. */
function landed(
  record: MigrationRecord,
  move: MoveRecord,
  replica: Replica,
  view: MoveView,
): MoveIntent {
  if (replica.pool === null) {
    if (isTimedOut(move, view)) return turnBack(record, move, 'no-progress')
    return wait('the new replica’s pool is not known yet', true)
  }
  const again = move.toReplica === null ? 0 : attempts(record) + 1
  const added = record.status?.addedReplicas ?? []
  const addedReplicas = [...new Set([...added, replica.id])]
  const copy: MoveRecord = {
    ...move,
    toReplica: replica.id,
    toPool: replica.pool,
    progressedUs: view.nowUs,
    progressPercent: 0,
    syncedSinceUs: null,
  }
  const why = isAccepted(replica, move) ? 'no-progress' : 'wrong-pool'
  if (why === 'no-progress' && again < mostAttempts) {
    return note({ ...copy, state: 'syncing' }, { attempts: again, addedReplicas })
  }
  const status = { attempts: 0, addedReplicas, why: record.status?.why ?? why }
  return note({ ...copy, state: 'undoing' }, status)
}

function syncing(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, nowUs } = view
  const halt = view.undo ?? view.stop
  const replica = replicaOf(volume, move.toReplica)
  if (replica === null) {
    // The control plane drops a faulted copy and makes another one, perhaps somewhere else.
    const another = newReplica(record, move, volume)
    if (another !== null) return landed(record, move, another, view)
    if (halt !== null) return turnBack(record, move, halt)
    if (isTimedOut(move, view)) return turnBack(record, move, 'no-progress')
    return wait('the copy went away, and another has not been made yet', true)
  }
  if (isSynced(replica)) return synced(record, move, view)
  if (halt !== null) return turnBack(record, move, halt)
  const percent = replica.rebuildPercent ?? 0
  const further = { ...move, progressPercent: percent, progressedUs: nowUs, syncedSinceUs: null }
  if (percent > move.progressPercent) {
    return isNewsworthy(move, view) ? note(further) : wait('the copy runs', true)
  }
  if (percent < move.progressPercent && replica.rebuildPercent !== null) {
    // The copy began again, which is progress, but only so often.
    const again = attempts(record) + 1
    if (again >= mostAttempts) return turnBack(record, move, 'no-progress')
    return note(further, { attempts: again })
  }
  if (isTimedOut(move, view)) return turnBack(record, move, 'no-progress')
  return wait('the copy runs', true)
}

function synced(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { nowUs } = view
  if (view.undo !== null && !view.preserve) return turnBack(record, move, view.undo)
  if (!isWhole(view)) {
    if (move.syncedSinceUs !== null) return note({ ...move, syncedSinceUs: null })
    return wait('the copy is synced, the volume itself is not whole', false)
  }
  if (move.syncedSinceUs === null) {
    const progress = { progressPercent: 100, progressedUs: nowUs, syncedSinceUs: nowUs }
    return note({ ...move, ...progress })
  }
  if (nowUs - move.syncedSinceUs < syncedForUs) return wait('synced, seen once', true)
  if (view.preserve) return end(move, 'kept', view, null)
  return note({ ...move, state: 'removing' }, { attempts: 0 })
}

/**
 * Its removal was sent, and it is gone, although the count is what it was: somebody raised it again
 * after our command, and the replica that came then is theirs.
 */
function isGoneByUs(record: MigrationRecord, move: MoveRecord, volume: Volume): boolean {
  const command = record.status?.lastCommand
  if (command?.removes !== move.fromReplica) return false
  // A command that was refused had no effect: then the old replica died, and a spare came.
  const mayHaveActed = command.refusal === undefined || command.refusal === 'unknown'
  return mayHaveActed && replicaOf(volume, move.fromReplica) === null
}

function removing(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base, nowUs } = view
  if (volume.replicaCount === base) return removed(record, move, view)
  if (isTooSoon(record, view)) return wait('the last try is less than a minute old', true)
  const added = replicaOf(volume, move.toReplica)
  if (added === null || !isSynced(added) || !isWhole(view)) {
    return note({ ...move, state: 'syncing', syncedSinceUs: null, progressedUs: nowUs })
  }
  if (view.preserve) return end(move, 'kept', view, null)
  if (view.undo !== null) return turnBack(record, move, view.undo)
  if (attempts(record) >= mostAttempts) return turnBack(record, move, 'replica-not-removed')
  if (volume.operation !== null) return wait(`the control plane works on ${volume.operation}`, true)
  if (isGoneByUs(record, move, volume)) return end(move, 'done', view, 'changed-by-others')
  // Where the old replica died by itself, the spare that took its place is one too many.
  const victim = replicaOf(volume, move.fromReplica) ?? newReplica(record, move, volume)
  if (victim === null) return wait('it is not known which replica is one too many', false)
  return { kind: 'remove', count: base, victim }
}

/** The count is lowered: who went? */
function removed(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base } = view
  const old = replicaOf(volume, move.fromReplica)
  const added = replicaOf(volume, move.toReplica)
  if (volume.replicas.length > base) {
    if (!isStale(record, view)) return wait('Mayastor trims the replica later', true)
    return end(move, 'done', view, 'replica-not-removed')
  }
  if (old === null && added !== null) return end(move, 'done', view, null)
  if (old === null) return end(move, 'undone', view, 'changed-by-others')
  return end(move, added === null ? 'undone' : 'done', view, 'wrong-victim')
}
