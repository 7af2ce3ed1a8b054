/** The entry: what a person would expect of every answer, whatever the fleet. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { chainOf, lossWithin, meanYearsToLoss } from '../../../src/ec/durability/chain.js'
import {
  type DurabilityConditions,
  durabilityOf,
  replacementUsByDefault,
} from '../../../src/ec/durability/durability.js'
import { annualFailureRates, pairedShares } from '../../../src/ec/durability/failure-rates.js'
import { redundancyOf } from '../../../src/ec/durability/redundancy.js'
import { repairRates } from '../../../src/ec/durability/repair.js'
import { expectNear, lrc, reedSolomon, replicas } from './codes.js'

const fleet: DurabilityConditions = {
  pools: 60,
  poolCapacityBytes: 20e12,
  usedBytes: 14e12,
  annualFailureRate: annualFailureRates.hdd.perYear,
  repairBytesPerSecond: 50e6,
  detectionUs: 900_000_000,
}

const conditions = fc
  .record({
    pools: fc.integer({ min: 16, max: 500 }),
    capacity: fc.integer({ min: 1, max: 32 }),
    usedPercent: fc.integer({ min: 1, max: 100 }),
    annualFailureRate: fc.double({ min: 0.001, max: 0.13, noNaN: true }),
    megabytesPerSecond: fc.integer({ min: 1, max: 500 }),
    detectionSeconds: fc.integer({ min: 1, max: 100_000 }),
  })
  .map(of => ({
    pools: of.pools,
    poolCapacityBytes: of.capacity * 1e12,
    usedBytes: of.capacity * 1e10 * of.usedPercent,
    annualFailureRate: of.annualFailureRate,
    repairBytesPerSecond: of.megabytesPerSecond * 1e6,
    detectionUs: of.detectionSeconds * 1e6,
  }))

const codes = fc.constantFrom(
  replicas(1),
  replicas(3),
  reedSolomon(4, 2),
  reedSolomon(10, 4),
  lrc(12, 2, 2),
)

describe('for any fleet', () => {
  test('chances are chances, and one more parity or copy makes them smaller', () => {
    fc.assert(
      fc.property(conditions, of => {
        const losses = [1, 2, 3, 4].map(copies => durabilityOf(replicas(copies), of))
        const parities = [0, 1, 2, 3].map(count => durabilityOf(reedSolomon(6, count), of))
        for (const row of [losses, parities]) {
          row.forEach((one, index) => {
            expect(one.lossProbabilityPerYear).toBeGreaterThan(0)
            expect(one.lossProbabilityPerYear).toBeLessThan(1)
            const rounded = one.lossProbabilityPerYear * (1 + 1e-12)
            expect(one.lostBytesPerByteYear).toBeLessThanOrEqual(rounded)
            if (index === 0) return
            expect(one.lossProbabilityPerYear).toBeLessThan(row[index - 1].lossProbabilityPerYear)
            expect(one.mttdlYears).toBeGreaterThan(row[index - 1].mttdlYears)
          })
        }
      }),
    )
  })

  test('worse drives, slower repair, more bytes and failures in pairs make them larger', () => {
    fc.assert(
      fc.property(conditions, codes, (of, code) => {
        const before = durabilityOf(code, of).lossProbabilityPerYear
        const lossIf = (change: Partial<DurabilityConditions>): number =>
          durabilityOf(code, { ...of, ...change }).lossProbabilityPerYear
        expect(lossIf({ annualFailureRate: of.annualFailureRate * 1.5 })).toBeGreaterThan(before)
        expect(lossIf({ placements: 2 })).toBeGreaterThan(before)
        if (code.kind === 'replicas' && code.copies === 1) return
        const slower = { repairBytesPerSecond: of.repairBytesPerSecond / 2 }
        expect(lossIf(slower)).toBeGreaterThan(before)
        expect(lossIf({ detectionUs: of.detectionUs * 2 })).toBeGreaterThan(before)
        expect(lossIf({ usedBytes: of.usedBytes / 2 })).toBeLessThan(before)
        expect(lossIf({ pairedShare: 0.37 })).toBeGreaterThan(before)
      }),
    )
  })
})

describe('the answer', () => {
  test('is the chain’s, with the rates of repair that the pools give', () => {
    const code = reedSolomon(4, 2)
    const repairsPerYear = repairRates(code, {
      ...fleet,
      largestVolumeBytes: 0,
      replacementUs: 0,
    })
    const chain = chainOf(redundancyOf(code), { failuresPerYear: 0.0157, repairsPerYear })
    const loss = lossWithin(chain, 1)
    const answer = durabilityOf(code, fleet)
    expect(answer.code).toBe(code)
    expect(answer.lossProbabilityPerYear).toBeCloseTo(loss, 20)
    expect(answer.lostBytesPerByteYear).toBe((loss * 3) / 6)
    expect(answer.mttdlYears).toBe(meanYearsToLoss(chain))
  })

  test('counts a placement as often as there are, and bytes only once', () => {
    const one = durabilityOf(reedSolomon(4, 2), fleet)
    const many = durabilityOf(reedSolomon(4, 2), { ...fleet, placements: 1000 })
    expectNear(many.lossProbabilityPerYear, 1000 * one.lossProbabilityPerYear, 1e-6)
    expect(many.lostBytesPerByteYear).toBe(one.lostBytesPerByteYear)
    expect(many.mttdlYears).toBe(one.mttdlYears)
    expect(() => durabilityOf(replicas(2), { ...fleet, placements: 0 })).toThrow('0 placements')
  })

  test('knows the largest volume', () => {
    const large = durabilityOf(reedSolomon(4, 2), { ...fleet, largestVolumeBytes: 20e12 })
    const small = durabilityOf(reedSolomon(4, 2), fleet)
    expect(large.lossProbabilityPerYear).toBeGreaterThan(2 * small.lossProbabilityPerYear)
  })

  test('waits 6.5 days for a new pool where every pool holds a shard', () => {
    const narrow = { ...fleet, pools: 6 }
    const told = { ...narrow, replacementUs: replacementUsByDefault }
    expect(durabilityOf(reedSolomon(4, 2), narrow)).toEqual(durabilityOf(reedSolomon(4, 2), told))
    expect(replacementUsByDefault / 3_600_000_000).toBe(156)
  })

  test('of pairs: only the other pool that holds the same stripe matters', () => {
    const mirror = { ...fleet, pools: 11, pairedShare: 0.5 }
    // Both pools of a mirror fail together with 0.5 × 1/10 of each one's failures.
    const { lossProbabilityPerYear, lostBytesPerByteYear } = durabilityOf(replicas(2), mirror)
    const apart = durabilityOf(replicas(2), { ...mirror, pairedShare: 0 }).lossProbabilityPerYear
    expectNear(lossProbabilityPerYear, 0.0157 * 0.05 + apart * 0.95 ** 2, 0.01)
    expectNear(lostBytesPerByteYear, lossProbabilityPerYear, 1e-12)
    const stripe = durabilityOf(reedSolomon(4, 2), mirror)
    expectNear(stripe.lostBytesPerByteYear, (stripe.lossProbabilityPerYear * 4) / 6, 1e-12)
  })

  test('of one copy knows no pairs', () => {
    const alone = durabilityOf(replicas(1), { ...fleet, pools: 1, pairedShare: 0.5 })
    expectNear(alone.lossProbabilityPerYear, -Math.expm1(-0.0157), 1e-12)
    expectNear(alone.mttdlYears, 1 / 0.0157, 1e-12)
  })

  test('without pairs it overstates by orders of magnitude (Ford et al., OSDI 2010)', () => {
    const { share } = pairedShares.node
    const factorOf = (code: Parameters<typeof durabilityOf>[0]): number => {
      const apart = durabilityOf(code, fleet).lossProbabilityPerYear
      return durabilityOf(code, { ...fleet, pairedShare: share }).lossProbabilityPerYear / apart
    }
    expect(factorOf(replicas(3))).toBeGreaterThan(10)
    expect(factorOf(reedSolomon(9, 4))).toBeGreaterThan(factorOf(replicas(3)))
  })
})
