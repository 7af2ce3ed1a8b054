/** What coding did: raw bytes by form over time, and codes beside copies. */
import { codesTable } from '../codes-table.js'
import { type ReportInput, runsOf } from '../run.js'
import { dataTable } from './data-table.js'
import { formsChart } from './forms-chart.js'
import { type Html, html } from './html.js'

/** Null where no run names a code. */
export function codingSection(input: ReportInput): Html | null {
  const { judged, all } = runsOf(input)
  if (all.every(run => run.result.erasureCoding === null)) return null
  const table = codesTable(input)
  const chart = judged.result.erasureCoding === null ? null : formsChart(judged)
  return html`<section id="coding" aria-labelledby="coding-h">
<h2 id="coding-h">Coding</h2>
<p>Cold volumes that qualify are kept as shards instead of copies.</p>
${chart}
</section>
${table.rows.length === 0 ? null : dataTable(table, new Map())}`
}
