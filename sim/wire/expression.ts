/**
 * The one expression that the twin's Prometheus answers: raw counters at aligned instants, a gap
 * left as a gap. With a range of its own it is an instant query, without one a range query.
 */
import { parseDuration } from '../../src/core/duration.js'

export interface Expression {
  /** Each point is the last sample within so long. */
  readonly windowUs: number
  /** How far back, and in which steps; null: the request says so. */
  readonly range: { readonly lengthUs: number; readonly stepUs: number } | null
}

export const knownExpression = 'last_over_time({__name__=~"volume_num_(read|write)_ops"}[S])[W:S]'

const start = 'last_over_time({__name__=~"volume_num_(read|write)_ops"}['

/** Null: it is another one. */
export function parseExpression(text: string): Expression | null {
  const bare = text.replace(/\s+/g, '').replaceAll("'", '"')
  if (!bare.startsWith(start)) return null
  const match = /^(\w+)\]\)(?:\[(\w+):(\w+)\])?$/.exec(bare.slice(start.length))
  if (match === null) return null
  const [windowUs, lengthUs, stepUs] = match.slice(1, 4).map(part => parseDuration(part ?? '0s'))
  if (windowUs === null || lengthUs === null || stepUs === null) return null
  if (match[2] === undefined) return { windowUs, range: null }
  return { windowUs, range: { lengthUs, stepUs } }
}
