/** Volumes that stood on a slower tier than their heat asked for, because they had just moved. */
import type { Advice } from '../advice.js'
import { counted, duration } from '../figures.js'
import type { Run } from '../run.js'
import { hours, policyOf, setPolicy } from './setting.js'

const hourUs = 3_600_000_000

export function cooldownTooLong(run: Run): Advice | null {
  const held = run.detail.volumes.filter(volume => volume.heldBackByCooldownUs >= hourUs)
  const totalUs = held.reduce((sum, volume) => sum + volume.heldBackByCooldownUs, 0)
  const policy = policyOf(run.detail, new Set(held.map(volume => volume.volume)))
  if (policy === null || totalUs < 12 * hourUs) return null
  const halfUs = Math.floor(policy.policy.spec.cooldownPeriodUs / 2 / hourUs) * hourUs
  if (halfUs === 0) return null
  const volumes = counted(held.length, 'volume', 'volumes')
  const time = duration(totalUs)
  return {
    title: 'Let a volume that is needed come back sooner',
    why: `${volumes} stood on a slower tier for ${time} in all, only because of the cooldown.`,
    flags: [setPolicy(policy.index, 'cooldownPeriod', hours(halfUs))],
  }
}
