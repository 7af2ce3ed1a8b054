/** Bursts of lost pools, counted set by set where that is possible. */
import { describe, expect, test } from 'vitest'
import { anyOf, lossInBurst } from '../../../src/ec/durability/placement.js'
import { redundancyOf, survivalOf } from '../../../src/ec/durability/redundancy.js'
import { expectNear, lrc, reedSolomon, replicas } from './codes.js'

test('any of many independent events', () => {
  expectNear(anyOf(0.5, 3), 0.875, 1e-12)
  expect(anyOf(0, 1000)).toBe(0)
  expect(anyOf(1, 2)).toBe(1)
  expectNear(anyOf(1e-20, 1000), 1e-17, 1e-12)
})

describe('a burst', () => {
  const codes = [replicas(2), reedSolomon(2, 1), reedSolomon(3, 2), lrc(4, 2, 1), reedSolomon(2, 0)]

  test.each(codes)('costs data with the share of pool sets in which too many are hit: %o', code => {
    const redundancy = redundancyOf(code)
    for (let pools = redundancy.shards; pools < redundancy.shards + 4; pools++) {
      const sets = subsetsOf(pools, redundancy.shards)
      for (let lost = 0; lost <= pools; lost++) {
        const hits = sets.map(set => set.filter(pool => pool < lost).length)
        const fatal = hits.reduce((sum, hit) => sum + 1 - survivalOf(redundancy, hit), 0)
        const burst = { pools, lost, placements: 1 }
        expect(lossInBurst(redundancy, burst)).toBeCloseTo(fatal / sets.length, 12)
      }
    }
  })

  test('finds a hole the likelier the more sets hold data', () => {
    const redundancy = redundancyOf(replicas(2))
    const inBurst = (placements: number) =>
      lossInBurst(redundancy, { pools: 10, lost: 2, placements })
    expectNear(inBurst(1), 1 / 45, 1e-12)
    expectNear(inBurst(2), 1 - (44 / 45) ** 2, 1e-12)
  })
})

/** All sets of that many of the numbers below `all`. */
function subsetsOf(all: number, size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]]
  return Array.from({ length: all }, (_, last) =>
    subsetsOf(last, size - 1).map(rest => [...rest, last]),
  ).flat()
}
