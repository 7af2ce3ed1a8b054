/** Kinds of values that stand in a status: what is read, what is refused, what a server checks. */
import { describe, expect, it } from 'vitest'
import { type Kind, text } from '../../../src/core/field.js'
import { volumeId } from '../../../src/core/model.js'
import {
  byName,
  camelCase,
  camelCased,
  listBy,
  listedDuration,
  named,
  number,
  textOrInteger,
  time,
} from '../../../src/core/resources/status-kinds.js'
import { schemaOf } from '../../../src/core/schema.js'

function read(kind: Kind<unknown>, raw: unknown): unknown {
  const parsed = kind.parse(raw, 'status.it')
  return parsed.ok ? parsed.value : parsed.problems.map(one => `${one.path}: ${one.hint}`)
}

const phase = camelCased(['claimed', 'rolling-back'])

describe('kinds of a status', () => {
  it.each([
    [time, '1970-01-01T00:00:01.5Z', 1_500_000],
    [number, 0.667, 0.667],
    [number, -3, -3],
    [textOrInteger, 'crc32c:00', 'crc32c:00'],
    [textOrInteger, 7, 7],
    [named(text, volumeId), 'uuid', 'uuid'],
    [phase, 'Claimed', 'claimed'],
    [phase, 'RollingBack', 'rolling-back'],
    [byName(number), {}, {}],
    [byName(number), { a: 1, b: 2 }, { a: 1, b: 2 }],
    [listBy('type', text), ['a', 'b'], ['a', 'b']],
    [listedDuration, '1h30m', 5_400_000_000],
  ] as const)('%o reads %j', (kind, raw, value) => {
    expect(read(kind, raw)).toEqual(value)
  })

  it.each([
    [time, 'yesterday', ['status.it: give a time, as 2026-01-05T06:30:00Z']],
    [time, 5, ['status.it: give a time, as 2026-01-05T06:30:00Z']],
    [number, '5', ['status.it: give a number']],
    [number, Number.POSITIVE_INFINITY, ['status.it: give a number']],
    [textOrInteger, 1.5, ['status.it: give a text or a whole number']],
    [textOrInteger, null, ['status.it: give a text or a whole number']],
    [named(text, volumeId), '', ['status.it: give a text']],
    [phase, 'rolling-back', ['status.it: give one of Claimed, RollingBack']],
    [byName(number), [], ['status.it: give {name: value}']],
    [
      byName(number),
      { a: 1, b: 'x', c: 'y' },
      ['status.it.b: give a number', 'status.it.c: give a number'],
    ],
    [listBy('type', text), ['a', 5], ['status.it[1]: give a text']],
  ] as const)('%o refuses %j', (kind, raw, problems) => {
    expect(read(kind, raw)).toEqual(problems)
  })

  it('tell a server the same', () => {
    expect(schemaOf(time)).toEqual({ type: 'string', format: 'date-time' })
    expect(schemaOf(phase)).toEqual({ type: 'string', enum: ['Claimed', 'RollingBack'] })
    expect(schemaOf(named(text, volumeId))).toEqual(schemaOf(text))
    expect(schemaOf(byName(number))).toEqual({
      type: 'object',
      additionalProperties: { type: 'number' },
    })
    expect(schemaOf(listBy('type', text))).toEqual({
      type: 'array',
      items: { type: 'string', minLength: 1 },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    })
    expect(schemaOf(textOrInteger)).toMatchObject({ 'x-kubernetes-int-or-string': true })
    expect(schemaOf(listedDuration)).not.toHaveProperty('x-kubernetes-validations')
  })

  it('write words of ours as resources do', () => {
    expect(['done', 'no-pool', 'dropping-coded'].map(camelCase)).toEqual([
      'Done',
      'NoPool',
      'DroppingCoded',
    ])
  })
})
