/**
 * What an API server checks of a value: the part of a CRD's schema that is used here. Each kind of
 * field brings its own beside its parser, and a property holds the two against each other.
 */
import { Defect } from './errors.js'
import type { FieldTable, Kind } from './field.js'
import { unitBytes } from './quantity.js'

/**
 * A rule in CEL. Messages are constant: anything else makes the whole CRD invalid, or needs 1.29.
 */
export interface Rule {
  readonly rule: string
  readonly message: string
  readonly fieldPath?: string
}

export interface Schema {
  readonly description?: string
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly format?: 'int64' | 'date-time'
  readonly default?: unknown
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly required?: readonly string[]
  readonly 'x-kubernetes-int-or-string'?: true
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map'
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-validations'?: readonly Rule[]
}

/** A field is required where its parser refuses that it is missing. */
export function tableSchema(table: FieldTable): Schema {
  const rows = Object.entries(table)
  const properties = rows.map(([name, row]): [string, Schema] => {
    const schema = { description: row.help, ...schemaOf(row.kind) }
    return [name, row.fallback === undefined ? schema : { ...schema, default: row.fallback }]
  })
  const required = rows
    .filter(([name, row]) => !row.kind.parse(row.fallback, name).ok)
    .map(([name]) => name)
  const fields: Schema = { type: 'object', properties: Object.fromEntries(properties) }
  return required.length === 0 ? fields : { ...fields, required }
}

export function schemaOf(kind: Kind<unknown>): Schema {
  if (kind.schema === undefined) throw new Defect(`${kind.name} is a kind that no CRD has`)
  return kind.schema()
}

export function listSchema(items: Schema): Schema {
  return { type: 'array', items, 'x-kubernetes-list-type': 'atomic' }
}

const durationPattern = '^([0-9]+(us|ms|s|m|h|d))+$'

/** A rule instead of a pattern, since a pattern tells people itself, and not what to give. */
export function durationSchema(hint: string): Schema {
  const rule = `self.matches('${durationPattern}')`
  return { type: 'string', 'x-kubernetes-validations': [{ rule, message: hint }] }
}

/** Units have no digits: a duration with a digit that is not zero is longer than none. */
export function spanSchema(hint: string): Schema {
  const rule = `self.matches('${durationPattern}') && self.matches('[1-9]')`
  return { type: 'string', 'x-kubernetes-validations': [{ rule, message: hint }] }
}

/** In lists, where a rule is estimated to cost too much. */
export const listedDurationSchema: Schema = { type: 'string', pattern: durationPattern }

/** Longer units first: `KiB` ends with `B` too. */
const units = Object.keys(unitBytes)
  .filter(unit => unit !== '')
  .sort((a, b) => b.length - a.length)

const bytesPattern = `^[0-9]{1,30}([.][0-9]{1,9})?(${units.join('|')})?$`
const longestBytes = 43

/** A whole number of bytes, or a text with a unit. */
export function bytesSchema(hint: string): Schema {
  return ruledBytes(0, `self.matches('${bytesPattern}')`, hint)
}

/** The schema's range holds for numbers only; the rule holds texts to it. */
export function bytesBetweenSchema(least: number, most: number, hint: string): Schema {
  const unit = units.map(name => `self.endsWith('${name}') ? ${unitBytes[name]}.0 : `).join('')
  const text = `double(self.find('^[0-9]+([.][0-9]+)?')) * (${unit}1.0)`
  const isWithin = `[${text}].all(bytes, bytes >= ${least}.0 && bytes < ${most + 1}.0)`
  const schema = ruledBytes(least, `(self.matches('${bytesPattern}') && ${isWithin})`, hint)
  return { ...schema, maximum: most }
}

function ruledBytes(minimum: number, ofText: string, message: string): Schema {
  return {
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    minimum,
    maxLength: longestBytes,
    'x-kubernetes-validations': [{ rule: `type(self) == int || ${ofText}`, message }],
  }
}
