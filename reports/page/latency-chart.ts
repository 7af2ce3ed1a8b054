/** Latency by tier and run: from the median to p99 on one logarithmic axis, or the mean alone. */
import { tiers } from '../../src/core/model.js'
import type { LatencySummary } from '../../src/core/result.js'
import { latency } from '../figures.js'
import { type Run, shortName } from '../run.js'
import { figure } from './figure.js'
import { type Html, html } from './html.js'
import { decadeAbove, decadeBelow, decades, logarithmic, place, type Scale } from './scale.js'

const width = 480
const left = 52
const right = 440
const lineHeight = 22
const groupGap = 8
const headHeight = 18

interface Span {
  readonly label: string
  readonly tone: string
  readonly low: number
  readonly high: number
}

interface Group {
  readonly name: string
  readonly spans: readonly Span[]
}

export function latencyChart(runs: readonly Run[]): Html {
  const groups = groupsOf(runs)
  const all = groups.flatMap(group => group.spans)
  if (all.length === 0) return html``
  const isMean = all.every(span => span.low === span.high)
  const told = groups.map(group => group.spans.map(span => spoken(group.name, span)).join(', '))
  return figure({
    id: 'latency',
    title: 'Latency by tier',
    sentence: isMean
      ? 'Mean latency of each tier in each run; a series has no percentiles.'
      : 'From the median (hollow) to p99 (full), each tier in each run.',
    figures: `${told.join('; ')}.`,
    drawing: drawing(groups),
  })
}

function spoken(name: string, span: Span): string {
  const figures =
    span.low === span.high ? latency(span.high) : `${latency(span.low)} to ${latency(span.high)}`
  return `${name} ${span.label} ${figures}`
}

function groupsOf(runs: readonly Run[]): readonly Group[] {
  const groups = runs.map(run => ({
    name: run.result.name,
    spans: (['all', ...tiers] as const).flatMap(tier => {
      const span = spanOf(run.result.latencyUs[tier])
      return span === null ? [] : [{ ...span, label: tier, tone: tier }]
    }),
  }))
  return groups.filter(group => group.spans.length > 0)
}

function spanOf(summary: LatencySummary): { readonly low: number; readonly high: number } | null {
  if (summary.p50 !== null && summary.p99 !== null) return { low: summary.p50, high: summary.p99 }
  return summary.mean === null ? null : { low: summary.mean, high: summary.mean }
}

function drawing(groups: readonly Group[]) {
  const all = groups.flatMap(group => group.spans)
  const least = decadeBelow(Math.max(1, Math.min(...all.map(span => span.low))))
  const most = Math.max(least * 10, decadeAbove(Math.max(...all.map(span => span.high))))
  const x = logarithmic(least, most, left, right)
  let top = 6
  const drawn = groups.map(group => {
    const begin = top
    top += group.spans.length * lineHeight + headHeight + groupGap
    return html`<text class="name" x="0" y="${begin + 13}">${shortName(group.name)}</text>${group.spans.map(
      (span, index) => line(span, x, begin + headHeight + index * lineHeight + 11),
    )}`
  })
  const bottom = top - groupGap + 4
  const ticks = decades(least, most).map(
    tick =>
      html`<path class="grid" d="M${place(x(tick))} 0V${bottom}"/><text x="${place(x(tick))}" y="${bottom + 16}" text-anchor="middle">${latency(tick)}</text>`,
  )
  return { width, height: bottom + 24, marks: html`${ticks}${drawn}` }
}

/** A hollow dot for the median, a full one for p99. */
function line(span: Span, x: Scale, y: number): Html {
  const from = place(x(span.low))
  const to = place(x(span.high))
  const isFarRight = x(span.high) > right - 40
  const at = isFarRight ? x(span.low) - 8 : x(span.high) + 8
  const anchor = isFarRight ? 'end' : 'start'
  return html`<text x="${left - 10}" y="${y + 4}" text-anchor="end">${span.label}</text><path class="span ${span.tone}" d="M${from} ${y}H${to}"/>${
    span.low === span.high
      ? null
      : html`<circle class="hollow ${span.tone}" cx="${from}" cy="${y}" r="4"/>`
  }<circle class="fill ${span.tone}" cx="${to}" cy="${y}" r="4"/><text class="note" x="${place(at)}" y="${y + 4}" text-anchor="${anchor}">${latency(span.high)}</text>`
}
