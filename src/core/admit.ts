/**
 * Who of those that want to move may start now: gates and brakes that concern the whole cluster or
 * several volumes, in order, then a place for each. Room, pools and slots that one start takes are
 * gone for the next.
 */

import type { RoundInput } from './decide.js'
import type { VolumeMemory } from './decide-memory.js'
import {
  bytesLeftToday,
  clusterNotWhole,
  clusterVersion,
  demotionsHeld,
  freeSlots,
  inActiveHours,
  type Slots,
} from './gate.js'
import type { Landscape, PolicyView, VolumeView } from './landscape.js'
import type { PoolLoads } from './load.js'
import type { PolicyName, PoolId, Tier, VolumeId, VolumeTier } from './model.js'
import { inOrder, type MoveClass, type Wanting } from './order.js'
import { nextName, type Past } from './past.js'
import { type PoolFacts, place } from './place.js'
import type { ReasonCode } from './reasons.js'
import { reserve } from './reserve.js'
import { roomOfPools } from './room.js'
import { tierings } from './tiering/algorithms.js'
import { isDownward } from './tiering/tiering.js'
import { fingerprint, heatIndex, type Wish } from './wish.js'

type MoveWish = Extract<Wish, { kind: 'move' }>

export interface Candidate {
  readonly view: VolumeView
  readonly policy: PolicyView
  readonly memory: VolumeMemory
  readonly wish: MoveWish
  readonly past: Past
}

/** A migration that may start now. */
export interface Start {
  /** Name of its record: creating it is the claim. */
  readonly name: string
  readonly volume: VolumeId
  readonly policy: PolicyName
  readonly fromTier: VolumeTier
  readonly toTier: Tier
  readonly reason: ReasonCode
  readonly heatIops: number | null
  readonly sizeBytes: number
  readonly accepted: readonly PoolId[]
  readonly expectedDurationUs: number
  readonly fingerprint: string
}

export interface Verdict {
  readonly candidate: Candidate
  readonly wish: Wish
}

interface Ordered extends Wanting {
  readonly candidate: Candidate
}

export function admit(
  candidates: readonly Candidate[],
  input: RoundInput,
  landscape: Landscape,
  loads: PoolLoads,
): { readonly starts: readonly Start[]; readonly verdicts: readonly Verdict[] } {
  if (candidates.length === 0) {
    if (input.memory.fullTiers.size > 0) input.memory.fullTiers = new Map()
    return { starts: [], verdicts: [] }
  }
  return new Admission(input, landscape, loads).run(candidates)
}

class Admission {
  private readonly starts: Start[] = []
  private readonly slots: Slots
  private readonly notWhole: string | null
  private readonly facts: PoolFacts & { readonly reservations: MutableReservations }
  private readonly bytesLeft = new Map<PolicyName, number | null>()
  private readonly fullTiers = new Map<PolicyName, Set<Tier>>()

  constructor(
    private readonly input: RoundInput,
    private readonly landscape: Landscape,
    loads: PoolLoads,
  ) {
    const { memory, operator, settings } = input
    const running = memory.pasts.running()
    this.slots = freeSlots(running, operator, landscape.policies, settings)
    this.notWhole = clusterNotWhole(landscape, memory.pasts, settings.mayastorMaxRebuilds)
    const reserved = reserve(running, landscape.cluster)
    const reservations = { bytes: new Map(reserved.bytes), copies: new Map(reserved.copies) }
    const rooms = roomOfPools(landscape, settings.headroomPercent)
    this.facts = {
      reservations,
      roomBytes: pool => (rooms.get(pool.id) ?? 0) - (reservations.bytes.get(pool.id) ?? 0),
      loadIops: pool => loads.iops(pool),
    }
  }

