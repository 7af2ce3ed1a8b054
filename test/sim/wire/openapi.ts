/**
 * Mayastor's OpenAPI document as a contract: it is read by its path, never copied in, and patched
 * where it is no valid OpenAPI or stricter than real replies (mayastor.md, section 6).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type AnySchema, type ValidateFunction } from 'ajv'
import { expect } from 'vitest'
import { parse } from 'yaml'
import { isObject } from '../../../src/core/field.js'

const file = join(process.env.COUCHESTOR_SHARED ?? '../shared', 'mayastor', 'v0_api_spec.yaml')

const isDocumentThere = existsSync(file)

if (!isDocumentThere) {
  if (process.env.CI === 'true') throw new Error(`CI needs Mayastor's document: ${file}`)
  process.stderr.write(`${file} is not there: answers are not held to it (COUCHESTOR_SHARED)\n`)
}

/** What is newer than the document, 2.10's pool cordon, answers as its pools do. */
const newer: Readonly<Record<string, string>> = { '/pools/{pool_id}/cordon': '/pools/{pool_id}' }

const ajv = new Ajv({ strict: false, validateFormats: false })
const document = isDocumentThere ? patched(readFileSync(file, 'utf8')) : {}
if (isDocumentThere) ajv.addSchema(document, 'v0')
const validators = new Map<string, ValidateFunction>()

interface Told {
  readonly status: number
  readonly text: string
  readonly value: unknown
}

export function expectDocumented(method: string, path: string, answer: Told): void {
  if (!isDocumentThere) return
  const own = path.replace(/\?.*$/, '').slice('/v0'.length)
  const template = templates().find(one => formOf(one).test(own))
  const known = template === undefined ? undefined : (newer[template] ?? template)
  const verb = template === known ? method.toLowerCase() : 'get'
  const isOperation = known !== undefined && pointed(['paths', known, verb]) !== undefined
  if (!isOperation) {
    expect({ path, status: answer.status, text: answer.text }).toEqual({
      path,
      status: 404,
      text: '',
    })
    return
  }
  // Where the version knows no pool cordons there is no operation.
  if (template !== known && answer.status === 404 && answer.text === '') return
  const pointer =
    answer.status === 200
      ? ['paths', known, verb, 'responses', '200', 'content', 'application/json', 'schema']
      : ['components', 'schemas', 'RestJsonError']
  const validate = validatorOf(pointer)
  expect(validate(answer.value), `${method} ${path}: ${ajv.errorsText(validate.errors)}`).toBe(true)
}

function templates(): readonly string[] {
  const paths = pointed(['paths'])
  return [...Object.keys(newer), ...(isObject(paths) ? Object.keys(paths) : [])]
}

function formOf(template: string): RegExp {
  return new RegExp(`^${template.replace(/[.$]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`)
}

function validatorOf(pointer: readonly string[]): ValidateFunction {
  const escaped = pointer.map(part =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
  )
  const $ref = `v0#/${escaped.join('/')}`
  const validate = validators.get($ref) ?? ajv.compile({ $ref })
  validators.set($ref, validate)
  return validate
}

function pointed(pointer: readonly string[]): unknown {
  return pointer.reduce<unknown>(
    (value, part) => (isObject(value) ? value[part] : undefined),
    document,
  )
}

function patched(text: string): AnySchema {
  const read: unknown = parse(text, (key: unknown, value: unknown) => {
    // VolumeSpec requires what is no property of it and no real reply has.
    if (key === 'required' && Array.isArray(value)) {
      return value.filter(name => name !== 'num_paths' && name !== 'protocol')
    }
    return value
  })
  if (!isObject(read)) throw new Error(`${file} is no document`)
  return read
}
