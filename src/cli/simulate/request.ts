/** From what was typed to the scenario document that is run. */
import { basename, resolve } from 'node:path'
import { type SizedTrace, scenarioFromTraces } from '../../../sim/scenario/from-trace.js'
import { openTrace } from '../../../traces/open-trace.js'
import { isObject } from '../../core/field.js'
import * as interrupt from '../interrupt.js'
import { changed, type LoadedScenario, loadScenarioFile } from '../scenario/load.js'
import { loadPolicies, replacedPolicies } from '../scenario/policies.js'
import { readingOptions, type TraceOptions } from '../trace/reading.js'
import { usage } from '../usage.js'
import type { SimulateOptions } from './options.js'

/** The document that is run, with everything that the command line changes in it. */
export async function requestOf(
  scenario: string | null,
  options: SimulateOptions,
): Promise<LoadedScenario> {
  if (scenario === null && options.trace.length === 0) {
    throw usage('neither a scenario nor a trace is given', 'give a scenario, or --trace FILE')
  }
  if (options.trace.includes('-')) {
    const hint = 'couchestor trace convert - FILE, and --trace FILE'
    throw usage('a run must be able to repeat its trace, and standard input is read once', hint)
  }
  // What does not parse is told before a long trace is read.
  const policies = loadPolicies(options.policy)
  const seed = options.seed === undefined ? null : seedOf(options.seed)
  let loaded =
    scenario === null ? await sizedFrom(options) : withTraces(loadScenarioFile(scenario), options)
  if (options.policy.length > 0) loaded = withPolicies(loaded, policies)
  if (seed !== null) loaded = { ...loaded, document: { ...loaded.document, seed } }
  for (const text of options.set) loaded = changed(loaded, text, '--set')
  return loaded
}

/** Which policy was assumed does not matter any more. */
function withPolicies(loaded: LoadedScenario, given: readonly unknown[]): LoadedScenario {
  const policies = replacedPolicies(loaded.document.policies, given)
  const { assumptions, ...rest } = loaded.document
  if (!Array.isArray(assumptions)) return { ...loaded, document: { ...rest, policies } }
  const others = assumptions.filter(one => !isObject(one) || one.name !== 'policy')
  return { ...loaded, document: { ...rest, policies, assumptions: others } }
}

export async function sizedFrom(options: TraceOptions): Promise<LoadedScenario> {
  const read = await readingOptions(options)
  const traces: SizedTrace[] = []
  for (const file of options.trace) {
    traces.push({ file: resolve(file), source: await openTrace([file], read, interrupt) })
  }
  const name = basename(options.trace[0]).replace(/(?<=.)\..*$/, '')
  const document = described(scenarioFromTraces(name, traces), options)
  for (const trace of traces) trace.source.close()
  return { document, directory: '/', name, source: null, changes: [] }
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
  const { format, columns, event, unit, rates } = options
  return {
    ...(format === undefined ? {} : { format }),
    ...(columns === undefined ? {} : { columns }),
    ...(event === undefined || event === 'D' ? {} : { event }),
    ...(unit === undefined ? {} : { unit }),
    ...(rates === undefined ? {} : { rates }),
  }
}

/** Traces on the command line replace the scenario's workload, and go where its first one went. */
function withTraces(loaded: LoadedScenario, options: TraceOptions): LoadedScenario {
  if (options.trace.length === 0) return loaded
  const { workload } = loaded.document
  const spread = spreadOf(Array.isArray(workload) ? workload[0] : undefined)
  const traces = options.trace.map(file => ({
    trace: resolve(file),
    ...readingOf(options),
    ...spread,
  }))
  return { ...loaded, document: { ...loaded.document, workload: traces } }
}

function spreadOf(workload: unknown): Readonly<Record<string, unknown>> {
  if (!isObject(workload)) return {}
  const { spread, synthetic } = workload
  if (isObject(spread)) return { spread }
  return isObject(synthetic) ? { spread: { over: synthetic.over, by: 'volume' } } : {}
}

function seedOf(text: string): number {
  const seed = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed
  throw usage(`--seed is ${JSON.stringify(text)}`, 'give a whole number, 0 or more')
}
