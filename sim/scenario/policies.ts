/** The policies of a scenario: StoragePolicies, and the ErasureCodingPolicies that they name. */
import type { Problem } from '../../src/core/field.js'
import { parseManifest } from '../../src/core/parse-manifest.js'
import type { ErasureCodingPolicyObject, PolicyObject } from '../../src/core/resources.js'
import { unknownName } from './names.js'

export interface ScenarioPolicies {
  readonly policies: readonly PolicyObject[]
  readonly codings: readonly ErasureCodingPolicyObject[]
  readonly problems: readonly Problem[]
}

/** Of a document's list of manifests; every problem at once. */
export function policiesOf(raw: unknown): ScenarioPolicies {
  const named: { readonly policy: PolicyObject; readonly index: number }[] = []
  const codings: ErasureCodingPolicyObject[] = []
  const problems: Problem[] = []
  const manifests: readonly unknown[] = Array.isArray(raw) ? raw : []
  manifests.forEach((manifest, index) => {
    const parsed = parseManifest(manifest)
    if (!parsed.ok) {
      for (const one of parsed.problems) {
        problems.push({ ...one, path: `.policies[${index}].${one.path}` })
      }
    } else if (parsed.value.kind === 'StoragePolicy') {
      named.push({ policy: parsed.value.policy, index })
    } else codings.push(parsed.value.policy)
  })
  const policies = named.map(({ policy, index }) => {
    const { ecPolicyRef } = policy.spec
    if (ecPolicyRef === null) return policy
    const coding = codings.find(one => one.name === ecPolicyRef) ?? null
    if (coding === null) {
      const known = codings.map(one => one.name)
      const path = `.policies[${index}].spec.ecPolicyRef`
      problems.push(unknownName(path, 'ErasureCodingPolicy', ecPolicyRef, known))
    }
    return { ...policy, coding }
  })
  return { policies, codings, problems }
}
