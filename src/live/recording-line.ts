/**
 * The lines of a recording: a header; then, unless the operator had just begun, what it remembered
 * and the counters that its heat rested on; then a line for each round.
 */
import type { CounterQuery, CounterSeries } from '../core/counters.js'
import type { VolumeMemory } from '../core/decide-memory.js'
import type { Decision } from '../core/decision.js'
import { isObject } from '../core/field.js'
import type { Observation, Pool, StorageNode, Volume, WaitingClaim } from '../core/model.js'
import type { MigrationRecord, OperatorRecord } from '../core/record.js'
import type { PolicyObject } from '../core/resources.js'
import type { OperatorSettings } from '../core/settings.js'
import type { RecordedStart } from './recording.js'
import type { CountersLine } from './recording-counters.js'
import type { ListChange } from './recording-list.js'
import type { Picture } from './recording-replay.js'

export const recordingSchema = 'couchestor.recording/v1'

export interface HeaderLine {
  readonly schema: typeof recordingSchema
  readonly couchestor: string
  readonly operator: string
  readonly epoch: number
  readonly settings: OperatorSettings
}

/** Null: as in the line before. */
export interface ListsLine {
  readonly pools: readonly ListChange<Pool>[] | null
  readonly nodes: readonly ListChange<StorageNode>[] | null
  readonly volumes: readonly ListChange<Volume>[] | null
  readonly waitingClaims: readonly ListChange<WaitingClaim>[] | null
  readonly policies: readonly ListChange<PolicyObject>[] | null
  readonly records: readonly ListChange<MigrationRecord>[] | null
}

export interface MemoryLine extends Omit<Picture, 'cluster' | 'policies' | 'records' | 'volumes'> {
  readonly kind: 'memory'
  readonly lists: ListsLine
  readonly memories: readonly VolumeMemory[]
  readonly series: readonly CounterSeries[]
}

export type AnswerLine =
  | { readonly kind: 'samples'; readonly untilUs: number; readonly columns: CountersLine }
  | { readonly kind: 'unavailable'; readonly why: string }

export interface AbsorbedLine {
  readonly kind: 'absorbed'
  readonly windowUs: number
  readonly atUs: number
  readonly answer: AnswerLine
}

export interface RoundLine {
  readonly kind: 'round'
  /** Of this operator's, from 1. */
  readonly number: number
  readonly atUs: number
  readonly knownUpToUs: Observation<PolicyObject>['knownUpToUs']
  readonly lists: ListsLine
  readonly operator: OperatorRecord | null
  readonly instantsUs: readonly number[]
  readonly counters: readonly { readonly query: CounterQuery; readonly answer: AnswerLine }[]
  readonly decisions: readonly Decision[]
  readonly starts: readonly RecordedStart[]
}

/** As much as tells a line from anything else, and keeps what reads it from running aground. */
export function isHeader(value: unknown): value is HeaderLine {
  return (
    hasKeys(value, ['couchestor', 'operator', 'epoch', 'settings']) &&
    value.schema === recordingSchema &&
    hasKeys(value.settings, ['roundIntervalUs', 'scrapeIntervalUs', 'headroomPercent'])
  )
}

export function isMemory(value: unknown): value is MemoryLine {
  if (!hasKeys(value, ['areConditionsTold']) || value.kind !== 'memory') {
    return false
  }
  const { lists, memories, fullTiers, conditions, series } = value
  return (
    areLists(lists) &&
    isListOf(memories, one => hasKeys(one, ['toldVerdict', 'wishedSinceUs', 'downSinceUs'])) &&
    isListOf(fullTiers, one => typeof one === 'string') &&
    isListOf(conditions, one => Array.isArray(one) && one.length === 2) &&
    isListOf(series, isSeries)
  )
}

export function isAbsorbed(value: unknown): value is AbsorbedLine {
  return (
    isObject(value) &&
    value.kind === 'absorbed' &&
    areNumbers([value.windowUs, value.atUs]) &&
    isAnswer(value.answer)
  )
}

export function isRound(value: unknown): value is RoundLine {
  if (!isObject(value) || value.kind !== 'round') return false
  const { number, atUs, lists, operator, instantsUs, counters, decisions, starts } = value
  return (
    areNumbers([number, atUs]) &&
    hasKeys(value.knownUpToUs, ['mayastor', 'kubernetes']) &&
    areLists(lists) &&
    (operator === null || hasKeys(operator, ['epoch', 'slots', 'window', 'movedBytes', 'pause'])) &&
    areNumbers(instantsUs) &&
    isListOf(counters, one => isObject(one) && isObject(one.query) && isAnswer(one.answer)) &&
    isListOf(decisions, one => hasKeys(one, ['volume', 'verdict', 'reason', 'numbers'])) &&
    isListOf(starts, one => hasKeys(one, ['name', 'volume', 'toTier']))
  )
}

const keysOfItems: Readonly<Record<keyof ListsLine, readonly string[]>> = {
  pools: ['id', 'node', 'status', 'labels', 'capacityBytes', 'usedBytes', 'committedBytes'],
  nodes: ['id', 'status', 'version', 'cordonLabels', 'labels'],
  volumes: ['id', 'name', 'sizeBytes', 'replicas', 'topology', 'labels', 'claim', 'coded'],
  waitingClaims: ['namespace', 'name', 'sinceUs'],
  policies: ['name', 'generation', 'spec', 'problems'],
  records: ['name', 'version', 'spec', 'status'],
}

function areLists(value: unknown): boolean {
  if (!isObject(value)) return false
  return Object.entries(keysOfItems).every(([name, keys]) => {
    const changes = value[name]
    return changes === null || isListOf(changes, change => isChange(change, keys))
  })
}

function isChange(value: unknown, keys: readonly string[]): boolean {
  if (!isObject(value)) return false
  return 'is' in value ? hasKeys(value.is, keys) : areNumbers([value.from, value.count])
}

function isAnswer(value: unknown): boolean {
  if (!isObject(value)) return false
  if (value.kind === 'unavailable') return typeof value.why === 'string'
  const { kind, untilUs, columns } = value
  if (kind !== 'samples' || typeof untilUs !== 'number' || !isObject(columns)) return false
  const { newSeries, series, seriesSteps, instantStepsUs, values } = columns
  return (
    isListOf(newSeries, isSeries) &&
    typeof series === 'number' &&
    areNumbers(seriesSteps) &&
    areNumbers(instantStepsUs) &&
    isListOf(values, one => one === null || typeof one === 'number')
  )
}

function isSeries(value: unknown): boolean {
  return hasKeys(value, ['volume', 'node', 'operation'])
}

function areNumbers(value: unknown): boolean {
  return isListOf(value, one => typeof one === 'number')
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne)
}

function hasKeys(
  value: unknown,
  keys: readonly string[],
): value is Readonly<Record<string, unknown>> {
  return isObject(value) && keys.every(key => key in value)
}
