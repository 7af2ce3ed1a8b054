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

const durationUnit = '(us|ms|s|m|h|d)'
export const durationSchema: Schema = { type: 'string', pattern: `^([0-9]+${durationUnit})+$` }

/** One of its counts has a digit that is not zero. */
export const spanSchema: Schema = {
  type: 'string',
  pattern:
    `^([0-9]+${durationUnit})*[0-9]*[1-9][0-9]*${durationUnit}` + `([0-9]+${durationUnit})*$`,
}

/** Longer units first: `KiB` ends with `B` too. */
const units = Object.keys(unitBytes)
  .filter(unit => unit !== '')
  .sort((a, b) => b.length - a.length)

/** A whole number of bytes, or a text with a unit. */
export const bytesSchema: Schema = {
  'x-kubernetes-int-or-string': true,
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  minimum: 0,
  maxLength: 43,
  pattern: `^[0-9]{1,30}([.][0-9]{1,9})?(${units.join('|')})?$`,
}

/** The schema's range holds for numbers only; the rule holds texts to it. */
export function bytesBetweenSchema(least: number, most: number, message: string): Schema {
  const unit = units.map(name => `self.endsWith('${name}') ? ${unitBytes[name]}.0 : `).join('')
  const text = `double(self.find('^[0-9]+([.][0-9]+)?')) * (${unit}1.0)`
  const within = `[${text}].all(bytes, bytes >= ${least}.0 && bytes < ${most + 1}.0)`
  return {
    ...bytesSchema,
    minimum: least,
    maximum: most,
    'x-kubernetes-validations': [{ rule: `type(self) == int || ${within}`, message }],
  }
}
