/**
 * One volume's way to another tier, as a state machine over its record: which replica moves next,
 * what a finished move means, when the whole is done. What happens inside a move is in move.ts.
 */

import {
  finish,
  type Intent,
  type MigrationView,
  startStatus,
  tried,
  wait,
  withCordons,
  write,
} from './intent.js'
import type { VolumeView } from './landscape.js'
import type { Replica, Volume } from './model.js'
import { type MoveIntent, type MoveView, nextOfMove } from './move.js'
import { copyDurationUs, type Placement } from './place.js'
import type { ReasonCode } from './reasons.js'
import {
  type MigrationRecord,
  type MigrationStatus,
  type MoveRecord,
  type Outcome,
  protocol,
} from './record.js'
import { cannotBeVictim, destinationCordons, nodeCordon } from './steer.js'

/** A policy's migration times out after its own setting, a person's after the default. */
const defaultTimeoutUs = 1_800_000_000

export function nextOfMigration(record: MigrationRecord, view: MigrationView): Intent {
  const { status } = record
  const { volume } = view
  if (view.sendsNothing) return wait('the operator sends no commands', true)
  if (volume === null) return finish(record, view, 'gone', 'volume-gone')
  if (status === null) {
    return {
      kind: 'write',
      record: { ...record, status: startStatus(volume, view.nowUs, view.epoch) },
    }
  }
  if (status.protocol !== protocol) return wait('the record has another protocol', false)
  const move = status.moves[status.moves.length - 1]
  if (move === undefined || move.state === 'done' || move.state === 'undone') {
    return betweenMoves(record, status, volume, view)
  }
  return withinMove(record, status, move, volume, view)
}

function withinMove(
  record: MigrationRecord,
  status: MigrationStatus,
  move: MoveRecord,
  volume: Volume,
  view: MigrationView,
): Intent {
  const moveView: MoveView = {
    nowUs: view.nowUs,
    volume,
    base: baseCount(status, view),
    timeoutUs: view.policy?.spec.migrationTimeoutUs ?? defaultTimeoutUs,
    stop: stopReason(record, view),
    undo: undoReason(record, volume, view),
    preserve: view.preservationMode,
  }
  const intent = nextOfMove(record, move, moveView)
  switch (intent.kind) {
    case 'wait':
      return intent
    case 'note':
      return write(record, status, intent.move, intent.status ?? {})
    case 'ended':
      return endOfMove(record, status, intent, view)
    case 'add':
      return add(record, status, move, intent.count, volume, view)
    case 'remove':
      return remove(record, status, move, intent, volume, view)
    case 'take-back': {
      const text = `replica_count = ${intent.count}, an unsynced copy goes first`
      return {
        kind: 'take-back',
        record: tried(record, status, move, text, view),
        count: intent.count,
      }
    }
  }
}

function betweenMoves(
  record: MigrationRecord,
  status: MigrationStatus,
  volume: Volume,
  view: MigrationView,
): Intent {
  const base = baseCount(status, view)
  const leaving = leavingReplicas(record, status, volume, view)
  const over = status.moves.length > 2 * status.intendedReplicas + 5
  if (leaving.length === 0) {
    return finish(record, view, view.preservationMode ? 'preserved' : 'completed', null)
  }
  if (over) return finish(record, view, 'failed', 'replica-not-removed')
  const halt = undoReason(record, volume, view) ?? stopReason(record, view)
  if (halt !== null) return finish(record, view, 'cancelled', halt)
  if (volume.replicaCount !== base) return finish(record, view, 'failed', 'changed-by-others')
  if (status.moves.length > 0) {
    const again = lookAgain(record, view)
    if (again !== null) return again
  }
  if (volume.target === null) return wait('the volume is not published', false)
  const notWhole = view.notWhole()
  if (notWhole !== null) return wait(notWhole, true)
  const placement = view.place(volume)
  if (placement.kind === 'blocked') {
    if (status.moves.length > 0) return wait(placement.reason, false)
    return finish(record, view, 'refused', placement.reason)
  }
  return plan(record, status, leaving, placement, volume, view)
}

/** Between two moves the decision is looked at again; a downward one never goes on unknown heat. */
function lookAgain(record: MigrationRecord, view: MigrationView): Intent | null {
  if (record.spec.requestedBy === 'person' || record.spec.heatIops === null) return null
  const wanted = view.wanted()
  if (wanted === null) return wait('its heat is not known', false)
  if (wanted !== record.spec.toTier) return finish(record, view, 'cancelled', 'no-longer-wanted')
  return null
}

function plan(
  record: MigrationRecord,
  status: MigrationStatus,
  leaving: readonly Replica[],
  placement: Extract<Placement, { kind: 'accepted' }>,
  volume: Volume,
  view: MigrationView,
): Intent {
  const from = firstToLeave(leaving, volume)
  if (from.pool === null) return wait('the old replica’s pool is not known', true)
  const accepted = view.landscape.cluster.pools.filter(pool => placement.pools.includes(pool.id))
  const move: MoveRecord = {
    fromReplica: from.id,
    fromPool: from.pool,
    accepted: placement.pools,
    toReplica: null,
    toPool: null,
    state: 'planned',
    progressPercent: 0,
    progressedUs: view.nowUs,
    syncedSinceUs: null,
    startedUs: view.nowUs,
    finishedUs: null,
    expectedDurationUs: copyDurationUs(volume, accepted),
  }
  const next = { ...status, phase: 'moving' as const, attempts: 0, holdsSlot: true }
  return {
    kind: 'write',
    record: { ...record, status: { ...next, moves: [...status.moves, move] } },
  }
}

