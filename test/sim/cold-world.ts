/** Small clusters with a cold tier that codes its volumes. */
import type { CodedForm } from '../../src/core/coded-form.js'
import { parseErasureCodingPolicy } from '../../src/core/parse-ec-policy.js'
import type { ErasureCodingPolicyObject } from '../../src/core/resources.js'
import { gibibyte, minute, type SmallScenario, type SmallWorld, smallWorld } from './small-world.js'

/** A journal of a GiB, so that small volumes are worth coding. */
export function coding(spec: Readonly<Record<string, unknown>> = {}): ErasureCodingPolicyObject {
  const parsed = parseErasureCodingPolicy({
    apiVersion: 'storage.billyronks.io/v1',
    kind: 'ErasureCodingPolicy',
    metadata: { name: 'coding' },
    spec: { journalConfig: { journalSizeBytes: gibibyte }, ...spec },
  })
  if (!parsed.ok) throw new Error(parsed.problems.map(problem => problem.message).join('; '))
  return parsed.value
}

/** Three hot pools and eight cold ones, a node each; one idle volume of 20 GiB, three replicas. */
export function coldWorld(change: Partial<SmallScenario> = {}): SmallWorld {
  const hot = [0, 1, 2].map(node => ({ tier: 'hot' as const, node }))
  const cold = Array.from({ length: 8 }, (_, at) => ({ tier: 'cold' as const, node: 3 + at }))
  const idle = {
    place: 'cold' as const,
    replicas: 3,
    sizeGiB: 20,
    heat: [{ fromMinute: 0, iops: 2 }],
  }
  return smallWorld({
    pools: [...hot, ...cold],
    volumes: [idle],
    lengthMinutes: 180,
    coding: coding(),
    policy: { cooldownPeriodUs: 20 * minute },
    ...change,
  })
}

/** The coded form of a volume, as readers see it now. */
export function codedVolume({ world }: SmallWorld, index: number): CodedForm | null {
  return world.control.coder.store.form(world.control.volumes[index])
}
