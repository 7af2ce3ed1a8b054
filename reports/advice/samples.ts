/** Heat that is often unknown: on unknown heat no volume goes down. */
import type { Advice } from '../advice.js'
import { knownHeatShare } from '../evidence/waits.js'
import { share } from '../figures.js'
import type { Run } from '../run.js'
import { hours, policyOf, setPolicy } from './setting.js'

export function thinSamples(run: Run): Advice | null {
  const known = knownHeatShare(run.detail)
  if (known === null || known >= 0.95) return null
  const unknown = run.detail.decisions.filter(row => row.reason === 'unknown-heat')
  const policy = policyOf(run.detail, new Set(unknown.map(row => row.volume)))
  if (policy === null) return null
  return {
    title: 'Bridge the gaps between samples',
    why: [
      `Heat was known only ${share(known)} of the time;`,
      'a longer window bridges short gaps, and Prometheus is worth a look.',
    ].join(' '),
    flags: [
      setPolicy(policy.index, 'samplingWindow', hours(policy.policy.spec.samplingWindowUs * 4)),
    ],
  }
}
