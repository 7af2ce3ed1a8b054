/** Laws 3 to 6: which migrations start, and which commands are sent at all. */
import type { HistoryEntry } from '../event.js'
import type { Tier, VolumeTier } from '../model.js'
import type { MigrationRecord } from '../record.js'
import { isForStripes } from '../stripe-command.js'
import { tierings } from '../tiering/algorithms.js'
import { isDownward } from '../tiering/tiering.js'
import type { LawFacts } from './law-facts.js'
import type { Told } from './told.js'
import { cordonOf } from './told.js'
import type { Verdicts } from './verdicts.js'

/** A round that began before a person's word may still end by it. */
export const noticeUs = 60_000_000
/** A record told later than this after its start is told by an operator that came later. */
const toldAtOnceUs = 1_000_000

export class StartWatch {
  constructor(
    private readonly told: Told,
    private readonly facts: LawFacts,
    private readonly verdicts: Verdicts,
  ) {}

  hear(entry: HistoryEntry): void {
    if (entry.kind === 'command') this.hearCommand(entry)
    if (entry.kind !== 'record') return
    const { record, atUs } = entry
    const { status } = record
    if (status === null || status.phase === 'finished') return
    const known = this.told.running.get(record.name)
    if (known === undefined) {
      if (atUs - status.startedUs > toldAtOnceUs) return
      this.judgeLimits(record, atUs)
      this.judgeCooldown(record, atUs)
      this.judgeAllowed(record, atUs)
      this.judgeHeat(record, record.spec.heatIops !== null, atUs)
      return
    }
    const moves = known.status?.moves.length ?? 0
    if (status.moves.length <= moves || moves === 0) return
    if (record.spec.requestedBy !== 'person') this.judgeAllowed(record, atUs)
    if (record.spec.heatIops === null) return
    this.judgeHeat(record, this.told.looked.get(record.name) === record.spec.toTier, atUs)
  }

  /** Law 3. */
  private judgeLimits(record: MigrationRecord, atUs: number): void {
    const { told, facts, verdicts } = this
    const { volume, policy } = record.spec
    let all = 1
    let own = 1
    for (const other of told.running.values()) {
      if (other.status?.holdsSlot === false) continue
      all += 1
      if (other.spec.policy === policy) own += 1
    }
    const limit = facts.settings.maxConcurrentMigrations
    verdicts.judge(3, all <= limit, atUs, () => `${record.name} is number ${all} of ${limit}`)
    const ownLimit = this.policyOf(record)?.spec.maxConcurrentMigrations ?? limit
    verdicts.judge(3, own <= ownLimit, atUs, () => {
      return `${record.name} is number ${own} of ${ownLimit} of policy ${policy}`
    })
    const running = told.runningOf.get(volume)
    verdicts.judge(3, running === undefined, atUs, () => `${volume} runs ${running} already`)
  }

  /** Law 4. People, pins and repair of drift are exempt, and their records say so. */
  private judgeCooldown(record: MigrationRecord, atUs: number): void {
    const { spec } = record
    const policy = this.policyOf(record)
    const lastUs = this.told.volume(spec.volume).lastCompletedUs
    const exempt = spec.requestedBy !== 'policy' || spec.reason === 'pinned-elsewhere'
    if (policy === undefined || lastUs === null || exempt) return
    const untilUs = lastUs + policy.spec.cooldownPeriodUs
    this.verdicts.judge(4, atUs >= untilUs, atUs, () => {
      return `${record.name} started at ${atUs}, within the cooldown until ${untilUs}`
    })
  }

  /** Law 5, of starts and of further moves. */
  private judgeAllowed(record: MigrationRecord, atUs: number): void {
    const { told, facts, verdicts } = this
    const { policy: name, requestedBy } = record.spec
    const silence = this.silence(atUs)
    verdicts.judge(5, silence === null, atUs, () => `${record.name} went on while ${silence}`)
    if (requestedBy === 'person' || name === null) return
    const policy = facts.policies.find(one => one.name === name)
    const stoppedUs = told.stopped.get(name)
    const isStopped = stoppedUs !== undefined && atUs - stoppedUs > noticeUs
    const neverStarts = policy === undefined || !policy.spec.enabled || policy.spec.dryRun
    const starts = !isStopped && !(neverStarts && !told.started.has(name))
    verdicts.judge(5, starts, atUs, () => `${record.name}: its policy ${name} starts nothing`)
  }

  /** Law 5, of commands: nothing but undoing cordons. */
  private hearCommand(entry: Extract<HistoryEntry, { kind: 'command' }>): void {
    const { command, atUs } = entry
    const silence = this.silence(atUs)
    if (silence === null) return
    const does =
      command.kind === 'set-replica-count' ||
      command.kind === 'label-pool' ||
      isForStripes(command) ||
      cordonOf(command) !== null
    this.verdicts.judge(5, !does, atUs, () => `${command.kind} was sent while ${silence}`)
  }

  private silence(atUs: number): string | null {
    if (this.facts.settings.dryRun) return 'the operator runs with --dry-run'
    const { pausedUs } = this.told
    if (pausedUs !== null && atUs - pausedUs > noticeUs) return 'the operator is paused'
    return null
  }

  /** Law 6. */
  private judgeHeat(record: MigrationRecord, known: boolean, atUs: number): void {
    const { spec } = record
    const policy = this.policyOf(record)
    if (policy === undefined || spec.requestedBy !== 'policy') return
    if (spec.reason === 'pinned-elsewhere' || !tierings[policy.spec.algorithm].decidesByHeat) return
    if (!goesDown(spec.fromTier, spec.toTier)) return
    this.verdicts.judge(6, known, atUs, () => `${record.name} goes down on unknown heat`)
  }

  private policyOf(record: MigrationRecord): LawFacts['policies'][number] | undefined {
    return this.facts.policies.find(policy => policy.name === record.spec.policy)
  }
}

/** A volume that stands on several tiers goes down unless it goes to the fastest. */
function goesDown(from: VolumeTier, to: Tier): boolean {
  if (from === 'mixed' || from === 'outside') return to !== 'hot'
  return isDownward(from, to)
}
