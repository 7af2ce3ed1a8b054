/** All runs side by side, and what the policy changed against the first baseline. */
import { tiers } from '../../src/core/model.js'
import type { RunResult } from '../../src/core/result.js'
import { bytes, change, count, duration, latency, missing, money } from '../figures.js'
import { type Runs, shortName } from '../run.js'
import { repairTraffic } from '../runs-table.js'
import { type Html, html } from './html.js'

interface Row {
  readonly title: string
  readonly value: (result: RunResult) => number | null
  readonly text: (value: number, result: RunResult) => string
  /** Whether less of it is good; null where it is neither. */
  readonly lessIsGood: boolean | null
}

const inMoney = (value: number, result: RunResult): string =>
  money(value, result.cost?.currency ?? '')

const row = (
  title: string,
  value: Row['value'],
  text: Row['text'],
  lessIsGood: boolean | null = true,
): Row => ({ title, value, text, lessIsGood })

const rows: readonly Row[] = [
  row('Cost a month', one => one.cost?.perMonth ?? null, inMoney),
  row('Storage, whole run', one => one.cost?.storage ?? null, inMoney),
  row('Access, whole run', one => one.cost?.access ?? null, inMoney),
  row('Moving, whole run', one => one.cost?.migration ?? null, inMoney),
  row('Mean latency', one => one.latencyUs.all.mean, latency),
  row('p50', one => one.latencyUs.all.p50, latency),
  row('p99', one => one.latencyUs.all.p99, latency),
  row('p99.9', one => one.latencyUs.all.p999, latency),
  ...tiers.map(tier => row(`p99 on ${tier}`, one => one.latencyUs[tier].p99, latency)),
  row('Requests served', one => one.servedRequests, count, null),
  row('Requests lost', one => one.lostRequests, count),
  row('Pools overloaded', one => one.overloadedMinutes, minutes),
  row('Objective missed', one => one.sloViolationMinutes, minutes),
  row('Moves completed', one => one.migrations.completed, count, null),
  row('Moves failed', one => one.migrations.failed, count),
  row('Rolled back', one => one.migrations.rolledBack, count),
  row('Reversed within 48 h', one => one.migrations.reversedWithin48h, count),
  row('Bytes moved', one => one.migrations.movedBytes, bytes, null),
  ...tiers.map(tier => row(`Freed on ${tier}`, one => one.capacityFreedBytes[tier], bytes, null)),
  row('Coded volumes', one => one.erasureCoding?.volumes ?? null, count, null),
  row('Coded bytes, raw', one => one.erasureCoding?.codedBytes ?? null, bytes, null),
  row(
    'Coding saves a month',
    one => one.erasureCoding?.savings.money?.perMonth ?? null,
    inMoney,
    false,
  ),
  row('Repair traffic', one => repairTraffic(one) || null, bytes),
  row('Degraded reads', one => one.erasureCoding?.degradedReads ?? null, count),
  row('Against the lower bound', one => one.lowerBound?.ratio ?? null, ratio),
]

export function comparison(runs: Runs): Html {
  const results = runs.all.map(run => run.result)
  const shown = rows.filter(one => results.some(result => one.value(result) !== null))
  const { baseline } = runs
  const [first, ...others] = results.map(
    result => html`<th scope="col" class="number">${shortName(result.name)}</th>`,
  )
  const head = baseline === null ? null : html`<th scope="col">Against ${baseline.result.name}</th>`
  return html`<section id="comparison" aria-labelledby="comparison-h">
<h2 id="comparison-h">All runs side by side</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="comparison-h"><table>
<thead><tr><th scope="col">Figure</th>${first}${head}${others}</tr></thead>
<tbody>${shown.map(one => line(one, runs))}</tbody>
</table></div>
</section>
`
}

function line(one: Row, runs: Runs): Html {
  const cells = runs.all.map(({ result }) => {
    const value = one.value(result)
    const text = value === null ? missing : one.text(value, result)
    return html`<td class="number">${text}</td>`
  })
  const [own, ...others] = cells
  const changed = runs.baseline === null ? null : html`<td>${difference(one, runs)}</td>`
  return html`<tr><th scope="row">${one.title}</th>${own}${changed}${others}</tr>
`
}

/** Better or worse in a word, so that color is not all there is. */
function difference(one: Row, runs: Runs): Html {
  const own = one.value(runs.judged.result)
  const base = runs.baseline === null ? null : one.value(runs.baseline.result)
  const percent = change(base, own)
  if (own === null || base === null || percent === null || own === base) return html``
  if (one.lessIsGood === null) return html`${percent}`
  const isGood = own < base === one.lessIsGood
  return isGood
    ? html`<span class="good">${percent} better</span>`
    : html`<span class="bad">${percent} worse</span>`
}

function minutes(value: number): string {
  return duration(value * 60_000_000)
}

function ratio(value: number): string {
  return `× ${value.toFixed(2)}`
}
