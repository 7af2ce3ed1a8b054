/** Lifetimes: what is left and how likely the end is fit together, whatever the age. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  drawHazard,
  drawHazardBelow,
  drawRepair,
  hazardBetween,
  type Lifetime,
  yearsUntil,
} from '../../../src/ec/durability/lifetime.js'
import { expectNear } from './codes.js'

const lifetimes: fc.Arbitrary<Lifetime> = fc.oneof(
  fc.record({
    kind: fc.constant('exponential' as const),
    meanYears: fc.double({ min: 0.1, max: 100, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant('weibull' as const),
    shape: fc.double({ min: 0.5, max: 3, noNaN: true }),
    scaleYears: fc.double({ min: 0.1, max: 100, noNaN: true }),
  }),
)

describe('a lifetime', () => {
  test('has passed just the hazard at its end that was drawn', () => {
    const age = fc.double({ min: 0, max: 10, noNaN: true })
    const drawn = fc.double({ min: 0.01, max: 10, noNaN: true })
    fc.assert(
      fc.property(lifetimes, age, drawn, (lifetime, ageYears, hazard) => {
        const end = ageYears + yearsUntil(lifetime, ageYears, hazard)
        expectNear(hazardBetween(lifetime, ageYears, end), hazard, 1e-6)
      }),
    )
  })

  test('in figures: a Weibull of shape 2 and scale 3', () => {
    const lifetime = { kind: 'weibull', shape: 2, scaleYears: 3 } as const
    expect(hazardBetween(lifetime, 3, 6)).toBe(3)
    expect(yearsUntil(lifetime, 3, 3)).toBe(3)
  })

  test('of shape 1 has no memory', () => {
    const weibull = { kind: 'weibull', shape: 1, scaleYears: 7 } as const
    const exponential = { kind: 'exponential', meanYears: 7 } as const
    expectNear(yearsUntil(weibull, 3, 0.4), yearsUntil(exponential, 5, 0.4), 1e-12)
    expectNear(hazardBetween(weibull, 3, 4), hazardBetween(exponential, 8, 9), 1e-12)
  })
})

describe('draws', () => {
  test('are of the exponential, whole or cut', () => {
    expect(drawHazard(() => 0)).toBe(0)
    expectNear(
      drawHazard(() => 0.5),
      Math.LN2,
      1e-12,
    )
    // Half of those that end before 2 ended before −ln(1 − (1 − e⁻²)/2).
    expectNear(
      drawHazardBelow(2, () => 0.5),
      -Math.log(1 - (1 - Math.exp(-2)) / 2),
      1e-12,
    )
    expectNear(
      drawHazardBelow(1e-20, () => 0.25),
      0.25e-20,
      1e-12,
    )
  })

  test('of repairs are of their kind', () => {
    const half = (): number => 0.5
    expect(drawRepair({ kind: 'fixed', years: 0.25 }, half)).toBe(0.25)
    expectNear(drawRepair({ kind: 'exponential', meanYears: 3 }, half), 3 * Math.LN2, 1e-12)
  })
})
