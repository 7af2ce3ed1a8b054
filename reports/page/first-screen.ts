/** The first screen: the verdict in words, and what to change. */
import { advice } from '../advice.js'
import { date, duration } from '../figures.js'
import { type ReportInput, runsOf, spanOf } from '../run.js'
import { type Statement, topicTitles } from '../statement.js'
import { plain, type Text } from '../text.js'
import { verdict } from '../verdict.js'
import { type Html, html } from './html.js'

/** The statement that the page is headed by: a broken law, else what the policy costs. */
export function headline(input: ReportInput): string {
  const [first] = verdict(input)
  return plain(first.text)
}

export function firstScreen(input: ReportInput): Html {
  const [first, ...rest] = verdict(input)
  return html`<p class="eyebrow">${subject(input)}</p>
<h1>${words(first)}</h1>
<dl class="verdict">${rest.map(line)}</dl>
`
}

export function whatToChange(input: ReportInput): Html {
  const found = advice(input)
  const none = html`<p>Nothing that the run speaks for.</p>`
  return html`<section id="advice" aria-labelledby="advice-h">
<h2 id="advice-h">What to change</h2>
${
  found.length === 0
    ? none
    : html`<p>Each with the flag to try on the same scenario.</p><ol class="advice">${found.map(
        one => html`<li><h3>${one.title}</h3><p>${one.why}</p>${one.flags.map(code)}</li>`,
      )}</ol>`
}
</section>
`
}

/** A long setting breaks after a point, never within a word. */
function code(flag: string): Html {
  const [first, ...rest] = flag.split('.')
  return html`<code>${first}${rest.map(part => html`.<wbr>${part}`)}</code>`
}

function subject(input: ReportInput): string {
  const { beginUs, endUs } = spanOf(runsOf(input).judged.detail)
  const about = `${input.document.scenario} · ${duration(endUs - beginUs)} from ${date(beginUs)}`
  return input.description === '' ? about : `${about} · ${input.description}`
}

/** A mark for the eye, a word for the ear. */
function mark(statement: Statement): Html | null {
  if (statement.mark === 'plain') return null
  const [sign, word] = statement.mark === 'good' ? ['✓', 'Good'] : ['!', 'Attention']
  return html`<span class="mark ${statement.mark}" aria-hidden="true">${sign}</span><span
class="unseen">${word}: </span>`
}

function line(statement: Statement): Html {
  const title = html`${mark(statement)}${topicTitles[statement.topic]}`
  return html`<div><dt>${title}</dt><dd>${texts(statement.text)}</dd></div>
`
}

/** Good and bad news of the headline in color, beside the words that say it. */
function words(statement: Statement): Html {
  return html`${statement.text.map(part =>
    typeof part === 'string'
      ? unbroken(part)
      : html`<span class="${statement.mark}">${unbroken(part.strong)}</span>`,
  )}`
}

function texts(text: Text): Html {
  return html`${text.map(part =>
    typeof part === 'string' ? unbroken(part) : html`<strong>${unbroken(part.strong)}</strong>`,
  )}`
}

/** A figure and its unit stay on one line. */
function unbroken(words: string): string {
  return words.replace(/(\d) (?=(?:%|[µm]?s|h|min|days|[KMGTPE]iB|B|IOPS)(?!\w))/g, '$1\u00a0')
}
