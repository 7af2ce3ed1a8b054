/** What is paid for it in latency: p99, or means where a series has no single requests. */
import type { RunResult } from '../../src/core/result.js'
import { counted, duration, latency, latencyChange } from '../figures.js'
import type { Runs } from '../run.js'
import type { Statement } from '../statement.js'
import { strong, type Text } from '../text.js'

export function latencies(runs: Runs): Statement {
  const { judged, baseline } = runs
  const own = judged.result.latencyUs.all
  const base = baseline?.result.latencyUs.all ?? null
  const isSeries = own.p99 === null
  const name = isSeries ? 'Mean latency' : 'p99'
  const after = isSeries ? own.mean : own.p99
  const before = base === null ? null : isSeries ? base.mean : base.p99
  const why = isSeries && judged.result.grain === 'series' ? ' (a series has no percentiles)' : ''
  const isWorse = before !== null && after !== null && after > before * 1.05
  const isBetter = before !== null && after !== null && after * 1.05 < before
  return {
    topic: 'latency',
    mark: isWorse ? 'bad' : isBetter ? 'good' : 'plain',
    text: [
      `${name} over all volumes `,
      strong(base === null ? latency(after) : latencyChange(before, after)),
      `${why}.`,
      ...lost(judged.result),
      ...objectives(judged.result, baseline?.result ?? null),
    ],
  }
}

function lost(result: RunResult): Text {
  if (result.lostRequests === 0) return []
  const words = counted(result.lostRequests, 'request was lost', 'requests were lost')
  return [' ', strong(words), ': no healthy replica, or a wait past the I/O timeout.']
}

function objectives(result: RunResult, baseline: RunResult | null): Text {
  const own = result.sloViolationMinutes
  if (own === null) return []
  const base = baseline?.sloViolationMinutes ?? null
  const before = base === null ? '' : `, against ${duration(base * 60_000_000)} before`
  const said = own === 0 ? 'was never missed' : `was missed for ${duration(own * 60_000_000)}`
  return [` The latency objective ${said}${before}, all pools taken together.`]
}
