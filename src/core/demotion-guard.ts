/**
 * The guard against an exporter that reads zero: when too many volumes of a policy newly want to go
 * down, none does until a person raises or removes the limit. What has passed once is not asked
 * again while it wants the same.
 */
import type { VolumeMemory } from './decide-memory.js'
import { type Landscape, type PolicyView, policyOf } from './landscape.js'
import type { PolicyName } from './model.js'

export interface Held {
  /** Volumes that newly want to go down. */
  readonly wanted: number
  /** Volumes of the policy. */
  readonly volumes: number
  readonly limitPercent: number
}

export class DemotionGuard {
  private readonly wanting = new Map<PolicyView, VolumeMemory[]>()

  /** A volume of the policy that wants to go down, held back by something else or not. */
  count(policy: PolicyView, memory: VolumeMemory): void {
    if (policy.policy.spec.maxDemotionsPercentPerRound === null || memory.guardPassed) return
    const others = this.wanting.get(policy)
    if (others === undefined) this.wanting.set(policy, [memory])
    else others.push(memory)
  }

  /** Policies whose demotions are held; those of the others have passed. */
  close(landscape: Landscape): ReadonlyMap<PolicyName, Held> {
    const held = new Map<PolicyName, Held>()
    for (const [view, memories] of this.wanting) {
      const { policy } = view
      const limitPercent = policy.spec.maxDemotionsPercentPerRound ?? 100
      const volumes = landscape.volumes.filter(one => policyOf(landscape, one) === view).length
      const wanted = memories.length
      if (wanted * 100 > limitPercent * volumes) {
        held.set(policy.name, { wanted, volumes, limitPercent })
      } else {
        for (const memory of memories) memory.guardPassed = true
      }
    }
    return held
  }
}
