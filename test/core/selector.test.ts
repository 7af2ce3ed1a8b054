/** Label selectors, against the meaning that Kubernetes documents. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  everything,
  isEmpty,
  type LabelExpression,
  matches,
  matchesPool,
} from '../../src/core/selector.js'

const key = fc.constantFrom('tier', 'zone', 'constructor')
const value = fc.constantFrom('a', 'b', '')
const labels = fc.dictionary(key, value)
const expression = fc.record({
  key,
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.array(value),
}) as fc.Arbitrary<LabelExpression>
const selector = fc.record({ matchLabels: labels, matchExpressions: fc.array(expression) })

/** An expression's meaning as the Kubernetes documentation words it. */
function holds(one: LabelExpression, own: Readonly<Record<string, string>>): boolean {
  const isThere = Object.keys(own).includes(one.key)
  const isListed = isThere && one.values.includes(own[one.key])
  if (one.operator === 'In') return isListed
  if (one.operator === 'NotIn') return !isListed
  return one.operator === 'Exists' ? isThere : !isThere
}

describe('a label selector', () => {
  it('matches when every label and every expression does', () => {
    fc.assert(
      fc.property(selector, labels, (one, own) => {
        const expected =
          Object.entries(one.matchLabels).every(([name, wanted]) => own[name] === wanted) &&
          one.matchExpressions.every(part => holds(part, own))
        expect(matches(one, own)).toBe(expected)
      }),
    )
  })

  it('of one expression matches as that expression does', () => {
    fc.assert(
      fc.property(expression, labels, (one, own) => {
        expect(matches({ matchLabels: {}, matchExpressions: [one] }, own)).toBe(holds(one, own))
      }),
    )
  })

  it.each([
    ['In', ['a', 'b'], [true, false, false]],
    ['In', [], [false, false, false]],
    ['NotIn', ['a', 'b'], [false, true, true]],
    ['NotIn', [], [true, true, true]],
    ['Exists', [], [true, true, false]],
    ['DoesNotExist', [], [false, false, true]],
  ] as const)('of %s %o, on a, on c, and without the key', (operator, values, expected) => {
    const one = { matchLabels: {}, matchExpressions: [{ key: 'tier', operator, values }] }
    const found = [{ tier: 'a' }, { tier: 'c' }, { zone: 'a' }].map(own => matches(one, own))
    expect(found).toEqual(expected)
  })

  it('that is empty matches every volume and no pool', () => {
    fc.assert(
      fc.property(labels, own => {
        expect(matches(everything, own)).toBe(true)
        expect(matchesPool(everything, own)).toBe(false)
        expect(matchesPool(null, own)).toBe(false)
      }),
    )
  })

  it('matches a pool as it matches a volume where it is not empty', () => {
    fc.assert(
      fc.property(selector, labels, (one, own) => {
        fc.pre(!isEmpty(one))
        expect(matchesPool(one, own)).toBe(matches(one, own))
      }),
    )
  })

  it('is empty only without labels and without expressions', () => {
    const exists = { key: 'tier', operator: 'Exists' as const, values: [] }
    expect(isEmpty(everything)).toBe(true)
    expect(isEmpty({ matchLabels: { tier: 'a' }, matchExpressions: [] })).toBe(false)
    expect(isEmpty({ matchLabels: {}, matchExpressions: [exists] })).toBe(false)
  })
})
