/**
 * One volume's wish: the tier that its use deserves, and what of the volume itself or of its past
 * holds it back. Gates and brakes that concern several volumes are in admit.ts.
 */
import type { VolumeMemory } from './decide-memory.js'
import type { HeatTable, HeatWindow } from './heat.js'
import type { PolicyView, VolumeView } from './landscape.js'
import type { Tier, Volume } from './model.js'
import type { Past } from './past.js'
import type { ReasonCode } from './reasons.js'
import type { StoragePolicySpec } from './resources.js'
import { tierings } from './tiering/algorithms.js'
import { isDownward, type Marks } from './tiering/tiering.js'
import type { VersionAnswer } from './versions.js'

export type Wish =
  | { readonly kind: 'stay'; readonly reason: ReasonCode; readonly numbers: Figures }
  | {
      readonly kind: 'blocked'
      readonly to: Tier | null
      readonly reason: ReasonCode
      readonly names: readonly string[]
      readonly numbers: Figures
    }
  | {
      readonly kind: 'move'
      readonly to: Tier
      readonly reason: ReasonCode
      readonly numbers: Figures
    }

export type Figures = Readonly<Record<string, number>>

const nothing: Figures = {}
/** Failures after which a volume waits for a change, and no longer for time. */
const failuresUntilBlocked = 5
const secondUs = 1_000_000

export interface WishContext {
  readonly nowUs: number
  readonly view: VolumeView
  readonly policy: PolicyView
  readonly memory: VolumeMemory
  readonly past: Past
  readonly heat: HeatTable
  readonly version: VersionAnswer
  /** Whether a pool under the volume serves all that it can: then heat is a lower bound. */
  readonly saturatedPools: () => readonly string[]
}

export function marksOf(policy: PolicyView): Marks {
  const { spec } = policy.policy
  return {
    highIops: spec.highWatermarkIops,
    warmIops: spec.warmWatermarkIops,
    lowIops: spec.lowWatermarkIops,
    warmIsOn: policy.warmIsOn,
  }
}

/** Index of the volume in its policy's window, remembered: looking it up costs more than using it. */
export function heatIndex(window: HeatWindow, volume: Volume, memory: VolumeMemory): number {
  if (memory.heatIndex < 0 || memory.heatWindowUs !== window.windowUs) {
    memory.heatIndex = window.indexOf(volume.id)
    memory.heatWindowUs = window.windowUs
  }
  return memory.heatIndex
}

export function wishOf(context: WishContext): Wish {
  const { view, policy, memory } = context
  const { volume } = view
  if (view.policies.length > 1) {
    return blockedBy(
      'policy-conflict',
      null,
      view.policies.map(one => one.policy.name),
    )
  }
  if (policy.poolsInTwoTiers.length > 0 || policy.policy.problems.length > 0) {
    return blockedBy('policy-error', null, policy.poolsInTwoTiers)
  }
  if (view.tier === 'outside' || view.home === null) {
    return blockedBy('outside-tiers', null, view.outsidePools)
  }
  if (volume.target === null) return blockedBy('unpublished', null)
  const pin = volume.claim?.pin ?? null
  if (pin !== null) {
    memory.belowSinceUs = null
    if (view.tier === pin) return { kind: 'stay', reason: 'pinned', numbers: nothing }
    return heldBack(context, pin, 'pinned-elsewhere', nothing, false)
  }
  return byAlgorithm(context, view.home)
}

function byAlgorithm(context: WishContext, home: Tier): Wish {
  const { policy, memory, heat, view } = context
  const { spec } = policy.policy
  const tiering = tierings[spec.algorithm]
  const window = heat.window(spec.samplingWindowUs)
  const index = heatIndex(window, view.volume, memory)
  if (tiering.decidesByHeat) {
    const unknown = heatUnknown(context, window, index, spec)
    if (unknown !== null) {
      memory.belowSinceUs = null
      return unknown
    }
  }
  const wish = tiering.wish(home, window.rate(index), marksOf(policy))
  const down = isDownward(home, wish.to)
  if (!down || !tiering.decidesByHeat) memory.belowSinceUs = null
  else memory.belowSinceUs ??= context.nowUs
  if (view.tier === wish.to) return { kind: 'stay', reason: wish.reason, numbers: nothing }
  if (view.tier === 'mixed') {
    const reason = wish.to === home ? 'drift-return' : 'mixed-finish'
    return heldBack(context, wish.to, reason, nothing, false)
  }
  return heldBack(context, wish.to, wish.reason, nothing, down && tiering.decidesByHeat)
}

function heatUnknown(
  context: WishContext,
  window: HeatWindow,
  index: number,
  spec: StoragePolicySpec,
): Wish | null {
  if (!context.heat.available) return blockedBy('metrics-unavailable', null)
  const coverage = window.coverage(index)
  if (coverage * 100 >= spec.minimumCoveragePercent) return null
  const node = context.view.volume.target?.node
  return blockedBy('unknown-heat', null, node === undefined ? [] : [node], {
    coveragePercent: Math.floor(coverage * 100),
    minimumCoveragePercent: spec.minimumCoveragePercent,
  })
}

