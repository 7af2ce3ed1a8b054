/**
 * Where replicas stand when a run begins: on the pools of their tier with the most room, on
 * distinct nodes.
 */
import type { Tier } from '../src/core/model.js'
import { labelOf } from '../src/core/selector.js'
import type { ScenarioPool, ScenarioVolume } from './scenario/model.js'

export type Placement =
  | {
      readonly kind: 'placed'
      /** Pools of each volume's replicas. */
      readonly pools: readonly (readonly number[])[]
      /** Volumes that had no room on the tier that was wanted. */
      readonly displaced: number
    }
  | { readonly kind: 'impossible'; readonly volume: ScenarioVolume }

/**
 * With `wanted`, volumes of other tiers begin there as far as there is room, after those that
 * belong
 * there; the rest stands where the scenario says.
 */
export function placeVolumes(
  volumes: readonly ScenarioVolume[],
  pools: readonly ScenarioPool[],
  tierOf: readonly (Tier | null)[],
  wanted: Tier | null = null,
): Placement {
  const room: Room = { pools, tierOf, freeBytes: pools.map(pool => pool.capacityBytes) }
  const placed: (readonly number[])[] = volumes.map(() => [])
  let displaced = 0
  for (const isFirst of [true, false]) {
    for (const [index, volume] of volumes.entries()) {
      if ((wanted === null || volume.place === wanted) !== isFirst) continue
      const asWanted = wanted === null || isFirst ? null : placeOne(volume, wanted, room)
      const own = asWanted ?? placeOne(volume, volume.place, room)
      if (own === null) return { kind: 'impossible', volume }
      if (asWanted === null && !isFirst) displaced += 1
      placed[index] = own
    }
  }
  return { kind: 'placed', pools: placed, displaced }
}

interface Room {
  readonly pools: readonly ScenarioPool[]
  readonly tierOf: readonly (Tier | null)[]
  readonly freeBytes: number[]
}

/** Takes the room of all replicas, or of none. */
function placeOne(volume: ScenarioVolume, tier: Tier, room: Room): readonly number[] | null {
  const { pools, tierOf, freeBytes } = room
  const nodes = new Set<string>()
  const chosen: number[] = []
  while (chosen.length < volume.replicas) {
    let best = -1
    for (let pool = 0; pool < pools.length; pool++) {
      const fits =
        tierOf[pool] === tier &&
        !nodes.has(pools[pool].node) &&
        freeBytes[pool] > volume.sizeBytes &&
        topologyAllows(volume, pools[pool])
      if (fits && (best < 0 || freeBytes[pool] > freeBytes[best])) best = pool
    }
    if (best < 0) return null
    nodes.add(pools[best].node)
    chosen.push(best)
  }
  for (const pool of chosen) freeBytes[pool] -= volume.sizeBytes
  return chosen
}

function topologyAllows(volume: ScenarioVolume, pool: ScenarioPool): boolean {
  return Object.entries(volume.poolInclusion).every(([key, value]) => {
    const own = labelOf(pool.labels, key)
    return own !== undefined && (value === '' || own === value)
  })
}
