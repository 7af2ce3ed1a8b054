/** The Monte-Carlo against the chain, against itself, and where only it can answer. */
import { describe, expect, test } from 'vitest'
import { chainOf, lossWithin } from '../../../src/ec/durability/chain.js'
import type { Lifetime } from '../../../src/ec/durability/lifetime.js'
import { countLosses, type Estimate, estimateLoss } from '../../../src/ec/durability/monte-carlo.js'
import { type DurableCode, redundancyOf } from '../../../src/ec/durability/redundancy.js'
import type { RepairModel, StripeModel } from '../../../src/ec/durability/stripe-life.js'
import { lrc, reedSolomon, replicas } from './codes.js'

const effort = { seed: 7, stripes: 300, batches: 16 }

/** Within four of its own standard errors, which are a small part of the figure. */
function expectAgrees({ probability, standardError }: Estimate, wanted: number): void {
  expect(standardError).toBeLessThan(0.1 * probability)
  // Without repair nothing is left to luck, and only rounding is off.
  const away = Math.abs(probability - wanted) / (standardError + 1e-14 * wanted)
  expect(away, `${probability} ± ${standardError} against ${wanted}`).toBeLessThan(4)
}

function modelOf(code: DurableCode, lifetime: Lifetime, repair: RepairModel): StripeModel {
  return { redundancy: redundancyOf(code), lifetime, repair, missionYears: 1 }
}

/** The same rates for the chain and for the Monte-Carlo. */
function memoryless(code: DurableCode, failuresPerYear: number, repairsPerYear: number[]) {
  const chain = chainOf(redundancyOf(code), { failuresPerYear, repairsPerYear })
  const times = repairsPerYear.map(rate => ({ kind: 'exponential', meanYears: 1 / rate }) as const)
  const lifetime = { kind: 'exponential', meanYears: 1 / failuresPerYear } as const
  return {
    loss: lossWithin(chain, 1),
    model: modelOf(code, lifetime, { kind: 'in-turn', times }),
  }
}

describe('where the chain holds', () => {
  const cases: readonly (readonly [DurableCode, number, number[]])[] = [
    [replicas(1), 0.2, []],
    [replicas(2), 0.5, [8]],
    [replicas(3), 1, [10, 20]],
    [reedSolomon(4, 2), 0.5, [20, 60]],
    [lrc(6, 2, 2), 1, [20, 20, 30, 30]],
    [replicas(3), 0.0157, [900, 3000]],
    [reedSolomon(8, 3), 0.0157, [300, 500, 900]],
    [reedSolomon(10, 4), 0.0157, [500, 500, 1000, 1000]],
    [lrc(12, 2, 2), 0.0157, [600, 700, 1000, 1000]],
  ]

  test.each(cases)('splitting agrees with it: %o, %f failures, %o repairs a year', (...of) => {
    const { loss, model } = memoryless(...of)
    expectAgrees(estimateLoss(model, effort), loss)
  })

  test.each(cases.slice(0, 5))('and so does counting: %o, %f, %o', (...of) => {
    const { loss, model } = memoryless(...of)
    expectAgrees(countLosses(model, { seed: 7, stripes: 10_000 }), loss)
  })

  test('repairs that go on side by side are repairs as many times as fast', () => {
    const lifetime = { kind: 'exponential', meanYears: 2 } as const
    const time = { kind: 'exponential', meanYears: 1 / 12 } as const
    const chain = chainOf(redundancyOf(reedSolomon(3, 2)), {
      failuresPerYear: 0.5,
      repairsPerYear: [12, 24],
    })
    const model = modelOf(reedSolomon(3, 2), lifetime, { kind: 'each', time })
    expectAgrees(estimateLoss(model, effort), lossWithin(chain, 1))
    expectAgrees(countLosses(model, { seed: 7, stripes: 10_000 }), lossWithin(chain, 1))
  })

  test('a set that cannot be rebuilt may be small, and met again after every repair', () => {
    const redundancy = { shards: 4, fatalShares: [0.02, 0.4, 0, 1] }
    const of = { failuresPerYear: 1, repairsPerYear: [20, 6, 10] }
    const times = of.repairsPerYear.map(rate => {
      return { kind: 'exponential', meanYears: 1 / rate } as const
    })
    const lifetime = { kind: 'exponential', meanYears: 1 } as const
    const model = {
      redundancy,
      lifetime,
      repair: { kind: 'in-turn', times },
      missionYears: 3,
    } as const
    const loss = lossWithin(chainOf(redundancy, of), 3)
    expectAgrees(estimateLoss(model, { ...effort, stripes: 600 }), loss)
    expectAgrees(countLosses(model, { seed: 7, stripes: 10_000 }), loss)
  })

  test('it reaches what happens once in 10¹⁵ years and more', () => {
    const { loss, model } = memoryless(reedSolomon(10, 4), 0.0157, [8766, 8766, 8766, 8766])
    expect(loss).toBeLessThan(1e-18)
    expectAgrees(estimateLoss(model, effort), loss)
    expect(countLosses(model, { seed: 7, stripes: 1000 }).probability).toBe(0)
  })
})