/** What of the volume or of its past holds the wish back; otherwise the wish stands. */
function heldBack(
  context: WishContext,
  to: Tier,
  reason: ReasonCode,
  numbers: Figures,
  coolsFirst: boolean,
): Wish {
  const { view } = context
  const { volume } = view
  if (volume.claim?.hold === true) return blockedBy('held', to)
  const past = byPast(context, to, reason)
  if (past !== null) return past
  if (volume.operation !== null || volume.specStatus !== 'created') {
    return blockedBy('volume-busy', to, [volume.operation ?? volume.specStatus])
  }
  if (volume.snapshots > 0 && context.policy.policy.spec.snapshots === 'Skip') {
    return blockedBy('snapshots', to, [], { snapshots: volume.snapshots })
  }
  const steering = cannotSteer(context.version, volume)
  if (steering !== null) return steering
  if (!coolsFirst) return { kind: 'move', to, reason, numbers }
  const cooling = stillCooling(context, to)
  if (cooling !== null) return cooling
  const saturated = context.saturatedPools()
  if (saturated.length > 0) return { kind: 'stay', reason: 'lower-bound', numbers }
  return { kind: 'move', to, reason, numbers }
}

function byPast(context: WishContext, to: Tier, reason: ReasonCode): Wish | null {
  const { past, nowUs } = context
  const { spec } = context.policy.policy
  const pinned = reason === 'pinned-elsewhere'
  if (!pinned && past.heldUntilUs !== null && nowUs < past.heldUntilUs) {
    return blockedBy('held-by-request', to, [], { remainingS: seconds(past.heldUntilUs - nowUs) })
  }
  const exempt = pinned || reason === 'drift-return'
  const sinceUs = past.lastCompletedUs === null ? null : nowUs - past.lastCompletedUs
  if (!exempt && sinceUs !== null && sinceUs < spec.cooldownPeriodUs) {
    return blockedBy('cooldown', to, [], {
      sinceS: seconds(sinceUs),
      cooldownS: seconds(spec.cooldownPeriodUs),
      remainingS: seconds(spec.cooldownPeriodUs - sinceUs),
    })
  }
  if (past.failures === 0 || past.lastFailedUs === null) return null
  if (past.failures >= failuresUntilBlocked) {
    if (past.lastFailure?.spec.fingerprint !== fingerprint(context.view, context.policy, to)) {
      return null
    }
    return blockedBy('repeated-failure', to, [], { failures: past.failures })
  }
  const untilUs = past.lastFailedUs + backOffUs(spec.cooldownPeriodUs, past.failures)
  if (nowUs >= untilUs) return null
  const remainingS = seconds(untilUs - nowUs)
  return blockedBy('back-off', to, [], { failures: past.failures, remainingS })
}

/** A 24th of the cooldown, doubled with every further failure, up to the cooldown itself. */
export function backOffUs(cooldownUs: number, failures: number): number {
  let waitUs = Math.floor(cooldownUs / 24)
  for (let failure = 1; failure < failures; failure++) waitUs *= 2
  return Math.min(waitUs, cooldownUs)
}

function stillCooling(context: WishContext, to: Tier): Wish | null {
  const coolingUs = context.policy.policy.spec.coolingPeriodUs
  const belowUs = context.nowUs - (context.memory.belowSinceUs ?? context.nowUs)
  if (belowUs >= coolingUs) return null
  return blockedBy('cooling', to, [], {
    belowS: seconds(belowUs),
    coolingS: seconds(coolingUs),
    remainingS: seconds(coolingUs - belowUs),
  })
}

function cannotSteer(version: VersionAnswer, volume: Volume): Wish | null {
  if (version.kind === 'too-old' || version.kind === 'unreadable') {
    return blockedBy('cannot-steer', null, [version.kind])
  }
  const { row } = version
  if (!row.steersVictim || row.steersDestination === 'nothing') {
    return blockedBy('cannot-steer', null, [row.version])
  }
  const single = volume.affinityGroup !== null && volume.replicaCount === 1
  if (single && !row.affinityGroupToOne) {
    return blockedBy('affinity-group', null, [volume.affinityGroup ?? ''])
  }
  return null
}

/** What a migration rests on: when one of these changes, a block by failures is lifted. */
export function fingerprint(view: VolumeView, policy: PolicyView, to: Tier): string {
  const pools = policy.poolsOfTier[to].map(pool => pool.id).join(',')
  const replicas = view.volume.replicas.map(replica => replica.id).join(',')
  return `${policy.policy.name}/${policy.policy.generation}/${pools}/${replicas}`
}

export function blockedBy(
  reason: ReasonCode,
  to: Tier | null,
  names: readonly string[] = [],
  numbers: Figures = nothing,
): Wish {
  return { kind: 'blocked', to, reason, names, numbers }
}

function seconds(durationUs: number): number {
  return Math.floor(durationUs / secondUs)
}
