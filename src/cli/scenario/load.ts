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
import { isObject } from '../../core/field.js'
import { parseManifest } from '../../core/parse-manifest.js'
import { errorsOf, readYaml, type YamlDocument } from './yaml-file.js'

export interface LoadedScenario {
  readonly document: Readonly<Record<string, unknown>>
  /** Paths in the document are relative to this directory. */
  readonly directory: string
  readonly name: string
  /** Where an error's line is looked up; null for a document that was made. */
  readonly source: { readonly file: string; readonly yaml: YamlDocument } | null
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
  const document = { ...yaml.value, policies: inlined(yaml.value.policies, directory) }
  return { document, directory, name, source: { file, yaml } }
}

/** Manifests of policies from files; every problem of every one at once. */
export function loadPolicies(files: readonly string[]): readonly unknown[] {
  const errors: OperatingError[] = []
  const manifests = files.flatMap(file => {
    const documents = readYaml(file)
    if (documents.length === 0) {
      const hint = 'give a StoragePolicy manifest'
      errors.push({ code: 'FIELD_INVALID', message: 'the file is empty', where: { file }, hint })
    }
    return documents.map(document => {
      const parsed = parseManifest(document.value)
      if (!parsed.ok) errors.push(...errorsOf(parsed.problems, file, document))
      return document.value
    })
  })
  if (errors.length > 0) throw new Refused(errors)
  return manifests
}

function inlined(policies: unknown, directory: string): unknown {
  if (!Array.isArray(policies)) return policies ?? []
  return policies.flatMap((policy: unknown) =>
    typeof policy === 'string' ? loadPolicies([located(directory, policy)]) : [policy],
  )
}

/** The scenario that a document means, or every error in it. */
export function scenarioOf(loaded: LoadedScenario): Scenario {
  const parsed = parseScenario(loaded.document, loaded.name)
  if (parsed.ok) return parsed.value
  const file = loaded.source?.file ?? null
  throw new Refused(errorsOf(parsed.problems, file, loaded.source?.yaml ?? null))
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
