/** From the lines of one file of a recording back to rounds. */
import type { CounterSeries } from '../core/counters.js'
import type { CounterAnswer } from '../ports.js'
import type { RecordedAnswer, RecordedRound } from './recording.js'
import { countersOf } from './recording-counters.js'
import {
  type AbsorbedLine,
  type AnswerLine,
  type HeaderLine,
  isAbsorbed,
  isHeader,
  isMemory,
  isRound,
  type ListsLine,
  type MemoryLine,
  type RoundLine,
} from './recording-line.js'
import { changedList } from './recording-list.js'
import type { Absorbed, Picture } from './recording-replay.js'
import { type Lists, noLists } from './recording-writer.js'

export type RecordingEntry =
  | { readonly kind: 'header'; readonly header: HeaderLine }
  | { readonly kind: 'memory'; readonly picture: Picture }
  | { readonly kind: 'absorbed'; readonly absorbed: Absorbed }
  | { readonly kind: 'round'; readonly number: number; readonly round: RecordedRound }
  | { readonly kind: 'broken'; readonly why: string }

export class RecordingReader {
  private isBegun = false
  private number: number | null = null
  private lists: Lists = noLists
  private readonly series: CounterSeries[] = []

  take(text: string): RecordingEntry {
    const value = parsed(text)
    if (!this.isBegun) {
      if (!isHeader(value)) return broken('it does not begin as a recording does')
      this.isBegun = true
      return { kind: 'header', header: value }
    }
    if (isRound(value)) return this.round(value)
    if (isMemory(value)) return this.memory(value)
    if (isAbsorbed(value)) return this.absorbed(value)
    return broken('the line is no entry of a recording')
  }

  private round(line: RoundLine): RecordingEntry {
    const { number, atUs, knownUpToUs, operator, instantsUs, decisions, starts } = line
    if (this.number !== null && number !== this.number + 1) {
      return broken(`round ${number} follows on round ${this.number}`)
    }
    this.number = number
    if (!this.change(line.lists)) return broken(noPlace)
    const counters: RecordedAnswer[] = []
    for (const { query, answer: told } of line.counters) {
      const answer = this.answer(told)
      if (answer === null) return broken(noColumns)
      counters.push({ query, answer })
    }
    const { cluster, policies, records } = this.lists
    const observation = { atUs, knownUpToUs, cluster, policies }
    const round = { observation, records, operator, instantsUs, counters, decisions, starts }
    return { kind: 'round', number, round }
  }

  private memory(line: MemoryLine): RecordingEntry {
    const { fullTiers, conditions, areConditionsTold, memories: volumes } = line
    for (const one of line.series) this.series.push(one)
    if (!this.change(line.lists)) return broken(noPlace)
    if (volumes.length !== this.lists.cluster.volumes.length) {
      return broken('it remembers another number of volumes than there are')
    }
    const told = { fullTiers, conditions, areConditionsTold }
    return { kind: 'memory', picture: { ...this.lists, volumes, ...told } }
  }

  private absorbed({ windowUs, atUs, answer: told }: AbsorbedLine): RecordingEntry {
    const answer = this.answer(told)
    if (answer === null) return broken(noColumns)
    return { kind: 'absorbed', absorbed: { windowUs, atUs, answer } }
  }

  /** Null: its columns do not fit together. */
  private answer(line: AnswerLine): CounterAnswer | null {
    if (line.kind === 'unavailable') return line
    for (const one of line.columns.newSeries) this.series.push(one)
    const columns = countersOf(line.columns, this.series)
    return columns === null ? null : { kind: 'samples', untilUs: line.untilUs, columns }
  }

  /** False: a list names a place that is not there. A cluster stays the same while its lists do. */
  private change(line: ListsLine): boolean {
    const { cluster: before } = this.lists
    if (this.lists === noLists && Object.values(line).includes(null)) return false
    const pools = changedList(before.pools, line.pools)
    const nodes = changedList(before.nodes, line.nodes)
    const volumes = changedList(before.volumes, line.volumes)
    const waitingClaims = changedList(before.waitingClaims, line.waitingClaims)
    const policies = changedList(this.lists.policies, line.policies)
    const records = changedList(this.lists.records, line.records)
    if (pools === null || nodes === null || volumes === null || waitingClaims === null) return false
    if (policies === null || records === null) return false
    const isKept =
      pools === before.pools &&
      nodes === before.nodes &&
      volumes === before.volumes &&
      waitingClaims === before.waitingClaims
    const cluster = isKept ? before : { pools, nodes, volumes, waitingClaims }
    this.lists = { cluster, policies, records }
    return true
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function broken(why: string): RecordingEntry {
  return { kind: 'broken', why }
}

const noPlace = 'a list names a place that the one before it does not have'
const noColumns = 'columns of counters do not fit together'
