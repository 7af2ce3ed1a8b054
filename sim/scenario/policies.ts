/** The policies of a scenario: StoragePolicies, and the ErasureCodingPolicies that they name. */
import type { Problem } from '../../src/core/field.js'
import { parseManifest } from '../../src/core/parse-manifest.js'
import type { ErasureCodingPolicyObject, PolicyObject } from '../../src/core/resources.js'
import { invalid, unknownName } from './names.js'

export interface ScenarioPolicies {
  readonly policies: readonly PolicyObject[]
  readonly codingPolicies: readonly ErasureCodingPolicyObject[]
  readonly problems: readonly Problem[]
}

export function policiesOf(raw: unknown): ScenarioPolicies {
  const policies: PolicyObject[] = []
  const codingPolicies: ErasureCodingPolicyObject[] = []
  const problems: Problem[] = []
  /** Where each StoragePolicy stands in the list. */
  const places: number[] = []
  const listed: readonly unknown[] = Array.isArray(raw) ? raw : []
  listed.forEach((manifest, index) => {
    const parsed = parseManifest(manifest)
    if (!parsed.ok) {
      for (const one of parsed.problems) {
        problems.push({ ...one, path: `.policies[${index}].${one.path}` })
      }
    } else if (parsed.value.kind === 'StoragePolicy') {
      policies.push(parsed.value.policy)
      places.push(index)
    } else codingPolicies.push(parsed.value.policy)
  })
  const repeated = [...repeatedNames(policies), ...repeatedNames(codingPolicies)]
  problems.push(...repeated, ...unknownReferences(policies, places, codingPolicies))
  const resolved = policies.map(policy => withCoding(policy, codingPolicies))
  return { policies: resolved, codingPolicies, problems }
}

/** A StoragePolicy carries the code that it names. */
function withCoding(
  policy: PolicyObject,
  codingPolicies: readonly ErasureCodingPolicyObject[],
): PolicyObject {
  const { ecPolicyRef } = policy.spec
  return { ...policy, coding: codingPolicies.find(one => one.name === ecPolicyRef) ?? null }
}

/** Two kinds may share a name: they are told apart by their kind. */
function repeatedNames(policies: readonly { readonly name: string }[]): readonly Problem[] {
  const names = policies.map(policy => policy.name)
  const again = new Set(names.filter((name, place) => names.indexOf(name) !== place))
  return [...again].map(name =>
    invalid('.policies', `two policies are called ${name}`, 'rename one'),
  )
}

function unknownReferences(
  policies: readonly PolicyObject[],
  places: readonly number[],
  codingPolicies: readonly ErasureCodingPolicyObject[],
): readonly Problem[] {
  const known = codingPolicies.map(policy => policy.name)
  return policies.flatMap(({ spec }, index) => {
    const name = spec.ecPolicyRef
    if (name === null || known.includes(name)) return []
    const path = `.policies[${places[index]}].spec.ecPolicyRef`
    const problem = unknownName(path, 'ErasureCodingPolicy', name, known)
    const hint = 'add its manifest to policies'
    return [known.length === 0 ? { ...problem, hint } : problem]
  })
}
