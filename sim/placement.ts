/** Where replicas stand when a run begins: on the pools of their tier with the most room, on distinct nodes. */
import type { Tier } from '../src/core/model.js'
import type { ScenarioPool, ScenarioVolume } from './scenario/model.js'

export type Placement =
  | { readonly kind: 'placed'; readonly pools: readonly (readonly number[])[] }
  | { readonly kind: 'impossible'; readonly volume: ScenarioVolume; readonly placed: number }

export function placeVolumes(
  volumes: readonly ScenarioVolume[],
  pools: readonly ScenarioPool[],
  tierOf: readonly (Tier | null)[],
): Placement {
  const freeBytes = pools.map(pool => pool.capacityBytes)
  const placed: (readonly number[])[] = []
  for (const volume of volumes) {
    const own = placeOne(volume, pools, tierOf, freeBytes)
    if (own.length < volume.replicas) return { kind: 'impossible', volume, placed: own.length }
    placed.push(own)
  }
  return { kind: 'placed', pools: placed }
}

function placeOne(
  volume: ScenarioVolume,
  pools: readonly ScenarioPool[],
  tierOf: readonly (Tier | null)[],
  freeBytes: number[],
): readonly number[] {
  const nodes = new Set<string>()
  const chosen: number[] = []
  while (chosen.length < volume.replicas) {
    let best = -1
    for (let pool = 0; pool < pools.length; pool++) {
      const fits =
        tierOf[pool] === volume.place &&
        !nodes.has(pools[pool].node) &&
        freeBytes[pool] > volume.sizeBytes &&
        topologyAllows(volume, pools[pool])
      if (fits && (best < 0 || freeBytes[pool] > freeBytes[best])) best = pool
    }
    if (best < 0) return chosen
    nodes.add(pools[best].node)
    freeBytes[best] -= volume.sizeBytes
    chosen.push(best)
  }
  return chosen
}

function topologyAllows(volume: ScenarioVolume, pool: ScenarioPool): boolean {
  return Object.entries(volume.poolInclusion).every(
    ([key, value]) =>
      pool.labels[key] !== undefined && (value === '' || pool.labels[key] === value),
  )
}
