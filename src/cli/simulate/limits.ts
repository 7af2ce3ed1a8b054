/** `--limit 'PATH<=VALUE'`: figures of the first run that must not be passed. */

import { parseDuration } from '../../core/duration.js'
import { isObject } from '../../core/field.js'
import { parseBytes } from '../../core/quantity.js'
import type { RunResult } from '../../core/result.js'
import { usage } from './request.js'

const operators = ['<=', '>=', '<', '>'] as const
type Operator = (typeof operators)[number]

export interface Limit {
  readonly text: string
  readonly path: string
  readonly operator: Operator
  readonly value: number
}

export function parseLimit(text: string): Limit {
  const match = /^([\w.]+)\s*(<=|>=|<|>)\s*(\S+)$/.exec(text)
  const operator = operators.find(one => one === match?.[2])
  const value = numberOf(match?.[3] ?? '')
  if (match === null || operator === undefined || value === null) {
    throw usage(
      `--limit does not understand ${JSON.stringify(text)}`,
      "write 'latencyUs.hot.p99<=2ms'",
    )
  }
  return { text, path: String(match[1]), operator, value }
}

/** Plain numbers, durations as microseconds, sizes as bytes. */
function numberOf(text: string): number | null {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return parseDuration(text) ?? parseBytes(text)
}

/**
 * What passed which limit, in words; empty when all hold. A figure that is missing holds no limit.
 */
export function passedLimits(limits: readonly Limit[], result: RunResult): readonly string[] {
  return limits.flatMap(limit => {
    const figure = figureOf(result, limit)
    if (figure === null) return [`${limit.path} has no figure, so that ${limit.text} cannot hold`]
    return holds(figure, limit) ? [] : [`${limit.path} is ${figure}, which passes ${limit.text}`]
  })
}

/** Refuses a limit whose path names nothing, before hours are spent. */
function figureOf(result: RunResult, limit: Limit): number | null {
  let node: unknown = result
  const walked: string[] = []
  for (const part of limit.path.split('.')) {
    // A reason that blocked nobody stands in no table: it blocked none.
    if (walked.join('.') === 'blocked' && isObject(node) && node[part] === undefined) return 0
    if (node === null) return null
    if (!isObject(node) || !(part in node)) {
      const known = isObject(node) ? Object.keys(node).join(', ') : ''
      throw usage(`--limit names no figure ${limit.path}`, `known here: ${known}`)
    }
    node = node[part]
    walked.push(part)
  }
  if (Array.isArray(node)) return node.length
  if (node === null) return null
  if (typeof node === 'number') return node
  throw usage(`--limit: ${limit.path} is no figure`, 'name a number of the first run')
}

function holds(figure: number, { operator, value }: Limit): boolean {
  if (operator === '<=') return figure <= value
  if (operator === '>=') return figure >= value
  return operator === '<' ? figure < value : figure > value
}