  run(candidates: readonly Candidate[]): {
    readonly starts: readonly Start[]
    readonly verdicts: readonly Verdict[]
  } {
    const held = this.guardDemotions(candidates)
    const verdicts: Verdict[] = []
    for (const { candidate } of inOrder(
      candidates.map(one => this.ordered(one)),
      this.input.nowUs,
    )) {
      const blocked = this.gate(candidate, held) ?? this.start(candidate)
      verdicts.push({ candidate, wish: blocked ?? candidate.wish })
    }
    this.input.memory.fullTiers = this.fullTiers
    return { starts: this.starts, verdicts }
  }

  /** Policies in which too many volumes newly want to go down: none of those does. */
  private guardDemotions(candidates: readonly Candidate[]): ReadonlyMap<PolicyName, number> {
    const held = new Map<PolicyName, number>()
    for (const view of this.landscape.views) {
      const { policy } = view
      if (policy.spec.maxDemotionsPercentPerRound === null) continue
      const down = candidates.filter(
        one => one.policy === view && !one.memory.guardPassed && goesDown(one),
      )
      const volumes = this.volumesOf(view)
      if (demotionsHeld(policy, down.length, volumes)) held.set(policy.name, down.length)
      else for (const one of down) one.memory.guardPassed = true
    }
    return held
  }

  private volumesOf(view: PolicyView): number {
    return this.landscape.volumes.filter(one => one.policies[0] === view).length
  }

  private ordered(candidate: Candidate): Ordered {
    const { view, memory, policy } = candidate
    const window = this.input.heat.window(policy.policy.spec.samplingWindowUs)
    return {
      candidate,
      moveClass: this.classOf(candidate),
      heatIops: window.rate(heatIndex(window, view.volume, memory)),
      sizeBytes: view.volume.sizeBytes,
      sinceUs: memory.wishedSinceUs,
      name: view.volume.id,
    }
  }

  private classOf(candidate: Candidate): MoveClass {
    const { view, policy, wish } = candidate
    if (view.tier === 'mixed' || view.tier === 'outside') return 'finish'
    if (!isDownward(view.tier, wish.to)) return 'promotion'
    const full = this.input.memory.fullTiers.get(policy.policy.name)
    return full?.has(view.tier) === true ? 'free-full-tier' : 'demotion'
  }

  /** The first gate that is shut, or null. */
  private gate(candidate: Candidate, held: ReadonlyMap<PolicyName, number>): Wish | null {
    const { policy } = candidate.policy
    const { operator, settings, nowUs } = this.input
    const wanted = held.get(policy.name)
    if (wanted !== undefined && !candidate.memory.guardPassed && goesDown(candidate)) {
      const limitPercent = policy.spec.maxDemotionsPercentPerRound ?? 0
      const volumes = this.volumesOf(candidate.policy)
      return this.shut(candidate, 'demotion-guard', [], { wanted, volumes, limitPercent })
    }
    if (!inActiveHours(policy, nowUs)) return this.shut(candidate, 'outside-active-hours')
    const left = this.leftToday(candidate)
    if (left !== null && left < candidate.view.volume.sizeBytes) {
      const sizeBytes = candidate.view.volume.sizeBytes
      return this.shut(candidate, 'daily-bytes', [], { sizeBytes, leftBytes: left })
    }
    if (this.notWhole !== null) return this.shut(candidate, 'cluster-not-whole', [this.notWhole])
    if (this.slots.operator <= 0) {
      return this.shut(candidate, 'operator-limit', [], { limit: settings.maxConcurrentMigrations })
    }
    if ((this.slots.byPolicy.get(policy.name) ?? 0) <= 0) {
      const limit = policy.spec.maxConcurrentMigrations
      return this.shut(candidate, 'policy-limit', [], { limit })
    }
    if (operator.pause !== null) return this.shut(candidate, 'paused', [operator.pause.why])
    if (!policy.spec.enabled) return this.shut(candidate, 'disabled')
    return this.preserved(candidate)
  }

