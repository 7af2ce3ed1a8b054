/**
 * Operations a second that each pool carries, by the heat of the replicas on it; made when asked
 * for.
 */
import type { VolumeMemory } from './decide-memory.js'
import type { HeatTable } from './heat.js'
import { type Landscape, policyOf, type VolumeView } from './landscape.js'
import type { Pool, PoolId } from './model.js'
import { heatIndex } from './wish-context.js'

/**
 * A pool this near to its limit serves all that it can: what is measured on it is a lower bound.
 */
const saturationPercent = 95

export class PoolLoads {
  private loads: ReadonlyMap<PoolId, number> | null = null

  constructor(
    private readonly landscape: Landscape,
    private readonly heat: HeatTable,
    /** Aligned with the landscape’s volumes. */
    private readonly memories: readonly VolumeMemory[],
  ) {}

  iops(pool: Pool): number {
    this.loads ??= this.measure()
    return this.loads.get(pool.id) ?? 0
  }

  /** Pools under the volume that are saturated. */
  saturated(view: VolumeView): readonly string[] {
    const names: string[] = []
    for (const replica of view.volume.replicas) {
      const pool = replica.pool === null ? undefined : this.landscape.pools.get(replica.pool)
      const limit = pool?.iopsLimit?.value
      if (pool !== undefined && limit !== undefined) {
        if (this.iops(pool) * 100 >= limit * saturationPercent) names.push(pool.id)
      }
    }
    return names
  }

  /** Counters cover all volumes: one that no policy selects is measured over the first window. */
  private measure(): ReadonlyMap<PoolId, number> {
    const { landscape, heat, memories } = this
    const { pools } = landscape.cluster
    const loads = new Float64Array(pools.length)
    const anyPolicy = landscape.policies[0]
    landscape.volumes.forEach((view, at) => {
      const { volume, poolPlaces } = view
      const policy = policyOf(landscape, view)?.policy ?? anyPolicy
      if (policy === undefined) return
      const window = heat.window(policy.spec.samplingWindowUs)
      const index = heatIndex(window, volume, memories[at])
      const share = window.readRate(index) / volume.replicas.length + window.writeRate(index)
      for (const place of poolPlaces) loads[place] += share
    })
    return new Map(pools.map((pool, place) => [pool.id, loads[place]]))
  }
}
