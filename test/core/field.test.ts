import { describe, expect, it } from 'vitest'
import { bad, field, integer, listOf, parseByTable, show, text } from '../../src/core/field.js'

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
})
