/**
 * The commands of a move as a migration sends them: each with its record written first, and with
 * the cordons that steer it, or the reason why it waits.
 */
import { type Intent, type MigrationView, tried, wait, withCordons } from './intent.js'
import type { Replica, ReplicaId, Volume } from './model.js'
import type { MoveIntent } from './move-view.js'
import { acceptedPools } from './plan-move.js'
import type { MigrationRecord, MigrationStatus, MoveRecord } from './record.js'
import { cannotBeVictim, destinationCordons, nodeCordon, worksUnder } from './steer.js'

export interface MoveScene {
  readonly record: MigrationRecord
  readonly status: MigrationStatus
  readonly move: MoveRecord
  readonly volume: Volume
  readonly view: MigrationView
}

export type EndOfMove = Extract<MoveIntent, { kind: 'ended' }>

/** Step two. The pools are chosen anew: since the plan the cluster may have changed. */
export function addWindow(scene: MoveScene, count: number): Intent | EndOfMove {
  const { record, status, move, volume, view } = scene
  if (view.version === null) return wait('the version of Mayastor is not known', true)
  const busy = view.notWhole() ?? worksUnder(volume, view.landscape)
  if (busy !== null) return wait(busy, true)
  const placement = acceptedPools(volume, view)
  if (placement.kind === 'blocked') {
    // Nothing was sent: as if it had not been planned.
    if (status.attempts === 0) {
      const moves = status.moves.slice(0, -1)
      return { kind: 'write', record: { ...record, status: { ...status, moves } } }
    }
    const undone = { ...move, state: 'undone' as const, finishedUs: view.nowUs }
    return { kind: 'ended', move: undone, why: placement.reason }
  }
  const accepted = placement.pools.map(pool => pool.id)
  const adding: MoveRecord = { ...move, accepted, state: 'adding', progressedUs: view.nowUs }
  const cordons = destinationCordons(volume, accepted, view.landscape, view.version, record.name)
  const text = `replica_count = ${count}, into ${accepted.join(', ')}`
  const next = tried(record, { ...status, originalReplicas: known(scene) }, adding, { text }, view)
  return { kind: 'window', step: 'add', record: withCordons(next, cordons), cordons, count }
}

/** All that stands before the command is none of its doing: the copy is what comes after. */
function known(scene: MoveScene): readonly ReplicaId[] {
  const { status, volume } = scene
  const added = new Set(status.addedReplicas)
  const standing = volume.replicas.map(replica => replica.id).filter(id => !added.has(id))
  return [...new Set([...status.originalReplicas, ...standing])]
}

/** Step four, or the way back of a synced copy. */
export function removeWindow(scene: MoveScene, count: number, victim: Replica): Intent {
  const { record, status, move, volume, view } = scene
  if (view.version?.steersVictim !== true)
    return wait('Mayastor cannot be told whom to remove', false)
  if (victim.node === null) return wait('the victim’s node is not known', true)
  const barred =
    cannotBeVictim(victim, volume, view.landscape) ?? worksUnder(volume, view.landscape)
  if (barred !== null) return wait(barred, false)
  const cordons = [nodeCordon(victim.node, record.name)]
  const text = `replica_count = ${count}, ${victim.id} on ${victim.node} goes`
  const next = tried(record, status, move, { text, removes: victim.id }, view)
  return { kind: 'window', step: 'remove', record: withCordons(next, cordons), cordons, count }
}

/** The way back of a copy that is far from synced. */
export function takeBack(scene: MoveScene, count: number): Intent {
  const { record, status, move, view } = scene
  const text = `replica_count = ${count}, an unsynced copy goes first`
  return { kind: 'take-back', record: tried(record, status, move, { text }, view), count }
}
