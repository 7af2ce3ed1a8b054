/**
 * A scenario as a document: a file with the manifests that it names put in, or one that is sized
 * from traces. What the command line changes is changed in the document, so that the resolved
 * scenario repeats the run.
 */
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { stringify } from 'yaml'
import type { Scenario } from '../../../sim/scenario/model.js'
import { parseScenario } from '../../../sim/scenario/parse-scenario.js'
import { type OperatingError, Refused } from '../../core/errors.js'
import { isObject, type Problem } from '../../core/field.js'
import { type InlinedPolicies, inlinedPolicies } from './policies.js'
import { type Change, withSetting } from './set-path.js'
import { errorsOf, readYaml, segments, type YamlDocument } from './yaml-file.js'

export interface LoadedScenario {
  readonly document: Readonly<Record<string, unknown>>
  /** Paths in the document are relative to this directory. */
  readonly directory: string
  readonly name: string
  /** Where an error's line is looked up; null for a document that was made. */
  readonly source: {
    readonly file: string
    readonly yaml: YamlDocument
    readonly items: InlinedPolicies['items']
  } | null
  /** What the command line changed: an error there is none of the file's. */
  readonly changes: readonly Change[]
}

export function loadScenarioFile(file: string): LoadedScenario {
  const [yaml, ...others] = readYaml(file)
  const directory = file === '-' ? process.cwd() : dirname(resolve(file))
  if (yaml === undefined || others.length > 0 || !isObject(yaml.value)) {
    const message = yaml === undefined ? 'the file is empty' : 'the file is no single scenario'
    const hint = 'begin with schema: couchestor.scenario/v1, or run couchestor scenario new'
    throw new Refused([{ code: 'FIELD_INVALID', message, where: { file }, hint }])
  }
  const name = file === '-' ? 'scenario' : basename(file).replace(/\.ya?ml$/, '')
  const { policies, items } = inlinedPolicies(yaml.value.policies, one => located(directory, one))
  const document = { ...yaml.value, policies }
  return { document, directory, name, source: { file, yaml, items }, changes: [] }
}

/** The scenario with one value replaced, as `--set` and `--sweep` do. */
export function changed(loaded: LoadedScenario, text: string, option: string): LoadedScenario {
  const { document, change } = withSetting(loaded.document, text, option)
  return { ...loaded, document, changes: [...loaded.changes, change] }
}

/** The scenario that a document means, or every error in it. */
export function scenarioOf(loaded: LoadedScenario): Scenario {
  const parsed = parseScenario(loaded.document, loaded.name)
  if (parsed.ok) return parsed.value
  throw new Refused(parsed.problems.map(problem => errorOf(problem, loaded)))
}

function errorOf(problem: Problem, { source, changes }: LoadedScenario): OperatingError {
  const change = changes.findLast(one => concerns(one, problem.path))
  if (change !== undefined) {
    const { code, message, hint } = problem
    return { code, message, where: { field: `${change.option} ${change.path.join('.')}` }, hint }
  }
  const own = source === null ? problem : inFile(problem, source.items)
  const [error] = errorsOf([own], source?.file ?? null, source?.yaml ?? null)
  return error
}

/** The error is at, below or above what was changed. */
function concerns(change: Change, path: string): boolean {
  const parts = segments(path).map(String)
  const length = Math.min(parts.length, change.path.length)
  return change.path.slice(0, length).every((part, index) => part === parts[index])
}

/** A file of policies stands for one item of the list, however many it holds. */
function inFile(problem: Problem, items: InlinedPolicies['items']): Problem {
  const path = problem.path.replace(
    /^\.policies\[(\d+)\]/,
    (whole, index: string) => `.policies[${items[Number(index)] ?? whole}]`,
  )
  return { ...problem, path }
}

export function located(directory: string, file: string): string {
  return isAbsolute(file) ? file : join(directory, file)
}

/** The document as a file in another directory: paths of traces lead from there. */
export function relocated(
  loaded: LoadedScenario,
  directory: string,
): Readonly<Record<string, unknown>> {
  const { document } = loaded
  const workload = Array.isArray(document.workload) ? document.workload : []
  const moved = workload.map((one: unknown) => {
    if (!isObject(one) || typeof one.trace !== 'string') return one
    return { ...one, trace: relative(directory, located(loaded.directory, one.trace)) }
  })
  return { schema: document.schema, name: loaded.name, ...document, workload: moved }
}

/** The resolved scenario of a run's directory. */
export function resolvedText(loaded: LoadedScenario, directory: string, header: string): string {
  return `${header}${stringify(relocated(loaded, directory), { lineWidth: 100 })}`
}
