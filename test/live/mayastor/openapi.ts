/**
 * Mayastor's OpenAPI document of 2.8, beside the repository and never in it, and values that its
 * schemas accept. It is patched where it is no valid OpenAPI: VolumeSpec requires two properties
 * that no reply has.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import fc from 'fast-check'
import { parse } from 'yaml'
import { repository } from '../../tidy/source.js'

const file = join(repository, '..', 'shared', 'mayastor', 'v0_api_spec.yaml')

export const hasDocument = existsSync(file)

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
  readonly allOf?: readonly Schema[]
  readonly oneOf?: readonly { readonly required: readonly string[] }[]
  readonly minProperties?: number
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> }
}

export class MayastorDocument {
  private readonly document: OpenApi
  private readonly ajv = new Ajv({ strict: false, validateFormats: false })

  constructor() {
    this.document = patched(parse(readFileSync(file, 'utf8')))
    this.ajv.addSchema({ ...this.document }, 'mayastor')
  }

  validator(name: string): ValidateFunction {
    return this.ajv.compile({ $ref: `mayastor#/components/schemas/${name}` })
  }

  /** Values of a schema, with now and then a key that a newer version added. */
  samples(name: string): fc.Arbitrary<unknown> {
    return this.valuesOf(this.schema(name))
  }

  hasOperation(method: string, path: string): boolean {
    return Object.entries(this.document.paths).some(([pattern, operations]) => {
      const own = pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')
      return new RegExp(`^${own}$`).test(path) && method.toLowerCase() in operations
    })
  }

  private schema(name: string): Schema {
    const found = this.document.components.schemas[name]
    if (found === undefined) throw new Error(`the document has no ${name}`)
    return found
  }

  private valuesOf(schema: Schema): fc.Arbitrary<unknown> {
    const { $ref, allOf, type } = schema
    if ($ref !== undefined) return this.samples($ref.split('/').at(-1) ?? '')
    if (allOf !== undefined) return fc.oneof(...allOf.map(one => this.valuesOf(one)))
    if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
    switch (type) {
      case 'string':
        return schema.format === 'uuid' ? fc.uuid() : fc.string({ maxLength: 12 })
      case 'boolean':
        return fc.boolean()
      case 'integer':
        return integers(schema)
      case 'array':
        return fc.array(this.valuesOf(schema.items ?? {}), { maxLength: 4 })
      case 'object':
        return this.objects(schema)
      default:
        return fc.jsonValue({ maxDepth: 1 })
    }
  }

  private objects(schema: Schema): fc.Arbitrary<unknown> {
    const { properties, additionalProperties, required = [], oneOf } = schema
    if (properties === undefined) {
      const values = typeof additionalProperties === 'object' ? additionalProperties : {}
      return fc.dictionary(fc.string({ maxLength: 8 }), this.valuesOf(values), { maxKeys: 4 })
    }
    const choices = oneOf?.map(one => one.required) ?? [[]]
    const anyChoice = new Set(choices.flat())
    return fc.oneof(
      ...choices.map(chosen => {
        const keys = Object.keys(properties).filter(
          key => !anyChoice.has(key) || chosen.includes(key),
        )
        const own = keys.map(key => [key, this.valuesOf(properties[key])] as const)
        const newer = fc.jsonValue({ maxDepth: 1 })
        const more = additionalProperties === false ? [] : [['newer-key', newer] as const]
        const least = schema.minProperties === undefined ? [] : keys
        return fc.record(Object.fromEntries([...own, ...more]), {
          requiredKeys: [...new Set([...required, ...chosen, ...least.slice(0, 2)])],
        })
      }),
    )
  }
}

function integers({ minimum, maximum, format }: Schema): fc.Arbitrary<number> {
  const least = minimum ?? 0
  if (maximum !== undefined) return fc.integer({ min: least, max: maximum })
  if (format === 'int32') return fc.integer({ min: least, max: 2_147_483_647 })
  return fc.maxSafeInteger().map(value => Math.abs(value))
}

function patched(document: OpenApi): OpenApi {
  const { schemas } = document.components
  const required = schemas.VolumeSpec?.required?.filter(
    key => key !== 'num_paths' && key !== 'protocol',
  )
  const { id: _, ...others } = schemas.NodeSpec?.properties ?? {}
  const id = { type: 'string' }
  return {
    ...document,
    components: {
      ...document.components,
      schemas: {
        ...schemas,
        VolumeSpec: { ...schemas.VolumeSpec, ...(required === undefined ? {} : { required }) },
        NodeSpec: { ...schemas.NodeSpec, properties: { id, ...others } },
      },
    },
  }
}
