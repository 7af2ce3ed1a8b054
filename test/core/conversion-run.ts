/**
 * Carries one conversion through a small coder as the loop does, with faults and people's deeds by
 * a script, and asserts at each command that it asks for nothing that could lose a write.
 */

import { startConversion } from '../../src/core/conversion-state.js'
import { answered, type Intent, type MigrationView } from '../../src/core/intent.js'
import { survey } from '../../src/core/landscape.js'
import { nextOfMigration } from '../../src/core/migration.js'
import type { Tier } from '../../src/core/model.js'
import { blocked } from '../../src/core/place.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import type { StripeCommand } from '../../src/core/stripe-command.js'
import { coding } from '../sim/cold-world.js'
import { cluster, noon, policy, running, second } from './cluster.js'
import {
  type Chance,
  coldPools,
  hotPools,
  narrow,
  replicaPlaces,
  SmallCoder,
  shardPlaces,
} from './small-coder.js'

export type Deed =
  | 'nothing'
  | 'lose-answer'
  | 'lose-command'
  | 'late-command'
  | 'refuse'
  | 'crash'
  | 'pool-away'
  | 'two-away'
  | 'three-away'
  | 'pools-back'
  | 'write'
  | 'rest'
  | 'unpublish'
  | 'publish'
  | 'pause'
  | 'resume'
  | 'heat-unknown'
  | 'heat-known'
  | 'heated'
  | 'scale-up'
  | 'snapshot'
  | 'delete-volume'
  | 'delete-record'
  | 'disable'
  | 'withdraw'
  | 'release'
  | 'preserve'
  | 'stop-preserving'

export interface Script {
  readonly way: 'code' | 'restore'
  readonly by: 'policy' | 'person'
  readonly releaseSource: boolean
  readonly replicas: number
  readonly seed: number
  /** One for each ten seconds; after the last one the world is calm. */
  readonly deeds: readonly Deed[]
}

/** What becomes of the next command. */
const fates: ReadonlySet<Deed> = new Set<Deed>([
  'lose-answer',
  'lose-command',
  'late-command',
  'refuse',
  'crash',
])

const stepUs = 10 * second
const timeoutUs = 300 * second
const usual = { migrationTimeoutUs: timeoutUs, ecPolicyRef: 'coding' }

export class ConversionRun {
  record: MigrationRecord
  readonly coder: SmallCoder
  nowUs = noon
  /** A late command took effect when the migration was over: nobody undoes it. */
  cameTooLate = false
  private wanted: Tier | null
  private isPaused = false
  private preserves = false
  private current: PolicyObject = policy(usual, 'gold', { coding: coding() })
  private fate: Deed = 'nothing'
  private late: { readonly atUs: number; readonly command: StripeCommand } | null = null
  private drawn: number
  readonly told: string[] = []

  constructor(script: Script) {
    const { way, by, releaseSource, replicas } = script
    this.drawn = script.seed
    const chance: Chance = below => this.draw() % below
    this.coder = new SmallCoder(replicas, way === 'restore', chance)
    this.wanted = way === 'code' ? 'cold' : 'hot'
    const plan =
      way === 'code'
        ? { kind: 'code' as const, coding: narrow, pools: shardPlaces }
        : { kind: 'restore' as const, pools: replicaPlaces.slice(0, replicas) }
    const toForm = way === 'code' ? ('coded' as const) : ('replicated' as const)
    const spec = { toForm, releaseSource, requestedBy: by, heatIops: by === 'policy' ? 3 : null }
    const status = { conversion: startConversion(plan, noon), startedUs: noon }
    this.record = running(this.coder.volume(), this.wanted, { spec, status })
  }

