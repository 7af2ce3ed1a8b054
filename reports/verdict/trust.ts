/** How far to trust a run: whether heat was known, where the device figures come from, overload. */
import type { RunResult } from '../../src/core/result.js'
import { knownHeatShare } from '../evidence/waits.js'
import { counted, duration, latency, share } from '../figures.js'
import { type ReportInput, runsOf } from '../run.js'
import type { Statement } from '../statement.js'
import { listed, type Text } from '../text.js'

export function trust(input: ReportInput): Statement {
  const { result, detail } = runsOf(input).judged
  const known = knownHeatShare(detail)
  const isThin = known !== null && known < 0.98
  const overloadedUs = result.overloadedMinutes * 60_000_000
  const text: Text = [
    known === null
      ? ''
      : `heat was known ${known === 1 ? 'throughout' : `${share(known)} of the time`}; `,
    `${devices(input)}; `,
    overloadedUs === 0
      ? 'no pool was overloaded.'
      : `pools were overloaded for ${duration(overloadedUs)} in all, their latencies kept apart.`,
    grain(result),
    recorded(input),
    ...conditions(result),
  ]
  return { topic: 'trust', mark: isThin || overloadedUs > 0 ? 'bad' : 'plain', text: capital(text) }
}

/** A condition that does not hold, in the words of what is wrong. */
const wrong: Readonly<Record<string, string>> = {
  MetricsAvailable: 'metrics unavailable',
  WatermarksReachable: 'watermark unreachable',
  PoolsDistinct: 'pools in two tiers',
  PoolLabelsAgree: 'pool labels disagree',
  VersionKnown: 'unknown version',
}

/** Of each condition what was told last. */
function conditions(result: RunResult): readonly string[] {
  const last = new Map(result.conditions.map(one => [one.condition, one.text]))
  return [...last].map(([name, text]) => ` ${capitalized(wrong[name] ?? name)}: ${sentence(text)}`)
}

/** Device figures are presets from data sheets unless the scenario overrides them. */
function devices(input: ReportInput): string {
  const named = input.document.assumptions.filter(one => one.name === 'device')
  const names = named.map(one => String(one.value))
  if (names.length === 0) return 'devices are modelled by their presets'
  const few = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names
  return `devices are modelled from data sheets (${listed(few)})`
}

/**
 * What a series cannot show. The figure is the least of the real traces that were replayed at both
 * grains (test/sim/grain-tiers.test.ts, docs/model.md).
 */
function grain(result: RunResult): string {
  if (result.grain === 'requests') return ''
  return (
    ' Bursts within an interval are not seen in a series: means are flattered; the tiers that' +
    ' volumes want agreed with single requests in over 99 % of rounds of two real traces.'
  )
}

/** Where the trace carries response times, the model stands beside them. */
function recorded(input: ReportInput): string {
  const { result } = runsOf(input).judged
  const own = result.recordedLatencyUs
  if (own === null || own.p50 === null) return ''
  const model = result.latencyUs.all
  const pair = (name: string, seen: number | null, modelled: number | null): string =>
    `${name} ${latency(seen)} recorded, ${latency(modelled)} modelled`
  const times = counted(own.count, 'response time', 'response times')
  const pairs = [pair('p50', own.p50, model.p50), pair('p99', own.p99, model.p99)]
  return ` The trace recorded ${times}: ${pairs.join('; ')}.`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

function capital(text: Text): Text {
  const [first, second, ...rest] = text
  if (typeof first === 'string' && first !== '') return [capitalized(first), second, ...rest]
  return typeof second === 'string' ? [capitalized(second), ...rest] : text
}

function capitalized(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
}
