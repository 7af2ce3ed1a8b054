/** The chain against exact arithmetic and against the closed forms that there are. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ChainRates,
  chainOf,
  lossWithin,
  meanYearsToLoss,
} from '../../../src/ec/durability/chain.js'
import { choose } from '../../../src/ec/durability/combinations.js'
import { type Redundancy, redundancyOf } from '../../../src/ec/durability/redundancy.js'
import { expectNear, lrc, reedSolomon, replicas } from './codes.js'

const codes = fc.oneof(
  fc.integer({ min: 1, max: 5 }).map(replicas),
  fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4 })).map(of => {
    return reedSolomon(...of)
  }),
  fc.constantFrom(lrc(6, 2, 2), lrc(12, 2, 2), lrc(12, 4, 2)),
)
const rates = fc.record({
  failuresPerYear: fc.double({ min: 1e-3, max: 3, noNaN: true }),
  repairsPerYear: fc.array(fc.double({ min: 1, max: 1e7, noNaN: true }), {
    minLength: 6,
    maxLength: 6,
  }),
})

describe('the mean time to loss', () => {
  test('is what the recursion of positive terms gives where shards are lost one at a time', () => {
    fc.assert(
      fc.property(codes, rates, (code, of) => {
        const redundancy = redundancyOf(code)
        fc.pre(redundancy.fatalShares.every(share => share === 0 || share === 1))
        expectNear(meanYearsToLoss(chainOf(redundancy, of)), recursion(redundancy, of), 1e-12)
      }),
    )
  })

  test('is the exact solution of the linear system, pairs and local codes included', () => {
    const withPairs = fc.tuple(rates, fc.double({ min: 0, max: 1, noNaN: true }))
    fc.assert(
      fc.property(codes, withPairs, (code, [of, pairedShare]) => {
        const redundancy = redundancyOf(code)
        fc.pre(redundancy.shards > 1)
        const chain = chainOf(redundancy, { ...of, pairedShare })
        expectNear(meanYearsToLoss(chain), exactYears(chain.rates), 1e-9)
      }),
    )
  })
})

describe('the rates', () => {
  test('let each living shard fail as often as is said, alone or with another', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(rates, share, fc.integer({ min: 1, max: 8 }), (of, pairedShare, dataShards) => {
        const redundancy = redundancyOf(reedSolomon(dataShards, 4))
        const chain = chainOf(redundancy, { ...of, pairedShare })
        chain.rates.slice(0, 3).forEach((row, lost) => {
          expect(row[lost - 1]).toBe(lost === 0 ? undefined : of.repairsPerYear[lost - 1])
          const shardsLost = row[lost + 1] + 2 * row[lost + 2]
          expectNear(shardsLost, (redundancy.shards - lost) * of.failuresPerYear, 1e-12)
        })
      }),
    )
  })

  test('of pairs, in figures: five shards, two of them lost, half the failures in pairs', () => {
    const of = { failuresPerYear: 0.4, repairsPerYear: [10, 20, 30], pairedShare: 0.5 }
    const { rates: rows } = chainOf(redundancyOf(reedSolomon(2, 3)), of)
    // Three live: alone 3 × 0.2; with one of the two lost 3 × 2 × 0.05; two of the three 3 × 0.05.
    expect(rows[2].map(rate => Number(rate.toFixed(12)))).toEqual([0, 20, 0, 0.9, 0.15])
    expect(rows[0].map(rate => Number(rate.toFixed(12)))).toEqual([0, 1, 0.5, 0, 0])
  })

  test('lead to loss by the share of sets that cannot be rebuilt', () => {
    const of = { failuresPerYear: 1, repairsPerYear: [1, 1, 1, 1] }
    const redundancy = redundancyOf(lrc(12, 2, 2), lost => (lost < 4 ? 1 : 0.75))
    const { rates: rows } = chainOf(redundancy, of)
    expect(rows[3]).toEqual([0, 0, 1, 0, 13 * 0.75, 13 * 0.25])
    expect(rows[4]).toEqual([0, 0, 0, 1, 0, 12])
  })

  test('lead to loss by what of the sets that were left cannot be rebuilt', () => {
    const shares = [1, 1, 1, 1, 0.5, 0.4]
    const of = { failuresPerYear: 1, repairsPerYear: [1, 1, 1, 1, 1] }
    const { rates: rows } = chainOf(
      redundancyOf(lrc(6, 3, 2), lost => shares[lost]),
      of,
    )
    expectNear(rows[4][5], 7 * 0.8, 1e-12)
    expectNear(rows[4][6], 7 * 0.2, 1e-12)
  })

  test('must be there for every state', () => {
    const redundancy = redundancyOf(reedSolomon(4, 2))
    const missing = { failuresPerYear: 1, repairsPerYear: [1] }
    expect(() => chainOf(redundancy, missing)).toThrow('2 rates of repair')
    const immortal = { failuresPerYear: 0, repairsPerYear: [1, 1] }
    expect(() => chainOf(redundancy, immortal)).toThrow('0 failures')
  })
})

describe('the chance of loss within a time', () => {
  test('without repair is that of more failures than the code survives', () => {
    const some = fc.record({
      dataShards: fc.integer({ min: 1, max: 12 }),
      parityShards: fc.integer({ min: 0, max: 4 }),
      failing: fc.double({ min: 1e-6, max: 0.9, noNaN: true }),
      years: fc.double({ min: 0.01, max: 20, noNaN: true }),
    })
    fc.assert(
      fc.property(some, ({ dataShards, parityShards, failing, years }) => {
        const failuresPerYear = -Math.log1p(-failing) / years
        const redundancy = redundancyOf(reedSolomon(dataShards, parityShards))
        const chain = chainOf(redundancy, { failuresPerYear, repairsPerYear: [0, 0, 0, 0] })
        let more = 0
        for (let lost = parityShards + 1; lost <= redundancy.shards; lost++) {
          const rest = redundancy.shards - lost
          more += choose(redundancy.shards, lost) * failing ** lost * (1 - failing) ** rest
        }
        expectNear(lossWithin(chain, years), more, 1e-9)
      }),
    )
  })

  test('is found where it takes many losses at once', () => {
    const redundancy = redundancyOf(reedSolomon(2, 14))
    const chain = chainOf(redundancy, {
      failuresPerYear: 1e-3,
      repairsPerYear: redundancy.fatalShares.map(() => 0),
    })
    expectNear(lossWithin(chain, 1), 16 * (-Math.expm1(-1e-3)) ** 15, 2e-3)
  })

  test('is the time over its mean where loss is rare, whatever the repair', () => {
    fc.assert(
      fc.property(codes, rates, (code, { repairsPerYear }) => {
        const redundancy = redundancyOf(code)
        fc.pre(redundancy.fatalShares.length > 1)
        const fast = repairsPerYear.map(rate => rate + 1000)
        const chain = chainOf(redundancy, { failuresPerYear: 1e-3, repairsPerYear: fast })
        expectNear(lossWithin(chain, 5), 5 / meanYearsToLoss(chain), 0.01)
      }),
    )
  })

  test('of two spans is that of their sum', () => {
    const { rates: rows } = chainOf(redundancyOf(replicas(1)), {
      failuresPerYear: 0.3,
      repairsPerYear: [],
    })
    const alive = (years: number): number => 1 - lossWithin({ rates: rows }, years)
    expectNear(alive(2) * alive(5), alive(7), 1e-12)
    expectNear(alive(7), Math.exp(-2.1), 1e-12)
  })
})

/** h₀ = 1/λ₀, hᵢ = (1 + μᵢhᵢ₋₁)/λᵢ, and the sum of all. */
function recursion({ shards, fatalShares }: Redundancy, of: ChainRates): number {
  let step = 0
  let sum = 0
  for (let lost = 0; lost < fatalShares.length; lost++) {
    const repairs = lost === 0 ? 0 : of.repairsPerYear[lost - 1]
    step = (1 + repairs * step) / ((shards - lost) * of.failuresPerYear)
    sum += step
  }
  return sum
}

