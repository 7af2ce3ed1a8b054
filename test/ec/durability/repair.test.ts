/** From bandwidth to rates: each figure is worked out by hand beside it. */
import { describe, expect, test } from 'vitest'
import {
  hoursPerYear,
  type RepairConditions,
  repairHours,
  repairRates,
} from '../../../src/ec/durability/repair.js'
import { expectNear, lrc, reedSolomon, replicas } from './codes.js'

const hourUs = 3_600_000_000
/** A pool holds what one pool moves in 100 hours. */
const roomy: RepairConditions = {
  pools: 21,
  poolCapacityBytes: 72e12,
  usedBytes: 36e12,
  largestVolumeBytes: 0,
  repairBytesPerSecond: 100e6,
  detectionUs: hourUs / 2,
  replacementUs: 50 * hourUs,
}

const hoursOf = (code: Parameters<typeof repairRates>[0], conditions: RepairConditions) =>
  repairRates(code, conditions).map(rate => hoursPerYear / rate)

function expectHours(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual).toHaveLength(wanted.length)
  actual.forEach((hours, index) => {
    expectNear(hours, wanted[index], 1e-12)
  })
}

test('a repair takes its detection, and its bytes over the bandwidth of all that share it', () => {
  const work = { bytes: 36e12, transfersPerByte: 3, pools: 10, repairBytesPerSecond: 100e6 }
  expect(repairHours({ ...work, detectionUs: 0.25 * hourUs })).toBe(30.25)
  expect(() => repairHours({ ...work, pools: 0, detectionUs: 0 })).toThrow('needs pools')
  const without = { ...work, repairBytesPerSecond: 0, detectionUs: 0 }
  expect(() => repairHours(without)).toThrow('needs pools')
})

describe('where the survivors have room', () => {
  test('the most endangered stripes wait for no others', () => {
    // 20 survivors move 5 bytes for each: 100 × 5 / 20. Of what the first pool held, 5/20 also
    // lay on the second, and of that 4/19 on the third.
    expectHours(hoursOf(reedSolomon(4, 2), roomy), [
      0.5 + (100 * 5) / 20,
      0.5 + (100 * 5 * (5 / 20)) / 19,
    ])
    expectHours(hoursOf(reedSolomon(3, 3), roomy), [
      0.5 + (100 * 4) / 20,
      0.5 + (100 * 4 * (5 / 20)) / 19,
      0.5 + (100 * 4 * (5 / 20) * (4 / 19)) / 18,
    ])
  })

  test('a copy reads one byte for each, and a local group its own', () => {
    expectHours(hoursOf(replicas(2), roomy), [0.5 + (100 * 2) / 20])
    const [first, second] = hoursOf(lrc(12, 2, 2), roomy)
    expectHours([first], [0.5 + (100 * 7.75) / 20])
    expectHours([second], [0.5 + (100 * 13 * (15 / 20)) / 19])
  })

  test('nothing is repaired where one loss is the end', () => {
    expect(repairRates(replicas(1), roomy)).toEqual([])
  })
})

describe('a large volume', () => {
  const large = { ...roomy, largestVolumeBytes: 72e12 }

  test('shares every pool with itself, and one pool writes each of its shards', () => {
    // A shard of 18 TB takes its one writer 50 hours, of 3.6 TB 10; the first repair of all that
    // the pool held takes 100 × 5 / 20 whichever it is.
    expectHours(hoursOf(reedSolomon(4, 2), large), [50.5, 50.5])
    const smaller = { ...large, largestVolumeBytes: 14.4e12 }
    expectHours(hoursOf(reedSolomon(4, 2), smaller), [25.5, 10.5])
  })

  test('is read whole where a new pool must come for the second loss', () => {
    // 18 TB, 5 bytes moved for each, by the 4 pools that are left of 6.
    const narrow = { ...large, pools: 6, poolCapacityBytes: 36e12 }
    expectHours(hoursOf(reedSolomon(4, 2), narrow).slice(1), [50.5 + 125])
    const apart = { ...large, pools: 12, poolCapacityBytes: 36e12 }
    expectHours(hoursOf(reedSolomon(4, 2), apart).slice(1), [50.5 + 50])
  })

  test('of copies is no larger than what a pool holds', () => {
    expectHours(hoursOf(replicas(2), large), [100.5])
  })
})

describe('where a new pool must come', () => {
  test('because every pool holds a shard, its own writing may be the slowest part', () => {
    const narrow = { ...roomy, pools: 21 }
    expectHours(hoursOf(replicas(21), narrow).slice(0, 1), [50.5 + 100])
    expectHours(hoursOf(reedSolomon(19, 2), narrow).slice(0, 1), [50.5 + 100])
    // With 4 left to share them, the reads of a second repair are slower than the one writer.
    expectHours(hoursOf(reedSolomon(4, 2), { ...roomy, pools: 6 }), [50.5 + 100, 50.5 + 125])
  })

  test('for the second loss alone, where there is one pool to spare', () => {
    const spare = { ...roomy, pools: 7, poolCapacityBytes: 720e12 }
    const [first, second] = hoursOf(reedSolomon(4, 2), spare)
    expectHours([first], [0.5 + (100 * 5) / 6])
    expectHours([second], [50.5 + (100 * 5 * (5 / 6)) / 5])
  })

  test('because the others are full', () => {
    const exactly = { ...roomy, usedBytes: 36e12, poolCapacityBytes: 36e12 + 36e12 / 20 }
    expectHours(hoursOf(reedSolomon(4, 2), exactly).slice(0, 1), [0.5 + 25])
    const full = { ...exactly, poolCapacityBytes: exactly.poolCapacityBytes - 1e6 }
    expectHours(hoursOf(reedSolomon(4, 2), full).slice(0, 1), [50.5 + 100])
  })
})

test('what cannot be is refused', () => {
  expect(() => repairRates(reedSolomon(4, 2), { ...roomy, pools: 5 })).toThrow(
    'rs-4-2 does not fit on 5 pools',
  )
  expect(() => repairRates(replicas(3), { ...roomy, pools: 2 })).toThrow('replicas-3 does not fit')
  expect(() => repairRates(reedSolomon(4, 2), { ...roomy, detectionUs: 0 })).toThrow('instant')
})
