/** An axis of time: few ticks at round instants, UTC. */
import { dayUs, hourUs, instant } from '../figures.js'
import { type Html, html } from './html.js'
import { linear, type Scale } from './scale.js'
import { drawn, label, vertical } from './shapes.js'

const stepsUs = [
  hourUs / 60,
  hourUs / 12,
  hourUs / 4,
  hourUs,
  3 * hourUs,
  6 * hourUs,
  12 * hourUs,
  dayUs,
  2 * dayUs,
  4 * dayUs,
  7 * dayUs,
  14 * dayUs,
  28 * dayUs,
  91 * dayUs,
  364 * dayUs,
]

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

export interface TimeAxis {
  readonly beginUs: number
  readonly endUs: number
  readonly left: number
  readonly right: number
}

export function timeScale(axis: TimeAxis): Scale {
  return linear(axis.beginUs, axis.endUs, axis.left, axis.right)
}

/** Tick lines from `top` to `bottom`, with their labels below. */
export function timeAxis(axis: TimeAxis, top: number, bottom: number): Html {
  const at = timeScale(axis)
  const ticks = ticksOf(axis.beginUs, axis.endUs)
  const isDays = axis.endUs - axis.beginUs >= 3 * dayUs
  return html`${ticks.map(tick => {
    const x = at(tick)
    const text = isDays ? dayLabel(tick) : instant(tick).slice(11)
    const below = label(x, bottom + 16, text, { anchor: anchor(x, axis) })
    return drawn(vertical('grid', x, top, bottom), below)
  })}`
}

function ticksOf(beginUs: number, endUs: number): readonly number[] {
  const length = endUs - beginUs
  if (length <= 0) return [beginUs]
  const step = stepsUs.find(one => length / one <= 5) ?? Math.ceil(length / 4)
  const ticks: number[] = []
  for (let tick = Math.ceil(beginUs / step) * step; tick <= endUs; tick += step) ticks.push(tick)
  return ticks
}

function dayLabel(atUs: number): string {
  const day = instant(atUs)
  return `${Number(day.slice(8, 10))} ${months[Number(day.slice(5, 7)) - 1] ?? ''}`
}

/** Labels at the edges stay inside. */
function anchor(x: number, axis: TimeAxis): 'start' | 'middle' | 'end' {
  if (x < axis.left + 14) return 'start'
  return x > axis.right - 14 ? 'end' : 'middle'
}
