/** The known word that a misspelt one meant. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editDistance, nearest } from '../../src/core/nearest.js'

const word = fc.string({ maxLength: 12 })

describe('the edit distance', () => {
  it('is a metric', () => {
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(editDistance(a, a)).toBe(0)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
        expect(editDistance(a, b) === 0).toBe(a === b)
      }),
    )
  })

  it.each([
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['flaw', 'lawn', 2],
  ])('of %j and %j is %i', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance)
  })
})

describe('the nearest known word', () => {
  const known = ['highWatermarkIOPS', 'lowWatermarkIOPS', 'enabled', 'disabled']

  it.each([
    ['highWatermarkIops', 'highWatermarkIOPS'],
    ['HIGHWATERMARKIOPS', 'highWatermarkIOPS'],
    ['lowWatermark', null],
    ['enable', 'enabled'],
    ['enabledxx', 'enabled'],
    ['enabledxxx', null],
    ['', null],
  ])('to %j is %j', (misspelt, meant) => {
    expect(nearest(misspelt, known)).toBe(meant)
  })

  it('is the first of two that are as near', () => {
    expect(nearest('ab', ['ax', 'ay'])).toBe('ax')
  })
})
