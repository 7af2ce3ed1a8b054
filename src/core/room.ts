/** Room that moves may take on each pool. */
import type { Landscape } from './landscape.js'
import type { Pool, PoolId, Volume } from './model.js'
import type { Reservations } from './reserve.js'

/** A pool may be promised so much to thin replicas of what it holds (Mayastor's default). */
const commitmentPercent = 250

/**
 * After a move, used bytes stay below the headroom minus the pool's largest replica, which is kept
 * free for self-heal and may be the one that came.
 */
export class Rooms {
  private largest: ReadonlyMap<PoolId, number> | null = null

  constructor(
    private readonly landscape: Landscape,
    private readonly headroomPercent: number,
    private readonly reservations: Reservations,
  ) {}

  /**
   * Bytes that must be freed before a replica of the volume may come; none when it has room. It
   * counts with its full size, also when thin.
   */
  missingBytes(pool: Pool, volume: Volume): number {
    const { sizeBytes } = volume
    const comingBytes = this.reservations.bytes(pool.id) + sizeBytes
    const largest = Math.max(
      this.largestBytes(pool.id),
      this.reservations.largestBytes(pool.id),
      sizeBytes,
    )
    const most = belowShare(pool.capacityBytes, this.headroomPercent)
    const missing = pool.usedBytes + comingBytes + largest - most
    if (!volume.thin) return Math.max(0, missing)
    const committed = pool.committedBytes + comingBytes
    return Math.max(0, missing, committed - belowShare(pool.capacityBytes, commitmentPercent))
  }

  /** Made when it is asked for: in most rounds no place is looked for. */
  private largestBytes(pool: PoolId): number {
    this.largest ??= largestReplicas(this.landscape)
    return this.largest.get(pool) ?? 0
  }
}

/** The most whole bytes that are below a share of the capacity. */
function belowShare(capacityBytes: number, percent: number): number {
  return Math.ceil((capacityBytes * percent) / 100) - 1
}

function largestReplicas(landscape: Landscape): ReadonlyMap<PoolId, number> {
  const { pools } = landscape.cluster
  const largest = new Float64Array(pools.length)
  for (const { volume, poolPlaces } of landscape.volumes) {
    for (const place of poolPlaces) {
      if (volume.sizeBytes > largest[place]) largest[place] = volume.sizeBytes
    }
  }
  return new Map(pools.map((pool, place) => [pool.id, largest[place]]))
}