  /** In preservation mode a volume that has its extra copies already does not get more. */
  private preserved(candidate: Candidate): Wish | null {
    if (!this.input.settings.preservationMode) return null
    const done = this.input.records.some(
      record =>
        record.spec.volume === candidate.view.volume.id && record.status?.outcome === 'preserved',
    )
    return done ? this.shut(candidate, 'preservation-mode') : null
  }

  private start(candidate: Candidate): Wish | null {
    const { view, policy, memory, wish } = candidate
    const { volume } = view
    const version = clusterVersion(this.landscape)
    if (version.kind !== 'known' && version.kind !== 'newer') {
      return this.shut(candidate, 'cannot-steer', [version.kind])
    }
    const window = this.input.heat.window(policy.policy.spec.samplingWindowUs)
    const index = heatIndex(window, volume, memory)
    const demand = {
      volume,
      to: wish.to,
      view: policy,
      readIops: window.readRate(index),
      writeIops: window.writeRate(index),
    }
    const placement = place(demand, this.facts, version.row)
    if (placement.kind === 'blocked') {
      if (placement.reason === 'tier-full') this.noteFull(policy.policy.name, wish.to)
      return this.shut(candidate, placement.reason, placement.names, placement.numbers)
    }
    if (policy.policy.spec.dryRun || this.input.settings.dryRun)
      return this.shut(candidate, 'dry-run')
    this.starts.push({
      name: nextName(volume.id, candidate.past),
      volume: volume.id,
      policy: policy.policy.name,
      fromTier: view.tier,
      toTier: wish.to,
      reason: wish.reason,
      heatIops: this.knownHeat(candidate, window.coverage(index), window.rate(index)),
      sizeBytes: volume.sizeBytes,
      accepted: placement.pools,
      expectedDurationUs: placement.expectedDurationUs,
      fingerprint: fingerprint(view, policy, wish.to),
    })
    this.take(candidate, placement.pools)
    return null
  }

  private knownHeat(candidate: Candidate, coverage: number, rate: number): number | null {
    const { spec } = candidate.policy.policy
    const rests = tierings[spec.algorithm].decidesByHeat && candidate.view.volume.claim?.pin == null
    return rests && coverage * 100 >= spec.minimumCoveragePercent ? rate : null
  }

  private take(candidate: Candidate, pools: readonly PoolId[]): void {
    const { policy } = candidate.policy
    const bytes = candidate.view.volume.sizeBytes
    this.slots.operator -= 1
    this.slots.byPolicy.set(policy.name, (this.slots.byPolicy.get(policy.name) ?? 0) - 1)
    const left = this.leftToday(candidate)
    if (left !== null) this.bytesLeft.set(policy.name, left - bytes)
    const { reservations } = this.facts
    for (const pool of pools) {
      reservations.bytes.set(pool, (reservations.bytes.get(pool) ?? 0) + bytes)
      reservations.copies.set(pool, candidate.view.volume.id)
    }
  }

  private leftToday(candidate: Candidate): number | null {
    const { policy } = candidate.policy
    const known = this.bytesLeft.get(policy.name)
    if (known !== undefined) return known
    const left = bytesLeftToday(policy, this.input.operator, this.input.nowUs)
    this.bytesLeft.set(policy.name, left)
    return left
  }

  private noteFull(policy: PolicyName, tier: Tier): void {
    const known = this.fullTiers.get(policy)
    if (known === undefined) this.fullTiers.set(policy, new Set([tier]))
    else known.add(tier)
  }

  private shut(
    candidate: Candidate,
    reason: ReasonCode,
    names: readonly string[] = [],
    numbers: Readonly<Record<string, number>> = {},
  ): Wish {
    return { kind: 'blocked', to: candidate.wish.to, reason, names, numbers }
  }
}

interface MutableReservations {
  readonly bytes: Map<PoolId, number>
  readonly copies: Map<PoolId, VolumeId>
}

function goesDown(candidate: Candidate): boolean {
  const { view, wish } = candidate
  return view.home !== null && isDownward(view.home, wish.to)
}
