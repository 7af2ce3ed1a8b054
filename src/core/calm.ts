/**
 * Volumes for which nothing is new: most of them in most rounds. What a calm volume comes to by
 * this short way is what the long way comes to, for less.
 */
import type { VolumeMemory } from './decide-memory.js'
import type { HeatTable } from './heat.js'
import type { PolicyView, VolumeView } from './landscape.js'
import { tierings } from './tiering/algorithms.js'
import type { Wish } from './verdict.js'

/** Whether a volume that stayed in the last round stays for the same reason in this one. */
export function staysCalm(
  view: VolumeView,
  policy: PolicyView,
  memory: VolumeMemory,
  heat: HeatTable,
): boolean {
  const { tier } = view
  if (memory.calm !== view || policy.poolsInTwoTiers.length > 0) return false
  if (tier === 'mixed' || tier === 'outside') return false
  const { spec } = policy.policy
  const tiering = tierings[spec.algorithm]
  const window = heat.window(spec.samplingWindowUs)
  const index = memory.heatIndex
  if (tiering.decidesByHeat) {
    if (!heat.available) return false
    if (!window.isKnown(index, spec.minimumCoveragePercent)) return false
  }
  const wish = tiering.wish(tier, window.rate(index), policy.marks)
  return wish.to === tier && wish.reason === memory.toldReason
}

/** The view that stays, where the wish is the algorithm's own and not a block's or a pin's. */
export function calmOf(view: VolumeView, policy: PolicyView, wish: Wish): VolumeView | null {
  const { tier } = view
  // What coding saves hangs on other volumes too.
  if (tier === 'cold' && policy.policy.coding !== null) return null
  if (wish.kind !== 'stay' || tier === 'mixed' || tier === 'outside') return null
  return wish.reason === 'pinned' || wish.reason === 'lower-bound' ? null : view
}
