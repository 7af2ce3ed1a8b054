/** What a move sees of its volume, what it may want, and the questions that all its states ask. */
import { isSynced, syncedReplicas } from './health.js'
import type { PoolId, Replica, ReplicaId, Volume } from './model.js'
import type { ReasonCode } from './reasons.js'
import type { MigrationRecord, MigrationStatus, MoveRecord } from './record.js'

/** Synced counts only when it was seen twice, so far apart (two polls of Mayastor's own cache). */
export const syncedForUs = 60_000_000
/** Between two tries of one command. */
export const retryUs = 60_000_000
/** Tries of one command, or beginnings of one copy, before the move is given up. */
export const mostAttempts = 5

export type MoveIntent =
  /** Nothing to send: look again later. */
  | { readonly kind: 'wait'; readonly why: string; readonly holdsSlot: boolean }
  /** The record changes, nothing is sent. */
  | { readonly kind: 'note'; readonly move: MoveRecord; readonly status?: Partial<MigrationStatus> }
  /** Step two: one replica more, in a window that leaves only accepted pools. */
  | { readonly kind: 'add'; readonly count: number }
  /** One replica less, in a window that makes `victim` the first to go. */
  | { readonly kind: 'remove'; readonly count: number; readonly victim: Replica }
  /**
   * Takes an unsynced copy back: Mayastor removes an unhealthy replica first, nothing is steered.
   */
  | { readonly kind: 'take-back'; readonly count: number }
  /** The move is over, well or not. */
  | { readonly kind: 'ended'; readonly move: MoveRecord; readonly why: ReasonCode | null }

export interface MoveView {
  readonly nowUs: number
  readonly volume: Volume
  /** Replicas the volume is meant to have while no move of ours is in flight. */
  readonly base: number
  readonly timeoutUs: number
  readonly isInTargetTier: (pool: PoolId) => boolean
  /** A policy no longer wants the move; it ends if its copy is synced, else it is rolled back. */
  readonly stop: ReasonCode | null
  /** The move is rolled back even when its copy is synced. */
  readonly undo: ReasonCode | null
  /** In preservation mode no replica that was there before is removed. */
  readonly preserve: boolean
}

export function wait(why: string, holdsSlot: boolean): MoveIntent {
  return { kind: 'wait', why, holdsSlot }
}

export function note(move: MoveRecord, status: Partial<MigrationStatus> = {}): MoveIntent {
  return { kind: 'note', move, status }
}

export function end(
  move: MoveRecord,
  state: 'done' | 'kept' | 'undone',
  view: MoveView,
  why: ReasonCode | null,
): MoveIntent {
  return { kind: 'ended', move: { ...move, state, finishedUs: view.nowUs }, why }
}

/** The move turns back. What it was first turned back for stays the reason. */
export function turnBack(record: MigrationRecord, move: MoveRecord, why: ReasonCode): MoveIntent {
  return note({ ...move, state: 'undoing' }, { why: record.status?.why ?? why, attempts: 0 })
}

export function replicaOf(volume: Volume, id: ReplicaId | null): Replica | null {
  return volume.replicas.find(replica => replica.id === id) ?? null
}

/**
 * A replica that neither stood there before nor came from an earlier move of ours, nor is this
 * move's copy: one in a pool that the move accepts before any other.
 */
export function newReplica(
  record: MigrationRecord,
  move: MoveRecord,
  volume: Volume,
): Replica | null {
  const known = new Set<ReplicaId | null>(record.status?.originalReplicas)
  for (const one of record.status?.moves ?? []) {
    if (one.state === 'done' || one.state === 'kept') known.add(one.toReplica)
  }
  known.add(move.toReplica)
  const unknown = volume.replicas.filter(replica => !known.has(replica.id))
  return unknown.find(replica => isAccepted(replica, move)) ?? unknown[0] ?? null
}

export function isAccepted(replica: Replica, move: MoveRecord): boolean {
  return replica.pool !== null && move.accepted.includes(replica.pool)
}

/** The volume is online, no rebuild runs on it, and it and the copy are synced. */
export function isWhole(view: MoveView): boolean {
  const { volume } = view
  return (
    volume.status === 'online' &&
    volume.target?.rebuilds === 0 &&
    syncedReplicas(volume).length === view.base + 1
  )
}

/** Enough replicas are synced without this one. */
export function othersAreSynced(replica: Replica | null, view: MoveView): boolean {
  const others = view.volume.replicas.filter(one => one.id !== replica?.id && isSynced(one))
  return view.volume.target !== null && others.length >= view.base
}

export function attempts(record: MigrationRecord): number {
  return record.status?.attempts ?? 0
}

/** A command was sent, and its effect may still come. */
export function isTooSoon(record: MigrationRecord, view: MoveView): boolean {
  return attempts(record) > 0 && sinceCommandUs(record, view) < retryUs
}

/** The control plane had more than enough rounds of its reconcilers to act on the last command. */
export function isStale(record: MigrationRecord, view: MoveView): boolean {
  return sinceCommandUs(record, view) >= 5 * retryUs
}

function sinceCommandUs(record: MigrationRecord, view: MoveView): number {
  const last = record.status?.lastCommand ?? null
  return last === null ? Number.MAX_SAFE_INTEGER : view.nowUs - last.atUs
}

/** Between two notes of progress in the journal. */
const noteUs = 60_000_000

/**
 * Progress is noted once a minute, and often enough that no timeout is counted from an old note.
 */
export function isNewsworthy(move: MoveRecord, view: MoveView): boolean {
  return view.nowUs - move.progressedUs >= Math.min(noteUs, view.timeoutUs / 4)
}

/**
 * Progress is told in whole percents: of a very large volume one takes longer than any timeout, so
 * that four of them, at the rate that was expected, are waited for in any case.
 */
const percentsWaitedFor = 4

export function isTimedOut(move: MoveRecord, view: MoveView): boolean {
  const expectedUs = (move.expectedDurationUs * percentsWaitedFor) / 100
  return view.nowUs - move.progressedUs >= Math.max(view.timeoutUs, expectedUs)
}
