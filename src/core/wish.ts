/**
 * One volume's wish: the tier that its use deserves, and what of the volume itself or of its past
 * holds it back. Gates and brakes that concern several volumes are in admit.ts.
 */
import type { VolumeMemory } from './decide-memory.js'
import type { HeatWindow } from './heat.js'
import { heldBack, stillCooling } from './held-back.js'
import type { Tier } from './model.js'
import { isCoded } from './qualify.js'
import type { ReasonCode } from './reasons.js'
import type { StoragePolicySpec } from './resources.js'
import { tierings } from './tiering/algorithms.js'
import { isDownward, type Wish as TierWish } from './tiering/tiering.js'
import { type Blocked, blockedBy, moveTo, moveToCoded, stay, type Wish } from './verdict.js'
import { heatIndex, type WishContext } from './wish-context.js'

const nobody: readonly string[] = []

export function wishOf(context: WishContext): Wish {
  const { view, memory } = context
  const { volume } = view
  const unfit = unfitPolicy(context)
  if (unfit !== null) return unfit
  if (view.home === null) return blockedBy('outside-tiers', null, view.outside)
  if (volume.target === null) return blockedBy('unpublished', null)
  const pin = volume.claim?.pin ?? null
  if (pin === null) return byAlgorithm(context, view.home)
  forgetDown(memory)
  if (view.tier === pin) return stay('pinned')
  return heldBack(context, pin, 'pinned-elsewhere') ?? moveTo(pin, 'pinned-elsewhere')
}

function unfitPolicy({ scene, view, policy }: WishContext): Blocked | null {
  const { policyPlaces } = view
  if (policyPlaces.length > 1) {
    return blockedBy(
      'policy-conflict',
      null,
      policyPlaces.map(place => scene.policies[place].name),
    )
  }
  const { problems } = policy.policy
  if (policy.poolsInTwoTiers.length === 0 && problems.length === 0) return null
  const inTwo = policy.poolsInTwoTiers.map(pool => `pool ${pool} is in two tiers`)
  return blockedBy('policy-error', null, [
    ...inTwo,
    ...problems.map(problem => `${problem.path}: ${problem.message}`),
  ])
}

function byAlgorithm(context: WishContext, home: Tier): Wish {
  const { policy, memory, view } = context
  const { spec } = policy.policy
  const tiering = tierings[spec.algorithm]
  const window = context.scene.heat.window(spec.samplingWindowUs)
  const index = heatIndex(window, view.volume, memory)
  if (!tiering.decidesByHeat) {
    return inForm(context, asWished(context, tiering.wish(home, 0, policy.marks)))
  }
  const unknown = heatUnknown(context, window, index, spec)
  if (unknown !== null) {
    forgetDown(memory)
    return unknown
  }
  const wish = tiering.wish(home, window.rate(index), policy.marks)
  if (!isDownward(home, wish.to)) {
    forgetDown(memory)
    return inForm(context, asWished(context, wish))
  }
  const unsure = spec.coolingPeriodUs > 0 && saturatedPools(context).length > 0
  if (unsure) forgetDown(memory)
  else noteDown(memory, wish.to, context.scene.nowUs)
  return downward(context, wish.to, home, wish.reason)
}

/** What stays on the cold tier may still change its form: coded it takes less of it. */
function inForm(context: WishContext, wish: Wish): Wish {
  const { view, policy, scene } = context
  if (wish.kind !== 'stay' || view.tier !== 'cold') return wish
  if (isCoded(view)) {
    if (policy.policy.spec.ecPolicyRef !== null) return wish
    return heldBack(context, 'cold', 'coding-withdrawn') ?? moveTo('cold', 'coding-withdrawn')
  }
  const gain = scene.journals?.gainOf(view, policy) ?? null
  if (gain === null) return wish
  const { codedBytes, replicaBytes } = gain
  if (!scene.codedFormMounts) {
    const freedBytes = replicaBytes - codedBytes
    return blockedBy('coded-form-not-mountable', 'cold', nobody, { freedBytes })
  }
  return (
    heldBack(context, 'cold', 'code-cold') ?? moveToCoded('code-cold', { codedBytes, replicaBytes })
  )
}

/** A wish that no heat has to bear out: it stands unless the volume or its past holds it back. */
function asWished(context: WishContext, wish: TierWish): Wish {
  const { view, policy } = context
  const { algorithm } = policy.policy.spec
  const names = tierings[algorithm].decidesByHeat ? nobody : [algorithm]
  if (view.tier === wish.to) return stay(wish.reason, names)
  const reason =
    view.tier !== 'mixed' ? wish.reason : wish.to === view.home ? 'drift-return' : 'mixed-finish'
  return heldBack(context, wish.to, reason) ?? moveTo(wish.to, reason, names)
}

/** Down only after the cooling period, and never on heat that is a lower bound. */
function downward(context: WishContext, to: Tier, home: Tier, marked: ReasonCode): Wish {
  const isMixed = context.view.tier === 'mixed'
  const reason = isMixed ? 'mixed-finish' : marked
  const held = heldBack(context, to, reason) ?? stillCooling(context, to)
  if (held !== null) return held
  const saturated = saturatedPools(context)
  if (saturated.length === 0) return moveTo(to, reason)
  if (!isMixed) return stay('lower-bound', saturated)
  return heldBack(context, home, 'drift-return') ?? moveTo(home, 'drift-return')
}

/** Pools under the volume that serve all that they can. */
function saturatedPools({ scene, view }: WishContext): readonly string[] {
  return scene.loads?.saturated(view) ?? nobody
}

/** Remembers since when it has been wanted down without interruption, by how far down. */
function noteDown(memory: VolumeMemory, to: Tier, nowUs: number): void {
  memory.downSinceUs ??= nowUs
  memory.coldSinceUs = to === 'cold' ? (memory.coldSinceUs ?? nowUs) : null
}

/** It is not wanted down, or nobody could tell. */
export function forgetDown(memory: VolumeMemory): void {
  memory.downSinceUs = null
  memory.coldSinceUs = null
}

function heatUnknown(
  context: WishContext,
  window: HeatWindow,
  index: number,
  spec: StoragePolicySpec,
): Blocked | null {
  if (!context.scene.heat.available) return blockedBy('metrics-unavailable', null)
  if (window.isKnown(index, spec.minimumCoveragePercent)) return null
  const node = context.view.volume.target?.node
  return blockedBy('unknown-heat', null, node === undefined ? nobody : [node], {
    coveragePercent: Math.floor(window.coverage(index) * 100),
    minimumCoveragePercent: spec.minimumCoveragePercent,
  })
}
