/**
 * Shapes of replies: each is a JSON Schema, which ajv checks, and the TypeScript type of what
 * passed. Keys that are not named are let through and not seen.
 */
import { Ajv, type ErrorObject, type SchemaObject } from 'ajv'

declare const held: unique symbol

export interface Shape<Value> {
  readonly schema: SchemaObject
  readonly [held]?: Value
}

export type ValueOf<One> = One extends Shape<infer Value> ? Value : never

type Fields = Readonly<Record<string, Shape<unknown>>>

type ObjectOf<Required extends Fields, Optional extends Fields> = {
  readonly [Key in keyof Required]: ValueOf<Required[Key]>
} & {
  readonly [Key in keyof Optional]?: ValueOf<Optional[Key]> | null
}

export const text: Shape<string> = { schema: { type: 'string' } }
export const flag: Shape<boolean> = { schema: { type: 'boolean' } }
/** Bytes, counts, percents. */
export const count: Shape<number> = { schema: { type: 'integer', minimum: 0 } }
export const numeric: Shape<number> = { schema: { type: 'number' } }
/** Only whether it is there counts. */
export const anything: Shape<object> = { schema: { type: 'object' } }

export function list<Value>(item: Shape<Value>): Shape<readonly Value[]> {
  return { schema: { type: 'array', items: item.schema } }
}

export function record<Value>(value: Shape<Value>): Shape<Readonly<Record<string, Value>>> {
  return { schema: { type: 'object', additionalProperties: value.schema } }
}

/** An array of exactly these two. */
export function pair<First, Second>(
  first: Shape<First>,
  second: Shape<Second>,
): Shape<readonly [First, Second]> {
  const items = [first.schema, second.schema]
  return { schema: { type: 'array', items, minItems: 2, maxItems: 2 } }
}

/** An optional field may be left out or be null. */
export function object<Required extends Fields, Optional extends Fields>(
  required: Required,
  optional: Optional,
): Shape<ObjectOf<Required, Optional>> {
  const properties: Record<string, SchemaObject> = {}
  for (const [key, { schema }] of Object.entries(required)) properties[key] = schema
  for (const [key, { schema }] of Object.entries(optional)) {
    properties[key] = { anyOf: [schema, { type: 'null' }] }
  }
  return { schema: { type: 'object', properties, required: Object.keys(required) } }
}

const ajv = new Ajv({ strict: true, strictTuples: false })

export type Checked<Value> =
  | { readonly kind: 'valid'; readonly value: Value }
  /** `field`: the first that is not as it should be, as `spec.size`; empty: the whole value. */
  | { readonly kind: 'invalid'; readonly field: string; readonly why: string }

export type Check<Value> = (value: unknown) => Checked<Value>

export function checkOf<Value>(shape: Shape<Value>): Check<Value> {
  const holds = ajv.compile<Value>(shape.schema)
  return value => {
    if (holds(value)) return { kind: 'valid', value }
    const [first] = holds.errors ?? []
    const place = first === undefined || first.instancePath === '' ? 'it' : first.instancePath
    const why = `${place} ${first?.message ?? 'has another form'}`
    return { kind: 'invalid', field: first === undefined ? '' : fieldOf(first), why }
  }
}

/** One that is missing is named itself, and not what it is missing in. */
function fieldOf({ instancePath, params }: ErrorObject): string {
  const { missingProperty } = params
  const missing = typeof missingProperty === 'string' ? [missingProperty] : []
  const parts = [...instancePath.split('/').slice(1), ...missing]
  return parts
    .map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1)
}
