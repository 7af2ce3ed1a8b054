/** What the laws must know of a run before it begins. */
import { policyView } from '../src/core/landscape.js'
import type { LawFacts } from '../src/core/laws.js'
import type { PolicyObject } from '../src/core/resources.js'
import type { OperatorSettings } from '../src/core/settings.js'
import { seenPool } from './pool-tiers.js'
import type { Scenario } from './scenario/model.js'

export function lawFactsOf(
  scenario: Scenario,
  policies: readonly PolicyObject[],
  settings: OperatorSettings,
): LawFacts {
  const pools = scenario.pools.map(seenPool)
  const tiers = new Map(
    policies.map(policy => [policy.name, policyView(policy, pools).tierOfPool] as const),
  )
  return {
    settings,
    policies,
    pools,
    tierOf: (policy, pool) => tiers.get(policy)?.get(pool) ?? null,
  }
}
