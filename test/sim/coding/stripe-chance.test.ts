/** Chances of stripes: whole numbers of them, each for itself. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripeChance } from '../../../sim/coding/stripe-chance.js'

const seed = fc.nat({ max: 9_007_199_254_740_991 })
const chance = fc
  .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 1000 }))
  .map(([numerator, more]) => ({ numerator, denominator: numerator + more }))

function hitsOf(hits: (volume: number, stripe: number) => boolean, stripes: number): number {
  let count = 0
  for (let stripe = 0; stripe < stripes; stripe++) if (hits(stripe % 7, stripe)) count += 1
  return count
}

describe('the chance of a stripe', () => {
  it('is the same whenever it is asked', () => {
    fc.assert(
      fc.property(seed, chance, fc.array(fc.nat({ max: 1_000_000 })), (own, one, stripes) => {
        const first = stripeChance(own, 'a', one)
        const asked = stripes.map(stripe => first(3, stripe))
        const again = stripeChance(own, 'a', one)
        expect(stripes.map(stripe => again(3, stripe)).reverse()).toEqual([...asked].reverse())
      }),
    )
  })

  it('hits as many as it says', () => {
    fc.assert(
      fc.property(seed, chance, (own, one) => {
        const stripes = 20_000
        const share = one.numerator / one.denominator
        const found = hitsOf(stripeChance(own, 'a', one), stripes)
        // Six standard deviations of a fair draw.
        const away = 6 * Math.sqrt(stripes * share * (1 - share))
        expect(Math.abs(found - stripes * share)).toBeLessThanOrEqual(away)
      }),
      { numRuns: 100 },
    )
  })

  it('is every stripe at 1/1', () => {
    const every = stripeChance(42, 'a', { numerator: 1, denominator: 1 })
    expect(hitsOf(every, 100_000)).toBe(100_000)
  })

  it('differs by seed, by what is asked and by volume', () => {
    const half = { numerator: 1, denominator: 2 }
    const picture = (own: number, what: string, volume: number): string =>
      Array.from({ length: 200 }, (_, stripe) =>
        stripeChance(own, what, half)(volume, stripe) ? '1' : '0',
      ).join('')
    const pictures = [
      picture(1, 'a', 0),
      picture(2, 'a', 0),
      picture(1 + 4_294_967_296, 'a', 0),
      picture(1, 'b', 0),
      picture(1, 'a', 1),
    ]
    expect(new Set(pictures).size).toBe(pictures.length)
  })
})
