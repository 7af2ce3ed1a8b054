/**
 * One lane for each tier over the same time: easier to compare than lines on top of one another.
 */
import type { Drawing } from './figure.js'
import type { Html } from './html.js'
import { areaPath, linePath, type Point, peaks } from './path.js'
import { linear } from './scale.js'
import { drawn, horizontal, label, path } from './shapes.js'
import { timeAxis, timeScale } from './time-axis.js'

export interface Lane {
  readonly label: string
  /** Class of color: `hot`, `warm`, `cold`. */
  readonly tone: string
  /** NaN is a gap. */
  readonly values: readonly number[]
  /** The same in the baseline; empty where there is none. */
  readonly reference: readonly number[]
  /** Top of the lane's axis, and how it is written. */
  readonly most: number
  readonly mostLabel: string
  /** What there is at the most, drawn dashed; null for none. */
  readonly limit: number | null
  /** Said at the lane's right end. */
  readonly note: string
}

const width = 480
const left = 62
const right = 472
const laneHeight = 58
const headHeight = 24
const mostPoints = 240

export function lanesDrawing(atUs: readonly number[], lanes: readonly Lane[]): Drawing {
  const axis = { beginUs: atUs[0] ?? 0, endUs: atUs[atUs.length - 1] ?? 0, left, right }
  const x = timeScale(axis)
  const places = atUs.map(x)
  const pitch = laneHeight + headHeight
  const bottom = lanes.length * pitch
  const marks = drawn(
    timeAxis(axis, headHeight, bottom),
    lanes.map((lane, index) => drawLane(lane, places, index * pitch + headHeight)),
  )
  return { width, height: bottom + 24, marks }
}

function drawLane(lane: Lane, places: readonly number[], top: number): Html {
  const bottom = top + laneHeight
  const y = linear(0, lane.most, bottom, top)
  const line = (values: readonly number[]): readonly Point[] =>
    peaks(values, mostPoints).map(row => ({ x: places[row], y: y(values[row]) }))
  const upper = line(lane.values)
  const floor = upper.map(point => ({ x: point.x, y: bottom }))
  const end = { anchor: 'end' } as const
  return drawn(
    label(left, top - 7, lane.label, { kind: 'name' }),
    label(right, top - 7, lane.note, { kind: 'note', anchor: 'end' }),
    label(left - 6, top + 10, lane.mostLabel, end),
    label(left - 6, bottom, '0', end),
    horizontal('axis', bottom, left, right),
    path(`area ${lane.tone}`, areaPath(upper, floor)),
    path(`line ${lane.tone}`, linePath(upper)),
    lane.reference.length === 0 ? null : path('reference', linePath(line(lane.reference))),
    lane.limit === null ? null : horizontal('limit', y(lane.limit), left, right),
  )
}
