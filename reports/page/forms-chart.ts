/** Raw bytes by form over time: replicas, shards, and what all would take without coding. */
import type { FormSeriesRow } from '../../src/core/coding-result.js'
import { bytes } from '../figures.js'
import type { Run } from '../run.js'
import { figure } from './figure.js'
import { type Html, html } from './html.js'
import { areaPath, linePath, type Point, thinned } from './path.js'
import { linear } from './scale.js'
import { drawn, label, path } from './shapes.js'
import { timeAxis, timeScale } from './time-axis.js'

const width = 1000
const left = 64
const right = 880
const top = 12
const bottom = 220
const mostPoints = 240

/** From the bottom up; the tone is a color of the style sheet. */
const forms = [
  { name: 'replicas', tone: 'replicas', of: (row: FormSeriesRow) => row.replicaBytes },
  { name: 'shards', tone: 'shards', of: (row: FormSeriesRow) => row.codedBytes },
  { name: 'journals', tone: 'journals', of: (row: FormSeriesRow) => row.journalBytes },
] as const

export function formsChart(run: Run): Html {
  const all = run.detail.formSeries
  const rows = thinned(all.length, mostPoints).map(index => all[index])
  const last = rows[rows.length - 1]
  if (last === undefined || rows.length < 2) return html``
  const parts = forms.map(form => `${bytes(form.of(last))} in ${form.name}`)
  return figure({
    id: 'forms',
    title: 'Raw bytes by form',
    sentence:
      `At the end ${parts.join(', ')}; dotted: ${bytes(without(last))}, ` +
      'what the same volumes would take without coding.',
    drawing: { width, height: bottom + 24, marks: marksOf(rows) },
  })
}

function total(row: FormSeriesRow): number {
  return forms.reduce((sum, form) => sum + form.of(row), 0)
}

function without(row: FormSeriesRow): number {
  return total(row) + row.savedBytes
}

function marksOf(rows: readonly FormSeriesRow[]): Html {
  const axis = { beginUs: rows[0].atUs, endUs: rows[rows.length - 1].atUs, left, right }
  const most = rows.reduce((top, row) => Math.max(top, total(row), without(row)), 0)
  const x = timeScale(axis)
  const y = linear(0, most, bottom, top)
  const line = (of: (row: FormSeriesRow) => number): readonly Point[] =>
    rows.map(row => ({ x: x(row.atUs), y: y(of(row)) }))
  const last = rows[rows.length - 1]
  let below = (_: FormSeriesRow): number => 0
  const bands: Html[] = []
  const names: Html[] = []
  let lowest = bottom - 2
  for (const form of forms) {
    const under = below
    const above = (row: FormSeriesRow): number => under(row) + form.of(row)
    bands.push(path(`band ${form.tone}`, areaPath(line(above), line(under))))
    const middle = Math.min(lowest, (y(above(last)) + y(under(last))) / 2 + 4)
    if (form.of(last) > 0) {
      names.push(label(right + 8, middle, form.name, { kind: 'name' }))
      lowest = middle - 16
    }
    below = above
  }
  return drawn(
    timeAxis(axis, top, bottom),
    bands,
    path('reference', linePath(line(without))),
    label(left - 6, top + 10, bytes(most), { anchor: 'end' }),
    label(left - 6, bottom, '0', { anchor: 'end' }),
    names,
    label(right + 8, Math.min(lowest, y(without(last)) + 4), 'without coding'),
  )
}
