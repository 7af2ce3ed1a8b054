/**
 * Operations a second that each pool carries, by the heat of the replicas on it; measured when
 * asked for, and once for as long as neither heat nor a volume changes.
 */
import type { Footprints } from './footprints.js'
import type { HeatTable } from './heat.js'
import type { Landscape, VolumeView } from './landscape.js'
import type { Pool } from './model.js'

/**
 * A pool this near to its limit serves all that it can: what is measured on it is a lower bound.
 */
const saturationPercent = 95

const nobody: readonly string[] = []

export class PoolLoads {
  private measured: Measured | null
  /** Places of the pools that are saturated, once somebody asked. */
  private full: ReadonlySet<number> | null = null

  constructor(
    private readonly landscape: Landscape,
    private readonly heat: HeatTable,
    private readonly footprints: Footprints,
    before: PoolLoads | null = null,
  ) {
    this.measured = before?.measured ?? null
  }

  iops(pool: Pool): number {
    const place = this.landscape.poolPlaces.get(pool.id)
    return place === undefined ? 0 : this.iopsByPlace()[place]
  }

  /** Pools under the volume that are saturated. */
  saturated(view: VolumeView): readonly string[] {
    const full = this.whichAreFull()
    let names = nobody
    if (full.size === 0) return names
    for (const place of view.poolPlaces) {
      if (full.has(place)) names = [...names, this.landscape.cluster.pools[place].id]
    }
    return names
  }

  private whichAreFull(): ReadonlySet<number> {
    if (this.full !== null) return this.full
    const { pools } = this.landscape.cluster
    const loads = this.iopsByPlace()
    const full = new Set<number>()
    for (let place = 0; place < pools.length; place++) {
      const limit = pools[place].iopsLimit
      if (limit !== null && loads[place] * 100 >= limit.value * saturationPercent) full.add(place)
    }
    this.full = full
    return full
  }

  private iopsByPlace(): Float64Array {
    const { landscape, heat } = this
    const { measured } = this
    if (measured !== null && stands(measured, landscape, heat)) return measured.iops
    const iops = this.footprints.measure(landscape, heat)
    this.measured = { volumes: landscape.volumes, heat, changes: heat.changes, iops }
    return iops
  }
}

interface Measured {
  /** The list stays the same one while no volume, pool or policy changes what is summed here. */
  readonly volumes: Landscape['volumes']
  readonly heat: HeatTable
  readonly changes: number
  /** Aligned with the cluster’s pools. */
  readonly iops: Float64Array
}

function stands(measured: Measured, landscape: Landscape, heat: HeatTable): boolean {
  return (
    measured.volumes === landscape.volumes &&
    measured.heat === heat &&
    measured.changes === heat.changes
  )
}
