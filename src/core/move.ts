/**
 * One replica's move as a state machine: from what the record says and what the volume looks like
 * now, to the one thing to do next. It holds no state of its own, so that a restarted operator
 * stands where the old one stood. Every failure path of Mayastor ends in one of these intents.
 */
import { isSynced, syncedReplicas } from './health.js'
import type { Replica, ReplicaId, Volume } from './model.js'
import type { ReasonCode } from './reasons.js'
import type { MigrationRecord, MigrationStatus, MoveRecord } from './record.js'

/** Synced counts only when it was seen twice, so far apart (two polls of Mayastor's own cache). */
export const syncedForUs = 60_000_000
/** Between two tries of one command. */
export const retryUs = 60_000_000
/** Tries of one command before the move is given up. */
export const mostAttempts = 5

export type MoveIntent =
  /** Nothing to send: look again later. */
  | { readonly kind: 'wait'; readonly why: string; readonly holdsSlot: boolean }
  /** The record changes, nothing is sent. */
  | { readonly kind: 'note'; readonly move: MoveRecord; readonly status?: Partial<MigrationStatus> }
  /** Step two: one replica more, in a window that leaves only accepted pools. */
  | { readonly kind: 'add'; readonly count: number }
  /** Step four: one replica less, in a window that makes `victim` the first to go. */
  | { readonly kind: 'remove'; readonly count: number; readonly victim: Replica }
  /** Takes an unsynced copy back: Mayastor removes an unhealthy replica first, nothing is steered. */
  | { readonly kind: 'take-back'; readonly count: number }
  /** The move is over, well or not. */
  | { readonly kind: 'ended'; readonly move: MoveRecord; readonly why: ReasonCode | null }

export interface MoveView {
  readonly nowUs: number
  readonly volume: Volume
  /** Replicas the volume is meant to have while no move of ours is in flight. */
  readonly base: number
  readonly timeoutUs: number
  /** A policy no longer wants the move; it ends if its copy is synced, else it is rolled back. */
  readonly stop: ReasonCode | null
  /** The move is rolled back even when its copy is synced. */
  readonly undo: ReasonCode | null
  /** In preservation mode no replica that was there before is removed. */
  readonly preserve: boolean
}

export function nextOfMove(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const changed = changedByOthers(move, view)
  if (changed !== null) return changed
  if (view.volume.target === null) return wait('the volume is not published', false)
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
    case 'undone':
      return { kind: 'ended', move, why: null }
  }
}

/** The count that somebody else set stands: this move ends where it is. */
function changedByOthers(move: MoveRecord, view: MoveView): MoveIntent | null {
  const { base, volume } = view
  const count = volume.replicaCount
  const oneMore = move.state !== 'planned'
  const exactly = move.state === 'syncing'
  const expected = exactly ? count === base + 1 : count === base || (oneMore && count === base + 1)
  if (expected) return null
  const landed = volume.replicas.some(replica => replica.id === move.toReplica)
  const state = landed ? 'done' : 'undone'
  return { kind: 'ended', move: ended(move, state, view), why: 'changed-by-others' }
}

function planned(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  if (view.stop !== null)
    return { kind: 'ended', move: ended(move, 'undone', view), why: view.stop }
  const { volume, base } = view
  const victim = volume.replicas.find(replica => replica.id === move.fromReplica)
  if (victim === undefined) {
    return { kind: 'ended', move: ended(move, 'undone', view), why: 'changed-by-others' }
  }
  if (volume.operation !== null) return wait(`the control plane works on ${volume.operation}`, true)
  if (attempts(record) >= mostAttempts) {
    return { kind: 'ended', move: ended(move, 'undone', view), why: 'no-pool-found' }
  }
  if (tooSoon(record, view)) return wait('the last try is less than a minute old', true)
  if (syncedReplicas(volume).length < base) return wait('the volume itself needs repair', true)
  return { kind: 'add', count: base + 1 }
}

function adding(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base, nowUs } = view
  const arrived = newReplica(record, volume)
  if (arrived !== null) return landed(move, arrived, view)
  if (volume.replicaCount === base) {
    // The command had no effect, as far as a fresh look tells: it is planned again.
    return { kind: 'note', move: { ...move, state: 'planned' } }
  }
  if (nowUs - move.progressedUs >= view.timeoutUs) return undo(move, 'no-progress', record)
  return wait('the new replica has not been made yet', true)
}

function landed(move: MoveRecord, replica: Replica, view: MoveView): MoveIntent {
  if (replica.pool === null) return wait('the new replica’s pool is not known yet', true)
  const accepted = move.accepted.includes(replica.pool)
  const toReplica = { toReplica: replica.id, toPool: replica.pool, progressedUs: view.nowUs }
  const state = accepted ? 'syncing' : 'undoing'
  return {
    kind: 'note',
    move: { ...move, ...toReplica, state, progressPercent: 0, syncedSinceUs: null },
    ...(accepted ? { status: { attempts: 0 } } : { status: { why: 'wrong-pool', attempts: 0 } }),
  }
}

function syncing(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, nowUs } = view
  const replica = volume.replicas.find(one => one.id === move.toReplica)
  if (replica === undefined) {
    // The control plane drops a faulted copy and makes another one, perhaps somewhere else.
    const another = newReplica(record, volume)
    if (another !== null) return landed(move, another, view)
    if (nowUs - move.progressedUs >= view.timeoutUs) return undo(move, 'no-progress', record)
    return wait('the copy went away, and another has not been made yet', true)
  }
  if (isTrulySynced(replica, view)) return synced(record, move, view)
  const halt = view.undo ?? view.stop
  if (halt !== null) return undo(move, halt, record)
  const progressPercent = replica.rebuildPercent ?? 0
  if (progressPercent > move.progressPercent || move.syncedSinceUs !== null) {
    const further = { ...move, progressPercent, progressedUs: nowUs, syncedSinceUs: null }
    return { kind: 'note', move: further }
  }
  if (nowUs - move.progressedUs >= view.timeoutUs) return undo(move, 'no-progress', record)
  return wait('the copy runs', true)
}

