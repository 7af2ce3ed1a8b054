/**
 * What one round says of one volume, as a value. The codes, their words and remedies are in
 * reasons.ts.
 */
import type { PolicyName, Tier, VolumeId, VolumeTier } from './model.js'
import type { ReasonCode } from './reasons.js'

export interface Decision {
  readonly volume: VolumeId
  readonly policy: PolicyName | null
  readonly verdict: 'stay' | 'move' | 'blocked'
  readonly from: VolumeTier
  /** Where it goes (move), where it would go if nothing held it back (blocked), null for stay. */
  readonly to: Tier | null
  readonly reason: ReasonCode
  /** Operations a second over the covered time; null is unknown, and unknown is not zero. */
  readonly heatIops: number | null
  /** Covered time over the sampling window, 0 to 1; null for a volume that nobody measures. */
  readonly coverage: number | null
  /** The figures that the reason rests on, by name, unit last: thresholds, sizes, limits. */
  readonly numbers: Readonly<Record<string, number>>
  /** Names that the reason rests on: pools, nodes, policies, windows. */
  readonly names: readonly string[]
}
