/**
 * What running moves still take from the pools: room that is promised and not yet used, and the
 * one copy that a pool can carry. Mayastor cannot throttle a rebuild, so that a copy takes the
 * whole bandwidth of the pool that it runs into, and a second one has none left.
 */
import { rawBytesPerPool } from './coded-form.js'
import type { ConversionPlan } from './conversion-state.js'
import { type Landscape, type PolicyView, volumeViewOf } from './landscape.js'
import type { PoolId, Volume, VolumeId } from './model.js'
import { isOver, type MigrationRecord, type MoveRecord } from './record.js'

export class Reservations {
  private readonly promised = new Map<PoolId, number>()
  private readonly largest = new Map<PoolId, number>()
  private readonly copies = new Map<PoolId, VolumeId>()

  /** Bytes that are promised on a pool and not used there yet. */
  bytes(pool: PoolId): number {
    return this.promised.get(pool) ?? 0
  }

  /** Size of the largest replica that may come to a pool. */
  largestBytes(pool: PoolId): number {
    return this.largest.get(pool) ?? 0
  }

  /** The volume of which a copy runs, or will run, into the pool. */
  copyInto(pool: PoolId): VolumeId | null {
    return this.copies.get(pool) ?? null
  }

  promise(pool: PoolId, missingBytes: number, sizeBytes: number): void {
    this.promised.set(pool, this.bytes(pool) + missingBytes)
    this.largest.set(pool, Math.max(this.largestBytes(pool), sizeBytes))
  }

  copy(pool: PoolId, volume: VolumeId): void {
    this.copies.set(pool, volume)
  }
}

const copying: ReadonlySet<MoveRecord['state']> = new Set<MoveRecord['state']>([
  'planned',
  'adding',
  'syncing',
])

export function reserve(running: readonly MigrationRecord[], landscape: Landscape): Reservations {
  const reservations = new Reservations()
  for (const record of running) {
    const conversion = record.status?.conversion ?? null
    if (conversion !== null) {
      reserveConversion(reservations, record, conversion.plan, landscape)
      continue
    }
    const move = record.status?.moves[record.status.moves.length - 1]
    if (move === undefined || isOver(move)) continue
    const landed = volumeViewOf(landscape, record.spec.volume)?.volume.replicas.find(
      replica => replica.id === move.toReplica,
    )
    // Before it is seen where the copy landed, it may land in any pool that the move accepts.
    const pools = move.toPool === null ? move.accepted : [move.toPool]
    const { sizeBytes } = record.spec
    for (const pool of pools) {
      reservations.promise(pool, Math.max(0, sizeBytes - (landed?.allocatedBytes ?? 0)), sizeBytes)
      if (copying.has(move.state)) reservations.copy(pool, record.spec.volume)
    }
  }
  return reservations
}

/** What a conversion has not put on its pools yet; while it works it takes their bandwidth. */
function reserveConversion(
  reservations: Reservations,
  { spec, status }: MigrationRecord,
  plan: ConversionPlan,
  landscape: Landscape,
): void {
  const volume = volumeViewOf(landscape, spec.volume)?.volume
  const fullBytes =
    plan.kind === 'code' ? rawBytesPerPool(plan.coding, spec.sizeBytes) : spec.sizeBytes
  for (const pool of plan.pools) {
    const thereBytes =
      plan.kind === 'code' ? shardBytes(volume, fullBytes) : replicaBytes(volume, pool)
    const missingBytes = Math.max(0, fullBytes - thereBytes)
    reservations.promise(pool, missingBytes, fullBytes)
    // A copy that waits for a person's word stands there, and nothing runs into it.
    if (status?.holdsSlot === true) reservations.copy(pool, spec.volume)
  }
}

/** The coder takes the room of all shards when it begins to encode. */
function shardBytes(volume: Volume | undefined, fullBytes: number): number {
  return (volume?.coded?.pools.length ?? 0) > 0 ? fullBytes : 0
}

/** What a new replica of the volume takes of the pool already. */
function replicaBytes(volume: Volume | undefined, pool: PoolId): number {
  return volume?.replicas.find(replica => replica.pool === pool)?.allocatedBytes ?? 0
}

/** Migrations that hold a slot and have not planned a move yet may go to any pool of their tier. */
export function reserveClaimed(
  reservations: Reservations,
  running: readonly MigrationRecord[],
  views: readonly PolicyView[],
): void {
  for (const { spec, status } of running) {
    if (status === null || !status.holdsSlot || status.moves.length > 0) continue
    if (status.conversion !== null) continue
    const view = views.find(one => one.policy.name === spec.policy)
    for (const pool of view?.poolsOfTier[spec.toTier] ?? []) {
      reservations.promise(pool.id, spec.sizeBytes, spec.sizeBytes)
      reservations.copy(pool.id, spec.volume)
    }
  }
}
