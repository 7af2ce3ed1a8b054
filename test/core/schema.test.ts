/** Schemas of fields: what is required, what is filled in, what is said. */
import { describe, expect, it } from 'vitest'
import {
  anyText,
  bytesBetween,
  duration,
  field,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  text,
} from '../../src/core/field.js'
import { schemaOf, tableSchema } from '../../src/core/schema.js'

const inner = { deep: field('deep', integer(1, 5), undefined, 'A deep one.') }

const table = {
  needed: field('needed', text, undefined, 'It must be there.'),
  filled: field('filled', oneOf(['A', 'B']), 'A', 'It is filled in.'),
  free: field('free', optional(anyText), undefined, 'It may be left out.'),
  nested: field('nested', object(inner), undefined, 'An object.'),
  many: field('many', optional(listOf(object(inner))), undefined, 'A list.'),
}

describe('the schema of a table', () => {
  it('asks for what the parser asks for, and fills in what it fills in', () => {
    const deep = { description: 'A deep one.', type: 'integer', format: 'int64' }
    const nested = {
      type: 'object',
      properties: { deep: { ...deep, minimum: 1, maximum: 5 } },
      required: ['deep'],
    }
    expect(tableSchema(table)).toEqual({
      type: 'object',
      properties: {
        needed: { description: 'It must be there.', type: 'string', minLength: 1 },
        filled: {
          description: 'It is filled in.',
          type: 'string',
          enum: ['A', 'B'],
          default: 'A',
        },
        free: { description: 'It may be left out.', type: 'string' },
        nested: { description: 'An object.', ...nested },
        many: {
          description: 'A list.',
          type: 'array',
          items: nested,
          'x-kubernetes-list-type': 'atomic',
        },
      },
      required: ['needed', 'nested'],
    })
  })

  it('says of a duration and of a size what to give', () => {
    expect(schemaOf(duration)).toEqual({
      type: 'string',
      'x-kubernetes-validations': [
        {
          rule: "self.matches('^([0-9]+(us|ms|s|m|h|d))+$')",
          message: 'give a duration with units s, m, h or d, as 1h or 1h30m',
        },
      ],
    })
    expect(schemaOf(bytesBetween(1024, 2048))).toMatchObject({
      minimum: 1024,
      maximum: 2048,
      'x-kubernetes-validations': [{ message: 'give 1KiB to 2KiB' }],
    })
  })
})
