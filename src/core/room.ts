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
  constructor(
    private readonly landscape: Landscape,
    private readonly headroomPercent: number,
    private readonly reservations: Reservations,
  ) {}

  /**
   * Bytes that must be freed before a replica of the volume may come; none when it has room. It
   * counts with its full size, also when thin.
   */
  missingBytes(pool: Pool, volume: Pick<Volume, 'sizeBytes' | 'thin'>): number {
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

  private largestBytes(pool: PoolId): number {
    const place = this.landscape.poolPlaces.get(pool)
    return place === undefined ? 0 : this.landscape.largestBytes[place]
  }
}

/** The most whole bytes that are below a share of the capacity. */
function belowShare(capacityBytes: number, percent: number): number {
  return Math.ceil((capacityBytes * percent) / 100) - 1
}
