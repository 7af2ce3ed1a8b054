/** What the laws must know of a run before its first entry. */
import { policyView } from '../src/core/landscape.js'
import type { LawFacts } from '../src/core/laws.js'
import type { PolicyObject } from '../src/core/resources.js'
import { seenPool } from './pool-tiers.js'
import type { Scenario } from './scenario/model.js'

export function lawFactsOf(scenario: Scenario, policies: readonly PolicyObject[]): LawFacts {
  const pools = scenario.pools.map(seenPool)
  const views = new Map(policies.map(policy => [policy.name, policyView(policy, pools)]))
  return {
    settings: scenario.loop,
    policies,
    pools,
    tierOf: (policy, pool) => views.get(policy)?.tierOfPool.get(pool) ?? null,
  }
}
