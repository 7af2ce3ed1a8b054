/**
 * What a report is made from: the document that scripts read, and the rows behind each of its
 * runs.
 */
import { assert } from '../src/core/errors.js'
import type { Tier } from '../src/core/model.js'
import type { RunDetail, RunResult, SimulationDocument } from '../src/core/result.js'

/** Pools of one line of the scenario, for advice that names a setting. */
export interface PoolGroup {
  /** As `--set` takes it: `cluster.pools.0`. */
  readonly path: string
  readonly tier: Tier
  readonly pools: number
  /** Capacity of each. */
  readonly capacityBytes: number
}

export interface ReportInput {
  readonly document: SimulationDocument
  /** In the order of the document's runs. */
  readonly details: readonly RunDetail[]
  /** The scenario's own words, for instance that its data is synthetic; may be empty. */
  readonly description: string
  /** Index of the run that the others are set against; null when there is none. */
  readonly baseline: number | null
  readonly poolGroups: readonly PoolGroup[]
}

export interface Run {
  readonly result: RunResult
  readonly detail: RunDetail
}

export interface Runs {
  /** The run that the report judges: the first. */
  readonly judged: Run
  /** What it is compared with. Null when it ran alone. */
  readonly baseline: Run | null
  readonly all: readonly Run[]
}

export function runsOf(input: ReportInput): Runs {
  const all = input.document.runs.flatMap((result, index) => {
    const detail = input.details[index]
    return detail === undefined ? [] : [{ result, detail }]
  })
  const [judged] = all
  const baseline = input.baseline === null ? undefined : all[input.baseline]
  assert(judged !== undefined, 'a report needs one run at least')
  return { judged, baseline: baseline ?? null, all }
}

/** The runs of a sweep, or the one run that was asked for: all before the first baseline. */
export function candidates(runs: Runs): readonly Run[] {
  const first = runs.baseline === null ? runs.all.length : runs.all.indexOf(runs.baseline)
  return runs.all.slice(0, Math.max(1, first))
}

/**
 * `coolingPeriod=6h` of `policies.0.spec.coolingPeriod=6h`: runs of a sweep are called by their
 * setting.
 */
export function shortName(name: string): string {
  const [path, ...value] = name.split('=')
  if (value.length === 0) return name
  return `${path.slice(path.lastIndexOf('.') + 1)}=${value.join('=')}`
}

/** How a baseline is spoken of: `with volumes left where they are`. */
export function inWords(run: Run): string {
  const words: Readonly<Record<string, string>> = {
    frozen: 'with volumes left where they are',
    'all-hot': 'with every volume on the hot tier',
    'all-cold': 'with every volume on the cold tier',
  }
  return words[run.result.name] ?? `in the run ${run.result.name}`
}

/** First and last instant that the run was looked at. */
export function spanOf(detail: RunDetail): { readonly beginUs: number; readonly endUs: number } {
  const { atUs } = detail.volumeSeries
  return { beginUs: atUs[0] ?? 0, endUs: atUs[atUs.length - 1] ?? 0 }
}
