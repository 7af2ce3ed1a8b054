/** `--limit 'PATH<=VALUE'`: figures of the first run that must not be passed. */
import { parseDuration } from '../../core/duration.js'
import { isObject } from '../../core/field.js'
import { nearest } from '../../core/nearest.js'
import { parseBytes } from '../../core/quantity.js'
import { reasons } from '../../core/reasons.js'
import type { RunResult } from '../../core/result.js'
import { usage } from '../usage.js'
import { figurePaths } from './figure-paths.js'

const operators = ['<=', '>=', '<', '>'] as const
type Operator = (typeof operators)[number]

export interface Limit {
  readonly text: string
  readonly path: string
  readonly operator: Operator
  readonly value: number
}

/** Refuses what it does not understand, or what names no figure, before hours are spent. */
export function parseLimit(text: string): Limit {
  const match = /^([\w.-]+?)\s*(<=|>=|<|>)\s*(\S+)$/.exec(text)
  const operator = operators.find(one => one === match?.[2])
  const value = numberOf(match?.[3] ?? '')
  if (match === null || operator === undefined || value === null) {
    throw usage(
      `--limit does not understand ${JSON.stringify(text)}`,
      "write 'latencyUs.hot.p99<=2ms'",
    )
  }
  const path = String(match[1])
  refuseUnknown(path)
  return { text, path, operator, value }
}

/** Plain numbers, durations as microseconds, sizes as bytes. */
function numberOf(text: string): number | null {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  return parseDuration(text) ?? parseBytes(text)
}

const blocked = 'blocked.'

function refuseUnknown(path: string): void {
  const isReason = path.startsWith(blocked)
  const known = isReason ? Object.keys(reasons).map(code => blocked + code) : figurePaths
  if (known.includes(path)) return
  const inside = known.filter(one => one.startsWith(`${path}.`))
  const guess = inside.length > 0 ? null : nearest(path, known)
  const names = [...new Set(figurePaths.map(one => one.replace(/\..*$/, '')))]
  const listed = inside.length > 0 ? inside : [...names, 'blocked']
  const hint = guess === null ? `known: ${listed.join(', ')}` : `did you mean ${guess}?`
  throw usage(`--limit names no figure ${path}`, hint)
}

/** What passed which limit, in words; empty when all hold. A missing figure holds no limit. */
export function passedLimits(limits: readonly Limit[], result: RunResult): readonly string[] {
  return limits.flatMap(limit => {
    const figure = figureOf(result, limit.path)
    if (figure === null) return [`${limit.path} has no figure, so that ${limit.text} cannot hold`]
    return holds(figure, limit) ? [] : [`${limit.path} is ${figure}, which passes ${limit.text}`]
  })
}

/** A list counts its items; a reason that blocked nobody stands in no table: it blocked none. */
function figureOf(result: RunResult, path: string): number | null {
  if (path.startsWith(blocked)) return result.blocked[path.slice(blocked.length)] ?? 0
  let node: unknown = result
  for (const part of path.split('.')) {
    if (!isObject(node)) return null
    node = node[part]
  }
  if (Array.isArray(node)) return node.length
  return typeof node === 'number' ? node : null
}

function holds(figure: number, { operator, value }: Limit): boolean {
  if (operator === '<=') return figure <= value
  if (operator === '>=') return figure >= value
  return operator === '<' ? figure < value : figure > value
}
