/**
 * Who of those that want to move may start now: gates and brakes that concern the whole cluster or
 * several volumes, in order, then a place for each. Room, pools and slots that one start takes are
 * gone for the next.
 */

import type { RoundInput } from './decide.js'
import { isTold, type VolumeMemory } from './decide-memory.js'
import type { Held } from './demotion-guard.js'
import { assert } from './errors.js'
import { FullTiers } from './full-tiers.js'
import {
  bytesLeftToday,
  clusterNotWhole,
  clusterVersion,
  freeSlots,
  hoursInWords,
  inActiveHours,
  noRebuildLeft,
  rebuildsToCome,
  type Slots,
} from './gate.js'
import { fingerprint } from './held-back.js'
import type { Landscape, PolicyView, VolumeView } from './landscape.js'
import type { PoolLoads } from './load.js'
import type { PolicyName } from './model.js'
import { inOrder, type MoveClass, type Wanting } from './order.js'
import { nextName, type Past } from './past.js'
import { PoolFacts } from './pool-facts.js'
import type { ReasonCode } from './reasons.js'
import { reserve, reserveClaimed } from './reserve.js'
import type { PolicyObject } from './resources.js'
import { type Accepted, bytesOnEach, placed, planOf, poolsOf, type Start } from './start.js'
import { tierings } from './tiering/algorithms.js'
import { isDownward } from './tiering/tiering.js'
import { type Blocked, blockedBy, type Figures, type Move, type Wish } from './verdict.js'
import { heatIndex } from './wish-context.js'

export interface Candidate {
  readonly view: VolumeView
  readonly policy: PolicyView
  readonly memory: VolumeMemory
  readonly wish: Move
  readonly past: Past
}

export interface Verdict {
  readonly candidate: Candidate
  readonly wish: Wish
}

interface Ordered extends Wanting, Verdict {}

export function admit(
  candidates: readonly Candidate[],
  held: ReadonlyMap<PolicyName, Held>,
  input: RoundInput,
  landscape: Landscape,
  loads: PoolLoads,
): { readonly starts: readonly Start[]; readonly verdicts: readonly Verdict[] } {
  if (candidates.length === 0) {
    input.memory.fullTiers = noTiers
    return { starts: [], verdicts: [] }
  }
  return new Admission(input, landscape, loads, held).run(candidates)
}

interface ClusterFacts {
  readonly notWhole: string | null
  /** Rebuilds that run or will, with those of this round's starts. */
  rebuilds: number
}

const noTiers: ReadonlySet<string> = new Set()

class Admission {
  private readonly starts: Start[] = []
  private readonly slots: Slots
  private readonly full: FullTiers
  private readonly bytesLeft = new Map<PolicyName, number>()
  /** What is looked at once a round, and only when a candidate gets so far. */
  private cluster: ClusterFacts | null = null
  private pools: PoolFacts | null = null

  constructor(
    private readonly input: RoundInput,
    private readonly landscape: Landscape,
    private readonly loads: PoolLoads,
    private readonly held: ReadonlyMap<PolicyName, Held>,
  ) {
    const { memory, operator, settings } = input
    this.full = new FullTiers(memory.fullTiers)
    this.slots = freeSlots(memory.pasts.runningOrNext(), operator, landscape.policies, settings)
  }

  private clusterFacts(): ClusterFacts {
    const { landscape } = this
    const { memory, settings } = this.input
    this.cluster ??= {
      notWhole: clusterNotWhole(landscape, memory.pasts, settings.mayastorMaxRebuilds),
      rebuilds: rebuildsToCome(landscape, memory.pasts),
    }
    return this.cluster
  }

  private poolFacts(): PoolFacts {
    const { landscape, loads } = this
    const { memory, settings } = this.input
    if (this.pools !== null) return this.pools
    const running = memory.pasts.running()
    const reservations = reserve(running, landscape)
    reserveClaimed(reservations, running, landscape.views)
    this.pools = new PoolFacts(landscape, loads, reservations, settings.headroomPercent)
    return this.pools
  }

  run(candidates: readonly Candidate[]): {
    readonly starts: readonly Start[]
    readonly verdicts: readonly Verdict[]
  } {
    const { memory } = this.input
    for (const { policy, wish } of candidates) this.full.wish(policy.policy.name, wish.to)
    const verdicts = this.slots.operator > 0 ? this.admitted(candidates) : this.waiting(candidates)
    memory.fullTiers = this.full.now()
    return { starts: this.starts, verdicts }
  }

  private admitted(candidates: readonly Candidate[]): readonly Verdict[] {
    const ordered = candidates.map(one => this.ordered(one, one.wish))
    return inOrder(ordered, this.input.nowUs).map(({ candidate, wish }) => ({
      candidate,
      wish: this.gate(candidate) ?? this.start(candidate) ?? wish,
    }))
  }

  /**
   * Nobody can start, so that no verdict hangs on another one: only those that say something new
   * are put in order, which are few of the many that wait.
   */
  private waiting(candidates: readonly Candidate[]): readonly Verdict[] {
    const news: Ordered[] = []
    for (const candidate of candidates) {
      const blocked = this.gate(candidate)
      assert(blocked !== null, 'without a slot a gate is shut')
      if (!isTold(candidate.memory, blocked)) news.push(this.ordered(candidate, blocked))
    }
    return inOrder(news, this.input.nowUs)
  }

  private ordered(candidate: Candidate, wish: Wish): Ordered {
    const { view, memory, policy } = candidate
    const window = this.input.heat.window(policy.policy.spec.samplingWindowUs)
    return {
      candidate,
      wish,
      moveClass: this.classOf(candidate),
      heatIops: window.rate(heatIndex(window, view.volume, memory)),
      sizeBytes: view.volume.sizeBytes,
      sinceUs: memory.wishedSinceUs,
      name: view.volume.id,
    }
  }

