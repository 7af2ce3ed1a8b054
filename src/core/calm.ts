/**
 * Volumes about which nothing is new: most of them, in most rounds. What a decision to stay rested
 * on beside heat is remembered; while that is the same, one look at the heat tells as much as the
 * long way through the wish does.
 */
import type { VolumeMemory } from './decide-memory.js'
import type { HeatTable } from './heat.js'
import type { PolicyView, VolumeView } from './landscape.js'
import type { Tier, Volume } from './model.js'
import type { PolicyObject } from './resources.js'
import { tierings } from './tiering/algorithms.js'
import type { Wish } from './verdict.js'
import { marksOf } from './wish-context.js'

export interface Calm {
  readonly volume: Volume
  readonly policy: PolicyObject
  readonly tier: Tier
}

/** What the wish to stay rests on, where it is the algorithm's own and not a block's or a pin's. */
export function calmOf(view: VolumeView, policy: PolicyView, wish: Wish): Calm | null {
  const { volume, tier } = view
  if (wish.kind !== 'stay' || tier === 'mixed' || tier === 'outside') return null
  if (wish.reason !== 'between-watermarks' && wish.reason !== 'baseline-stay') return null
  return { volume, policy: policy.policy, tier }
}

/** Whether it stays as it stayed: the same wish, for the same reason, and nothing to remember. */
export function staysCalm(
  view: VolumeView,
  policy: PolicyView,
  memory: VolumeMemory,
  heat: HeatTable,
): boolean {
  const { calm } = memory
  if (calm === null || calm.volume !== view.volume || calm.policy !== policy.policy) return false
  if (calm.tier !== view.tier || view.policies.length > 1) return false
  if (policy.poolsInTwoTiers.length > 0 || memory.downSinceUs !== null) return false
  const { spec } = calm.policy
  const tiering = tierings[spec.algorithm]
  if (!tiering.decidesByHeat) return true
  if (!heat.available) return false
  const window = heat.window(spec.samplingWindowUs)
  const index = memory.heatIndex
  if (!window.isKnown(index, spec.minimumCoveragePercent)) return false
  const wish = tiering.wish(calm.tier, window.rate(index), marksOf(policy))
  return wish.to === calm.tier && wish.reason === memory.toldReason
}
