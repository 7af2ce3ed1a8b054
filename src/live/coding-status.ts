/**
 * The status of each ErasureCodingPolicy: whether a code has its shape, and what it could be worth.
 * Nothing is coded in a cluster yet, and the status says so.
 */
import { codeOf, rawBytes } from '../core/coded-form.js'
import { policyOf } from '../core/landscape.js'
import type { ErasureCodingPolicyObject } from '../core/resources.js'
import type { PolicyWorld, Status } from './policy-status.js'

export function codingStatus(world: PolicyWorld, policy: ErasureCodingPolicyObject): Status {
  const { generation, invalid, spec } = policy
  const isValid = invalid.length === 0
  const message = isValid ? worth(world, policy) : invalid.join(' ')
  return {
    phase: isValid ? 'Ready' : 'Invalid',
    observedGeneration: generation,
    activeVolumes: 0,
    totalStripes: 0,
    healthyStripes: 0,
    degradedStripes: 0,
    rebuildingStripes: 0,
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
