/**
 * Where the heat of all volumes lies against the watermarks: the share of their time at each heat.
 */
import { type Tier, tiers } from '../../src/core/model.js'
import { tierCodes, type VolumeSeries } from '../../src/core/result.js'
import { count, share, short } from '../figures.js'
import type { Run } from '../run.js'
import { type Figure, figure } from './figure.js'
import { type Html, html } from './html.js'
import { type Mark, marksOf } from './marks.js'
import { decadeAbove, decades, logarithmic, place, type Scale } from './scale.js'
import { drawn, horizontal, label, path, vertical } from './shapes.js'

const width = 480
const left = 46
const right = 472
const marksHeight = 58
const laneHeight = 58
const laneGap = 12
const binsInDecade = 8

interface Distribution {
  readonly most: number
  /** By tier and bin: cells of the series, one volume at one instant. */
  readonly bins: Readonly<Record<Tier, Float64Array>>
  readonly total: number
  readonly below: number
}

export function heatDistribution(run: Run): Html {
  const series = run.detail.volumeSeries
  const marks = marksOf(run.detail.policies[0])
  const distribution = distributionOf(series, marks)
  if (distribution.total === 0) return html``
  return figure(chart(distribution, marks))
}

function chart(distribution: Distribution, marks: readonly Mark[]): Figure {
  return {
    id: 'heat',
    title: 'Heat and the watermarks',
    sentence: [
      'How much time volumes spent at each heat, by the tier they stood on;',
      'each tier’s share of all time stands beside it.',
      ...quiet(distribution, marks[marks.length - 1]),
    ].join(' '),
    drawing: drawing(distribution, marks),
  }
}

function quiet(distribution: Distribution, lowest: Mark | undefined): readonly string[] {
  if (lowest === undefined) return []
  const part = share(distribution.below / distribution.total)
  const mark = `the ${lowest.name} mark of ${count(lowest.iops)} IOPS`
  return [`${part} of all volume time lies at or below ${mark}.`]
}

function distributionOf(series: VolumeSeries, marks: readonly Mark[]): Distribution {
  let most = marks.reduce((top, mark) => Math.max(top, mark.iops), 10)
  for (const heat of series.heatIops) if (heat > most) most = heat
  most = decadeAbove(most)
  const size = decades(1, most).length * binsInDecade
  const bin = logarithmic(1, most, 0, size - binsInDecade)
  const bins = {
    hot: new Float64Array(size),
    warm: new Float64Array(size),
    cold: new Float64Array(size),
  }
  const low = marks[marks.length - 1]?.iops ?? 0
  let total = 0
  let below = 0
  series.heatIops.forEach((heat, cell) => {
    const tier = tiers.find(one => one === tierCodes[series.tier[cell]])
    if (Number.isNaN(heat) || tier === undefined) return
    bins[tier][Math.min(size - binsInDecade - 1, Math.floor(bin(heat)))] += 1
    total += 1
    if (heat <= low) below += 1
  })
  return { most, bins, total, below }
}

function drawing(distribution: Distribution, marks: readonly Mark[]): Drawing {
  const { most, bins, total } = distribution
  const x = logarithmic(1, most, left, right)
  const used = tiers.filter(tier => bins[tier].some(number => number > 0))
  const bottom = marksHeight + used.length * (laneHeight + laneGap) - laneGap
  const lanes = used.map((tier, index) => {
    const top = marksHeight + index * (laneHeight + laneGap)
    const part = bins[tier].reduce((sum, number) => sum + number, 0) / total
    return lane(tier, bins[tier], top, part)
  })
  const ticks = decades(1, most).map(tick => {
    const text = tick === 1 ? '≤ 1' : short(tick)
    const anchor = tick === most ? 'end' : tick === 1 ? 'start' : 'middle'
    return label(x(tick), bottom + 16, text, { anchor })
  })
  const unit = label(right, bottom + 34, 'heat, operations a second', { anchor: 'end' })
  return {
    width,
    height: bottom + 42,
    marks: drawn(lanes, markLines(marks, x, bottom), ticks, unit),
  }
}

type Drawing = Figure['drawing']

/** Bars of one tier on a scale of its own: its share of all time stands beside it. */
function lane(tier: Tier, counts: Float64Array, top: number, part: number): Html {
  const bottom = top + laneHeight
  const highest = counts.reduce((most, number) => Math.max(most, number), 0)
  const shown = counts.length - binsInDecade
  const step = (right - left) / shown
  const bars: string[] = []
  for (let bin = 0; bin < shown; bin++) {
    const height = (counts[bin] / highest) * laneHeight
    if (height <= 0) continue
    const seen = Math.max(1, height)
    bars.push(
      `M${place(left + bin * step + 0.5)} ${bottom}v${place(-seen)}h${place(step - 1)}V${bottom}Z`,
    )
  }
  return drawn(
    label(0, bottom - 14, tier, { kind: 'name' }),
    label(0, bottom, share(part)),
    path(`fill ${tier}`, bars.join('')),
    horizontal('axis', bottom, left, right),
  )
}

/** Each mark's label has a line of its own, so that close marks stay apart. */
function markLines(marks: readonly Mark[], x: Scale, bottom: number): Html {
  return html`${marks.map((mark, index) => {
    const at = x(mark.iops)
    const y = 14 + index * 18
    const text = `${mark.name} ${count(mark.iops)}`
    const said =
      at < 140
        ? label(at + 6, y, text, { kind: 'note' })
        : label(at - 6, y, text, { kind: 'note', anchor: 'end' })
    return drawn(vertical('limit', at, y - 10, bottom), said)
  })}`
}