describe('where no chain holds', () => {
  const ageing = { kind: 'weibull', shape: 1.12, scaleYears: 0.5 } as const
  const early = { kind: 'weibull', shape: 0.75, scaleYears: 1 } as const
  const fixed = { kind: 'fixed', years: 0.03 } as const
  const cases: readonly (readonly [DurableCode, Lifetime, RepairModel])[] = [
    [replicas(3), ageing, { kind: 'each', time: fixed }],
    [reedSolomon(4, 2), early, { kind: 'each', time: fixed }],
    [reedSolomon(4, 2), ageing, { kind: 'in-turn', times: [fixed, fixed] }],
    [lrc(6, 2, 2), early, { kind: 'each', time: { kind: 'weibull', shape: 2, scaleYears: 0.1 } }],
  ]

  test.each(cases)('splitting and counting agree: %o, %o, %o', (...of) => {
    const model = modelOf(...of)
    const split = estimateLoss(model, effort)
    const counted = countLosses(model, { seed: 8, stripes: 8_000 })
    const apart = Math.abs(split.probability - counted.probability)
    expect(counted.standardError).toBeLessThan(0.2 * counted.probability)
    expect(split.standardError).toBeLessThan(0.1 * split.probability)
    expect(apart).toBeLessThan(4 * Math.hypot(split.standardError, counted.standardError))
  })

  test('a mirror with a fixed repair: the second fails within the repair of the first', () => {
    const failuresPerYear = 1e-7
    const repairYears = 0.05
    const lifetime = { kind: 'exponential', meanYears: 1 / failuresPerYear } as const
    const repair = { kind: 'each', time: { kind: 'fixed', years: repairYears } } as const
    const estimate = estimateLoss(modelOf(replicas(2), lifetime, repair), effort)
    // 2λ for the first, λ × repair for the second, less what the mission's end cuts off.
    const wanted = 2 * failuresPerYear * failuresPerYear * repairYears * (1 - repairYears / 2)
    expect(estimate.probability).toBeLessThan(1e-14)
    expectAgrees(estimate, wanted)
  })

  test('n copies with repairs of a fixed time, side by side: n λⁿ Tⁿ⁻¹', () => {
    const lifetime = { kind: 'exponential', meanYears: 1e4 } as const
    const repair = { kind: 'each', time: { kind: 'fixed', years: 1e-4 } } as const
    const estimate = estimateLoss(modelOf(replicas(3), lifetime, repair), effort)
    // All three fall within one time of repair: 3! λ³ times the area T²/2 of their distances.
    expectAgrees(estimate, 3 * 1e-4 ** 3 * 1e-4 ** 2)
  })
})

describe('an estimate', () => {
  const { model } = memoryless(reedSolomon(4, 2), 0.5, [20, 60])

  test('is the same for the same seed, and another for another', () => {
    expect(estimateLoss(model, effort)).toEqual(estimateLoss(model, effort))
    expect(estimateLoss(model, { ...effort, seed: 8 })).not.toEqual(estimateLoss(model, effort))
  })

  test('tells its error: it falls with the root of the effort', () => {
    const small = estimateLoss(model, { seed: 3, stripes: 50, batches: 48 }).standardError
    const large = estimateLoss(model, { seed: 3, stripes: 800, batches: 48 }).standardError
    expect(small / large).toBeGreaterThan(2.5)
    expect(small / large).toBeLessThan(6)
  })

  test('is as far off as it says, over many seeds', () => {
    const { loss } = memoryless(reedSolomon(4, 2), 0.5, [20, 60])
    const squares = Array.from({ length: 60 }, (_, seed) => {
      const { probability, standardError } = estimateLoss(model, { seed, stripes: 40, batches: 16 })
      return ((probability - loss) / standardError) ** 2
    })
    const mean = squares.reduce((sum, square) => sum + square) / squares.length
    // Sixty squares of about unit variance: their mean lies within 1 ± 4 × √(2/60).
    expect(mean).toBeGreaterThan(0.3)
    expect(mean).toBeLessThan(1.9)
  })

  test('of three batches is that of two and one more', () => {
    const two = estimateLoss(model, { seed: 3, stripes: 30, batches: 2 })
    const three = estimateLoss(model, { seed: 3, stripes: 30, batches: 3 })
    const last = 3 * three.probability - 2 * two.probability
    const found = [two.probability - two.standardError, two.probability + two.standardError, last]
    const squares = found.map(one => (one - three.probability) ** 2)
    const spread = squares.reduce((sum, square) => sum + square)
    expect(three.standardError / Math.sqrt(spread / 6)).toBeCloseTo(1, 9)
  })

  test('by counting has the error of so many draws', () => {
    const { model: short } = memoryless(replicas(1), 1.2, [])
    const { probability, standardError } = countLosses(short, { seed: 1, stripes: 400 })
    expect(standardError).toBeCloseTo(Math.sqrt((probability * (1 - probability)) / 400), 12)
    const { model: certain } = memoryless(replicas(1), 1e6, [])
    const all = countLosses(certain, { seed: 1, stripes: 100 })
    expect(all).toEqual({ probability: 1, standardError: 0 })
  })

  test('needs two batches to know its error', () => {
    expect(() => estimateLoss(model, { ...effort, batches: 1 })).toThrow('one batch')
  })

  test('of what cannot fail within the mission is none', () => {
    const immortal = { kind: 'weibull', shape: 400, scaleYears: 1000 } as const
    const repair = { kind: 'each', time: { kind: 'fixed', years: 1 } } as const
    expect(estimateLoss(modelOf(replicas(2), immortal, repair), effort)).toEqual({
      probability: 0,
      standardError: 0,
    })
  })
})
