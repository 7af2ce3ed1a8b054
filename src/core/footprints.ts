/**
 * What each volume brings which pools: a row for each, in columns, written anew only where the
 * volume's view is another one. Counters cover all volumes: one that no policy selects is measured
 * over the first policy's window.
 */
import { operationsPerWrite } from './coded-form.js'
import type { HeatTable, HeatWindow } from './heat.js'
import { type Landscape, policyOf, type VolumeView } from './landscape.js'

export class Footprints {
  private heat: HeatTable | null = null
  /** The views that the rows were written from. */
  private readonly views: VolumeView[] = []
  private readonly windows: HeatWindow[] = []
  /** Where the window has the volume; negative while it has no sample of it. */
  private readonly heatIndexes: number[] = []
  /** Pools that share its reads, and how often each of them sees a write of it. */
  private readonly readers: number[] = []
  private readonly writeTimes: number[] = []
  private readonly places: VolumeView['poolPlaces'][] = []

  /** Operations a second on each pool, in the cluster's order. */
  measure(landscape: Landscape, heat: HeatTable): Float64Array {
    const { cluster, volumes, policies } = landscape
    const loads = new Float64Array(cluster.pools.length)
    if (policies.length === 0) return loads
    if (this.heat !== heat) this.views.length = 0
    this.heat = heat
    for (let at = 0; at < volumes.length; at++) {
      const view = volumes[at]
      if (this.views[at] !== view || this.heatIndexes[at] < 0) this.write(at, view, landscape, heat)
      const window = this.windows[at]
      const index = this.heatIndexes[at]
      const reads = window.readRate(index) / this.readers[at]
      const share = reads + window.writeRate(index) * this.writeTimes[at]
      for (const place of this.places[at]) loads[place] += share
    }
    return loads
  }

  private write(at: number, view: VolumeView, landscape: Landscape, heat: HeatTable): void {
    const policy = policyOf(landscape, view)?.policy ?? landscape.policies[0]
    const window = heat.window(policy.spec.samplingWindowUs)
    this.views[at] = view
    this.windows[at] = window
    this.heatIndexes[at] = window.indexOf(view.volume.id)
    const { coded } = view.volume
    const isCoded = coded?.serves === true
    this.readers[at] = isCoded ? coded.pools.length : view.replicas
    this.writeTimes[at] = isCoded ? operationsPerWrite(coded.code) / coded.pools.length : 1
    this.places[at] = view.poolPlaces
  }
}
