/**
 * Tiers of a policy that had no room for a volume that wants to go there: demotions that free one
 * go first. A tier stays known as full while somebody wants to go there and nobody could ask again,
 * because every slot was taken.
 */
import type { PolicyName, Tier } from './model.js'

export class FullTiers {
  private readonly wished = new Set<string>()
  private last: { readonly policy: PolicyName; readonly tier: Tier } | null = null
  private readonly asked = new Map<string, boolean>()

  constructor(private readonly before: ReadonlySet<string>) {}

  /** Whether it was full when the last round ended. */
  has(policy: PolicyName, tier: Tier): boolean {
    return this.before.has(key(policy, tier))
  }

  wish(policy: PolicyName, tier: Tier): void {
    // One after another wants to go to the same tier.
    if (this.last?.policy === policy && this.last.tier === tier) return
    this.last = { policy, tier }
    this.wished.add(key(policy, tier))
  }

  /** Room was looked for; one volume without room makes the tier full. */
  ask(policy: PolicyName, tier: Tier, hadRoom: boolean): void {
    const name = key(policy, tier)
    this.asked.set(name, !hadRoom || this.asked.get(name) === true)
  }

  now(): ReadonlySet<string> {
    return new Set([...this.wished].filter(name => this.asked.get(name) ?? this.before.has(name)))
  }
}

function key(policy: PolicyName, tier: Tier): string {
  return `${policy}/${tier}`
}