/** Cramer's rule in whole numbers, the rates taken in units of 2⁻²⁰⁰. */
function exactYears(rates: readonly (readonly number[])[]): number {
  const whole = rates.map(row => row.map(inUnits))
  const system = whole.map((row, from) =>
    row.slice(0, -1).map((rate, to) => (to === from ? sumOf(row) : -rate)),
  )
  const replaced = system.map(([, ...rest]) => [inUnits(1), ...rest])
  return ratio(determinant(replaced), determinant(system))
}

function inUnits(rate: number): bigint {
  let units = BigInt(Math.floor(rate))
  let rest = rate - Math.floor(rate)
  for (let bits = 0; bits < 200; bits += 50) {
    rest *= 2 ** 50
    units = (units << 50n) + BigInt(Math.floor(rest))
    rest -= Math.floor(rest)
  }
  return units
}

function sumOf(row: readonly bigint[]): bigint {
  return row.reduce((sum, value) => sum + value, 0n)
}

function determinant(matrix: readonly (readonly bigint[])[]): bigint {
  if (matrix.length === 0) return 1n
  return matrix[0].reduce((sum, value, column) => {
    if (value === 0n) return sum
    const minor = matrix.slice(1).map(row => row.filter((_, at) => at !== column))
    return sum + (column % 2 === 0 ? 1n : -1n) * value * determinant(minor)
  }, 0n)
}

function ratio(over: bigint, under: bigint): number {
  return Number((over << 200n) / under) / 2 ** 200
}
