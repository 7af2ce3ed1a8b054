/** The kinds of fields: what they take, and what they say of the rest. */
import { describe, expect, it } from 'vitest'
import {
  anyText,
  bad,
  bytes,
  field,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  parseByTable,
  show,
  span,
  text,
  textOrNone,
} from '../../src/core/field.js'

describe('a field', () => {
  it('that every object inherits is not given', () => {
    const table = {
      constructor: field('made', text, 'nobody', ''),
      size: field('s', integer(0), 3, ''),
    }
    expect(parseByTable(table, {}, 'spec')).toEqual({ ok: true, value: { made: 'nobody', s: 3 } })
  })

  it('that is wrong says what stands there, shortly', () => {
    const parsed = bad('spec.journal.size', 'x'.repeat(100), 'give a size')
    expect(!parsed.ok && parsed.problems[0].message).toBe(`size is "${'x'.repeat(56)}...`)
  })

  it('in a list says which one', () => {
    const parsed = listOf(integer(1, 9)).parse([1, 0, 3, 10, 9], 'spec.list')
    expect(!parsed.ok && parsed.problems.map(one => [one.path, one.hint])).toEqual([
      ['spec.list[1]', 'give a whole number, from 1 to 9'],
      ['spec.list[3]', 'give a whole number, from 1 to 9'],
    ])
    expect(listOf(integer(1)).parse([3, 1], 'x')).toEqual({ ok: true, value: [3, 1] })
  })

  it.each([
    [undefined, 'missing'],
    [null, 'null'],
    [Number.NaN, 'NaN'],
    [-0.5, '-0.5'],
    [12n, '12'],
    ['a', '"a"'],
    [{ a: 1n }, '{"a":"1"}'],
    [Symbol('s'), 'symbol'],
    ['y'.repeat(58), `"${'y'.repeat(58)}"`],
    ['y'.repeat(59), `"${'y'.repeat(56)}...`],
  ])('shows %s as %s', (raw, shown) => {
    expect(show(raw)).toBe(shown)
  })

  it('says the range of an integer', () => {
    const least = integer(2).parse(1, 'n')
    expect(!least.ok && least.problems[0].hint).toBe('give a whole number, 2 or more')
    expect(integer(2).parse(2, 'n').ok).toBe(true)
    expect(integer(0, 2).parse(2, 'n').ok).toBe(true)
  })

  it.each([
    [span, '0s', 'give a duration longer than 0s'],
    [bytes, -1, 'give a size, as 10GiB or 10737418240'],
    [flag, 'yes', 'give true or false'],
    [text, '', 'give a text'],
    [oneOf(['a', 'b']), 'c', 'give one of a, b'],
    [
      object({ a: field('a', text, 'x', ''), b: field('b', text, 'y', '') }),
      3,
      'give an object with a, b',
    ],
  ])('of a kind says what to write', (kind, raw, hint) => {
    const parsed = kind.parse(raw, 'at')
    expect(!parsed.ok && parsed.problems.map(one => one.hint)).toEqual([hint])
  })

  it('may be missing where it is optional', () => {
    for (const none of [null, undefined]) {
      expect(optional(flag).parse(none, 'at')).toEqual({ ok: true, value: null })
      expect(textOrNone.parse(none, 'at')).toEqual({ ok: true, value: null })
    }
    expect(textOrNone.parse('', 'at')).toEqual({ ok: true, value: null })
    expect(textOrNone.parse('ec', 'at')).toEqual({ ok: true, value: 'ec' })
    expect(anyText.parse('', 'at')).toEqual({ ok: true, value: '' })
    expect(bytes.parse(0, 'at')).toEqual({ ok: true, value: 0 })
    expect(text.parse('a', 'at')).toEqual({ ok: true, value: 'a' })
  })

  it('that is not known is named', () => {
    const parsed = parseByTable({ size: field('s', integer(0), 3, '') }, { colour: 1 }, 'spec')
    expect(!parsed.ok && parsed.problems).toEqual([
      {
        code: 'FIELD_UNKNOWN',
        path: 'spec.colour',
        message: 'unknown field colour',
        hint: 'known fields: size',
      },
    ])
  })
})
