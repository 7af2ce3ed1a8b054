/** Volumes that are slow at the same hours every day: a daily job should not be taken for cold. */
import type { Advice } from '../advice.js'
import { slowdowns, slowHours } from '../evidence/slower.js'
import { counted } from '../figures.js'
import type { Runs } from '../run.js'
import { policyOf, setPolicy } from './setting.js'

const dayUs = 86_400_000_000

export function coldBursts(runs: Runs): Advice | null {
  const worst = slowdowns(runs.judged).filter(row => row.toUs >= 2 * row.fromUs)
  const daily = worst.filter(row => slowHours(row.volume, runs)?.startsWith('daily') === true)
  const [first] = daily
  if (first === undefined) return null
  const policy = policyOf(runs.judged.detail, new Set(daily.map(row => row.volume)))
  if (policy === null || policy.policy.spec.coolingPeriodUs >= dayUs) return null
  const hours = slowHours(first.volume, runs) ?? ''
  const others = daily.length === 1 ? '' : ` and ${counted(daily.length - 1, 'other', 'others')}`
  return {
    title: 'Keep volumes with a daily job where they are',
    why: [
      `${first.volume}${others} got slower when their work comes, ${hours}:`,
      'with a cooling period of a day they do not go down in between.',
    ].join(' '),
    flags: [setPolicy(policy.index, 'coolingPeriod', '24h')],
  }
}
