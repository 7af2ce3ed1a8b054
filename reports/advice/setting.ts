/** Flags that change one setting of a scenario, written as `--set` takes them. */
import { formatDuration } from '../../src/core/duration.js'
import type { PolicyObject, storagePolicyFields } from '../../src/core/resources.js'
import type { RunDetail } from '../../src/core/result.js'

export type PolicyField = keyof typeof storagePolicyFields

export function setPolicy(policy: number, field: PolicyField, value: string | number): string {
  return `--set policies.${policy}.spec.${field}=${value}`
}

export function setting(path: string, value: string | number): string {
  return `--set ${path}=${value}`
}

export interface IndexedPolicy {
  readonly index: number
  readonly policy: PolicyObject
}

/** The policy that decided for most of these volumes; the first one where none is known. */
export function policyOf(detail: RunDetail, volumes: ReadonlySet<string>): IndexedPolicy | null {
  const votes = detail.policies.map(() => 0)
  const counted = new Set<string>()
  for (const row of detail.decisions) {
    if (!volumes.has(row.volume) || counted.has(row.volume)) continue
    const index = detail.policies.findIndex(policy => policy.name === row.policy)
    if (index < 0) continue
    counted.add(row.volume)
    votes[index] += 1
  }
  const index = Math.max(0, votes.indexOf(Math.max(...votes)))
  const policy = detail.policies[index]
  return policy === undefined ? null : { index, policy }
}

const hourUs = 3_600_000_000
const stepsUs = [1, 2, 3, 6, 12, 24, 36, 48, 72, 96, 168].map(hours => hours * hourUs)

/** The next length that people would choose. */
export function atLeast(lengthUs: number): string {
  return hours(stepsUs.find(step => step >= lengthUs) ?? stepsUs[stepsUs.length - 1])
}

/** `36h`, not `1d12h`: one unit is read faster. */
export function hours(lengthUs: number): string {
  return lengthUs % hourUs === 0 ? `${lengthUs / hourUs}h` : formatDuration(lengthUs)
}
