/**
 * Volumes for which nothing is new: most of them in most rounds. What a calm volume comes to by
 * this short way is what the long way comes to, for less.
 */
import type { Calm, VolumeMemory } from './decide-memory.js'
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
  const { calm } = memory
  if (calm === null || calm.view !== view || calm.policy !== policy.policy) return false
  if (policy.poolsInTwoTiers.length > 0) return false
  const { spec } = calm.policy
  const tiering = tierings[spec.algorithm]
  const window = heat.window(spec.samplingWindowUs)
  const index = memory.heatIndex
  if (tiering.decidesByHeat) {
    if (!heat.available) return false
    if (!window.isKnown(index, spec.minimumCoveragePercent)) return false
  }
  const wish = tiering.wish(calm.tier, window.rate(index), policy.marks)
  return wish.to === calm.tier && wish.reason === memory.toldReason
}

/** What the wish to stay rests on, where it is the algorithm's own and not a block's or a pin's. */
export function calmOf(view: VolumeView, policy: PolicyView, wish: Wish): Calm | null {
  const { tier } = view
  if (wish.kind !== 'stay' || tier === 'mixed' || tier === 'outside') return null
  if (wish.reason === 'pinned' || wish.reason === 'lower-bound') return null
  return { view, policy: policy.policy, tier }
}
