/** Room that moves may take on each pool. */
import type { Landscape } from './landscape.js'
import type { Pool, PoolId } from './model.js'

/** Below the headroom, with the pool's largest replica kept free for self-heal. */
export function roomOfPools(
  landscape: Landscape,
  headroomPercent: number,
): ReadonlyMap<PoolId, number> {
  const largest = new Map<PoolId, number>()
  for (const { volume } of landscape.volumes) {
    for (const replica of volume.replicas) {
      if (replica.pool === null) continue
      largest.set(replica.pool, Math.max(largest.get(replica.pool) ?? 0, volume.sizeBytes))
    }
  }
  return new Map(
    landscape.cluster.pools.map((pool: Pool) => [
      pool.id,
      Math.floor((pool.capacityBytes * headroomPercent) / 100) -
        (largest.get(pool.id) ?? 0) -
        pool.usedBytes,
    ]),
  )
}
