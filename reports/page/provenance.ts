/**
 * Where the figures come from: program, seed, scenario, hashes, and every assumption with its
 * source.
 */
import { count, instant } from '../figures.js'
import { type ReportInput, type Runs, spanOf } from '../run.js'
import { type Html, html } from './html.js'

export function provenance(input: ReportInput, runs: Runs): Html {
  const { document } = input
  const { beginUs, endUs } = spanOf(runs.judged.detail)
  const { trace } = document
  const facts: readonly (readonly [string, string])[] = [
    ['Program', `CoucheStor ${document.couchestor}, ${document.schema}`],
    ['Scenario', document.scenario],
    ['Seed', String(document.seed)],
    ['Time', `${instant(beginUs)} to ${instant(endUs)} UTC`],
    ['Trace', `${count(trace.requests)} requests of ${count(trace.volumes)} volumes`],
    ['Grain', runs.judged.result.grain],
    ...runs.all.map(run => [`History of ${run.result.name}`, run.result.historyHash] as const),
    ['Laws', laws(runs)],
  ]
  return html`<section id="provenance" aria-labelledby="provenance-h">
<h2 id="provenance-h">Where the figures come from</h2>
<dl class="facts-list">${facts.map(
    ([name, text]) => html`<div><dt>${name}</dt><dd>${text}</dd></div>`,
  )}</dl>
${assumptions(input)}
</section>
`
}

function laws(runs: Runs): string {
  const { checked, violations } = runs.judged.result.laws
  if (checked === 0 && violations.length === 0) return 'not watched in this run'
  const broken = violations.map(one => `law ${one.law} at ${instant(one.atUs)}: ${one.text}`)
  return `${count(checked)} checks, ${broken.length === 0 ? 'none broken' : broken.join('; ')}`
}

function assumptions(input: ReportInput): Html | null {
  const rows = input.document.assumptions
  if (rows.length === 0) return null
  const heads = ['Assumption', 'Value', 'Source'].map(head => html`<th scope="col">${head}</th>`)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Assumptions">
<table><caption>Assumptions</caption>
<thead><tr>${heads}</tr></thead>
<tbody>${rows.map(
    one => html`<tr><th scope="row">${one.name}</th><td>${one.value}</td><td>${one.source}</td></tr>
`,
  )}</tbody></table></div>`
}
