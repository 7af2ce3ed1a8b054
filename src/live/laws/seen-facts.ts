/** What the laws must know beside what is told, as far as this operator has seen it. */

import type { LawPool } from '../../core/laws/law-facts.js'
import type { LawFacts } from '../../core/laws.js'
import type { Cluster, PolicyName, Pool, PoolId } from '../../core/model.js'
import type { PolicyObject } from '../../core/resources.js'
import type { OperatorSettings } from '../../core/settings.js'

export class SeenFacts implements LawFacts {
  readonly settings: OperatorSettings
  /** Those that are deleted too; whether they start anything is told as a change. */
  policies: readonly PolicyObject[] = []
  pools: readonly LawPool[] = []
  private shownPolicies: readonly PolicyObject[] = []
  private shownPools: readonly Pool[] = []
  private readonly byName = new Map<PolicyName, PolicyObject>()
  private readonly byId = new Map<PoolId, LawPool>()

  constructor(settings: OperatorSettings) {
    // Room is not judged: every pool has enough of it.
    this.settings = { ...settings, headroomPercent: 100 }
  }

  /** Tiers are asked for where a removal is judged, which has facts of its own. */
  tierOf(): null {
    return null
  }

  /** Answers those whose word changed: what each of them starts from now on. */
  hearPolicies(policies: readonly PolicyObject[]): ReadonlyMap<PolicyName, boolean> {
    const changes = new Map<PolicyName, boolean>()
    if (policies === this.shownPolicies) return changes
    for (const { name } of this.shownPolicies) changes.set(name, false)
    for (const policy of policies) {
      const { name, spec } = policy
      changes.set(name, spec.enabled && !spec.dryRun)
      this.byName.set(name, policy)
    }
    this.shownPolicies = policies
    this.policies = [...this.byName.values()]
    return changes
  }

  /** A pool that was seen once is known: lists are taken at different instants. */
  hearPools({ pools }: Cluster): void {
    if (pools === this.shownPools) return
    this.shownPools = pools
    for (const { id, node } of pools) {
      this.byId.set(id, { id, node, capacityBytes: Number.MAX_SAFE_INTEGER })
    }
    this.pools = [...this.byId.values()]
  }
}
