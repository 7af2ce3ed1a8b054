/** Lines and areas of charts; a value that is not known is a gap. */
import { place } from './scale.js'

export interface Point {
  readonly x: number
  /** NaN is a gap. */
  readonly y: number
}

export function linePath(points: readonly Point[]): string {
  let path = ''
  let isDown = false
  for (const { x, y } of points) {
    if (Number.isNaN(y)) {
      isDown = false
      continue
    }
    path += `${isDown ? 'L' : 'M'}${place(x)} ${place(y)}`
    isDown = true
  }
  return path
}

/** Between two lines over the same places; gaps close onto the lower one. */
export function areaPath(upper: readonly Point[], lower: readonly Point[]): string {
  if (upper.length === 0) return ''
  const there = upper.map(({ x, y }, index) => pair(x, Number.isNaN(y) ? lower[index].y : y))
  const back = [...lower].reverse().map(({ x, y }) => pair(x, y))
  return `M${there.join('L')}L${back.join('L')}Z`
}

function pair(x: number, y: number): string {
  return `${place(x)} ${place(y)}`
}

/** Indexes at even distances, the first and the last among them. */
export function thinned(length: number, most: number): readonly number[] {
  if (length <= most) return Array.from({ length }, (_, index) => index)
  return Array.from({ length: most }, (_, index) => Math.floor((index * (length - 1)) / (most - 1)))
}

/**
 * Indexes of so many values at the most: of those that share a place the highest, so that a short
 * peak is seen.
 */
export function peaks(values: readonly number[], most: number): readonly number[] {
  const rows = thinned(values.length, most)
  if (rows.length === values.length) return rows
  return rows.map((row, index) => {
    let best = row
    for (let other = row; other < (rows[index + 1] ?? values.length); other++) {
      if (values[other] > values[best] || Number.isNaN(values[best])) best = other
    }
    return best
  })
}
