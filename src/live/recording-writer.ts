/** From rounds to the lines of one file of a recording. */
import type { CounterSeries } from '../core/counters.js'
import type { Cluster } from '../core/model.js'
import type { MigrationRecord } from '../core/record.js'
import type { PolicyObject } from '../core/resources.js'
import type { CounterAnswer } from '../ports.js'
import type { RecordedRound } from './recording.js'
import { countersLine } from './recording-counters.js'
import type {
  AbsorbedLine,
  AnswerLine,
  ListsLine,
  MemoryLine,
  RoundLine,
} from './recording-line.js'
import { listChanges } from './recording-list.js'
import type { Absorbed, Picture } from './recording-replay.js'

export interface Lists {
  readonly cluster: Cluster
  readonly policies: readonly PolicyObject[]
  readonly records: readonly MigrationRecord[]
}

export const noLists: Lists = {
  cluster: { pools: [], nodes: [], volumes: [], waitingClaims: [] },
  policies: [],
  records: [],
}

export class RecordingWriter {
  private lists: Lists = noLists
  private series: readonly CounterSeries[] = []

  /** What a file begins with that is not the operator's first. */
  begin(picture: Picture, trail: readonly Absorbed[]): readonly (MemoryLine | AbsorbedLine)[] {
    for (const { answer } of trail) this.meet(answer)
    const { volumes, fullTiers, conditions, areConditionsTold } = picture
    const memory: MemoryLine = {
      kind: 'memory',
      lists: this.changed(picture),
      memories: volumes,
      ...{ fullTiers, conditions, areConditionsTold },
      series: this.series,
    }
    return [memory, ...trail.map(one => this.absorbed(one))]
  }

  round(round: RecordedRound, number: number): RoundLine {
    const { observation, records, operator, instantsUs, decisions, starts } = round
    const { cluster, policies, atUs, knownUpToUs } = observation
    const lists = this.changed({ cluster, policies, records })
    const counters = round.counters.map(({ query, answer }) => ({
      query,
      answer: this.answer(answer),
    }))
    return {
      kind: 'round',
      ...{ number, atUs, knownUpToUs, lists, operator, instantsUs, counters, decisions, starts },
    }
  }

  private absorbed({ windowUs, atUs, answer }: Absorbed): AbsorbedLine {
    return { kind: 'absorbed', windowUs, atUs, answer: this.answer(answer) }
  }

  private answer(answer: CounterAnswer): AnswerLine {
    if (answer.kind === 'unavailable') return answer
    const columns = countersLine(answer.columns, this.series.length)
    this.meet(answer)
    return { kind: 'samples', untilUs: answer.untilUs, columns }
  }

  private meet(answer: CounterAnswer): void {
    if (answer.kind === 'unavailable') return
    const { series } = answer.columns
    if (series.length > this.series.length) this.series = series
  }

  private changed(now: Lists): ListsLine {
    const { cluster: before, policies, records } = this.lists
    const { cluster } = now
    this.lists = now
    return {
      pools: listChanges(before.pools, cluster.pools),
      nodes: listChanges(before.nodes, cluster.nodes),
      volumes: listChanges(before.volumes, cluster.volumes),
      waitingClaims: listChanges(before.waitingClaims, cluster.waitingClaims),
      policies: listChanges(policies, now.policies),
      records: listChanges(records, now.records),
    }
  }
}
