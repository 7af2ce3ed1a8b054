/**
 * The vocabulary of the resource table: a field has a manifest name (its key in the table), the
 * property it parses into, a kind, a default and a help text. From these come parsing, types,
 * help and the CRDs.
 */
import { parseDuration } from './duration.js'
import { nearest } from './nearest.js'
import { formatBytes, parseExactBytes } from './quantity.js'
import {
  bytesBetweenSchema,
  bytesSchema,
  durationSchema,
  listSchema,
  type Schema,
  schemaOf,
  spanSchema,
  tableSchema,
} from './schema.js'

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/**
 * What is wrong with a manifest, field by field; the edges turn it into an error with file and
 * line.
 */
export interface Problem {
  readonly code: 'FIELD_INVALID' | 'FIELD_UNKNOWN' | 'FIELD_MISSING'
  readonly path: string
  readonly message: string
  readonly hint: string
}

export interface Kind<Value> {
  /** As the documentation and the CRD name it. */
  readonly name: string
  readonly parse: (raw: unknown, path: string) => Parsed<Value>
  /** What an API server checks; a kind that stands in scenarios only has none. */
  readonly schema?: () => Schema
}

export interface Field<Property extends string, Value> {
  readonly property: Property
  readonly kind: Kind<Value>
  /** As a manifest writes it; undefined: the value for a missing field is `absent`. */
  readonly fallback: unknown
  readonly help: string
}

export type FieldTable = Readonly<Record<string, Field<string, unknown>>>

/** The type that a table parses into: its properties and their values. */
export type ParsedBy<Table extends FieldTable> = {
  readonly [Name in keyof Table as Table[Name]['property']]: Table[Name] extends Field<
    string,
    infer Value
  >
    ? Value
    : never
}

export function field<const Property extends string, Value>(
  property: Property,
  kind: Kind<Value>,
  fallback: unknown,
  help: string,
): Field<Property, Value> {
  return { property, kind, fallback, help }
}

/** Reads an object by a table: defaults filled, every problem of every field at once. */
export function parseByTable(
  table: FieldTable,
  raw: Readonly<Record<string, unknown>>,
  path: string,
): Parsed<Readonly<Record<string, unknown>>> {
  const problems: Problem[] = unknownFields(Object.keys(table), raw, path)
  const value: Record<string, unknown> = {}
  for (const [name, row] of Object.entries(table)) {
    const parsed = row.kind.parse(given(raw, name) ?? row.fallback, `${path}.${name}`)
    if (parsed.ok) value[row.property] = parsed.value
    else problems.push(...parsed.problems)
  }
  return problems.length === 0 ? good(value) : { ok: false, problems }
}

/** A field of a manifest; what every object inherits is no field of it. */
export function given(raw: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(raw, name) ? raw[name] : undefined
}

export function unknownFields(
  known: readonly string[],
  raw: Readonly<Record<string, unknown>>,
  path: string,
): Problem[] {
  return Object.keys(raw)
    .filter(name => !known.includes(name))
    .map(name => {
      const guess = nearest(name, known)
      const hint = guess === null ? `known fields: ${known.join(', ')}` : `did you mean ${guess}?`
      return {
        code: 'FIELD_UNKNOWN',
        path: `${path}.${name}`,
        message: `unknown field ${name}`,
        hint,
      }
    })
}

export function good<Value>(value: Value): Parsed<Value> {
  return { ok: true, value }
}

export function bad<Value>(path: string, raw: unknown, hint: string): Parsed<Value> {
  const message = `${lastPart(path)} is ${show(raw)}`
  return { ok: false, problems: [{ code: 'FIELD_INVALID', path, message, hint }] }
}

export function isObject(raw: unknown): raw is Readonly<Record<string, unknown>> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

export function integer(least: number, most: number = Number.MAX_SAFE_INTEGER): Kind<number> {
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `from ${least} to ${most}`
  return {
    name: 'integer',
    parse: (raw, path) =>
      typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= least && raw <= most
        ? good(raw)
        : bad(path, raw, `give a whole number, ${range}`),
    schema: () => ({ type: 'integer', format: 'int64', minimum: least, maximum: most }),
  }
}

const durationHint = 'give a duration with units s, m, h or d, as 1h or 1h30m'
const spanHint = 'give a duration longer than 0s'

export const duration: Kind<number> = {
  name: 'duration',
  parse: (raw, path) => {
    const parsed = typeof raw === 'string' ? parseDuration(raw) : null
    return parsed === null ? bad(path, raw, durationHint) : good(parsed)
  },
  schema: () => durationSchema(durationHint),
}

/** A duration that is longer than none. */
export const span: Kind<number> = {
  name: duration.name,
  parse: (raw, path) => {
    const parsed = duration.parse(raw, path)
    return parsed.ok && parsed.value === 0 ? bad(path, raw, spanHint) : parsed
  },
  schema: () => spanSchema(`${spanHint}, as 1h or 1h30m`),
}

