/** Every volume by name; a row opens its heat against the watermarks, with its decisions. */
import { tiers } from '../../src/core/model.js'
import type { DecisionRow, RunDetail, VolumeSummary } from '../../src/core/result.js'
import { bytes, count, counted, instant, latency } from '../figures.js'
import { says } from '../reason-text.js'
import type { Run } from '../run.js'
import { quoted } from '../terminal.js'
import { type Html, html } from './html.js'
import { byInterest, mostDrawn } from './interesting.js'
import { type Mark, marksOf } from './marks.js'
import { volumeChart } from './volume-chart.js'

/** Decisions that a row shows; all are in decisions.parquet. */
const mostDecisions = 30

export function volumes(run: Run): Html {
  const { detail } = run
  const order = byInterest(run.result, detail)
  const drawn = order.slice(0, mostDrawn)
  const decisions = byVolume(detail.decisions)
  const columns = new Map(detail.volumeSeries.volumes.map((name, column) => [name, column]))
  return html`<section id="volumes" aria-labelledby="volumes-h">
<h2 id="volumes-h">Volumes and their decisions</h2>
<p>The most telling first. A row opens the volume’s heat against the watermarks,
the tier it stood on, and what was decided. Times are UTC.</p>
<div class="volumes">${drawn.map(index => volumeRow(detail, index, decisions, columns))}</div>
${others(order.slice(mostDrawn).map(index => detail.volumes[index].volume))}
</section>
`
}

/** Where links of tables go; null for a volume that is not drawn. */
export function volumeLinks(run: Run): ReadonlyMap<string, string> {
  const drawn = byInterest(run.result, run.detail).slice(0, mostDrawn)
  return new Map(drawn.map(index => [run.detail.volumes[index].volume, `#v${index}`]))
}

function byVolume(rows: readonly DecisionRow[]): ReadonlyMap<string, readonly DecisionRow[]> {
  const found = new Map<string, DecisionRow[]>()
  for (const row of rows) {
    const own = found.get(row.volume)
    if (own === undefined) found.set(row.volume, [row])
    else own.push(row)
  }
  return found
}

function volumeRow(
  detail: RunDetail,
  index: number,
  decisions: ReadonlyMap<string, readonly DecisionRow[]>,
  columns: ReadonlyMap<string, number>,
): Html {
  const volume = detail.volumes[index]
  const own = decisions.get(volume.volume) ?? []
  const last = own[own.length - 1]
  const column = columns.get(volume.volume)
  const marks = marksOf(detail.policies.find(one => one.name === last?.policy))
  const chart = column === undefined ? null : drawing(detail, volume, index, column, marks)
  const held = html` <span class="blocked">${last?.reason ?? ''}</span>`
  return html`<details><summary><span class="volume">${volume.volume}</span>
<span class="facts">${facts(volume)}</span>${last?.verdict === 'blocked' ? held : null}</summary>
<div class="opened" id="v${index}">${chart}${decisionTable(volume.volume, own)}</div></details>
`
}

function facts(volume: VolumeSummary): string {
  const mean = volume.requests === 0 ? null : volume.latencySumUs / volume.requests
  const figures = volume.p99Us === null ? `mean ${latency(mean)}` : `p99 ${latency(volume.p99Us)}`
  const moves =
    volume.migrations === 0 ? 'never moved' : counted(volume.migrations, 'move', 'moves')
  return `${bytes(volume.sizeBytes)} on ${volume.finalTier} · ${moves} · ${figures}`
}

function drawing(
  detail: RunDetail,
  volume: VolumeSummary,
  index: number,
  column: number,
  marks: readonly Mark[],
): Html {
  const at = detail.volumeSeries
  const cells = at.volumes.length
  let highest = -1
  const stays = tiers.map(() => 0)
  at.atUs.forEach((_, row) => {
    const heat = at.heatIops[row * cells + column]
    if (heat > highest) highest = heat
    const tier = at.tier[row * cells + column]
    if (tier < stays.length) stays[tier] += 1
  })
  const stood = tiers.flatMap((tier, code) =>
    stays[code] === 0 ? [] : [`${Math.round((stays[code] * 100) / at.atUs.length)} % on ${tier}`],
  )
  const peak =
    highest < 0 ? 'Its heat was never known' : `Its heat peaked at ${count(highest)} IOPS`
  const against = marks.map(mark => `${mark.name} ${count(mark.iops)}`).join(', ')
  const marked = against === '' ? '' : ` against the marks ${against}`
  const sentence = `${peak}${marked}; it stood ${stood.join(', ')}.`
  const title = `Heat and tier of ${volume.volume}`
  return html`<p>${sentence}</p>${volumeChart(`c${index}`, at, column, marks, { title, sentence })}`
}

function decisionTable(volume: string, rows: readonly DecisionRow[]): Html {
  if (rows.length === 0) return html`<p>No policy decided about it.</p>`
  const shown = rows.slice(-mostDecisions)
  const earlier = rows.length - shown.length
  const part = earlier === 0 ? '' : `, the last ${shown.length} of ${rows.length}`
  const heads = ['Time', 'Decision', 'Why'].map(head => html`<th scope="col">${head}</th>`)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Decisions about ${volume}">
<table><caption>Decisions about ${volume}${part}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${shown.map(decisionRow)}</tbody></table></div>`
}

function decisionRow(row: DecisionRow): Html {
  const time = html`<th scope="row">${instant(row.atUs)}</th>`
  return html`<tr>${time}<td>${verdictOf(row)}</td><td>${says(row)}</td></tr>
`
}

function verdictOf(row: DecisionRow): string {
  if (row.verdict === 'stay') return `stay on ${row.from}`
  if (row.verdict === 'move') return `move ${row.from} → ${row.to ?? ''}`
  return row.to === null ? 'blocked' : `blocked ${row.from} → ${row.to}`
}

function others(names: readonly string[]): Html | null {
  const [first] = names
  if (first === undefined) return null
  const number = counted(names.length, 'other volume', 'other volumes')
  const command = html`<code>couchestor explain ${quoted(first)} --in .</code>`
  return html`<details class="others"><summary>${number}, not drawn here</summary>
<div class="opened"><p>${command} in this directory tells of each of them.</p>
<ul class="names">${names.map(name => html`<li>${name}</li>`)}</ul></div></details>`
}
