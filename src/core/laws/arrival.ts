/** Law 12: when faults have stopped and heat stays, every volume arrives or says truly why not. */
import type { Decision } from '../decision.js'
import type { HistoryEntry } from '../event.js'
import type { PolicyName, PoolId, Tier, VolumeId } from '../model.js'
import type { LawViolation } from '../result.js'
import { Told } from './told.js'

export interface Arrival {
  /** The tier that each volume's steady heat deserves; others are not looked at. */
  readonly wanted: ReadonlyMap<VolumeId, Tier>
  readonly tierOf: (policy: PolicyName, pool: PoolId) => Tier | null
  /** Whether what blocks a volume at the end truly holds: reasons that pass with time do not. */
  readonly isTrue: (decision: Decision) => boolean
}

export function arrivals(
  entries: Iterable<HistoryEntry>,
  arrival: Arrival,
): readonly LawViolation[] {
  const told = new Told()
  const last = new Map<VolumeId, Decision>()
  let endUs = 0
  for (const entry of entries) {
    if (entry.kind === 'decision') last.set(entry.decision.volume, entry.decision)
    else told.hear(entry)
    endUs = entry.atUs
  }
  const violations: LawViolation[] = []
  for (const [id, tier] of arrival.wanted) {
    const decision = last.get(id)
    if (decision?.policy == null) continue
    const { policy } = decision
    const elsewhere = [...told.volume(id).replicas.values()].find(
      replica => arrival.tierOf(policy, replica.pool) !== tier,
    )
    if (elsewhere === undefined) continue
    if (decision.verdict === 'blocked' && arrival.isTrue(decision)) continue
    const text = `${id} belongs on ${tier}, stands on ${elsewhere.pool}, and the last word on it is`
    const word = `${decision.verdict}: ${decision.reason}`
    violations.push({ law: 12, atUs: endUs, text: `${text} ${word}` })
  }
  return violations
}
