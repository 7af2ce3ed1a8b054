/** Latency by tier and run: from the median to p99 on one logarithmic axis, or the mean alone. */
import { tiers } from '../../src/core/model.js'
import type { LatencySummary } from '../../src/core/result.js'
import { latency } from '../figures.js'
import { type Run, shortName } from '../run.js'
import { figure } from './figure.js'
import { type Html, html } from './html.js'
import { decadeAbove, decadeBelow, decades, logarithmic, type Scale } from './scale.js'
import { dot, drawn, horizontal, label, vertical } from './shapes.js'

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
  const lines = groups.map(group => {
    const begin = top
    top += group.spans.length * lineHeight + headHeight + groupGap
    const spans = group.spans.map((span, index) =>
      line(span, x, begin + headHeight + index * lineHeight + 11),
    )
    return drawn(label(0, begin + 13, shortName(group.name), { kind: 'name' }), spans)
  })
  const bottom = top - groupGap + 4
  const ticks = decades(least, most).map(tick =>
    drawn(
      vertical('grid', x(tick), 0, bottom),
      label(x(tick), bottom + 16, latency(tick), { anchor: 'middle' }),
    ),
  )
  return { width, height: bottom + 24, marks: drawn(ticks, lines) }
}

/** A hollow dot for the median, a full one for p99. */
function line(span: Span, x: Scale, y: number): Html {
  const from = x(span.low)
  const to = x(span.high)
  const isFarRight = to > right - 40
  const at = isFarRight ? from - 8 : to + 8
  const anchor = isFarRight ? 'end' : 'start'
  return drawn(
    label(left - 10, y + 4, span.label, { anchor: 'end' }),
    horizontal(`span ${span.tone}`, y, from, to),
    span.low === span.high ? null : dot(`hollow ${span.tone}`, from, y, 4),
    dot(`fill ${span.tone}`, to, y, 4),
    label(at, y + 4, latency(span.high), { kind: 'note', anchor }),
  )
}
