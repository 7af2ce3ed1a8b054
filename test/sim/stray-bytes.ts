/**
 * Room that no volume, no shard and no journal takes, and that pools hold for used all the same.
 */
import { allocatedBytes } from '../../sim/mayastor/scheduler.js'
import type { SmallWorld } from './small-world.js'

export function strayBytes({ world }: SmallWorld): number {
  const { pools, volumes, coder } = world.control
  const used = pools.reduce((sum, pool) => sum + pool.usedBytes, 0)
  const replicas = volumes.flatMap(one => one.replicas.map(() => allocatedBytes(one)))
  const shards = volumes.map(({ coded }) =>
    coded === null || coded.geometry === null
      ? 0
      : coded.pools.length * coded.stripes * (coded.geometry.shardBytes + 4096),
  )
  const all = [...replicas, ...shards].reduce((sum, bytes) => sum + bytes, 0)
  return used - all - coder.store.journals.bytes
}
