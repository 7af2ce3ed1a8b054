/**
 * Money by kind, a month, for each run: what is stored, what is read and written, what is moved.
 */
import type { Cost } from '../../src/core/result.js'
import { money } from '../figures.js'
import { type Run, shortName } from '../run.js'
import { figure } from './figure.js'
import { type Html, html } from './html.js'
import { linear, place } from './scale.js'
import { drawn, label, path } from './shapes.js'

const width = 480
const left = 0
const right = 472
const barTop = 22
const barHeight = 20
const pitch = 74

const kinds = ['storage', 'access', 'migration'] as const

interface Bar {
  readonly name: string
  readonly cost: Cost
  readonly parts: readonly { readonly kind: (typeof kinds)[number]; readonly perMonth: number }[]
}

export function moneyChart(runs: readonly Run[]): Html {
  const bars = runs.flatMap(run => {
    const { cost, name } = run.result
    return cost === null ? [] : [{ name, cost, parts: partsOf(cost) }]
  })
  const [first] = bars
  const most = bars.reduce((top, bar) => Math.max(top, bar.cost.perMonth), 0)
  if (first === undefined || most <= 0) return html``
  const told = bars.map(
    bar => `${shortName(bar.name)} ${money(bar.cost.perMonth, bar.cost.currency)}`,
  )
  const model =
    first.cost.model === 'owned'
      ? ' The hardware is bought: it is paid for, used or not.'
      : ' Rented bytes, copies included.'
  return figure({
    id: 'money',
    title: 'Money by kind, a month',
    sentence: `${told.join(', ')}.${model} Prices as of ${first.cost.asOf}.`,
    drawing: {
      width,
      height: bars.length * pitch - 10,
      marks: html`${bars.map((bar, index) => drawBar(bar, most, index * pitch))}`,
    },
  })
}

/** The parts are of the whole run; a month has them in the same proportion. */
function partsOf(cost: Cost): Bar['parts'] {
  return kinds.map(kind => ({
    kind,
    perMonth: cost.total > 0 ? (cost[kind] / cost.total) * cost.perMonth : 0,
  }))
}

function drawBar(bar: Bar, most: number, top: number): Html {
  const x = linear(0, most, 0, right - left)
  let from = left
  const shapes = bar.parts.map(part => {
    const length = x(part.perMonth)
    const inner = Math.max(0, length - 1)
    const outline = `M${place(from)} ${top + barTop}h${place(inner)}v${barHeight}h${place(-inner)}Z`
    from += length
    return part.perMonth > 0 ? path(`part ${part.kind}`, outline) : null
  })
  const { currency, perMonth } = bar.cost
  const told = bar.parts
    .filter(part => part.perMonth > 0)
    .map(part => `${part.kind} ${money(part.perMonth, currency)}`)
  return drawn(
    label(left, top + 15, shortName(bar.name), { kind: 'name' }),
    label(right, top + 15, money(perMonth, currency), { kind: 'note', anchor: 'end' }),
    shapes,
    label(left, top + barTop + barHeight + 15, told.join(' · ')),
  )
}
