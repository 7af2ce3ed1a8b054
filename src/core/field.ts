/**
 * The vocabulary of the resource table: a field has a manifest name (its key in the table), the
 * property it parses into, a kind, a default and a help text. From these come parsing, types,
 * help and the CRDs.
 */
import { parseDuration } from './duration.js'
import { nearest } from './nearest.js'
import { parseBytes } from './quantity.js'

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** What is wrong with a manifest, field by field; the edges turn it into an error with file and line. */
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
    const given = raw[name] ?? row.fallback
    const parsed = row.kind.parse(given, `${path}.${name}`)
    if (parsed.ok) value[row.property] = parsed.value
    else problems.push(...parsed.problems)
  }
  return problems.length === 0 ? good(value) : { ok: false, problems }
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
  }
}

export const duration: Kind<number> = {
  name: 'duration',
  parse: (raw, path) => {
    const parsed = typeof raw === 'string' ? parseDuration(raw) : null
    return parsed === null
      ? bad(path, raw, 'give a duration with units s, m, h or d, as 1h or 1h30m')
      : good(parsed)
  },
}

/** A size in bytes: a whole number, or a text with a unit. */
export const bytes: Kind<number> = {
  name: 'bytes',
  parse: (raw, path) => {
    const parsed = typeof raw === 'string' ? parseBytes(raw) : raw
    return typeof parsed === 'number' && Number.isSafeInteger(parsed) && parsed >= 0
      ? good(parsed)
      : bad(path, raw, 'give a size, as 10GiB or 10737418240')
  },
}

export const flag: Kind<boolean> = {
  name: 'boolean',
  parse: (raw, path) =>
    typeof raw === 'boolean' ? good(raw) : bad(path, raw, 'give true or false'),
}

export const text: Kind<string> = {
  name: 'string',
  parse: (raw, path) =>
    typeof raw === 'string' && raw !== '' ? good(raw) : bad(path, raw, 'give a text'),
}

export function oneOf<const Value extends string>(values: readonly Value[]): Kind<Value> {
  return {
    name: values.join(' | '),
    parse: (raw, path) => {
      const found = values.find(value => value === raw)
      return found === undefined ? bad(path, raw, `give one of ${values.join(', ')}`) : good(found)
    },
  }
}

/** Also takes null and a missing field, which both mean null. */
export function optional<Value>(kind: Kind<Value>): Kind<Value | null> {
  return {
    name: kind.name,
    parse: (raw, path) => (raw === null || raw === undefined ? good(null) : kind.parse(raw, path)),
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
  }
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

/** How a wrong value stands in a message: short, and quoted where it is text. */
export function show(raw: unknown): string {
  if (raw === undefined) return 'missing'
  const shown = JSON.stringify(raw) ?? String(raw)
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown
}
