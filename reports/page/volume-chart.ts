/** One volume's heat against the watermarks, and below it the tier that it stood on. */
import { type Tier, tiers } from '../../src/core/model.js'
import { tierCodes, type VolumeSeries } from '../../src/core/result.js'
import { count, short } from '../figures.js'
import { svg } from './figure.js'
import type { Html } from './html.js'
import type { Mark } from './marks.js'
import { linePath, peaks } from './path.js'
import { decadeAbove, decadeBelow, decades, logarithmic, place, type Scale } from './scale.js'
import { drawn, horizontal, label, path } from './shapes.js'
import { timeAxis, timeScale } from './time-axis.js'

const width = 480
const left = 44
const right = 392
const top = 10
const bottom = 150
const laneTop = 168
const lanePitch = 16
const mostPoints = 400

export function volumeChart(
  id: string,
  series: VolumeSeries,
  column: number,
  marks: readonly Mark[],
  words: { readonly title: string; readonly sentence: string },
): Html {
  const heats = series.atUs.map((_, row) => series.heatIops[row * series.volumes.length + column])
  const range = rangeOf(heats, marks)
  const axis = {
    beginUs: series.atUs[0] ?? 0,
    endUs: series.atUs[series.atUs.length - 1] ?? 0,
    left,
    right,
  }
  const x = timeScale(axis)
  const y = logarithmic(range.least, range.most, bottom, top)
  const line = peaks(heats, mostPoints).map(row => ({ x: x(series.atUs[row]), y: y(heats[row]) }))
  const lanesBottom = laneTop + lanePitch * tiers.length
  const drawing = {
    width,
    height: lanesBottom + 24,
    marks: drawn(
      timeAxis(axis, top, lanesBottom),
      scaleLabels(range, y),
      markLines(marks, y),
      path('line heat', linePath(line)),
      tiers.map((tier, index) => lane(series, column, tier, laneTop + index * lanePitch, x)),
    ),
  }
  return svg(id, words.title, words.sentence, drawing)
}

interface Range {
  readonly least: number
  readonly most: number
}

/** Whole powers of ten around the heat and the marks; below one operation a second is all one. */
function rangeOf(heats: readonly number[], marks: readonly Mark[]): Range {
  let least = marks.reduce((low, mark) => Math.min(low, mark.iops), 1000)
  let most = marks.reduce((high, mark) => Math.max(high, mark.iops), 10)
  for (const heat of heats) {
    if (heat < least) least = heat
    if (heat > most) most = heat
  }
  return { least: decadeBelow(Math.max(1, least)), most: decadeAbove(most) }
}

function scaleLabels({ least, most }: Range, y: Scale): Html {
  const ticks = decades(least, most).map((tick, index) => {
    const text = `${index === 0 ? '≤ ' : ''}${short(tick)}`
    return label(left - 6, y(tick) + 4, text, { anchor: 'end' })
  })
  const unit = label(left + 4, top + 4, 'IOPS', { kind: 'note' })
  return drawn(ticks, horizontal('axis', bottom, left, right), unit)
}

/** Labels of close marks are pushed apart, upward from the lowest. */
function markLines(marks: readonly Mark[], y: Scale): Html {
  let ceiling = bottom + 20
  const lines = [...marks].reverse().map(mark => {
    const labelY = Math.min(y(mark.iops) + 4, ceiling)
    ceiling = labelY - 15
    return drawn(
      horizontal('limit', y(mark.iops), left, right),
      label(right + 6, labelY, `${mark.name} ${count(mark.iops)}`, { kind: 'note' }),
    )
  })
  return drawn(lines)
}

/** A bar wherever the volume stood on this tier. */
function lane(series: VolumeSeries, column: number, tier: Tier, laneY: number, x: Scale): Html {
  const code = tierCodes.indexOf(tier)
  const volumes = series.volumes.length
  const middle = laneY + 6
  let bars = ''
  let since: number | null = null
  series.atUs.forEach((atUs, row) => {
    const isHere = series.tier[row * volumes + column] === code
    if (isHere && since === null) since = atUs
    const isEnd = row === series.atUs.length - 1
    if (since === null || (isHere && !isEnd)) return
    bars += `M${place(x(since))} ${middle}H${place(Math.max(x(atUs), x(since) + 1))}`
    since = null
  })
  return drawn(
    label(left - 6, middle + 4, tier, { anchor: 'end' }),
    horizontal('lane', middle, left, right),
    path(`bar ${tier}`, bars),
  )
}
