/**
 * The operator's record as the text that its ConfigMap holds. What is not exactly of this form is
 * no record: an operator that took a broken one for an empty one forgets slots, a window, a pause.
 */
import {
  anyText,
  field,
  given,
  integer,
  isObject,
  listOf,
  object,
  optional,
  type Problem,
  text,
} from '../core/field.js'
import { policyName } from '../core/model.js'
import type { OperatorRecord } from '../core/record.js'
import { named } from '../core/resources/status-kinds.js'

/** Number of the form of the text. */
export const operatorProtocol = 1

export type Decoded =
  | { readonly kind: 'record'; readonly record: OperatorRecord }
  | { readonly kind: 'broken'; readonly why: string }

export function encodeOperator(record: OperatorRecord): string {
  const { version: _, ...said } = record
  return `${JSON.stringify({ protocol: operatorProtocol, ...said }, null, 2)}\n`
}

/** `version` is the ConfigMap's. */
export function decodeOperator(encoded: string, version: string): Decoded {
  const raw = parsedJson(encoded)
  if (!isObject(raw)) return broken('it is no JSON object')
  const { protocol, ...said } = raw
  if (protocol !== operatorProtocol) {
    const shown = JSON.stringify(protocol) ?? 'missing'
    return broken(`its protocol is ${shown}, and this operator knows ${operatorProtocol}`)
  }
  const missing = Object.keys(recordFields).filter(name => given(said, name) === undefined)
  if (missing.length > 0) return broken(`${missing.join(', ')} is missing`)
  const parsed = recordKind.parse(said, 'record')
  if (!parsed.ok) return broken(parsed.problems.map(sentence).join('; '))
  return { kind: 'record', record: { version, ...parsed.value } }
}

const policy = field('policy', optional(named(text, policyName)), undefined, 'Null: a person’s.')
const migration = field('migration', text, undefined, 'Its VolumeMigration.')
const instant = integer(0)

const slotFields = { migration, policy }

const windowFields = {
  migration,
  openedUs: field('openedUs', instant, undefined, 'When it was opened.'),
  epoch: field('epoch', integer(0), undefined, 'Of the operator that opened it.'),
}

const movedFields = {
  policy: field('policy', named(text, policyName), undefined, 'Whose moves.'),
  day: field('day', integer(0), undefined, 'Days since the epoch.'),
  bytes: field('bytes', integer(0), undefined, 'Of volumes whose moves were started.'),
}

const pauseFields = {
  why: field('why', anyText, undefined, 'As the person said.'),
  sinceUs: field('sinceUs', instant, undefined, 'When it began.'),
}

const recordFields = {
  epoch: field('epoch', integer(0), undefined, 'Of the leader.'),
  slots: field('slots', listOf(object(slotFields)), undefined, 'Who holds one.'),
  window: field('window', optional(object(windowFields)), undefined, 'The one window.'),
  movedBytes: field('movedBytes', listOf(object(movedFields)), undefined, 'By policy and day.'),
  pause: field('pause', optional(object(pauseFields)), undefined, 'Null: it is not paused.'),
}

const recordKind = object(recordFields)

function parsedJson(encoded: string): unknown {
  try {
    return JSON.parse(encoded)
  } catch {
    return undefined
  }
}

function sentence({ path, message, hint }: Problem): string {
  return `${path}: ${message} (${hint})`
}

function broken(why: string): Decoded {
  return { kind: 'broken', why }
}
