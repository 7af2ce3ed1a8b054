/** The tier of each pool as a run's policies see it: the first policy that names one decides. */
import { policyView } from '../src/core/landscape.js'
import { type Pool, type PoolStatus, type Tier, tiers } from '../src/core/model.js'
import type { PolicyObject } from '../src/core/resources.js'
import type { ScenarioPool } from './scenario/model.js'

/** Where no policy says anything, this label does. */
export const tierLabel = 'storage-tier'

export function poolTiers(
  pools: readonly ScenarioPool[],
  policies: readonly PolicyObject[],
): readonly (Tier | null)[] {
  const views = policies.map(policy => policyView(policy, pools.map(seenPool)))
  return pools.map(pool => {
    for (const view of views) {
      const tier = view.tierOfPool.get(pool.id)
      if (tier !== undefined) return tier
    }
    return policies.length > 0 ? null : labelled(pool)
  })
}

function labelled(pool: ScenarioPool): Tier | null {
  return tiers.find(tier => pool.labels[tierLabel] === tier) ?? null
}

/** As much of a pool as selectors look at. */
export function seenPool(pool: ScenarioPool): Pool {
  const status: PoolStatus = 'online'
  return {
    id: pool.id,
    node: pool.node,
    status,
    labels: pool.labels,
    conflictingLabels: [],
    schedulerLabels: pool.labels,
    capacityBytes: pool.capacityBytes,
    usedBytes: 0,
    committedBytes: 0,
    cordon: null,
    draining: false,
    iopsLimit: null,
    bandwidthLimit: null,
  }
}
