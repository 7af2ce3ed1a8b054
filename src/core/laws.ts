/**
 * The laws of DESIGN.md, listed once. Those that one running history can show are watched entry by
 * entry (`watchLaws`), at a cost that does not grow with the history; the others look at a finished
 * history, or at two of them.
 */
import type { HistoryEntry } from './event.js'
import { CodingWatch } from './laws/coding.js'
import { CordonWatch } from './laws/cordons.js'
import type { LawFacts } from './laws/law-facts.js'
import { MoveWatch } from './laws/moves.js'
import { hearRedundancy } from './laws/redundancy.js'
import { StartWatch } from './laws/starts.js'
import { Told } from './laws/told.js'
import { Verdicts } from './laws/verdicts.js'
import type { LawViolation } from './result.js'

export { type Arrival, arrivals } from './laws/arrival.js'
export { converged } from './laws/convergence.js'
export type { LawFacts } from './laws/law-facts.js'
export { firstDifference } from './laws/sameness.js'

export interface Law {
  readonly number: number
  readonly says: string
  /** What it takes to see it: one running history, a finished one, or two. */
  readonly shownBy: 'running' | 'finished' | 'two'
}

export const laws: readonly Law[] = [
  law(1, 'running', 'Our actions leave every volume its intended healthy replicas.'),
  law(2, 'running', 'A replica goes only while its replacement is synced and in its tier.'),
  law(3, 'running', 'No migration starts beyond the limits, and one a volume runs.'),
  law(4, 'running', 'No policy starts a migration within the cooldown of the last one.'),
  law(5, 'running', 'What is dry-run, disabled, deleted or paused starts nothing.'),
  law(6, 'running', 'Nothing goes down on unknown heat.'),
  law(7, 'running', 'Every cordon of ours ends, one window stands, foreign cordons stay.'),
  law(8, 'running', 'In preservation mode copies are added and nothing else is removed.'),
  law(9, 'finished', 'From a crash at any await, a restart converges.'),
  law(10, 'running', 'Two operators at once never break laws 1, 2, 6 and 11.'),
  law(11, 'running', 'With any lost shards that a code can rebuild, every byte reads back.'),
  law(12, 'finished', 'When faults stop, every volume arrives or says truly why not.'),
  law(13, 'running', 'No move is planned into a pool without room or bandwidth for it.'),
  law(14, 'two', 'One seed, one history, on any machine.'),
  law(15, 'running', 'A conversion loses no acknowledged write.'),
  law(16, 'running', 'No move starts while the cluster repairs or upgrades itself.'),
]

/** Laws that hold however many operators run at once (law 10). */
export const lawsOfEveryOperator: readonly number[] = [1, 2, 6, 11]

function law(number: number, shownBy: Law['shownBy'], says: string): Law {
  return { number, shownBy, says }
}

export interface LawResult {
  /** Times that a law was at stake; one about coded volumes never is before there are some. */
  readonly checked: number
  readonly violations: readonly LawViolation[]
}

export class LawWatch {
  private readonly told = new Told()
  private readonly verdicts = new Verdicts()
  private readonly starts: StartWatch
  private readonly moves: MoveWatch
  private readonly cordons: CordonWatch
  private readonly coding: CodingWatch

  constructor(private readonly facts: LawFacts) {
    this.starts = new StartWatch(this.told, facts, this.verdicts)
    this.moves = new MoveWatch(this.told, facts, this.verdicts)
    this.cordons = new CordonWatch(this.told, facts, this.verdicts)
    this.coding = new CodingWatch(this.told, facts, this.verdicts)
  }

  /** Every entry in order. A function of its own, so that it can be handed on as it is. */
  readonly hear = (entry: HistoryEntry): void => {
    switch (entry.kind) {
      case 'decision':
      case 'condition':
      case 'law-broken':
      case 'operator-record':
        return
      default:
        this.cordons.hear(entry)
        this.starts.hear(entry)
        this.moves.hear(entry)
        this.coding.hear(entry)
        hearRedundancy(entry, this.told, this.facts, this.verdicts)
        this.told.hear(entry)
    }
  }

  /** What is so already, or came by other hands: it is known from now on, and nothing is judged. */
  readonly learn = (entry: HistoryEntry): void => this.told.hear(entry)

  /** To be told when the history is over, before the result is asked for. */
  end(atUs: number): void {
    this.cordons.end(atUs)
  }

  result(): LawResult {
    return { checked: this.verdicts.checked, violations: this.verdicts.violations }
  }

  /** Times at stake, by the law's number. */
  timesAtStake(): ReadonlyMap<number, number> {
    return this.verdicts.atStake
  }
}

export function watchLaws(facts: LawFacts): LawWatch {
  return new LawWatch(facts)
}
