/** What codes survive; the local codes are counted set by set. */
import { describe, expect, test } from 'vitest'
import { allShards, type Code, membersOf, shardsOf, sizeOf } from '../../../src/core/code.js'
import { canRebuild } from '../../../src/core/rebuild.js'
import { choose } from '../../../src/ec/durability/combinations.js'
import { rebuildableShareOf } from '../../../src/ec/durability/rebuildable-share.js'
import { overheadOf, redundancyOf, survivalOf } from '../../../src/ec/durability/redundancy.js'
import { lrc, reedSolomon, replicas } from './codes.js'

test('copies and Reed-Solomon survive a number of losses, whichever they are', () => {
  expect(redundancyOf(replicas(3))).toEqual({ shards: 3, fatalShares: [0, 0, 1] })
  expect(redundancyOf(replicas(1))).toEqual({ shards: 1, fatalShares: [1] })
  expect(redundancyOf(reedSolomon(4, 2))).toEqual({ shards: 6, fatalShares: [0, 0, 1] })
  expect(() => redundancyOf(replicas(0))).toThrow('cannot tolerate')
  expect(() => redundancyOf(reedSolomon(4, 1.5))).toThrow('cannot tolerate')
})

test('raw bytes for one', () => {
  expect(overheadOf(replicas(3))).toBe(3)
  expect(overheadOf(reedSolomon(4, 2))).toBe(1.5)
  expect(overheadOf(lrc(12, 2, 2))).toBe(16 / 12)
})

test('ways to take some of all', () => {
  expect([0, 1, 2, 3, 4, 5].map(some => choose(4, some))).toEqual([1, 4, 6, 4, 1, 0])
  expect(choose(16, 4)).toBe(1820)
})

describe('a local code', () => {
  test.each([lrc(6, 2, 2), lrc(12, 2, 2), lrc(8, 2, 3), lrc(6, 3, 1), lrc(12, 3, 2)])(
    '%o survives the share of sets that its coefficients rebuild',
    code => {
      const redundancy = redundancyOf(code)
      expect(redundancy.fatalShares).toHaveLength(code.localGroups + code.globalParities + 1)
      countByLosses(code, canRebuild).forEach((count, lost) => {
        const share = count / choose(redundancy.shards, lost)
        expect(survivalOf(redundancy, lost)).toBeCloseTo(share, 12)
      })
    },
  )

  test.each([lrc(6, 2, 2), lrc(12, 2, 2)])('%o: no code of this shape rebuilds more', code => {
    expect(countByLosses(code, canRebuild)).toEqual(countByLosses(code, leavesEnoughToDo))
  })

  test('of too many sets to count is drawn, to within four standard errors', () => {
    const code = lrc(16, 2, 4)
    const share = rebuildableShareOf(code)
    expect([0, 1, 2, 3, 4, 5].map(share)).toEqual([1, 1, 1, 1, 1, 1])
    expect(share(7)).toBe(0)
    const wanted = shareOf(code, 6)
    const error = Math.sqrt((wanted * (1 - wanted)) / 20_000)
    expect(share(6)).not.toBe(wanted)
    expect(Math.abs(share(6) - wanted)).toBeLessThan(4 * error)
    expect(rebuildableShareOf(code)(6)).toBe(share(6))
  })

  test('takes the share of another codec where it is given', () => {
    const shares = [1, 1, 1, 1, 0.5, 0.5]
    expect(redundancyOf(lrc(6, 3, 2), lost => shares[lost]).fatalShares).toEqual([
      0, 0, 0, 0.5, 0, 1,
    ])
    const none = redundancyOf(lrc(6, 3, 2), lost => (lost < 4 ? 1 : 0))
    expect(none.fatalShares).toEqual([0, 0, 0, 1])
  })

  test('refuses shares that cannot be', () => {
    expect(() => redundancyOf(lrc(6, 2, 2), () => -1)).toThrow('share -1')
    expect(() => redundancyOf(lrc(6, 2, 2), lost => lost)).toThrow('share 2')
  })
})

type LocalCode = ReturnType<typeof lrc>

function countByLosses<T extends Code>(
  code: T,
  isRebuilt: (code: T, lost: number) => boolean,
): readonly number[] {
  const counts = Array<number>(shardsOf(code) + 1).fill(0)
  for (let set = 0; set <= allShards(code); set++) if (isRebuilt(code, set)) counts[sizeOf(set)]++
  return counts
}

/** A local parity makes good one loss of its group, the global ones any others. */
function leavesEnoughToDo(code: LocalCode, lost: number): boolean {
  const groupSize = code.dataShards / code.localGroups
  const inGroups = Array<number>(code.localGroups).fill(0)
  let forGlobals = 0
  for (const shard of membersOf(lost)) {
    if (shard >= code.dataShards + code.localGroups) forGlobals++
    else if (shard >= code.dataShards) inGroups[shard - code.dataShards]++
    else inGroups[Math.floor(shard / groupSize)]++
  }
  for (const hits of inGroups) forGlobals += Math.max(0, hits - 1)
  return forGlobals <= code.globalParities
}

/** Of all sets of so many lost shards, one after another in ascending order of their bits. */
function shareOf(code: Code, losses: number): number {
  let rebuilt = 0
  for (let set = (1 << losses) - 1; set <= allShards(code); set = nextOfSize(set)) {
    if (canRebuild(code, set)) rebuilt++
  }
  return rebuilt / choose(shardsOf(code), losses)
}

/** The next larger number with as many bits. */
function nextOfSize(set: number): number {
  const lowest = set & -set
  const ripple = set + lowest
  return ripple | (((set ^ ripple) >>> 2) / lowest)
}
