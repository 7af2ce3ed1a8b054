/** Heat that is often unknown: on unknown heat no volume goes down. */
import type { ReasonCode } from '../../src/core/reasons.js'
import type { Advice } from '../advice.js'
import { knownHeatShare, waitsByReason } from '../evidence/waits.js'
import { share } from '../figures.js'
import type { Run } from '../run.js'
import { hours, policyOf, setPolicy } from './setting.js'

export function thinSamples(run: Run): Advice | null {
  const known = knownHeatShare(run.detail)
  if (known === null || known >= 0.95 || !isForWantOfSamples(run)) return null
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

/** No window bridges a Prometheus that cannot be read. */
function isForWantOfSamples(run: Run): boolean {
  const waits = waitsByReason(run.detail)
  const waited = (reason: ReasonCode): number =>
    waits.find(wait => wait.reason === reason)?.totalUs ?? 0
  return waited('unknown-heat') > waited('metrics-unavailable')
}