/** Online everywhere, no rebuild on the volume, and every replica of it synced. */
function isTrulySynced(replica: Replica, view: MoveView): boolean {
  const { volume } = view
  return (
    isSynced(replica) &&
    volume.status === 'online' &&
    volume.target?.rebuilds === 0 &&
    syncedReplicas(volume).length === view.base + 1
  )
}

function synced(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { nowUs } = view
  if (move.syncedSinceUs === null) {
    const seen = { ...move, progressPercent: 100, progressedUs: nowUs, syncedSinceUs: nowUs }
    return { kind: 'note', move: seen }
  }
  if (nowUs - move.syncedSinceUs < syncedForUs) return wait('synced, seen once', true)
  if (view.preserve) return { kind: 'ended', move: ended(move, 'done', view), why: null }
  if (view.undo !== null) return undo(move, view.undo, record)
  return { kind: 'note', move: { ...move, state: 'removing' }, status: { attempts: 0 } }
}

function removing(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base } = view
  const old = volume.replicas.find(replica => replica.id === move.fromReplica)
  const added = volume.replicas.find(replica => replica.id === move.toReplica)
  if (volume.replicaCount === base) return removed(record, move, view, old, added)
  if (attempts(record) >= mostAttempts) {
    return { kind: 'ended', move: ended(move, 'done', view), why: 'replica-not-removed' }
  }
  if (tooSoon(record, view)) return wait('the last try is less than a minute old', true)
  if (volume.operation !== null) return wait(`the control plane works on ${volume.operation}`, true)
  if (old === undefined || added === undefined) {
    const state = added === undefined ? 'undoing' : 'removing'
    if (state === 'undoing') return undo(move, 'changed-by-others', record)
    return wait('the old replica is gone, the count is not lowered yet', true)
  }
  if (!isTrulySynced(added, view)) {
    return { kind: 'note', move: { ...move, state: 'syncing', syncedSinceUs: null } }
  }
  return { kind: 'remove', count: base, victim: old }
}

/** The count is lowered: who went? */
function removed(
  record: MigrationRecord,
  move: MoveRecord,
  view: MoveView,
  old: Replica | undefined,
  added: Replica | undefined,
): MoveIntent {
  if (old === undefined && added !== undefined) {
    return { kind: 'ended', move: ended(move, 'done', view), why: null }
  }
  if (view.volume.replicas.length > view.base) {
    if (!stale(record, view)) return wait('Mayastor trims the replica later', true)
    return { kind: 'ended', move: ended(move, 'done', view), why: 'replica-not-removed' }
  }
  const state = added === undefined ? 'undone' : 'done'
  return { kind: 'ended', move: ended(move, state, view), why: 'wrong-victim' }
}

function undoing(record: MigrationRecord, move: MoveRecord, view: MoveView): MoveIntent {
  const { volume, base } = view
  const added = volume.replicas.find(replica => replica.id === move.toReplica)
  if (volume.replicaCount === base && (added === undefined || volume.replicas.length <= base)) {
    return { kind: 'ended', move: ended(move, 'undone', view), why: null }
  }
  if (attempts(record) >= mostAttempts) {
    return { kind: 'ended', move: ended(move, 'undone', view), why: 'replica-not-removed' }
  }
  if (volume.replicaCount === base) {
    if (!stale(record, view)) return wait('Mayastor trims the replica later', true)
    return { kind: 'ended', move: ended(move, 'undone', view), why: 'replica-not-removed' }
  }
  if (tooSoon(record, view)) return wait('the last try is less than a minute old', true)
  if (volume.operation !== null) return wait(`the control plane works on ${volume.operation}`, true)
  const others = syncedReplicas(volume).filter(replica => replica.id !== move.toReplica)
  if (others.length < base) return wait('the rollback waits until the others are healthy', true)
  if (added !== undefined && isSynced(added)) return { kind: 'remove', count: base, victim: added }
  return { kind: 'take-back', count: base }
}

function undo(move: MoveRecord, why: ReasonCode, record: MigrationRecord): MoveIntent {
  const status = { why: record.status?.why ?? why, attempts: 0 }
  return { kind: 'note', move: { ...move, state: 'undoing' }, status }
}

/** A replica that neither stood there at the start nor came from an earlier move of ours. */
function newReplica(record: MigrationRecord, volume: Volume): Replica | null {
  const known = new Set<ReplicaId>(record.status?.originalReplicas)
  for (const move of record.status?.moves ?? []) {
    if (move.state === 'done' && move.toReplica !== null) known.add(move.toReplica)
  }
  return volume.replicas.find(replica => !known.has(replica.id)) ?? null
}

function ended(move: MoveRecord, state: 'done' | 'undone', view: MoveView): MoveRecord {
  return { ...move, state, finishedUs: view.nowUs }
}

function attempts(record: MigrationRecord): number {
  return record.status?.attempts ?? 0
}

function tooSoon(record: MigrationRecord, view: MoveView): boolean {
  const last = record.status?.lastCommand
  return attempts(record) > 0 && last != null && view.nowUs - last.atUs < retryUs
}

/** The control plane had more than enough rounds of its reconcilers to act on the last command. */
function stale(record: MigrationRecord, view: MoveView): boolean {
  const last = record.status?.lastCommand
  return last == null || view.nowUs - last.atUs >= 5 * retryUs
}

function wait(why: string, holdsSlot: boolean): MoveIntent {
  return { kind: 'wait', why, holdsSlot }
}
