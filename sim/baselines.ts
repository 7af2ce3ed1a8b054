/**
 * The runs of a scenario: its own policies, others, and the baselines that they are set against.
 */
import type { Tier } from '../src/core/model.js'
import { defaultPolicy } from '../src/core/parse-policy.js'
import type { PolicyObject, StoragePolicySpec } from '../src/core/resources.js'
import { type Placement, placeVolumes } from './placement.js'
import { poolTiers } from './pool-tiers.js'
import type { Scenario, ScenarioVolume } from './scenario/model.js'

/** One run of a scenario: its name, its policies, and where the replicas stand at the start. */
export interface RunPlan {
  readonly name: string
  readonly policies: readonly PolicyObject[]
  readonly placement: readonly (readonly number[])[]
  /** Volumes that a baseline wanted on another tier, and that had no room there. */
  readonly displaced: number
}

export type Planned =
  | { readonly kind: 'planned'; readonly plan: RunPlan }
  | { readonly kind: 'impossible'; readonly volume: ScenarioVolume }

export const baselineNames = ['frozen', 'all-hot', 'all-cold'] as const
export type BaselineName = (typeof baselineNames)[number]

interface Baseline {
  readonly algorithm: StoragePolicySpec['algorithm']
  /** Volumes begin there as far as there is room; null: where they stand. */
  readonly wanted: Tier | null
}

const baselines: Readonly<Record<BaselineName, Baseline>> = {
  frozen: { algorithm: 'Frozen', wanted: null },
  'all-hot': { algorithm: 'AllHot', wanted: 'hot' },
  'all-cold': { algorithm: 'AllCold', wanted: 'cold' },
}

/** A scenario that names no policy runs under the default one of the documentation. */
export function policiesOf(scenario: Scenario): readonly PolicyObject[] {
  return scenario.policies.length > 0 ? scenario.policies : [defaultPolicy('default')]
}

export function planRun(
  scenario: Scenario,
  name: string,
  policies: readonly PolicyObject[],
): Planned {
  return planned(name, policies, place(scenario, policies, null))
}

export function planBaseline(scenario: Scenario, name: BaselineName): Planned {
  const { algorithm, wanted } = baselines[name]
  const policies = policiesOf(scenario).map(policy => ({
    ...policy,
    spec: { ...policy.spec, algorithm },
  }))
  return planned(name, policies, place(scenario, policies, wanted))
}

function place(
  scenario: Scenario,
  policies: readonly PolicyObject[],
  wanted: Tier | null,
): Placement {
  const { volumes, pools } = scenario
  const tierOf = poolTiers(pools, policies)
  const isThere = wanted !== null && tierOf.includes(wanted)
  return placeVolumes(volumes, pools, tierOf, isThere ? wanted : null)
}

function planned(name: string, policies: readonly PolicyObject[], placement: Placement): Planned {
  if (placement.kind === 'impossible') return placement
  const { pools, displaced } = placement
  return { kind: 'planned', plan: { name, policies, placement: pools, displaced } }
}
