/** Published figures of durability, each with its source and the tolerance that it allows. */
import { describe, expect, test } from 'vitest'
import { chainOf, lossWithin, meanYearsToLoss } from '../../../src/ec/durability/chain.js'
import { lossInBurst } from '../../../src/ec/durability/placement.js'
import { redundancyOf } from '../../../src/ec/durability/redundancy.js'
import {
  hoursPerYear,
  leastRepairReads,
  repairHours,
  repairReads,
} from '../../../src/ec/durability/repair.js'
import { windowLoss } from '../../../src/ec/durability/window.js'
import { expectNear, lrc, reedSolomon, replicas } from './codes.js'

describe('Backblaze, erasure-coding-durability: 17+3, 0.405 % a year, 6.5 days to repair', () => {
  const lossOf = (tolerated: number) =>
    windowLoss({ shards: 20, tolerated, annualFailureRate: 0.00405, days: 6.5 })

  test('a window loses data with a chance of 1.310e-13', () => {
    expectNear(lossOf(3).perWindow, 1.31e-13, 0.001)
  })

  test.each([
    [3, 7.354e-12],
    [2, 2.399e-8],
    [1, 5.545e-5],
    [0, 7.781e-2],
  ])('more than %i failures come with a chance of %f a year', (tolerated, published) => {
    expectNear(lossOf(tolerated).perYear, published, 0.001)
  })
})

/**
 * Huang et al., ATC 2012, Table 1. The text divides the first rate of repair by the reads of one
 * (6 for Reed-Solomon, 3.6 for LRC), but that does not give the table; without it, it does.
 */
describe('Azure: 400 nodes of 16 TB, a tenth of 1 Gbit/s to repair, 30 minutes to detect', () => {
  const transferHours = repairHours({
    bytes: 16e12,
    transfersPerByte: 1,
    pools: 399,
    repairBytesPerSecond: (0.1 * 1e9) / 8,
    detectionUs: 0,
  })
  const later = 2 * hoursPerYear
  const repairsPerYear = [hoursPerYear / transferHours, later, later, later]
  const rates = { failuresPerYear: 1 / 5, repairsPerYear }

  test('the first repair goes at 1.122 an hour', () => {
    expectNear(1 / transferHours, 1.122, 0.001)
  })

  test.each([
    ['three replicas', 3.5e9, redundancyOf(replicas(3))],
    ['6+3', 6.1e11, redundancyOf(reedSolomon(6, 3))],
    ['LRC 6,2,2', 2.6e12, redundancyOf(lrc(6, 2, 2), lost => (lost < 4 ? 1 : 0.86))],
  ])('%s live %f years', (_, published, redundancy) => {
    expectNear(meanYearsToLoss(chainOf(redundancy, rates)), published, 0.03)
  })
})

describe('Sets that a local reconstruction code rebuilds (Huang et al., ATC 2012; counted)', () => {
  test.each([
    [lrc(6, 2, 2), 180 / 210],
    [lrc(12, 2, 2), 1568 / 1820],
  ])('of %o', (code, share) => {
    const { fatalShares } = redundancyOf(code)
    expect(fatalShares.slice(0, 3)).toEqual([0, 0, 0])
    expect(1 - fatalShares[3]).toBeCloseTo(share, 12)
    expect(fatalShares.slice(4)).toEqual([1])
  })
})

test('shards read for a repair (Huang et al., ATC 2012; Sathiamoorthy et al., VLDB 2013)', () => {
  expect(repairReads(lrc(6, 2, 2)).onAverage).toBeCloseTo(3.6, 12)
  expect(repairReads(lrc(12, 2, 2))).toEqual({ ofDataShard: 6, onAverage: 6.75, ofSeveral: 12 })
  expect(repairReads(lrc(12, 4, 2)).ofDataShard).toBe(3)
  const traffic = [replicas(3), reedSolomon(10, 4), lrc(10, 2, 4)]
  expect(traffic.map(code => repairReads(code).ofDataShard)).toEqual([1, 10, 5])
  expect(repairReads(reedSolomon(12, 4)).onAverage).toBe(12)
})

test('RAID-5: 100 disks in groups of 16 lose data in about 3000 years (Chen et al. 1994)', () => {
  const group = redundancyOf(reedSolomon(15, 1))
  const rates = { failuresPerYear: hoursPerYear / 200_000, repairsPerYear: [hoursPerYear] }
  const yearsOfAll = meanYearsToLoss(chainOf(group, rates)) / (100 / 16)
  const formula = 200_000 ** 2 / (100 * 15 * 1) / hoursPerYear
  expectNear(yearsOfAll, formula, 0.001)
  expectNear(yearsOfAll, 3044, 0.002)
})

