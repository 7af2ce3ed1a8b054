/**
 * One round's decision: a pure function from what is observed to what each volume should do, and
 * which migrations may start now. It reads top down: wishes of all volumes, then who of those that
 * want to move is admitted.
 */
import { admit, type Candidate, type Start } from './admit.js'
import { type Condition, conditionsOf } from './condition.js'
import type { Calm, DecideMemory, VolumeMemory } from './decide-memory.js'
import type { Decision } from './decision.js'
import { clusterVersion } from './gate.js'
import type { HeatTable } from './heat.js'
import type { Landscape, PolicyView, VolumeView } from './landscape.js'
import { PoolLoads } from './load.js'
import type { Observation, Tier, VolumeId } from './model.js'
import type { MigrationRecord, OperatorRecord } from './record.js'
import type { PolicyObject } from './resources.js'
import type { OperatorSettings } from './settings.js'
import { tierings } from './tiering/algorithms.js'
import { marksOf, type Wish, type WishContext, wishOf } from './wish.js'

export interface RoundInput {
  readonly nowUs: number
  readonly observation: Observation<PolicyObject>
  readonly heat: HeatTable
  readonly records: readonly MigrationRecord[]
  readonly operator: OperatorRecord
  readonly settings: OperatorSettings
  /** Kept by the caller from round to round, and changed in place. */
  readonly memory: DecideMemory
}

export interface RoundOutput {
  /** Only those that differ from what was last told of the volume. */
  readonly decisions: readonly Decision[]
  /** In order; every gate and brake has let them pass. */
  readonly starts: readonly Start[]
  readonly conditions: readonly Condition[]
  readonly landscape: Landscape
}

export type { Start } from './admit.js'
export { DecideMemory } from './decide-memory.js'

export function decide(input: RoundInput): RoundOutput {
  const { nowUs, memory, heat } = input
  const landscape = memory.look(input.observation)
  memory.pasts.read(input.records)
  const loads = new PoolLoads(landscape, heat)
  const decisions: Decision[] = []
  const candidates: Candidate[] = []
  const version = clusterVersion(landscape)
  for (let index = 0; index < landscape.volumes.length; index++) {
    const view = landscape.volumes[index]
    const policy = view.policies[0]
    if (policy === undefined) continue
    const own = memory.volumes[index]
    if (staysCalm(view, policy, own, heat)) continue
    const past = memory.pasts.of(view.volume.id)
    // What runs is carried by the journal; its wish is looked at again between two of its moves.
    if (past.running !== null) continue
    const context: WishContext = {
      nowUs,
      view,
      policy,
      memory: own,
      past,
      heat,
      version,
      saturatedPools: () => loads.saturated(view),
    }
    const wish = wishOf(context)
    remember(own, wish, nowUs)
    own.calm = calmOf(view, policy, wish)
    if (wish.kind === 'move') {
      candidates.push({ view, policy, memory: own, wish, past })
    } else {
      tell(decisions, view, own, wish, heat)
    }
  }
  const admitted = admit(candidates, input, landscape, loads)
  for (const verdict of admitted.verdicts) {
    tell(decisions, verdict.candidate.view, verdict.candidate.memory, verdict.wish, heat)
  }
  const conditions = conditionsOf(landscape, memory, heat.available)
  return { decisions, starts: admitted.starts, conditions, landscape }
}

/**
 * Whether nothing is new for a volume that stays: most volumes in most rounds. The same as what the
 * long way comes to, for less.
 */
function staysCalm(
  view: VolumeView,
  policy: PolicyView,
  memory: VolumeMemory,
  heat: HeatTable,
): boolean {
  const { calm } = memory
  if (calm === null || calm.volume !== view.volume || calm.policy !== policy.policy) return false
  if (calm.tier !== view.tier || view.policies.length > 1) return false
  if (policy.poolsInTwoTiers.length > 0) return false
  const { spec } = calm.policy
  const tiering = tierings[spec.algorithm]
  const window = heat.window(spec.samplingWindowUs)
  const index = memory.heatIndex
  if (tiering.decidesByHeat) {
    if (!heat.available) return false
    if (window.coverage(index) * 100 < spec.minimumCoveragePercent) return false
  }
  const wish = tiering.wish(calm.tier, window.rate(index), marksOf(policy))
  return wish.to === calm.tier && wish.reason === memory.toldReason
}

