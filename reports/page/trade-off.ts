/** What each run costs against how slow it is: down and to the left is better. */
import { latency, money } from '../figures.js'
import { type Run, type Runs, shortName } from '../run.js'
import { figure } from './figure.js'
import { type Html, html } from './html.js'
import {
  decadeAbove,
  decadeBelow,
  decades,
  linear,
  logarithmic,
  niceAbove,
  place,
} from './scale.js'

const width = 480
const left = 66
const right = 472
const top = 14
const bottom = 210
/** Fewer runs are compared faster by their figures. */
const leastRuns = 3

interface Dot {
  readonly name: string
  readonly us: number
  readonly perMonth: number
  readonly isBaseline: boolean
}

export function tradeOff(runs: Runs): Html {
  const isMean = runs.all.some(run => run.result.latencyUs.all.p99 === null)
  const dots = runs.all.flatMap((run, index) => dotOf(run, isMean, isBaseline(runs, index)))
  const currency = runs.judged.result.cost?.currency ?? ''
  if (dots.length < leastRuns) return html``
  const told = dots.map(
    dot => `${dot.name} ${money(dot.perMonth, currency)} and ${latency(dot.us)}`,
  )
  return figure({
    id: 'trade-off',
    title: 'Cost against latency',
    sentence: `Each run by its cost a month and its ${isMean ? 'mean latency' : 'p99'}: down and to the left is better. Hollow: what the policy is set against.`,
    figures: `${told.join('; ')}.`,
    drawing: { width, height: bottom + 42, marks: drawn(dots, currency, isMean) },
  })
}

function isBaseline(runs: Runs, index: number): boolean {
  return runs.baseline !== null && index >= runs.all.indexOf(runs.baseline)
}

function dotOf({ result }: Run, isMean: boolean, isBase: boolean): readonly Dot[] {
  const us = isMean ? result.latencyUs.all.mean : result.latencyUs.all.p99
  if (us === null || result.cost === null) return []
  const { perMonth } = result.cost
  return [{ name: shortName(result.name), us, perMonth, isBaseline: isBase }]
}

function drawn(dots: readonly Dot[], currency: string, isMean: boolean): Html {
  const least = decadeBelow(Math.max(1, Math.min(...dots.map(dot => dot.us))))
  const most = Math.max(least * 10, decadeAbove(Math.max(...dots.map(dot => dot.us))))
  const highest = niceAbove(Math.max(...dots.map(dot => dot.perMonth)) * 1.02)
  const x = logarithmic(least, most, left, right)
  const y = linear(0, highest, bottom, top)
  const ticks = decades(least, most).map((tick, index, all) => {
    const anchor = index === all.length - 1 ? 'end' : 'middle'
    return html`<path class="grid" d="M${place(x(tick))} ${top}V${bottom}"/><text x="${place(x(tick))}" y="${bottom + 16}" text-anchor="${anchor}">${latency(tick)}</text>`
  })
  const labels = placed(dots.map(dot => ({ dot, x: x(dot.us), y: y(dot.perMonth) })))
  return html`${ticks}<path class="axis" d="M${left} ${bottom}H${right}"/>
<text x="${left - 6}" y="${top + 10}" text-anchor="end">${money(highest, currency)}</text><text x="${left - 6}" y="${bottom}" text-anchor="end">${money(0, currency)}</text>
<text x="${right}" y="${bottom + 34}" text-anchor="end">${isMean ? 'mean latency' : 'p99'}</text><text class="note" x="${left}" y="${top - 3}">a month</text>
${labels.map(({ dot, x: at, y: height, labelY }) => {
  const isFarRight = at > (left + right) / 2
  const mark = dot.isBaseline ? 'hollow' : 'fill'
  return html`<circle class="${mark} all" cx="${place(at)}" cy="${place(height)}" r="5"/><text class="note" x="${place(isFarRight ? at - 10 : at + 10)}" y="${place(labelY)}" text-anchor="${isFarRight ? 'end' : 'start'}">${dot.name}</text>`
})}`
}

interface Placed {
  readonly dot: Dot
  readonly x: number
  readonly y: number
  readonly labelY: number
}

/** From the bottom up, each label at its dot or a line above the one below it. */
function placed(
  dots: readonly { readonly dot: Dot; readonly x: number; readonly y: number }[],
): readonly Placed[] {
  let ceiling = bottom - 4
  return [...dots]
    .sort((a, b) => b.y - a.y)
    .map(one => {
      const labelY = Math.min(one.y + 4, ceiling)
      ceiling = labelY - 15
      return { ...one, labelY }
    })
}