const bytesHint = 'give a size, as 10GiB or 10737418240'
/** 2^63: what the largest integer of 64 bits becomes in a reader that rounds to doubles. */
const mostBytes = 9_223_372_036_854_775_808n

/**
 * A size in bytes: a whole number of 64 bits, or a text with a unit. Those above 2^53, larger than
 * any volume, are taken for 2^53 - 1, since numbers are exact up to there.
 */
export const bytes: Kind<number> = {
  name: 'bytes',
  parse: (raw, path) => {
    const size = exactBytes(raw)
    return size !== null && size >= 0n && (typeof raw === 'string' || size <= mostBytes)
      ? good(Math.min(Number(size), Number.MAX_SAFE_INTEGER))
      : bad(path, raw, bytesHint)
  },
  schema: () => bytesSchema(bytesHint),
}

function exactBytes(raw: unknown): bigint | null {
  if (typeof raw === 'string') return parseExactBytes(raw)
  if (typeof raw === 'bigint') return raw
  return typeof raw === 'number' && Number.isInteger(raw) ? BigInt(raw) : null
}

export function bytesBetween(least: number, most: number): Kind<number> {
  const hint = `give ${formatBytes(least)} to ${formatBytes(most)}`
  return {
    name: bytes.name,
    parse: (raw, path) => {
      const parsed = bytes.parse(raw, path)
      if (!parsed.ok || (parsed.value >= least && parsed.value <= most)) return parsed
      return bad(path, raw, hint)
    },
    schema: () => bytesBetweenSchema(least, most, hint),
  }
}

export const flag: Kind<boolean> = {
  name: 'boolean',
  parse: (raw, path) =>
    typeof raw === 'boolean' ? good(raw) : bad(path, raw, 'give true or false'),
  schema: () => ({ type: 'boolean' }),
}

export const text: Kind<string> = {
  name: 'string',
  parse: (raw, path) =>
    typeof raw === 'string' && raw !== '' ? good(raw) : bad(path, raw, 'give a text'),
  schema: () => ({ type: 'string', minLength: 1 }),
}

/** A text that may be empty. */
export const anyText: Kind<string> = {
  name: 'string',
  parse: (raw, path) => (typeof raw === 'string' ? good(raw) : bad(path, raw, 'give a text')),
  schema: () => ({ type: 'string' }),
}

/** A text; an empty one means the same as none. */
export const textOrNone: Kind<string | null> = {
  name: 'string',
  parse: (raw, path) =>
    raw === null || raw === undefined || raw === '' ? good(null) : text.parse(raw, path),
  schema: () => ({ type: 'string' }),
}

/** An object that a table of its own describes. */
export function object<const Table extends FieldTable>(fields: Table): Kind<ParsedBy<Table>> {
  return {
    name: 'object',
    parse: (raw, path) =>
      isObject(raw)
        ? (parseByTable(fields, raw, path) as Parsed<ParsedBy<Table>>)
        : bad(path, raw, `give an object with ${Object.keys(fields).join(', ')}`),
    schema: () => tableSchema(fields),
  }
}

export function oneOf<const Value extends string>(values: readonly Value[]): Kind<Value> {
  return {
    name: values.join(' | '),
    parse: (raw, path) => {
      const found = values.find(value => value === raw)
      return found === undefined ? bad(path, raw, `give one of ${values.join(', ')}`) : good(found)
    },
    schema: () => ({ type: 'string', enum: values }),
  }
}

/** Also takes null and a missing field, which both mean null. */
export function optional<Value>(kind: Kind<Value>): Kind<Value | null> {
  return {
    name: kind.name,
    parse: (raw, path) => (raw === null || raw === undefined ? good(null) : kind.parse(raw, path)),
    schema: () => schemaOf(kind),
  }
}

export function listOf<Value>(kind: Kind<Value>): Kind<readonly Value[]> {
  return {
    name: `list of ${kind.name}`,
    parse: (raw, path) => {
      if (!Array.isArray(raw)) return bad(path, raw, 'give a list')
      const parsed = raw.map((item: unknown, index) => kind.parse(item, `${path}[${index}]`))
      const problems = parsed.flatMap(one => (one.ok ? [] : one.problems))
      if (problems.length > 0) return { ok: false, problems }
      return good(parsed.flatMap(one => (one.ok ? [one.value] : [])))
    },
    schema: () => listSchema(schemaOf(kind)),
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

/** How a wrong value stands in a message: short, and quoted where it is text. */
export function show(raw: unknown): string {
  if (raw === undefined) return 'missing'
  if (typeof raw === 'number' || typeof raw === 'bigint') return String(raw)
  const shown = JSON.stringify(raw, largeNumbers) ?? typeof raw
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown
}

function largeNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
