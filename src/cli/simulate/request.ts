/** From what was typed to the scenario document that is run. */
import { basename, resolve } from 'node:path'
import { type SizedTrace, scenarioFromTraces } from '../../../sim/scenario/from-trace.js'
import { plainOptions } from '../../../traces/convert.js'
import { parseColumns } from '../../../traces/formats/columns.js'
import { openTrace } from '../../../traces/open-trace.js'
import { Refused } from '../../core/errors.js'
import { isObject } from '../../core/field.js'
import type { Assumption } from '../../core/result.js'
import { type LoadedScenario, loadPolicies, loadScenarioFile } from '../scenario/load.js'
import { parseSetting, withSetting } from '../scenario/set-path.js'
import type { SimulateOptions } from './options.js'

export interface Request {
  readonly loaded: LoadedScenario
  /** What was assumed beside what the scenario says. */
  readonly assumptions: readonly Assumption[]
}

export async function requestOf(
  scenario: string | null,
  options: SimulateOptions,
): Promise<Request> {
  if (scenario === null && options.trace.length === 0) {
    throw usage('neither a scenario nor a trace is given', 'give a scenario, or --trace FILE')
  }
  // A policy that does not parse is told before a long trace is read.
  const policies = loadPolicies(options.policy)
  const begun =
    scenario === null
      ? await sizedFrom(options)
      : { loaded: withTraces(loadScenarioFile(scenario), options), assumptions: [] }
  let { document } = begun.loaded
  if (options.policy.length > 0) document = { ...document, policies }
  if (options.seed !== undefined) document = { ...document, seed: seedOf(options.seed) }
  for (const text of options.set) {
    const changed = withSetting(document, parseSetting(text, '--set'), '--set')
    document = isObject(changed) ? changed : document
  }
  return { ...begun, loaded: { ...begun.loaded, document } }
}

/** How traces are named on a command line. */
export interface TraceOptions {
  readonly trace: readonly string[]
  readonly format?: string
  readonly columns?: string
}

export async function sizedFrom(options: TraceOptions): Promise<Request> {
  const columns = options.columns === undefined ? null : parseColumns(options.columns)
  const read = { ...plainOptions, format: options.format ?? null, columns }
  const traces: SizedTrace[] = []
  for (const file of options.trace) {
    traces.push({ file: resolve(file), source: await openTrace([file], read) })
  }
  const name = basename(options.trace[0]).replace(/\..*$/, '')
  const { document, assumptions } = scenarioFromTraces(name, traces)
  for (const trace of traces) trace.source.close()
  const loaded = { document: described(document, options), directory: '/', name, source: null }
  return { loaded, assumptions }
}

/** Workloads of a made document carry how their files are read. */
function described(
  document: Readonly<Record<string, unknown>>,
  options: TraceOptions,
): Readonly<Record<string, unknown>> {
  const { workload } = document
  if (!Array.isArray(workload)) return document
  return { ...document, workload: workload.map(one => ({ ...one, ...readingOf(options) })) }
}

function readingOf(options: TraceOptions): Readonly<Record<string, unknown>> {
  const { format, columns } = options
  return {
    ...(format === undefined ? {} : { format }),
    ...(columns === undefined ? {} : { columns }),
  }
}

/** Traces on the command line replace the scenario's workload, and go where its first one went. */
function withTraces(loaded: LoadedScenario, options: TraceOptions): LoadedScenario {
  if (options.trace.length === 0) return loaded
  const { workload } = loaded.document
  const first: unknown = Array.isArray(workload) ? workload[0] : undefined
  const spread = isObject(first) && isObject(first.spread) ? { spread: first.spread } : {}
  const traces = options.trace.map(file => ({
    trace: resolve(file),
    ...readingOf(options),
    ...spread,
  }))
  return { ...loaded, document: { ...loaded.document, workload: traces } }
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed
  throw usage(`--seed is ${JSON.stringify(text)}`, 'give a whole number, 0 or more')
}

export function usage(message: string, hint: string): Refused {
  return new Refused([{ code: 'USAGE', message, where: {}, hint }])
}
