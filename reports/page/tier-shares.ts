/** How many volumes stood on each tier over time, as one band for each tier. */
import type { VolumeTier } from '../../src/core/model.js'
import { tierCodes, type VolumeSeries } from '../../src/core/result.js'
import { count, counted } from '../figures.js'
import type { Run } from '../run.js'
import { listed } from '../text.js'
import { type Figure, figure } from './figure.js'
import { type Html, html } from './html.js'
import { areaPath, type Point, thinned } from './path.js'
import { linear, place } from './scale.js'
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
  const at = (row: number): string =>
    listed(bands.flatMap(({ tier, counts }) => (counts[row] > 0 ? `${counts[row]} ${tier}` : [])))
  return {
    id: 'shares',
    title: 'Volumes by tier',
    sentence: `Of ${counted(series.volumes.length, 'volume', 'volumes')}: ${at(0)} at the start, ${at(rows.length - 1)} at the end.`,
    drawing: {
      width,
      height: bottom + 24,
      marks: drawn(
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

function drawn(bands: readonly Band[], atUs: readonly number[], volumes: number): Html {
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
    shapes.push(html`<path class="band ${tier}" d="${areaPath(line(above), line(below))}"/>`)
    const end = above.length - 1
    labels.push({ tier, middle: (y(above[end]) + y(below[end])) / 2, size: counts[end] })
    below = above
  }
  return html`${timeAxis(axis, top, bottom)}${shapes}
<text x="${left - 6}" y="${top + 10}" text-anchor="end">${count(volumes)}</text><text x="${left - 6}" y="${bottom}" text-anchor="end">0</text>
${apart(labels).map(
  ({ tier, middle, size }) =>
    html`<text class="name" x="${right + 8}" y="${place(middle + 4)}">${tier} ${count(size)}</text>`,
)}`
}

/** Labels keep a line's height between them, from the bottom up. */
function apart<Label extends { readonly middle: number }>(
  labels: readonly Label[],
): readonly Label[] {
  let ceiling = bottom - 2
  return labels.map(label => {
    const middle = Math.min(label.middle, ceiling)
    ceiling = middle - 16
    return { ...label, middle }
  })
}