  private classOf(candidate: Candidate): MoveClass {
    const { view, policy, wish } = candidate
    if (wish.form === 'coded') return 'conversion'
    if (view.tier === 'mixed' || view.tier === 'outside') return 'finish'
    if (!isDownward(view.tier, wish.to)) return 'promotion'
    return this.full.has(policy.policy.name, view.tier) ? 'free-full-tier' : 'demotion'
  }

  /**
   * The first gate that is shut, or null: a person's words, the policy's brakes, the cluster,
   * limits.
   */
  private gate(candidate: Candidate): Blocked | null {
    const { policy } = candidate.policy
    const { operator, settings, nowUs } = this.input
    const { sizeBytes } = candidate.view.volume
    if (!policy.spec.enabled) return shut(candidate, 'disabled')
    if (operator.pause !== null) return shut(candidate, 'paused', [operator.pause.why])
    // A pin rests on no heat, but its place does: on what the pools carry.
    if (!this.input.heat.available) return shut(candidate, 'metrics-unavailable')
    const held = this.held.get(policy.name)
    if (held !== undefined && wantsDown(candidate) && !candidate.memory.guardPassed) {
      return shut(candidate, 'demotion-guard', [], { ...held })
    }
    if (!inActiveHours(policy, nowUs)) {
      return shut(candidate, 'outside-active-hours', hoursInWords(policy))
    }
    const leftBytes = this.leftToday(policy)
    if (leftBytes !== null && leftBytes < sizeBytes) {
      const limitBytes = policy.spec.maxBytesPerDay ?? leftBytes
      return shut(candidate, 'daily-bytes', [], { sizeBytes, leftBytes, limitBytes })
    }
    const cluster = this.clusterFacts()
    const notWhole =
      cluster.notWhole ?? noRebuildLeft(cluster.rebuilds, settings.mayastorMaxRebuilds)
    if (notWhole !== null) return shut(candidate, 'cluster-not-whole', [notWhole])
    if (this.slots.operator <= 0) {
      return shut(candidate, 'operator-limit', [], { limit: settings.maxConcurrentMigrations })
    }
    if ((this.slots.byPolicy.get(policy.name) ?? 0) <= 0) {
      return shut(candidate, 'policy-limit', [], { limit: policy.spec.maxConcurrentMigrations })
    }
    return null
  }

  private start(candidate: Candidate): Blocked | null {
    const { view, policy, memory, wish } = candidate
    const { volume } = view
    const { spec, name } = policy.policy
    const version = clusterVersion(this.landscape)
    // A wish stands only where the version is known.
    assert(version.kind === 'known' || version.kind === 'newer', 'an unknown version moves nothing')
    const window = this.input.heat.window(spec.samplingWindowUs)
    const index = heatIndex(window, volume, memory)
    const readIops = window.readRate(index)
    const writeIops = window.writeRate(index)
    const demand = { volume, to: wish.to, view: policy, readIops, writeIops }
    const placement = placed(demand, wish.form, this.poolFacts(), version.row)
    const isBlocked = placement.kind === 'blocked'
    this.full.ask(name, wish.to, !isBlocked || placement.reason !== 'tier-full')
    if (isBlocked) return shut(candidate, placement.reason, placement.names, placement.numbers)
    if (this.input.settings.dryRun) return shut(candidate, 'dry-run', ['the operator'])
    if (spec.dryRun) return shut(candidate, 'dry-run', [`policy ${name}`])
    const rests = tierings[spec.algorithm].decidesByHeat && wish.reason !== 'pinned-elsewhere'
    this.starts.push({
      name: nextName(volume.id, candidate.past),
      volume: volume.id,
      policy: name,
      fromTier: view.tier,
      toTier: wish.to,
      reason: wish.reason,
      heatIops: rests ? readIops + writeIops : null,
      sizeBytes: volume.sizeBytes,
      accepted: poolsOf(placement),
      plan: planOf(placement),
      expectedDurationUs: placement.expectedDurationUs,
      fingerprint: fingerprint(view, policy, wish.to),
    })
    this.take(candidate, placement)
    return null
  }

  /** What this start takes is gone for the next. */
  private take(candidate: Candidate, placement: Accepted): void {
    const { policy } = candidate.policy
    const { id, sizeBytes } = candidate.view.volume
    this.clusterFacts().rebuilds += 1
    this.slots.operator -= 1
    this.slots.byPolicy.set(policy.name, (this.slots.byPolicy.get(policy.name) ?? 0) - 1)
    const leftBytes = this.leftToday(policy)
    if (leftBytes !== null) this.bytesLeft.set(policy.name, leftBytes - sizeBytes)
    const { reservations } = this.poolFacts()
    const bytes = bytesOnEach(placement, sizeBytes)
    for (const pool of poolsOf(placement)) {
      reservations.promise(pool, bytes, bytes)
      reservations.copy(pool, id)
    }
  }

  private leftToday(policy: PolicyObject): number | null {
    const { operator, nowUs } = this.input
    return this.bytesLeft.get(policy.name) ?? bytesLeftToday(policy, operator, nowUs)
  }
}

function shut(
  candidate: Candidate,
  reason: ReasonCode,
  names: readonly string[] = [],
  numbers: Figures = {},
): Blocked {
  return blockedBy(reason, candidate.wish.to, names, numbers)
}

function wantsDown({ view, wish }: Candidate): boolean {
  return view.home !== null && isDownward(view.home, wish.to)
}
