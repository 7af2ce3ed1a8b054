/**
 * Sees what a loop is given and what it answers, round by round, from between it and its ports. It
 * passes everything on as it is.
 */
import type { CounterQuery } from '../core/counters.js'
import type { Decision } from '../core/decision.js'
import type { Observation } from '../core/model.js'
import type { MigrationRecord, MigrationSpec, OperatorRecord } from '../core/record.js'
import type { PolicyObject } from '../core/resources.js'
import type { CounterAnswer, ObservationAnswer, Ports, ReadAnswer, WriteAnswer } from '../ports.js'

/** What a round was given, in the order in which it was asked for, and what it answered. */
export interface RecordedRound {
  readonly observation: Observation<PolicyObject>
  readonly records: readonly MigrationRecord[]
  /** Null: another one led. */
  readonly operator: OperatorRecord | null
  /** What the clock said: once for each sampling window, and then for the decision. */
  readonly instantsUs: readonly number[]
  readonly counters: readonly RecordedAnswer[]
  readonly decisions: readonly Decision[]
  /** Those that were claimed: what had no slot left, or was not to be sent, is no claim. */
  readonly starts: readonly RecordedStart[]
}

export interface RecordedAnswer {
  readonly query: CounterQuery
  readonly answer: CounterAnswer
}

/** What a start and the record of its claim have in common. */
export interface RecordedStart
  extends Pick<
    MigrationSpec,
    | 'volume'
    | 'policy'
    | 'fromTier'
    | 'toTier'
    | 'reason'
    | 'heatIops'
    | 'sizeBytes'
    | 'fingerprint'
  > {
  readonly name: string
}

export interface Leader {
  readonly epoch: number
  readonly dryRun: boolean
}

/** The same ports, whose rounds are told when the loop lies down after them. */
export function recordedPorts(
  ports: Ports,
  leader: Leader,
  onRound: (round: RecordedRound) => void,
): Ports {
  const sight = new Sight(leader)
  const { clock, inventory, journal, metrics, events } = ports
  return {
    ...ports,
    clock: {
      now: () => sight.instant(clock.now()),
      sleepUntil: untilUs => {
        const round = sight.end()
        if (round !== null) onRound(round)
        return clock.sleepUntil(untilUs)
      },
    },
    inventory: {
      observe: async () => sight.observed(await inventory.observe()),
      volume: id => inventory.volume(id),
    },
    metrics: {
      counters: async query => sight.answered(query, await metrics.counters(query)),
    },
    journal: {
      records: async () => sight.read(await journal.records()),
      create: record => {
        sight.claimed(record)
        return journal.create(record)
      },
      replace: record => journal.replace(record),
      operator: async () => sight.operated(await journal.operator()),
      replaceOperator: async record => sight.replaced(await journal.replaceOperator(record)),
    },
    events: {
      emit: all => {
        for (const event of all) if (event.kind === 'decision') sight.told(event.decision)
        return events.emit(all)
      },
    },
  }
}

/** One round, as far as it has come. */
class Sight {
  private observation: RecordedRound['observation'] | null = null
  private records: RecordedRound['records'] | null = null
  private operator: OperatorRecord | null = null
  private isOperatorRead = false
  private isFirstToLead = false
  private instantsUs: number[] = []
  private counters: RecordedAnswer[] = []
  private decisions: Decision[] = []
  private starts: RecordedStart[] = []

  constructor(private readonly leader: Leader) {}

  observed(answer: ObservationAnswer): ObservationAnswer {
    if (answer.kind === 'observed') this.observation ??= answer.observation
    return answer
  }

  read(answer: ReadAnswer<readonly MigrationRecord[]>): typeof answer {
    if (answer.kind === 'read') this.records ??= answer.stored
    return answer
  }

  operated(answer: ReadAnswer<OperatorRecord>): typeof answer {
    if (answer.kind !== 'read' || this.isOperatorRead) return answer
    const { stored } = answer
    const { epoch, dryRun } = this.leader
    this.isOperatorRead = true
    this.operator = dryRun || stored.epoch <= epoch ? stored : null
    this.isFirstToLead = !dryRun && stored.epoch < epoch
    return answer
  }

  /** A new leader writes its epoch first: the round rests on what was answered to that. */
  replaced(answer: WriteAnswer<OperatorRecord>): typeof answer {
    if (this.isFirstToLead) this.operator = answer.kind === 'written' ? answer.stored : null
    this.isFirstToLead = false
    return answer
  }

  instant(nowUs: number): number {
    this.instantsUs.push(nowUs)
    return nowUs
  }

  answered(query: CounterQuery, answer: CounterAnswer): CounterAnswer {
    // The world goes on adding series to its list.
    const seen =
      answer.kind === 'samples'
        ? { ...answer, columns: { ...answer.columns, series: [...answer.columns.series] } }
        : answer
    this.counters.push({ query, answer: seen })
    return answer
  }

  told(decision: Decision): void {
    this.decisions.push(decision)
  }

  claimed({ name, spec }: MigrationRecord): void {
    const { volume, policy, fromTier, toTier, reason, heatIops, sizeBytes, fingerprint } = spec
    const what = { name, volume, policy, fromTier, toTier, reason }
    this.starts.push({ ...what, heatIops, sizeBytes, fingerprint })
  }

  /** Null: it was over before anything was looked at. */
  end(): RecordedRound | null {
    const { observation, records, operator, counters, decisions, starts } = this
    const isWhole = observation !== null && records !== null && this.isOperatorRead
    const windows = new Set(observation?.policies.map(policy => policy.spec.samplingWindowUs))
    const instantsUs = this.instantsUs.slice(0, windows.size + 1)
    this.observation = null
    this.records = null
    this.operator = null
    this.isOperatorRead = false
    this.isFirstToLead = false
    this.instantsUs = []
    this.counters = []
    this.decisions = []
    this.starts = []
    if (!isWhole) return null
    return { observation, records, operator, instantsUs, counters, decisions, starts }
  }
}
