/**
 * `trace inspect --by volume`: who is busy, and how many volumes would ever reach a policy's
 * marks.
 */
import {
  type VolumeLoad,
  VolumeLoads,
  visitLoad,
  windowOf,
} from '../../../traces/load-by-volume.js'
import { everAbove, everBelow, HeatExtremes } from '../../../traces/mark-reach.js'
import type { OpenedTrace } from '../../../traces/open-columns.js'
import { parseStoragePolicy } from '../../core/parse-policy.js'
import type { PolicyObject } from '../../core/resources.js'
import { loadPolicies } from '../scenario/policies.js'

export interface Mark {
  readonly mark: 'high' | 'warm' | 'low'
  readonly iops: number
  /** Volumes whose heat was ever at or above it; of the low mark, at or below. */
  readonly volumes: number
}

export interface PolicyMarks {
  readonly policy: string
  readonly samplingWindowUs: number
  /** The trace is shorter than the sampling window: heat is the mean over all of it. */
  readonly isShort: boolean
  readonly marks: readonly Mark[]
}

export interface ByVolume {
  readonly windowUs: number
  readonly byVolume: readonly VolumeLoad[]
  readonly policies: readonly PolicyMarks[]
}

export function policiesOf(files: readonly string[]): readonly PolicyObject[] {
  return loadPolicies(files).flatMap(manifest => {
    const parsed = parseStoragePolicy(manifest)
    return parsed.ok ? [parsed.value] : []
  })
}

/** The busiest first. */
export function byVolume(source: OpenedTrace, policies: readonly PolicyObject[]): ByVolume {
  const loads = new VolumeLoads(source)
  visitLoad(source, loads)
  const sorted = [...loads.result()].sort((a, b) => b.meanIops - a.meanIops)
  return {
    windowUs: windowOf(source),
    byVolume: sorted,
    policies: policies.map(policy => marksOf(source, policy)),
  }
}

function marksOf(source: OpenedTrace, policy: PolicyObject): PolicyMarks {
  const { spec } = policy
  const extremes = new HeatExtremes(source, spec.samplingWindowUs)
  visitLoad(source, extremes)
  extremes.end()
  const above = (mark: 'high' | 'warm', iops: number): Mark => {
    return { mark, iops, volumes: everAbove(extremes, iops) }
  }
  const warmIsOn = spec.warmPoolSelector !== null && spec.warmWatermarkIops > 0
  const low = spec.lowWatermarkIops
  return {
    policy: policy.name,
    samplingWindowUs: spec.samplingWindowUs,
    isShort: extremes.isShort,
    marks: [
      above('high', spec.highWatermarkIops),
      ...(warmIsOn ? [above('warm', spec.warmWatermarkIops)] : []),
      { mark: 'low', iops: low, volumes: everBelow(extremes, low) },
    ],
  }
}
