/**
 * What Prometheus sees of an operator, by prom-client and its conventions. No label is a volume or
 * a migration, so that the number of series does not grow with the cluster.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Command } from '../core/command.js'
import type { DomainEvent } from '../core/event.js'
import { type Tier, tiers } from '../core/model.js'
import { stripeStates } from '../core/stripe-counts.js'
import { durationBuckets } from './duration-buckets.js'
import { lawsJudgedLive } from './laws/judged-live.js'
import type { SeenRound } from './world.js'

/** Ten seconds, doubled up to eleven times: a copy takes minutes to hours. */
const migrationBuckets = [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480]

const ends = ['success', 'failure'] as const

const commandKinds: readonly Command['kind'][] = [
  'set-replica-count',
  'cordon-pool',
  'uncordon-pool',
  'cordon-node',
  'uncordon-node',
  'label-pool',
  'unlabel-pool',
]

export class Instruments {
  readonly registry = new Registry()
  private readonly rounds = this.counter('storage_operator_reconcile_total', 'Rounds.', [])
  private readonly ended = this.counter(
    'storage_operator_migrations_total',
    'Migrations that ended.',
    ['source_tier', 'target_tier', 'status'],
  )
  private readonly active = this.gauge(
    'storage_operator_active_migrations',
    'Migrations that run.',
    [],
  )
  private readonly duration = this.histogram(
    'couchestor_migration_duration_seconds',
    'How long migrations took that ended.',
    migrationBuckets,
  )
  private readonly round = this.histogram(
    'couchestor_round_duration_seconds',
    'How long a round took, from its observation to its last write.',
    durationBuckets,
  )
  private readonly volumes = this.gauge(
    'couchestor_volumes',
    'Volumes by policy, and by what was last decided of them.',
    ['policy', 'verdict', 'reason'],
  )
  private readonly age = this.gauge(
    'couchestor_observation_age_seconds',
    'How old the last observation was when it was used, by source.',
    ['source'],
  )
  private readonly conditions = this.gauge(
    'couchestor_conditions_not_met',
    'Conditions that do not hold.',
    ['condition'],
  )
  private readonly capacity = this.gauge(
    'couchestor_tier_capacity_bytes',
    'Size of the pools of a tier, as a policy chooses them.',
    ['policy', 'tier'],
  )
  private readonly used = this.gauge(
    'couchestor_tier_used_bytes',
    'Used size of the pools of a tier, as a policy chooses them.',
    ['policy', 'tier'],
  )
  private readonly stripes = this.gauge(
    'couchestor_stripes',
    'Coded stripes as the index of ECStripe objects has them; none while it cannot be read.',
    ['policy', 'state'],
  )
  private readonly endangered = this.gauge(
    'couchestor_stripes_endangered',
    'Coded stripes of which one more lost shard may lose bytes.',
    ['policy'],
  )
  private readonly windowAge = this.gauge(
    'couchestor_window_age_seconds',
    'For how long there have been cordons of ours without a break; 0 where there are none.',
    [],
  )
  private readonly commands = this.counter(
    'couchestor_commands_total',
    'Commands to Mayastor by kind, and answers other than that they were taken.',
    ['command', 'reply'],
  )
  private readonly broken = this.counter('couchestor_laws_broken_total', 'Laws broken.', ['law'])
  private readonly leads = this.gauge('leader_election_master_status', 'Whether it leads.', [
    'name',
  ])
  private cordonedSinceUs: number | null = null

  constructor(version: string) {
    collectDefaultMetrics({ register: this.registry })
    this.gauge('couchestor_build_info', 'Version of the program.', ['version']).set({ version }, 1)
    // Every series begins at zero: a rate needs a first sample.
    for (const from of tiers) for (const to of tiers) this.beginAt(from, to)
    for (const law of lawsJudgedLive) this.broken.inc({ law: String(law) }, 0)
    for (const command of commandKinds) this.commands.inc({ command, reply: 'sent' }, 0)
    this.leads.set({ name: 'couchestor' }, 0)
  }

  leading(isLeader: boolean): void {
    this.leads.set({ name: 'couchestor' }, isLeader ? 1 : 0)
  }

  heard(event: DomainEvent): void {
    if (event.kind === 'command') this.commands.inc({ command: event.command.kind, reply: 'sent' })
    if (event.kind === 'reply') {
      this.commands.inc({ command: event.command.kind, reply: event.reply })
    }
    if (event.kind === 'law-broken') this.broken.inc({ law: String(event.law) })
    if (event.kind === 'record') this.recorded(event)
  }

  seen(round: SeenRound, tookUs: number): void {
    this.rounds.inc()
    this.round.observe(tookUs / 1_000_000)
    this.active.set(round.records.filter(({ status }) => status?.phase !== 'finished').length)
    const { atUs, knownUpToUs } = round.observation
    for (const [source, upToUs] of Object.entries(knownUpToUs)) {
      this.age.set({ source }, (atUs - upToUs) / 1_000_000)
    }
    this.volumes.reset()
    for (const { decision } of round.decisions.values()) {
      const { policy, verdict, reason } = decision
      this.volumes.inc({ policy: policy ?? '', verdict, reason })
    }
    this.conditions.reset()
    for (const { condition } of round.wanting) this.conditions.inc({ condition })
    this.tiersSeen(round)
    this.windowSeen(round)
    this.stripesSeen(round)
  }

  private stripesSeen({ stripes }: SeenRound): void {
    this.stripes.reset()
    this.endangered.reset()
    for (const [policy, { byState, endangered }] of stripes ?? []) {
      for (const state of stripeStates) this.stripes.set({ policy, state }, byState[state])
      this.endangered.set({ policy }, endangered)
    }
  }

  private tiersSeen({ landscape }: SeenRound): void {
    this.capacity.reset()
    this.used.reset()
    for (const { policy, poolsOfTier } of landscape.views) {
      for (const tier of tiers) {
        const labels = { policy: policy.name, tier }
        for (const pool of poolsOfTier[tier]) {
          this.capacity.inc(labels, pool.capacityBytes)
          this.used.inc(labels, pool.usedBytes)
        }
      }
    }
  }

  /** From the records: a cordon stands there before it is set, and until it is taken away. */
  private windowSeen({ records, observation }: SeenRound): void {
    const { atUs } = observation
    const isOpen = records.some(({ status }) => (status?.cordons.length ?? 0) > 0)
    this.cordonedSinceUs = isOpen ? (this.cordonedSinceUs ?? atUs) : null
    this.windowAge.set((atUs - (this.cordonedSinceUs ?? atUs)) / 1_000_000)
  }

  private recorded({ record }: Extract<DomainEvent, { readonly kind: 'record' }>): void {
    const { spec, status } = record
    if (status?.phase !== 'finished') return
    this.ended.inc({
      source_tier: spec.fromTier,
      target_tier: spec.toTier,
      status: status.outcome === 'completed' ? 'success' : 'failure',
    })
    if (status.finishedUs === null) return
    this.duration.observe((status.finishedUs - status.startedUs) / 1_000_000)
  }

  private beginAt(from: Tier, to: Tier): void {
    if (from === to) return
    for (const status of ends) {
      this.ended.inc({ source_tier: from, target_tier: to, status }, 0)
    }
  }

  private counter<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Counter({ name, help, labelNames, registers: [this.registry] })
  }

  private gauge<Label extends string>(name: string, help: string, labelNames: Label[]) {
    return new Gauge({ name, help, labelNames, registers: [this.registry] })
  }

  private histogram(name: string, help: string, buckets: number[]) {
    return new Histogram({ name, help, buckets, registers: [this.registry] })
  }
}
