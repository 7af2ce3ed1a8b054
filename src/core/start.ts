/** A migration that may start, and the place that was found for it. */
import { rawBytesPerPool } from './coded-form.js'
import type { ConversionPlan } from './conversion-state.js'
import { assert } from './errors.js'
import type { PolicyName, PoolId, Tier, VolumeId, VolumeTier } from './model.js'
import { type Demand, type Placement, place } from './place.js'
import { type ConversionPlacement, placeReplicas, placeShards } from './place-coded.js'
import type { PoolFacts } from './pool-facts.js'
import { codingOf } from './qualify.js'
import type { ReasonCode } from './reasons.js'
import type { Move } from './verdict.js'
import type { VersionRow } from './versions.js'

/** A migration that may start now. */
export interface Start {
  /** Name of its record: creating it is the claim. */
  readonly name: string
  readonly volume: VolumeId
  readonly policy: PolicyName
  readonly fromTier: VolumeTier
  readonly toTier: Tier
  readonly reason: ReasonCode
  readonly heatIops: number | null
  readonly sizeBytes: number
  /** Pools that the first move accepts, or those of the conversion. */
  readonly accepted: readonly PoolId[]
  /** Null: replicas move from tier to tier. */
  readonly plan: ConversionPlan | null
  readonly expectedDurationUs: number
  readonly fingerprint: string
}

type AnyPlacement = Placement | ConversionPlacement

export type Accepted = Extract<AnyPlacement, { readonly kind: 'accepted' }>

/** Where the volume goes in the form that it wishes for. */
export function placed(
  demand: Demand,
  form: Move['form'],
  facts: PoolFacts,
  row: VersionRow,
): AnyPlacement {
  if (demand.volume.coded?.serves === true) return placeReplicas(demand, facts)
  if (form === 'replicated') return place(demand, facts, row)
  const coding = codingOf(demand.view)
  assert(coding !== null, 'only what a code fits wishes to be coded')
  return placeShards(demand, coding, facts)
}

/** Null: replicas move from tier to tier. */
export function planOf(placement: Accepted): ConversionPlan | null {
  return 'plan' in placement ? placement.plan : null
}

export function poolsOf(placement: Accepted): readonly PoolId[] {
  return 'plan' in placement ? placement.plan.pools : placement.pools
}

/** What each of the pools gives to a volume of this size. */
export function bytesOnEach(placement: Accepted, sizeBytes: number): number {
  const plan = planOf(placement)
  return plan?.kind === 'code' ? rawBytesPerPool(plan.coding, sizeBytes) : sizeBytes
}