/** Remote ones first, so that reads stay local as long as they can; then by name. */
function firstToLeave(leaving: readonly Replica[], volume: Volume): Replica {
  const remote = leaving.filter(replica => replica.node !== volume.target?.node)
  const from = remote.length > 0 ? remote : leaving
  return from.reduce((a, b) => (b.id < a.id ? b : a))
}

function leavingReplicas(
  record: MigrationRecord,
  status: MigrationStatus,
  volume: Volume,
  view: MigrationView,
): readonly Replica[] {
  const tierOf = volumeView(record, view)?.policies[0]?.tierOfPool
  const outside = volume.replicas.filter(
    replica => replica.pool !== null && tierOf?.get(replica.pool) !== record.spec.toTier,
  )
  if (!view.preservationMode) return outside
  const copied = new Set(
    status.moves.filter(move => move.state === 'done').map(move => move.fromReplica),
  )
  return outside.filter(replica => !copied.has(replica.id))
}

function volumeView(record: MigrationRecord, view: MigrationView): VolumeView | undefined {
  return view.landscape.volumes.find(one => one.volume.id === record.spec.volume)
}

/** Replicas that the volume has while no copy of ours is in flight. */
function baseCount(status: MigrationStatus, view: MigrationView): number {
  if (!view.preservationMode) return status.intendedReplicas
  return status.intendedReplicas + status.moves.filter(move => move.state === 'done').length
}

function stopReason(record: MigrationRecord, view: MigrationView): ReasonCode | null {
  if (record.spec.requestedBy === 'person') return null
  const { policy } = view
  const stands = policy?.spec.enabled === true && !policy.spec.dryRun
  return stands ? null : 'policy-stopped'
}

function undoReason(
  record: MigrationRecord,
  volume: Volume,
  view: MigrationView,
): ReasonCode | null {
  if (record.deleting) return 'cancelled-by-person'
  const skips = view.policy?.spec.snapshots === 'Skip' && record.spec.requestedBy !== 'person'
  return skips && volume.snapshots > 0 ? 'snapshots' : null
}

function endOfMove(
  record: MigrationRecord,
  status: MigrationStatus,
  intent: Extract<MoveIntent, { kind: 'ended' }>,
  view: MigrationView,
): Intent {
  const moves = [...status.moves.slice(0, -1), intent.move]
  const addedReplicas =
    intent.move.toReplica === null
      ? status.addedReplicas
      : [...new Set([...status.addedReplicas, intent.move.toReplica])]
  const next: MigrationRecord = {
    ...record,
    status: { ...status, moves, addedReplicas, attempts: 0, phase: 'moving' },
  }
  const why = intent.why ?? (intent.move.state === 'undone' ? status.why : null)
  if (intent.move.state === 'done' && (why === null || why === 'wrong-victim')) {
    return { kind: 'write', record: next }
  }
  return finish(next, view, outcomeOf(why, intent.move), why)
}

function outcomeOf(why: string | null, move: MoveRecord): Outcome {
  if (why === 'cancelled-by-person' || why === 'policy-stopped') return 'cancelled'
  return move.state === 'undone' && why !== 'replica-not-removed' ? 'rolled-back' : 'failed'
}

function add(
  record: MigrationRecord,
  status: MigrationStatus,
  move: MoveRecord,
  count: number,
  volume: Volume,
  view: MigrationView,
): Intent {
  if (view.version === null) return wait('the version of Mayastor is not known', true)
  const notWhole = view.notWhole()
  if (notWhole !== null) return wait(notWhole, true)
  const cordons = destinationCordons(
    volume,
    move.accepted,
    view.landscape,
    view.version,
    record.name,
  )
  const adding: MoveRecord = { ...move, state: 'adding', progressedUs: view.nowUs }
  const text = `replica_count = ${count}, into ${move.accepted.join(', ')}`
  const next = tried(record, status, adding, text, view)
  return { kind: 'window', step: 'add', record: withCordons(next, cordons), cordons, count }
}

function remove(
  record: MigrationRecord,
  status: MigrationStatus,
  move: MoveRecord,
  intent: Extract<MoveIntent, { kind: 'remove' }>,
  volume: Volume,
  view: MigrationView,
): Intent {
  const { victim, count } = intent
  if (victim.node === null) return wait('the node of the old replica is not known', true)
  const barred = cannotBeVictim(victim, volume, view.landscape)
  if (barred !== null) return wait(barred, true)
  const cordons = [nodeCordon(victim.node, record.name)]
  const text = `replica_count = ${count}, ${victim.id} on ${victim.node} goes`
  const next = tried(record, status, move, text, view)
  return { kind: 'window', step: 'remove', record: withCordons(next, cordons), cordons, count }
}
