import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSame, keptArray, keptList } from '../../src/live/kept.js'

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('two values are the same', () => {
  it('where all that is in them is, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(isSame(copy(one), copy(one))).toBe(true)
        const equal = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
        expect(isSame(one, copy(other))).toBe(equal)
      }),
      { examples: [[{}, []]] },
    )
    expect(isSame({ a: 1, b: [2] }, { b: [2], a: 1 })).toBe(true)
  })

  it.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: undefined }, { b: undefined }],
    [[], {}],
    [
      [1, 2],
      [2, 1],
    ],
    [null, {}],
    [{}, null],
    ['1', 1],
  ])('and %o and %o are not', (one, other) => {
    expect(isSame(one, other)).toBe(false)
  })
})

/** Arrays and objects are told apart by a tag, since an empty one of each has nothing else. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return ['array', value.map(sorted)]
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const)
  return ['object', entries.sort(([a], [b]) => (a < b ? -1 : 1))]
}

describe('a list', () => {
  const before = [
    { id: 'a', n: 1 },
    { id: 'b', n: 2 },
  ]

  it('is the one before while nothing of it changed, whatever its order', () => {
    expect(
      keptList(before, [
        { id: 'b', n: 2 },
        { id: 'a', n: 1 },
      ]),
    ).toBe(before)
  })

  it('keeps what did not change', () => {
    const now = keptList(before, [
      { id: 'b', n: 3 },
      { id: 'a', n: 1 },
      { id: 'c', n: 1 },
    ])
    expect(now).toEqual([
      { id: 'a', n: 1 },
      { id: 'b', n: 3 },
      { id: 'c', n: 1 },
    ])
    expect(now[0]).toBe(before[0])
  })

  it('that lost something is a new one', () => {
    expect(keptList(before, [{ id: 'a', n: 1 }])).toEqual([before[0]])
    expect(keptArray(before, before.slice(0, 1))).toHaveLength(1)
    expect(keptArray(before, [...before])).toBe(before)
  })
})
