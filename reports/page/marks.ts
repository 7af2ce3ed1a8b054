/** The watermarks of a policy, highest first; a tier that is off has none. */
import type { PolicyObject } from '../../src/core/resources.js'

export interface Mark {
  readonly name: 'high' | 'warm' | 'low'
  readonly iops: number
}

export function marksOf(policy: PolicyObject | undefined): readonly Mark[] {
  if (policy === undefined || policy.spec.algorithm !== 'Watermarks') return []
  const { highWatermarkIops, warmWatermarkIops, lowWatermarkIops } = policy.spec
  const hasWarm = policy.spec.warmPoolSelector !== undefined && warmWatermarkIops > 0
  return [
    { name: 'high', iops: highWatermarkIops },
    ...(hasWarm ? [{ name: 'warm', iops: warmWatermarkIops } as const] : []),
    { name: 'low', iops: lowWatermarkIops },
  ]
}
