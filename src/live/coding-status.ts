/**
 * The status of each ErasureCodingPolicy: whether a code has its shape, what stripes the index has
 * of it, and what it could be worth. Nothing here mounts the coded form yet, and it says so.
 */
import { codeOf, rawBytes } from '../core/coded-form.js'
import { policyOf } from '../core/landscape.js'
import type { ErasureCodingPolicyObject } from '../core/resources.js'
import type { PolicyWorld, Status } from './policy-status.js'
import type { CountsByPolicy } from './stripe-watch.js'

/** Without the index (null) the counts are left out: unknown is not zero. */
export function codingStatus(
  world: PolicyWorld,
  policy: ErasureCodingPolicyObject,
  stripes: CountsByPolicy | null,
): Status {
  const { generation, invalid, spec } = policy
  const isValid = invalid.length === 0
  const message = isValid ? worth(world, policy) : invalid.join(' ')
  return {
    phase: isValid ? 'Ready' : 'Invalid',
    observedGeneration: generation,
    ...(stripes === null ? {} : countsOf(stripes, policy.name)),
    ...(isValid ? { storageEfficiency: efficiencyOf(spec) } : {}),
    message,
    conditions: [
      {
        type: 'Ready',
        status: isValid ? 'True' : 'False',
        reason: isValid ? 'AsItShouldBe' : 'ShapeInvalid',
        message,
        observedGeneration: generation,
      },
    ],
  }
}

/** A failed stripe lacks shards too; one that is written, or not spoken of, is in the total. */
function countsOf(stripes: CountsByPolicy, name: string): Status {
  const counts = stripes.get(name)
  return {
    activeVolumes: counts?.volumes ?? 0,
    totalStripes: counts?.stripes ?? 0,
    healthyStripes: counts?.byState.healthy ?? 0,
    degradedStripes: (counts?.byState.degraded ?? 0) + (counts?.byState.failed ?? 0),
    rebuildingStripes: counts?.byState.rebuilding ?? 0,
  }
}

/** User bytes for each byte on disk, padding and trailers counted; to a hundredth. */
function efficiencyOf(spec: ErasureCodingPolicyObject['spec']): number {
  const { stripeSizeBytes } = spec
  const raw = rawBytes({ code: codeOf(spec), stripeBytes: stripeSizeBytes }, stripeSizeBytes)
  return Math.round((100 * stripeSizeBytes) / raw) / 100
}

function worth({ landscape, decisions }: PolicyWorld, { name }: ErasureCodingPolicyObject): string {
  let volumes = 0
  let freedBytes = 0
  for (const view of landscape.volumes) {
    const decision = decisions.get(view.volume.id)?.decision
    if (decision?.reason !== 'coded-form-not-mountable') continue
    if (policyOf(landscape, view)?.policy.spec.ecPolicyRef !== name) continue
    volumes += 1
    freedBytes += decision.numbers.freedBytes
  }
  if (volumes === 0) return ''
  const many = volumes === 1 ? '1 volume' : `${volumes} volumes`
  return `Coding ${many} could free ${freedBytes} bytes; nothing here mounts the coded form yet.`
}
