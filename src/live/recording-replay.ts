/**
 * The core over recorded rounds: it is given what the loop was given, in the loop's order. A
 * recorder keeps one beside the operator, whose memory then begins each new file; `replay` begins
 * with that memory.
 */
import { DecideMemory, decide, type RoundOutput } from '../core/decide.js'
import type { VolumeMemory } from '../core/decide-memory.js'
import { HeatTable } from '../core/heat.js'
import type { Cluster } from '../core/model.js'
import type { MigrationRecord } from '../core/record.js'
import type { PolicyObject } from '../core/resources.js'
import type { OperatorSettings } from '../core/settings.js'
import { leavesCordons } from '../loop/left-behind.js'
import { absorbCounters, type LoopMemory } from '../loop/observe.js'
import type { CounterAnswer } from '../ports.js'
import type { RecordedRound } from './recording.js'

export type Replayed =
  | { readonly kind: 'decided'; readonly output: RoundOutput }
  /** Another one led, or cordons were left behind: such a round decides nothing. */
  | { readonly kind: 'undecided' }
  /** The core asked for something else than was asked then. */
  | { readonly kind: 'astray'; readonly why: string }

/** What is kept from round to round; with the counters of the window, all that is. */
export interface Picture {
  readonly cluster: Cluster
  readonly policies: readonly PolicyObject[]
  readonly records: readonly MigrationRecord[]
  /** In the order of the cluster's volumes. */
  readonly volumes: readonly VolumeMemory[]
  readonly fullTiers: readonly string[]
  readonly conditions: readonly (readonly [name: string, text: string])[]
  /** The conditions of this very cluster were told. */
  readonly areConditionsTold: boolean
}

/** An answer as it went into one window of heat. */
export interface Absorbed {
  readonly windowUs: number
  readonly atUs: number
  readonly answer: CounterAnswer
}

export class Replay {
  private readonly memory: LoopMemory
  private records: readonly MigrationRecord[] = []

  constructor(
    private readonly settings: OperatorSettings,
    private readonly onAbsorbed: (absorbed: Absorbed) => void = () => {},
  ) {
    const { scrapeIntervalUs } = settings
    this.memory = {
      ...{ decide: new DecideMemory(), heat: new HeatTable(scrapeIntervalUs) },
      running: false,
    }
  }

  async round(round: RecordedRound): Promise<Replayed> {
    const { observation, records, operator } = round
    const { decide: kept, heat } = this.memory
    kept.look(observation)
    kept.pasts.read(records)
    this.records = records
    if (operator === null || leavesCordons(kept.pasts.running(), operator)) {
      return { kind: 'undecided' }
    }
    const answers = new Answers(round, heat, this.onAbsorbed)
    await absorbCounters(answers, this.memory, observation.policies)
    const nowUs = answers.clock.now()
    const why = answers.whyAstray()
    if (why !== null) return { kind: 'astray', why }
    const { settings } = this
    const input = { nowUs, observation, heat, records, operator, settings, memory: kept }
    return { kind: 'decided', output: decide(input) }
  }

  /** Null before the first round. */
  picture(): Picture | null {
    const { decide: kept } = this.memory
    const { landscape, fullTiers, conditions } = kept
    if (landscape === null) return null
    const { cluster, policies } = landscape
    return {
      ...{ cluster, policies, records: this.records },
      volumes: kept.volumes,
      fullTiers: [...fullTiers],
      conditions: [...conditions],
      areConditionsTold: kept.conditionsOf === landscape,
    }
  }

  /** Before the first round. */
  restore(picture: Picture): void {
    const { decide: kept } = this.memory
    const { cluster, policies, records } = picture
    const knownUpToUs = { mayastor: 0, kubernetes: 0 }
    const landscape = kept.look({ atUs: 0, knownUpToUs, cluster, policies })
    kept.read(records)
    this.records = records
    for (const [place, memory] of picture.volumes.entries()) {
      // Where its heat stands is looked for again.
      Object.assign(kept.volumes[place], memory, { heatIndex: -1, heatWindowUs: 0 })
    }
    kept.fullTiers = new Set(picture.fullTiers)
    for (const [name, text] of picture.conditions) kept.conditions.set(name, text)
    kept.conditionsOf = picture.areConditionsTold ? landscape : null
  }

  /** Before the first round, oldest first. */
  absorb({ windowUs, atUs, answer }: Absorbed): void {
    const window = this.memory.heat.window(windowUs)
    if (answer.kind === 'samples') window.absorb(answer.columns, answer.untilUs)
    else window.forgetUntil(Math.floor(atUs / window.stepUs))
  }
}

/** Clock and metrics of a recorded round. */
class Answers {
  private asked = 0
  private answered = 0
  private why: string | null = null
  /** Those that have something new to ask for. */
  private readonly windows: readonly number[]

  constructor(
    private readonly round: RecordedRound,
    heat: HeatTable,
    private readonly onAbsorbed: (absorbed: Absorbed) => void,
  ) {
    const { observation, instantsUs } = round
    const windows = new Set(observation.policies.map(policy => policy.spec.samplingWindowUs))
    this.windows = [...windows].filter((windowUs, place) => {
      return place < instantsUs.length && heat.window(windowUs).query(instantsUs[place]) !== null
    })
  }

  readonly clock = { now: (): number => this.now() }
  readonly metrics: { counters: (query: object) => Promise<CounterAnswer> } = {
    counters: async query => this.counters(query),
  }

  /** Null: everything that was recorded was asked for, and nothing else. */
  whyAstray(): string | null {
    const { counters } = this.round
    if (this.why === null && this.answered < counters.length) {
      return 'counters were asked for then that no window wants'
    }
    return this.why
  }

  private now(): number {
    const { instantsUs } = this.round
    const at = instantsUs[this.asked]
    this.asked += 1
    if (at !== undefined) return at
    this.why ??= 'the clock is asked more often than it was'
    return instantsUs.at(-1) ?? 0
  }

  private counters(query: object): CounterAnswer {
    const { counters, instantsUs } = this.round
    const recorded = counters[this.answered]
    if (recorded === undefined || JSON.stringify(recorded.query) !== JSON.stringify(query)) {
      this.why ??= `other counters were asked for than ${JSON.stringify(query)}`
      return { kind: 'unavailable', why: 'not recorded' }
    }
    const windowUs = this.windows[this.answered]
    const { answer } = recorded
    this.onAbsorbed({ windowUs, atUs: instantsUs[this.asked - 1], answer })
    this.answered += 1
    return answer
  }
}