/** What the wish to stay rests on, where it is the algorithm's own and not a block's or a pin's. */
function calmOf(view: VolumeView, policy: PolicyView, wish: Wish): Calm | null {
  const { volume, tier } = view
  if (wish.kind !== 'stay' || tier === 'mixed' || tier === 'outside') return null
  if (wish.reason !== 'between-watermarks' && wish.reason !== 'baseline-stay') return null
  return { volume, policy: policy.policy, tier }
}

/** The tier that a volume's use deserves now, whatever holds it back; null while that is unknown. */
export function wantedTier(input: RoundInput, volume: VolumeId): Tier | null {
  const landscape = input.memory.look(input.observation)
  const index = landscape.volumes.findIndex(view => view.volume.id === volume)
  const view = landscape.volumes[index]
  const policy = view?.policies[0]
  if (view === undefined || policy === undefined) return null
  const wish = wishOf({
    nowUs: input.nowUs,
    view,
    policy,
    memory: { ...input.memory.volumes[index] },
    past: { ...input.memory.pasts.of(volume), lastCompletedUs: null, failures: 0 },
    heat: input.heat,
    version: clusterVersion(landscape),
    saturatedPools: () => [],
  })
  if (wish.kind === 'stay') return view.home
  return wish.to
}

function remember(memory: VolumeMemory, wish: Wish, nowUs: number): void {
  const to = wish.kind === 'stay' ? null : wish.to
  if (to === memory.wishedTo) return
  memory.wishedTo = to
  memory.wishedSinceUs = nowUs
  memory.guardPassed = false
}

/** Tells a decision only if it differs from the last one in verdict, target or reason. */
function tell(
  decisions: Decision[],
  view: VolumeView,
  memory: VolumeMemory,
  wish: Wish,
  heat: HeatTable,
): void {
  const to = wish.kind === 'stay' ? null : wish.to
  if (
    memory.toldReason === wish.reason &&
    memory.toldVerdict === wish.kind &&
    memory.toldTo === to
  ) {
    return
  }
  memory.toldVerdict = wish.kind
  memory.toldReason = wish.reason
  memory.toldTo = to
  decisions.push(decisionOf(view, memory, wish, heat))
}

export function decisionOf(
  view: VolumeView,
  memory: VolumeMemory,
  wish: Wish,
  heat: HeatTable,
): Decision {
  const policy = view.policies[0]
  const { spec } = policy.policy
  const window = heat.window(spec.samplingWindowUs)
  const coverage = heat.available ? window.coverage(memory.heatIndex) : 0
  const known = coverage * 100 >= spec.minimumCoveragePercent
  const marks = marksOf(policy)
  const edges = { ...edgesOf(view.tier === 'mixed' ? view.home : view.tier, marks) }
  return {
    volume: view.volume.id,
    policy: policy.policy.name,
    verdict: wish.kind,
    from: view.tier,
    to: wish.kind === 'stay' ? null : wish.to,
    reason: wish.reason,
    heatIops: known ? window.rate(memory.heatIndex) : null,
    coverage,
    numbers: {
      highIops: marks.highIops,
      ...(marks.warmIsOn ? { warmIops: marks.warmIops } : {}),
      lowIops: marks.lowIops,
      ...edges,
      ...wish.numbers,
    },
    names: wish.kind === 'blocked' ? wish.names : [],
  }
}

/** Where a volume of a tier would go up and down. */
function edgesOf(
  tier: VolumeView['tier'] | null,
  marks: ReturnType<typeof marksOf>,
): Readonly<Record<string, number>> {
  const lowest = marks.warmIsOn ? marks.warmIops : marks.highIops
  if (tier === 'hot') return { downIops: marks.warmIsOn ? marks.warmIops : marks.lowIops }
  if (tier === 'warm') return { downIops: marks.lowIops, upIops: marks.highIops }
  return { upIops: lowest }
}