describe('Copysets: 50 of 5000 nodes are lost at once (Cidon et al., ATC 2013)', () => {
  const inBurst = (placements: number) =>
    lossInBurst(redundancyOf(replicas(3)), { pools: 5000, lost: 50, placements })

  test.each([
    ['random placement of 8000 chunks a node', (5000 * 8000) / 3, 0.9999965],
    ['copysets of scatter width 2', 5000 / 3, 0.001568],
    ['copysets of scatter width 10', (5 * 5000) / 3, 0.007814],
  ])('%s', (_, placements, published) => {
    expectNear(inBurst(placements), published, 0.0005)
  })
})

/** Sathiamoorthy et al., VLDB 2013; its other rows do not follow from what it states. */
describe('Xorbas: 30 PB in blocks of 256 MB, nodes that live 4 years, 1 Gbit/s', () => {
  const failuresPerYear = 1 / 4
  const blockSeconds = (256e6 * 8) / 1e9
  const repairsPerYear = (blocks: number): number => (365 * 86_400) / (blocks * blockSeconds)

  test('three replicas live 2.3079e10 days', () => {
    const stripes = 30e15 / (3 * 256e6)
    const rate = repairsPerYear(1)
    const chain = chainOf(redundancyOf(replicas(3)), {
      failuresPerYear,
      repairsPerYear: [rate, rate],
    })
    expectNear((meanYearsToLoss(chain) * 365) / stripes, 2.3079e10, 0.03)
  })

  test('a stripe of 10+4 lives 8.746933e24 days, where plain elimination finds nonsense', () => {
    const rate = repairsPerYear(10)
    const chain = chainOf(redundancyOf(reedSolomon(10, 4)), {
      failuresPerYear,
      repairsPerYear: [rate, rate, rate, rate],
    })
    expectNear(meanYearsToLoss(chain) * 365, 8.746933e24, 1e-7)
    expect(plainElimination(chain.rates)).toBeLessThan(0)
    // Nothing is lost before four shards had the time to fail within one repair.
    const firstYears = 4 / rate
    expectNear(lossWithin(chain, 1), (1 - firstYears) / meanYearsToLoss(chain), 1e-8)
  })
})

/** Expected time to loss from the textbook's linear system: Gauss, with partial pivoting. */
function plainElimination(rates: readonly (readonly number[])[]): number {
  const system = rates.map((row, from) => [
    ...row.slice(0, -1).map((rate, to) => (to === from ? row.reduce((sum, r) => sum + r) : -rate)),
    1,
  ])
  for (let pivot = 0; pivot < system.length; pivot++) {
    const rest = system.slice(pivot)
    const largest = rest.reduce((best, row) =>
      Math.abs(row[pivot]) > Math.abs(best[pivot]) ? row : best,
    )
    system[system.indexOf(largest)] = system[pivot]
    system[pivot] = largest
    for (let row = 0; row < system.length; row++) {
      if (row === pivot) continue
      const factor = system[row][pivot] / largest[pivot]
      system[row] = system[row].map((value, column) => value - factor * largest[column])
    }
  }
  return system[0][system.length] / system[0][0]
}

/** Ford et al., OSDI 2010: how the time to loss scales with the rate of repair. */
test.each([
  [replicas(3), 2],
  [reedSolomon(9, 4), 4],
])(
  '%o: repair that is ten times faster counts to the power of the losses it survives',
  (code, power) => {
    const redundancy = redundancyOf(code)
    const yearsAt = (rate: number): number => {
      const repairsPerYear = redundancy.fatalShares.map(() => rate)
      return meanYearsToLoss(chainOf(redundancy, { failuresPerYear: 0.1, repairsPerYear }))
    }
    expectNear(yearsAt(1e6) / yearsAt(1e5), 10 ** power, 0.001)
  },
)

test('the least that a repair of 10+4 must read, from 13: 0.325 of a stripe (Dimakis 2010)', () => {
  expect(leastRepairReads(10, 13) / 10).toBeCloseTo(0.325, 12)
  expect(repairReads(reedSolomon(10, 4)).ofDataShard / 10).toBe(1)
})
