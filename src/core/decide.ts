/**
 * One round's decision: a pure function from what is observed to what each volume should do, and
 * which migrations may start now. It reads top down: wishes of all volumes, then who of those that
 * want to move is admitted.
 */
import { admit, type Candidate } from './admit.js'
import { type Condition, conditionsOf } from './condition.js'
import { type DecideMemory, isTold, type VolumeMemory } from './decide-memory.js'
import type { Decision } from './decision.js'
import { DemotionGuard } from './demotion-guard.js'
import { clusterVersion } from './gate.js'
import type { HeatTable, HeatWindow } from './heat.js'
import { type Landscape, policyOf, type VolumeView } from './landscape.js'
import type { PoolLoads } from './load.js'
import type { Observation, Tier, VolumeId } from './model.js'
import { neverMoved } from './past.js'
import { JournalShares } from './qualify.js'
import type { MigrationRecord, OperatorRecord } from './record.js'
import type { PolicyObject } from './resources.js'
import type { OperatorSettings } from './settings.js'
import type { Start } from './start.js'
import { isDownward } from './tiering/tiering.js'
import type { Wish } from './verdict.js'
import { forgetDown, wishOf } from './wish.js'
import { heatIndex, type Scene, type WishContext } from './wish-context.js'

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

export { DecideMemory } from './decide-memory.js'
export type { Start } from './start.js'

export function decide(input: RoundInput): RoundOutput {
  const { memory, heat } = input
  const landscape = memory.look(input.observation)
  const loads = memory.loadsOf(landscape, heat)
  const guard = new DemotionGuard()
  const decisions: Decision[] = []
  const candidates: Candidate[] = []
  const scene = sceneOf(input, landscape, loads)
  memory.read(input.records)
  memory.standing.begin(scene, landscape.views)
  for (let index = 0; index < landscape.volumes.length; index++) {
    const view = landscape.volumes[index]
    // Nothing is new of it, and nothing is to be done.
    if (memory.standing.stays(index, view)) continue
    const policy = policyOf(landscape, view)
    const own = memory.volumes[index]
    const stood = memory.standing.at(index, view)
    const past = stood?.past ?? memory.pasts.of(view.volume.id)
    // What runs is carried by the journal; its wish is looked at again between two of its moves.
    if (policy === undefined || past.running !== null) {
      memory.standing.forget(index)
      forgetDown(own)
      continue
    }
    const wish = stood?.wish ?? wishAnew({ scene, view, policy, memory: own, past }, memory, index)
    if (goesDown(view, wish)) guard.count(policy, own)
    if (wish.kind === 'move') candidates.push({ view, policy, memory: own, wish, past })
    else if (stood === null) tell(decisions, { view, policy, memory: own }, wish, heat)
  }
  const admitted = admit(candidates, guard.close(landscape), input, landscape, loads)
  for (const { candidate, wish } of admitted.verdicts) {
    tell(decisions, candidate, wish, heat)
  }
  const conditions = conditionsOf(landscape, memory, heat.available)
  return { decisions, starts: admitted.starts, conditions, landscape }
}

function wishAnew(context: WishContext, { standing }: DecideMemory, place: number): Wish {
  const wish = wishOf(context)
  remember(context.memory, wish, context.scene.nowUs)
  standing.note(context, wish, place)
  return wish
}

function sceneOf(input: RoundInput, landscape: Landscape, loads: PoolLoads | null): Scene {
  return {
    loads,
    nowUs: input.nowUs,
    policies: landscape.policies,
    heat: input.heat,
    version: clusterVersion(landscape),
    versionText: landscape.cluster.nodes[0]?.version ?? 'without nodes',
    preservationMode: input.settings.preservationMode,
    // Preservation mode takes nothing away, and a coded form is worth nothing beside its source.
    journals:
      loads === null || input.settings.preservationMode ? null : new JournalShares(landscape),
    codedFormMounts: input.settings.codedFormMounts,
  }
}

function goesDown(view: VolumeView, wish: Wish): boolean {
  const { home } = view
  return home !== null && wish.to !== null && isDownward(home, wish.to)
}

/**
 * The tier that a volume's use deserves now, whatever holds it back; null while that is unknown.
 */
export function wantedTier(input: RoundInput, volume: VolumeId): Tier | null {
  const landscape = input.memory.look(input.observation)
  const index = landscape.volumePlaces.get(volume)
  if (index === undefined) return null
  const view = landscape.volumes[index]
  const policy = policyOf(landscape, view)
  if (policy === undefined) return null
  const wish = wishOf({
    scene: sceneOf(input, landscape, null),
    view,
    policy,
    memory: { ...input.memory.volumes[index] },
    past: neverMoved,
  })
  return wish.kind === 'stay' ? view.home : wish.to
}

function remember(memory: VolumeMemory, wish: Wish, nowUs: number): void {
  const { to } = wish
  if (to === memory.wishedTo) return
  memory.wishedTo = to
  memory.wishedSinceUs = nowUs
  memory.guardPassed = false
}

/** Of whom a decision is told. */
type Subject = Pick<Candidate, 'view' | 'policy' | 'memory'>

/** Tells a decision only if it says something new. */
function tell(decisions: Decision[], subject: Subject, wish: Wish, heat: HeatTable): void {
  const { memory } = subject
  if (isTold(memory, wish)) return
  memory.toldVerdict = wish.kind
  memory.toldReason = wish.reason
  memory.toldTo = wish.to
  decisions.push(decisionOf(subject, wish, heat))
}

function decisionOf(subject: Subject, wish: Wish, heat: HeatTable): Decision {
  const { view, policy, memory } = subject
  const { spec } = policy.policy
  const window = heat.window(spec.samplingWindowUs)
  const index = heatIndex(window, view.volume, memory)
  const isKnown = heat.available && window.isKnown(index, spec.minimumCoveragePercent)
  const { marks } = policy
  return {
    volume: view.volume.id,
    policy: policy.policy.name,
    verdict: wish.kind,
    from: view.tier,
    to: wish.to,
    reason: wish.reason,
    heatIops: isKnown ? window.rate(index) : null,
    coverage: coverageOf(index, window, heat),
    numbers: {
      highIops: marks.highIops,
      ...(marks.warmIsOn ? { warmIops: marks.warmIops } : {}),
      lowIops: marks.lowIops,
      ...wish.numbers,
    },
    names: wish.names,
  }
}

function coverageOf(index: number, window: HeatWindow, heat: HeatTable): number | null {
  if (index < 0) return null
  return heat.available ? window.coverage(index) : 0
}
