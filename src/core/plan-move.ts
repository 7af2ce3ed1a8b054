/** Between two moves: which replicas still leave, and the plan of the next one's move. */
import { finish, type Intent, type MigrationView, wait } from './intent.js'
import { policyOf, volumeViewOf } from './landscape.js'
import type { Pool, PoolId, Replica, ReplicaId, Tier, Volume } from './model.js'
import { copyDurationUs } from './place.js'
import type { ReasonCode } from './reasons.js'
import type { MigrationRecord, MigrationStatus, MoveRecord } from './record.js'
import { leavesAWayBack, needsNoSteering } from './steer.js'
import { isSteered } from './versions.js'

/** Replicas that the volume has while no copy of ours is in flight: kept ones come on top. */
export function baseCount(status: MigrationStatus): number {
  return status.intendedReplicas + keptMoves(status).length
}

function keptMoves(status: MigrationStatus): readonly MoveRecord[] {
  return status.moves.filter(move => move.state === 'kept')
}

/** Preservation mode was switched off: the old replica of a kept move leaves after all. */
export function reopened(
  record: MigrationRecord,
  status: MigrationStatus,
  view: MigrationView,
): Intent | null {
  const kept = keptMoves(status)
  const last = kept[kept.length - 1]
  if (last === undefined) return null
  const again: MoveRecord = {
    ...last,
    state: 'syncing',
    progressedUs: view.nowUs,
    syncedSinceUs: null,
    finishedUs: null,
  }
  const moves = [...status.moves.filter(move => move !== last), again]
  return { kind: 'write', record: { ...record, status: { ...status, moves, attempts: 0 } } }
}

/** Replicas outside the target tier that have no copy there; null while one is missing. */
export function whatLeaves(
  record: MigrationRecord,
  status: MigrationStatus,
  volume: Volume,
  view: MigrationView,
): readonly Replica[] | null {
  const { replicas } = volume
  const known = replicas.every(replica => replica.pool !== null)
  if (!known || replicas.length < volume.replicaCount) return null
  const tierOf = tiersOfPools(record, view)
  const outside = replicas.filter(
    replica => replica.pool !== null && tierOf.get(replica.pool) !== record.spec.toTier,
  )
  const kept = keptMoves(status)
  if (kept.length >= status.intendedReplicas) return []
  const copied = new Set(kept.map(move => move.fromReplica))
  return outside.filter(replica => !copied.has(replica.id))
}

/** The tiers as the migration's policy has them, or else the policy that the volume belongs to. */
export function tiersOfPools(
  record: MigrationRecord,
  view: MigrationView,
): ReadonlyMap<PoolId, Tier> {
  const { landscape } = view
  const own = landscape.views.find(one => one.policy.name === record.spec.policy)
  const seen = volumeViewOf(landscape, record.spec.volume)
  const policy = own ?? (seen === undefined ? undefined : policyOf(landscape, seen))
  return policy?.tierOfPool ?? new Map()
}

export function planNext(
  record: MigrationRecord,
  status: MigrationStatus,
  leaving: readonly Replica[],
  volume: Volume,
  view: MigrationView,
): Intent {
  const placement = acceptedPools(volume, view)
  if (placement.kind === 'blocked') {
    // Preservation mode adds what it can: one copy that has no place holds none of the others.
    const kept = keptMoves(status).length > 0
    if (kept && view.preservationMode) return finish(record, view, 'preserved', placement.reason)
    if (status.moves.length > 0) return wait(placement.reason, false)
    return finish(record, view, placement.again ? 'failed' : 'refused', placement.reason)
  }
  const from = leaving.find(replica => replica.id === placement.leavesFirst)
  if (from === undefined || from.pool === null)
    return wait('the old replica’s pool is not known', true)
  const move: MoveRecord = {
    fromReplica: from.id,
    fromPool: from.pool,
    accepted: placement.pools.map(pool => pool.id),
    toReplica: null,
    toPool: null,
    state: 'planned',
    progressPercent: 0,
    progressedUs: view.nowUs,
    syncedSinceUs: null,
    startedUs: view.nowUs,
    finishedUs: null,
    expectedDurationUs: copyDurationUs(volume, placement.pools),
  }
  const moves = [...status.moves, move]
  const planned = { ...status, phase: 'moving' as const, attempts: 0, holdsSlot: true, moves }
  return { kind: 'write', record: { ...record, status: planned } }
}

export type Accepted =
  | {
      readonly kind: 'accepted'
      readonly pools: readonly Pool[]
      readonly leavesFirst: ReplicaId | null
    }
  | {
      readonly kind: 'blocked'
      readonly reason: ReasonCode
      /**
       * The decision does not see it, so that only a failure's back-off keeps it from trying again.
       */
      readonly again: boolean
    }

/** The pools that the next copy may land in and that Mayastor can be left alone with. */
export function acceptedPools(volume: Volume, view: MigrationView): Accepted {
  const { version, landscape } = view
  const cannotSteer: Accepted = { kind: 'blocked', reason: 'cannot-steer', again: false }
  if (version === null || !(isSteered(version) || view.preservationMode)) return cannotSteer
  const placement = view.place(volume)
  if (placement.kind === 'blocked') {
    return { kind: 'blocked', reason: placement.reason, again: false }
  }
  const pools = landscape.cluster.pools.filter(
    pool => placement.pools.includes(pool.id) && leavesAWayBack(volume, pool, landscape, version),
  )
  if (pools.length === 0) return { kind: 'blocked', reason: 'affinity-group', again: true }
  const isLeftAlone = version.steersDestination === 'nothing'
  if (isLeftAlone && !needsNoSteering(volume, pools, landscape)) return cannotSteer
  return { kind: 'accepted', pools, leavesFirst: placement.leavesFirst }
}
