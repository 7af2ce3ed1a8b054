/**
 * The write journals of coded volumes: one for each ErasureCodingPolicy, as many copies as it says,
 * each on a node of its own, on the fastest pools that have room when the first volume needs it.
 */
import { type Tier, tiers } from '../../src/core/model.js'
import type { ErasureCodingPolicyObject } from '../../src/core/resources.js'
import type { ModelNode, ModelPool } from '../mayastor/state.js'

export class Journals {
  /** Bytes of each pool that journals take. */
  readonly bytesOn = new Map<ModelPool, number>()
  private readonly used = new Map<string, readonly ModelPool[]>()

  constructor(
    private readonly pools: readonly ModelPool[],
    /** Aligned with the pools. */
    private readonly tierOfPool: readonly (Tier | null)[],
    private readonly policies: readonly ErasureCodingPolicyObject[],
    /** The tier to begin with. */
    private readonly tier: Tier,
  ) {}

  /** Raw bytes of all journals. */
  get bytes(): number {
    return [...this.bytesOn.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  /** A volume of the policy is coded: its journal is there from now on. */
  use(policy: string): void {
    if (this.used.has(policy)) return
    const found = this.policies.find(one => one.name === policy)
    if (found === undefined) return
    const { journalSizeBytes, replicationFactor } = found.spec.journal
    const chosen: ModelPool[] = []
    const nodes = new Set<ModelNode>()
    for (const pool of this.fastestFirst()) {
      const isRoomy = pool.usedBytes + journalSizeBytes <= pool.capacityBytes
      if (chosen.length === replicationFactor || nodes.has(pool.node) || !isRoomy) continue
      chosen.push(pool)
      nodes.add(pool.node)
    }
    for (const pool of chosen) {
      pool.usedBytes += journalSizeBytes
      pool.committedBytes += journalSizeBytes
      this.bytesOn.set(pool, (this.bytesOn.get(pool) ?? 0) + journalSizeBytes)
    }
    this.used.set(policy, chosen)
  }

  /** How long a write stays in the journal; null: nobody says. */
  destageIntervalUs(policy: string): number | null {
    const found = this.policies.find(one => one.name === policy)
    return found?.spec.journal.destageIntervalUs ?? null
  }

  poolsOf(policy: string): readonly ModelPool[] {
    return this.used.get(policy) ?? []
  }

  private fastestFirst(): readonly ModelPool[] {
    const first = tiers.slice(tiers.indexOf(this.tier))
    return [...first, ...tiers].flatMap(tier =>
      this.pools.filter((_, place) => this.tierOfPool[place] === tier),
    )
  }
}
