/** Manifests of policies from files; every problem of every one at once. */
import { type OperatingError, Refused } from '../../core/errors.js'
import { parseManifest } from '../../core/parse-manifest.js'
import { errorsOf, readYaml } from './yaml-file.js'

export interface InlinedPolicies {
  readonly policies: unknown
  /** For each policy, the item of the scenario's list that it came from. */
  readonly items: readonly number[]
}

export function loadPolicies(files: readonly string[]): readonly unknown[] {
  const errors: OperatingError[] = []
  const manifests = files.flatMap(file => manifestsOf(file, errors))
  if (errors.length > 0) throw new Refused(errors)
  return manifests
}

/** A scenario's list with the manifests of the files that it names put in. */
export function inlinedPolicies(
  listed: unknown,
  locate: (file: string) => string,
): InlinedPolicies {
  if (!Array.isArray(listed)) return { policies: listed ?? [], items: [] }
  const errors: OperatingError[] = []
  const found = listed.flatMap((policy: unknown, item) => {
    const manifests = typeof policy === 'string' ? manifestsOf(locate(policy), errors) : [policy]
    return manifests.map(manifest => ({ manifest, item }))
  })
  if (errors.length > 0) throw new Refused(errors)
  return { policies: found.map(one => one.manifest), items: found.map(one => one.item) }
}

/**
 * Other StoragePolicies in place of a document's; its ErasureCodingPolicies stay, unless one of the
 * same name comes with the others.
 */
export function replacedPolicies(listed: unknown, others: readonly unknown[]): readonly unknown[] {
  const coming = new Set(others.map(codingName))
  const kept = (Array.isArray(listed) ? listed : []).filter((one: unknown) => {
    const name = codingName(one)
    return name !== null && !coming.has(name)
  })
  return [...kept, ...others]
}

function codingName(manifest: unknown): string | null {
  const parsed = parseManifest(manifest)
  if (!parsed.ok || parsed.value.kind === 'StoragePolicy') return null
  return parsed.value.policy.name
}

function manifestsOf(file: string, errors: OperatingError[]): readonly unknown[] {
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
}
