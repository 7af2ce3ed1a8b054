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
  type Scale,
} from './scale.js'
import { dot, drawn, horizontal, label, vertical } from './shapes.js'

const width = 480
const left = 66
const right = 472
const top = 14
const bottom = 210
/** Dots at the lowest value stand clear of the axis. */
const inset = 12
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
    sentence: [
      `Each run by its cost a month and its ${isMean ? 'mean latency' : 'p99'}:`,
      'down and to the left is better. Hollow: what the policy is set against.',
    ].join(' '),
    figures: `${told.join('; ')}.`,
    drawing: { width, height: bottom + 42, marks: drawDots(dots, currency, isMean) },
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

function drawDots(dots: readonly Dot[], currency: string, isMean: boolean): Html {
  const { x, ticks: instants } = latencyAxis(dots.map(one => one.us))
  const costs = dots.map(one => one.perMonth)
  const highest = niceAbove(Math.max(...costs) * 1.02)
  const lowest = floorOf(Math.min(...costs), highest)
  const y = linear(lowest, highest, bottom, top)
  const ticks = instants.map((tick, index) => {
    const anchor = index === instants.length - 1 ? 'end' : 'middle'
    const below = label(x(tick), bottom + 16, latency(tick), { anchor })
    return drawn(vertical('grid', x(tick), top, bottom), below)
  })
  const end = { anchor: 'end' } as const
  return drawn(
    ticks,
    horizontal('axis', bottom, left, right),
    label(left - 6, top + 10, money(highest, currency), end),
    label(left - 6, bottom, money(lowest, currency), end),
    label(right, bottom + 34, isMean ? 'mean latency' : 'p99', end),
    label(left, top - 3, 'a month', { kind: 'note' }),
    placed(dots.map(run => ({ run, x: x(run.us), y: y(run.perMonth) }))).map(drawDot),
  )
}

/** Runs that are alike are told apart on a plain axis, others by powers of ten. */
function latencyAxis(valuesUs: readonly number[]): {
  readonly x: Scale
  readonly ticks: readonly number[]
} {
  const lowest = Math.max(1, Math.min(...valuesUs))
  const highest = Math.max(1, ...valuesUs)
  if (highest < 5 * lowest) {
    const most = niceAbove(highest * 1.02)
    const least = floorOf(lowest, most)
    const middle = (least + most) / 2
    return { x: linear(least, most, left + inset, right), ticks: [least, middle, most] }
  }
  const least = decadeBelow(lowest)
  const most = decadeAbove(highest)
  return { x: logarithmic(least, most, left + inset, right), ticks: decades(least, most) }
}

/** Where an axis begins: at nothing, or halfway up when all values are in the upper half. */
function floorOf(lowest: number, highest: number): number {
  if (lowest >= 0.75 * highest) return 0.7 * highest
  return lowest >= 0.55 * highest ? highest / 2 : 0
}

function drawDot({ run, x, y, labelY }: Placed): Html {
  const mark = dot(run.isBaseline ? 'hollow all' : 'fill all', x, y, 5)
  const isFarRight = x > (left + right) / 2
  const name = isFarRight
    ? label(x - 10, labelY, run.name, { kind: 'note', anchor: 'end' })
    : label(x + 10, labelY, run.name, { kind: 'note' })
  return drawn(mark, name)
}

interface Placed {
  readonly run: Dot
  readonly x: number
  readonly y: number
  readonly labelY: number
}

/** From the bottom up, each label at its dot or a line above the one below it. */
function placed(
  dots: readonly { readonly run: Dot; readonly x: number; readonly y: number }[],
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
