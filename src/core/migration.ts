/**
 * One volume's way to another tier, as a state machine over its record: what a finished move means,
 * what comes between two moves, when the whole is done. What happens inside a move is in move.ts.
 */
import { addWindow, type EndOfMove, removeWindow, takeBack } from './command-window.js'
import { nextOfConversion } from './conversion.js'
import { startConversion } from './conversion-state.js'
import { cancelledBy } from './ending.js'
import { finish, type Intent, type MigrationView, startStatus, wait, write } from './intent.js'
import type { Volume } from './model.js'
import { nextOfMove } from './move.js'
import type { MoveView } from './move-view.js'
import { baseCount, planNext, reopened, tiersOfPools, whatLeaves } from './plan-move.js'
import type { ReasonCode } from './reasons.js'
import {
  isOver,
  type MigrationRecord,
  type MigrationStatus,
  type MoveRecord,
  type Outcome,
  protocol,
} from './record.js'

export function nextOfMigration(record: MigrationRecord, view: MigrationView): Intent {
  const { status } = record
  const { volume } = view
  if (view.sendsNothing) return wait('the operator sends no commands', true)
  if (volume === null) return finish(record, view, 'gone', 'volume-gone')
  if (status === null) return takeUp(record, volume, view)
  if (status.protocol > protocol) return wait('a newer version wrote the record', false)
  if (status.protocol < protocol - 1) return finish(record, view, 'abandoned', 'unknown-protocol')
  if (volume.specStatus !== 'created') return wait(`the volume is ${volume.specStatus}`, false)
  const { conversion } = status
  if (conversion !== null) return nextOfConversion(record, status, conversion, volume, view)
  const move = status.moves[status.moves.length - 1]
  if (move === undefined || isOver(move)) return betweenMoves(record, status, volume, view)
  return withinMove(record, status, move, volume, view)
}

/** A person's object is taken up when its turn comes; what a policy wrote has a status already. */
function takeUp(record: MigrationRecord, volume: Volume, view: MigrationView): Intent {
  if (record.spec.requestedBy !== 'person') {
    return finish(record, view, 'abandoned', 'without-status')
  }
  if (record.deleting) return finish(record, view, 'cancelled', 'cancelled-by-person')
  if (view.ahead !== null) return wait(`${view.ahead} goes first`, false)
  const status = startStatus(volume, view.nowUs, view.epoch)
  const isCoded = volume.coded?.serves === true
  if (record.spec.toForm === 'coded' && isCoded) return finish(record, view, 'completed', null)
  if (record.spec.toForm === 'replicated' && !isCoded) {
    return { kind: 'write', record: { ...record, status } }
  }
  const placement = view.plan(volume)
  if (placement.kind === 'blocked') return finish(record, view, 'refused', placement.reason)
  const conversion = startConversion(placement.plan, view.nowUs)
  return { kind: 'write', record: { ...record, status: { ...status, conversion } } }
}

function withinMove(
  record: MigrationRecord,
  status: MigrationStatus,
  move: MoveRecord,
  volume: Volume,
  view: MigrationView,
): Intent {
  const tierOf = tiersOfPools(record, view)
  const moveView: MoveView = {
    nowUs: view.nowUs,
    volume,
    base: baseCount(status),
    timeoutUs: view.timeoutUs,
    isInTargetTier: pool => tierOf.get(pool) === record.spec.toTier,
    stop: stopReason(record, view),
    undo: undoReason(record, volume, view),
    preserve: view.preservationMode,
  }
  const intent = nextOfMove(record, move, moveView)
  const scene = { record, status, move, volume, view }
  switch (intent.kind) {
    case 'wait':
      return intent
    case 'note':
      return write(record, status, intent.move, intent.status ?? {})
    case 'ended':
      return endOfMove(record, status, intent, view)
    case 'add': {
      const added = addWindow(scene, intent.count)
      return added.kind === 'ended' ? endOfMove(record, status, added, view) : added
    }
    case 'remove':
      return removeWindow(scene, intent.count, intent.victim)
    case 'take-back':
      return takeBack(scene, intent.count)
  }
}

function betweenMoves(
  record: MigrationRecord,
  status: MigrationStatus,
  volume: Volume,
  view: MigrationView,
): Intent {
  const again = view.preservationMode ? null : reopened(record, status, view)
  if (again !== null) return again
  const leaving = whatLeaves(record, status, volume, view)
  if (leaving === null) return wait('a replica of it is missing, or its place is not known', true)
  if (leaving.length === 0) return arrived(record, status, view)
  const halt = undoReason(record, volume, view) ?? stopReason(record, view)
  if (halt !== null) return finish(record, view, 'cancelled', halt)
  if (volume.replicaCount !== baseCount(status)) {
    return finish(record, view, 'cancelled', 'changed-by-others')
  }
  if (status.moves.length > 2 * status.intendedReplicas + 5) {
    return finish(record, view, 'failed', 'replica-not-removed')
  }
  return whyNotGoOn(record, status, volume, view) ?? planNext(record, status, leaving, volume, view)
}

function arrived(record: MigrationRecord, status: MigrationStatus, view: MigrationView): Intent {
  const kept = status.moves.some(move => move.state === 'kept')
  return finish(record, view, kept ? 'preserved' : 'completed', null)
}

/** A migration that sent nothing yet ends where it cannot go on; one that is half done waits. */
function whyNotGoOn(
  record: MigrationRecord,
  status: MigrationStatus,
  volume: Volume,
  view: MigrationView,
): Intent | null {
  const halfDone = status.moves.length > 0
  if (volume.target === null) {
    if (!halfDone) return finish(record, view, 'cancelled', 'unpublished')
    return wait('the volume is not published', false)
  }
  // The decision is looked at again: no move of a policy that decides by heat goes on unknown heat.
  if (record.spec.requestedBy !== 'person' && record.spec.heatIops !== null) {
    const wanted = view.wanted()
    if (wanted === null && halfDone) return wait('which tier it deserves is not known now', false)
    if (wanted === null) return finish(record, view, 'cancelled', 'unknown-heat')
    if (wanted !== record.spec.toTier) return finish(record, view, 'cancelled', 'no-longer-wanted')
  }
  const notWhole = view.notWhole()
  return notWhole === null ? null : wait(notWhole, true)
}

function stopReason(record: MigrationRecord, view: MigrationView): ReasonCode | null {
  if (record.spec.requestedBy === 'person') return null
  const { policy } = view
  const stands =
    policy?.spec.enabled === true && !policy.spec.dryRun && policy.problems.length === 0
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
  intent: EndOfMove,
  view: MigrationView,
): Intent {
  const { move } = intent
  const moves = [...status.moves.slice(0, -1), move]
  const why = intent.why ?? (move.state === 'undone' ? status.why : null)
  const goesOn = move.state !== 'undone' && (why === null || why === 'wrong-victim')
  const next = { ...status, moves, attempts: 0, phase: 'moving' as const }
  if (goesOn) return { kind: 'write', record: { ...record, status: { ...next, why: null } } }
  return finish({ ...record, status: next }, view, outcomeOf(why, move, status), why)
}

function outcomeOf(why: string | null, move: MoveRecord, status: MigrationStatus): Outcome {
  const cancelled = cancelledBy(why)
  if (cancelled !== null) return cancelled
  if (why === 'replica-not-removed') return 'failed'
  return move.toReplica === null && status.lastCommand === null ? 'refused' : 'rolled-back'
}