  /** A linear congruential generator: fair to every choice in the long run. */
  private draw(): number {
    this.drawn = (this.drawn * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(this.drawn / 65_536)
  }

  get isOver(): boolean {
    return this.record.status?.phase === 'finished'
  }

  get outcome(): string {
    return `${this.record.status?.outcome}: ${this.record.status?.why}`
  }

  step(deed: Deed): void {
    this.nowUs += stepUs
    if (deed !== 'nothing') this.told.push(`${this.nowUs - noon} ${deed}`)
    this.happen(deed)
    if (this.late !== null && this.nowUs >= this.late.atUs) {
      const reply = this.coder.send(this.late.command)
      if (reply === 'done' && this.isOver) this.cameTooLate = true
      this.told.push(`${this.nowUs - noon} late ${this.late.command.kind}: ${reply}`)
      this.late = null
    }
    this.coder.pass()
    if (!this.isPaused) this.carry()
    this.must(this.coder.deleted || this.coder.lostWrites === 0, 'writes are lost')
  }

  /** The script is over: what it left in the way is cleared. */
  calm(): void {
    this.coder.published = true
    this.coder.isWritten = false
    this.coder.away.clear()
    this.isPaused = false
    this.preserves = false
    this.wanted ??= this.record.spec.toTier
    this.fate = 'nothing'
  }

  private happen(deed: Deed): void {
    const { coder } = this
    if (fates.has(deed)) this.fate = deed
    const away = { 'pool-away': 1, 'two-away': 2, 'three-away': 3 }
    if (deed === 'pool-away' || deed === 'two-away' || deed === 'three-away') {
      for (const one of (coder.form?.pools ?? []).slice(0, away[deed])) coder.away.add(one)
    }
    if (deed === 'pools-back') coder.away.clear()
    if (deed === 'write' || deed === 'rest') coder.isWritten = deed === 'write'
    if (deed === 'unpublish' || deed === 'publish') coder.published = deed === 'publish'
    if (deed === 'pause' || deed === 'resume') this.isPaused = deed === 'pause'
    if (deed === 'preserve' || deed === 'stop-preserving') this.preserves = deed === 'preserve'
    if (deed === 'heat-unknown') this.wanted = null
    if (deed === 'heat-known') this.wanted = this.record.spec.toTier
    if (deed === 'heated') this.wanted = 'warm'
    if (deed === 'scale-up' && coder.form?.serves !== true) coder.count += 1
    if (deed === 'snapshot') coder.snapshots += 1
    if (deed === 'delete-volume') coder.deleted = true
    if (deed === 'delete-record') this.record = { ...this.record, deleting: true }
    if (deed === 'disable') this.current = policy({ ...usual, enabled: false })
    if (deed === 'withdraw') this.current = policy({ ...usual, ecPolicyRef: null })
    if (deed === 'release') {
      this.record = { ...this.record, spec: { ...this.record.spec, releaseSource: true } }
    }
  }

  private view(): MigrationView {
    const { coder, current } = this
    const seen = coder.deleted ? null : coder.volume()
    const world = cluster({
      pools: [...hotPools, ...coldPools],
      volumes: seen === null ? [] : [seen],
    })
    return {
      nowUs: this.nowUs,
      epoch: 1,
      volume: seen,
      landscape: survey(world, [current], null),
      ahead: null,
      policy: current,
      version: null,
      preservationMode: this.preserves,
      sendsNothing: false,
      wanted: () => this.wanted,
      place: () => blocked('no-pool', [], {}),
      plan: () => blocked('no-pool', [], {}),
      timeoutUs,
      notWhole: () => null,
    }
  }

  private carry(): void {
    for (let writes = 0; writes < 6 && !this.isOver; writes++) {
      const intent = nextOfMigration(this.record, this.view())
      this.told.push(`${this.nowUs - noon} ${JSON.stringify(summary(intent))}`)
      if (intent.kind === 'wait') {
        this.noteSlot(intent.holdsSlot)
        return
      }
      if (intent.kind === 'stripes') {
        this.send(intent)
        return
      }
      this.record = intent.record
    }
  }

  private noteSlot(holdsSlot: boolean): void {
    const { status } = this.record
    if (status !== null) this.record = { ...this.record, status: { ...status, holdsSlot } }
  }

  private send({ record, command }: Extract<Intent, { kind: 'stripes' }>): void {
    const { fate } = this
    this.fate = 'nothing'
    this.record = record
    this.mustBeSafe(command)
    if (fate === 'refuse') this.refused('busy')
    else this.sent(command, fate)
  }

  private sent(command: StripeCommand, fate: Deed): void {
    if (fate === 'late-command') this.late = { atUs: this.nowUs + 4 * stepUs, command }
    const arrives = fate !== 'crash' && fate !== 'lose-command' && fate !== 'late-command'
    const reply = arrives ? this.coder.send(command) : 'done'
    if (!arrives || fate === 'lose-answer') this.unanswered(fate)
    else if (reply !== 'done') this.refused(reply)
  }

  private unanswered(fate: Deed): void {
    if (fate === 'crash') return
    this.record = answered(this.record, { kind: 'unknown', why: 'no answer within 15 s' })
  }

  private refused(refusal: Exclude<ReturnType<SmallCoder['send']>, 'done'>): void {
    this.told.push(`${this.nowUs - noon} refused: ${refusal}`)
    this.record = answered(this.record, { kind: 'refused', refusal, text: refusal })
  }

  /** What it asks for is safe, as it sees the volume: the coder need not refuse it. */
  private mustBeSafe({ kind }: StripeCommand): void {
    const { form, isLost, missing } = this.coder
    const serves = form?.serves === true
    if (kind === 'serve-coded') this.must(form?.verified === form?.image, 'it was not read back')
    if (kind === 'release-source') {
      this.must(serves && missing === 0 && !this.preserves, 'the source is needed')
    }
    if (kind === 'drop-coded') this.must(!serves, 'the coded form serves')
    if (kind === 'drop-replicas') this.must(serves && !isLost, 'the replicas are needed')
  }

  private must(holds: boolean, what: string): void {
    if (!holds) throw new Error(`${what}\n${this.told.slice(-60).join('\n')}`)
  }
}

function summary(intent: Intent): unknown {
  if (intent.kind === 'wait') return intent.why
  const { status } = intent.record
  const { conversion } = status ?? {}
  const command = intent.kind === 'stripes' ? intent.command.kind : null
  const { step, pass, undoes } = conversion ?? {}
  return [intent.kind, command, status?.outcome, step, pass, undoes, status?.attempts]
}
