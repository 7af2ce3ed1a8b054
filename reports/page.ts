/**
 * report.html: one file that opens offline, without scripts. Its bytes depend on the run alone:
 * nothing of the machine, the clock or the locale is in it.
 */
import { codingSection } from './page/coding.js'
import { comparison } from './page/comparison.js'
import { dataTable } from './page/data-table.js'
import { decisionsByReason } from './page/decisions.js'
import { firstScreen, headline, whatToChange } from './page/first-screen.js'
import { heatDistribution } from './page/heat-distribution.js'
import { type Html, html, trusted } from './page/html.js'
import { latencyChart } from './page/latency-chart.js'
import { moneyChart } from './page/money-chart.js'
import { provenance } from './page/provenance.js'
import { style } from './page/style.js'
import { tierCharts } from './page/tier-charts.js'
import { tierShares } from './page/tier-shares.js'
import { tradeOff } from './page/trade-off.js'
import { volumeLinks, volumes } from './page/volumes.js'
import { type ReportInput, type Runs, runsOf } from './run.js'
import { tables } from './tables.js'

export function reportPage(input: ReportInput): string {
  const runs = runsOf(input)
  const links = volumeLinks(runs.judged)
  const found = tables(input)
  const coded = codingSection(input)
  const parts = coded === null ? found : [{ id: 'coding', title: 'Coding' }, ...found]
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="description" content="${headline(input)}">
<title>${input.document.scenario} – CoucheStor</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#charts">Skip to the charts</a>
<header>
${firstScreen(input)}
${contents(parts.map(({ id, title }) => ({ id, title })))}
</header>
<main>
${whatToChange(input)}
${charts(runs)}
${coded}
${comparison(runs)}
${found.map(table => dataTable(table, links))}
${decisions(runs)}
${volumes(runs.judged)}
${provenance(input, runs)}
</main>
<footer>Made by CoucheStor ${input.document.couchestor}. The rows behind this page are in
the Parquet files beside it; README.md tells their columns.</footer>
</body>
</html>
`
  return page.markup
}

function contents(found: readonly { readonly id: string; readonly title: string }[]): Html {
  const links = [
    { id: 'advice', title: 'What to change' },
    { id: 'charts', title: 'Charts' },
    { id: 'comparison', title: 'All runs' },
    ...found,
    { id: 'volumes', title: 'Volumes' },
    { id: 'provenance', title: 'Where the figures come from' },
  ]
  return html`<nav aria-label="Parts of this page">${links.map(
    link => html`<a href="#${link.id}">${link.title}</a>`,
  )}</nav>`
}

function charts(runs: Runs): Html {
  return html`<section id="charts" aria-labelledby="charts-h">
<h2 id="charts-h">What happened</h2>
<p>Of the run ${runs.judged.result.name}, unless a chart says otherwise. Times are UTC.</p>
<div class="charts">
${heatDistribution(runs.judged)}${tierShares(runs.judged)}${tierCharts(runs)}
${latencyChart(runs.all)}${moneyChart(runs.all)}${tradeOff(runs)}
</div>
</section>
`
}

function decisions(runs: Runs): Html | null {
  const table = decisionsByReason(runs.judged)
  return table.rows.length === 0 ? null : dataTable(table, new Map())
}
