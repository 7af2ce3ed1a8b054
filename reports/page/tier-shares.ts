/** How many volumes stood on each tier over time, as one band for each tier. */
import type { VolumeTier } from '../../src/core/model.js'
import { tierCodes, type VolumeSeries } from '../../src/core/result.js'
import { count, counted } from '../figures.js'
import type { Run } from '../run.js'
import { listed } from '../text.js'
import { type Figure, figure } from './figure.js'
import { type Html, html } from './html.js'
import { areaPath, type Point, thinned } from './path.js'
import { linear } from './scale.js'
import { drawn, label, path } from './shapes.js'
import { timeAxis, timeScale } from './time-axis.js'

const width = 480
const left = 40
const right = 410
const top = 12
const bottom = 200
const mostPoints = 240

interface Band {
  readonly tier: VolumeTier
  readonly counts: readonly number[]
}

export function tierShares(run: Run): Html {
  const series = run.detail.volumeSeries
  if (series.atUs.length === 0 || series.volumes.length === 0) return html``
  return figure(chart(series))
}

function chart(series: VolumeSeries): Figure {
  const rows = thinned(series.atUs.length, mostPoints)
  const bands = bandsOf(series, rows)
  const all = counted(series.volumes.length, 'volume', 'volumes')
  const at = (row: number): string =>
    listed(bands.flatMap(({ tier, counts }) => (counts[row] > 0 ? `${counts[row]} ${tier}` : [])))
  return {
    id: 'shares',
    title: 'Volumes by tier',
    sentence: `Of ${all}: ${at(0)} at the start, ${at(rows.length - 1)} at the end.`,
    drawing: {
      width,
      height: bottom + 24,
      marks: drawBands(
        bands,
        rows.map(row => series.atUs[row]),
        series.volumes.length,
      ),
    },
  }
}

function bandsOf(series: VolumeSeries, rows: readonly number[]): readonly Band[] {
  const volumes = series.volumes.length
  const counts = tierCodes.map(() => new Array<number>(rows.length).fill(0))
  rows.forEach((row, index) => {
    for (let volume = 0; volume < volumes; volume++) {
      counts[series.tier[row * volumes + volume]][index] += 1
    }
  })
  return tierCodes
    .map((tier, code) => ({ tier, counts: counts[code] }))
    .filter(band => band.counts.some(number => number > 0))
}

function drawBands(bands: readonly Band[], atUs: readonly number[], volumes: number): Html {
  const axis = { beginUs: atUs[0], endUs: atUs[atUs.length - 1], left, right }
  const x = timeScale(axis)
  const y = linear(0, volumes, bottom, top)
  let below: readonly number[] = atUs.map(() => 0)
  const shapes: Html[] = []
  const labels: { readonly tier: VolumeTier; readonly middle: number; readonly size: number }[] = []
  for (const { tier, counts } of [...bands].reverse()) {
    const above = below.map((base, index) => base + counts[index])
    const line = (values: readonly number[]): readonly Point[] =>
      values.map((value, index) => ({ x: x(atUs[index]), y: y(value) }))
    shapes.push(path(`band ${tier}`, areaPath(line(above), line(below))))
    const end = above.length - 1
    labels.push({ tier, middle: (y(above[end]) + y(below[end])) / 2, size: counts[end] })
    below = above
  }
  const names = apart(labels).map(({ tier, middle, size }) =>
    label(right + 8, middle + 4, `${tier} ${count(size)}`, { kind: 'name' }),
  )
  return drawn(
    timeAxis(axis, top, bottom),
    shapes,
    label(left - 6, top + 10, count(volumes), { anchor: 'end' }),
    label(left - 6, bottom, '0', { anchor: 'end' }),
    names,
  )
}

/** Labels keep a line's height between them, from the bottom up. */
function apart<Label extends { readonly middle: number }>(
  labels: readonly Label[],
): readonly Label[] {
  let ceiling = bottom - 2
  return labels.map(one => {
    const middle = Math.min(one.middle, ceiling)
    ceiling = middle - 16
    return { ...one, middle }
  })
}
