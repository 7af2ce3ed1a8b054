/** Law 7: every cordon of ours ends, there is one window, and what stood before ours stays. */
import type { CordonEvent, HistoryEntry } from '../event.js'
import type { LawFacts } from './law-facts.js'
import type { Told } from './told.js'
import { cordonOf } from './told.js'
import type { ToldCordon } from './told-volume.js'
import type { Verdicts } from './verdicts.js'

/** A window stands no longer than this. */
export const windowLimitUs = 60_000_000

export class CordonWatch {
  private readonly overdue = new WeakSet<ToldCordon>()

  constructor(
    private readonly told: Told,
    private readonly facts: LawFacts,
    private readonly verdicts: Verdicts,
  ) {}

  hear(entry: HistoryEntry): void {
    const { told, verdicts } = this
    this.judgeAge(entry.atUs)
    if (entry.kind === 'cordon-set' && entry.by === 'command') this.judgeOneWindow(entry)
    if (entry.kind === 'cordon-cleared' && entry.by === 'command') {
      const known = told.cordons.get(entry.what)
      verdicts.judge(
        7,
        known === undefined || known.migration !== null,
        entry.atUs,
        () => `the cordon of ${entry.what} was cleared, and it was not ours`,
      )
    }
    if (entry.kind === 'command') this.judgeFirst(entry)
  }

  /** The history is over: no cordon of ours may have been left standing, in a quiet one neither. */
  end(atUs: number): void {
    const { verdicts } = this
    const before = verdicts.broken
    this.judgeAge(atUs)
    if (verdicts.broken === before) verdicts.judge(7, true, atUs, () => '')
  }

  private judgeAge(atUs: number): void {
    const { told, facts } = this
    if (told.operators.size === 0 || told.shutDoors.size > 0) return
    for (const [what, cordon] of told.cordons) {
      if (cordon.migration === null || this.overdue.has(cordon)) continue
      const delayedUs = Math.max(told.unreachedUs, told.restartedUs, told.reopenedUs)
      const isDelayed = delayedUs >= cordon.sinceUs
      const fromUs = isDelayed ? delayedUs : cordon.sinceUs
      const limitUs = windowLimitUs + (isDelayed ? facts.settings.roundIntervalUs : 0)
      if (atUs - fromUs <= limitUs) continue
      this.overdue.add(cordon)
      this.verdicts.judge(
        7,
        false,
        atUs,
        () => `the cordon of ${what} stands since ${cordon.sinceUs}, and an operator runs`,
      )
    }
  }

  private judgeOneWindow(entry: CordonEvent): void {
    const { told } = this
    const own = told.cordonCommands.get(entry.what) ?? null
    let other: string | null = null
    for (const cordon of told.cordons.values()) {
      if (cordon.migration !== null && cordon.migration !== own) other = cordon.migration
    }
    this.verdicts.judge(
      7,
      other === null,
      entry.atUs,
      () => `${entry.what} was cordoned for ${own} while a window of ${other} stood`,
    )
  }

  /** What was left behind is undone before any other command of the next operator. */
  private judgeFirst(entry: Extract<HistoryEntry, { kind: 'command' }>): void {
    const { command } = entry
    const { told } = this
    if (command.kind !== 'set-replica-count' && cordonOf(command) === null) return
    const startedUs = told.operators.get(entry.operator) ?? Number.NEGATIVE_INFINITY
    const left = [...told.cordons].find(
      ([, cordon]) => cordon.migration !== null && cordon.sinceUs < startedUs,
    )
    if (left === undefined) return
    this.verdicts.judge(
      7,
      false,
      entry.atUs,
      () => `${command.kind} was sent while ${left[0]} was still cordoned from before a restart`,
    )
  }
}
