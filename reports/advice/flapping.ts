/** Volumes that went down and soon came back: they were quiet for a while, not cold. */

import type { Advice } from '../advice.js'
import { type Reversal, reversalsOf } from '../evidence/flapping.js'
import { quantile } from '../evidence/peaks.js'
import { counted, duration } from '../figures.js'
import type { Run } from '../run.js'
import { atLeast, type IndexedPolicy, policyOf, setPolicy } from './setting.js'

export function flapping(run: Run): Advice | null {
  const reversals = reversalsOf(run.detail.migrations)
  const { completed } = run.result.migrations
  if (reversals.length === 0 || reversals.length * 20 < completed) return null
  const policy = policyOf(run.detail, new Set(reversals.map(one => one.volume)))
  if (policy === null) return null
  const down = reversals.filter(one => one.wasDownward)
  const isMostlyDown = down.length * 2 >= reversals.length
  return isMostlyDown ? coolLonger(down, policy) : calmDown(reversals, policy)
}

function coolLonger(down: readonly Reversal[], { index, policy }: IndexedPolicy): Advice {
  const gaps = down.map(one => one.gapUs).sort((a, b) => a - b)
  const usualUs = quantile(gaps, 0.75) ?? 0
  const volumes = volumesOf(down)
  const longerUs = Math.max(usualUs, policy.spec.coolingPeriodUs + 1)
  return {
    title: 'Wait longer before a volume goes down',
    why: [
      `${volumes} went down and came back, most within ${duration(usualUs)}:`,
      'quiet for a while, not cold.',
    ].join(' '),
    flags: [setPolicy(index, 'coolingPeriod', atLeast(longerUs))],
  }
}

/** Up and soon down again: short bursts decide, so heat is taken over a longer window. */
function calmDown(reversals: readonly Reversal[], { index, policy }: IndexedPolicy): Advice {
  return {
    title: 'Take heat over a longer window',
    why: `${volumesOf(reversals)} went up for a short burst and soon came down again.`,
    flags: [setPolicy(index, 'samplingWindow', atLeast(policy.spec.samplingWindowUs * 2))],
  }
}

function volumesOf(reversals: readonly Reversal[]): string {
  return counted(new Set(reversals.map(one => one.volume)).size, 'volume', 'volumes')
}
