/**
 * A manifest of either policy, told apart by its kind; any other kind is taken for a StoragePolicy.
 */
import { good, isObject, type Parsed } from './field.js'
import { parseErasureCodingPolicy } from './parse-ec-policy.js'
import { parseStoragePolicy } from './parse-policy.js'
import type { ErasureCodingPolicyObject, PolicyObject } from './resources.js'

export type PolicyManifest =
  | { readonly kind: 'StoragePolicy'; readonly policy: PolicyObject }
  | { readonly kind: 'ErasureCodingPolicy'; readonly policy: ErasureCodingPolicyObject }

export function parseManifest(raw: unknown): Parsed<PolicyManifest> {
  if (isObject(raw) && raw.kind === 'ErasureCodingPolicy') {
    const parsed = parseErasureCodingPolicy(raw)
    return parsed.ok ? good({ kind: 'ErasureCodingPolicy', policy: parsed.value }) : parsed
  }
  const parsed = parseStoragePolicy(raw)
  return parsed.ok ? good({ kind: 'StoragePolicy', policy: parsed.value }) : parsed
}
