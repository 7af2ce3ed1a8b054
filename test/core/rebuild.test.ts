import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allShards,
  type Code,
  codeName,
  localGroupOf,
  membersOf,
  setOf,
  shardsOf,
  sizeOf,
} from '../../src/core/code.js'
import { rank } from '../../src/core/gf256.js'
import { generatorRows } from '../../src/core/parity-rows.js'
import { canRebuild, readsFor } from '../../src/core/rebuild.js'
import { anyCode, anyLocalCode, lrc, reedSolomon, setsOfSize, someShards } from './codes.js'

function rankOf(code: Code, set: number): number {
  const rows = generatorRows(code)
  return rank(
    membersOf(set).map(shard => rows[shard]),
    code.dataShards,
  )
}

const losses = anyCode.chain(code => fc.tuple(fc.constant(code), someShards(code, 8)))

describe('canRebuild', () => {
  test('says what the rank says, whatever the code and the loss', () => {
    fc.assert(
      fc.property(losses, ([code, lost]) => {
        const left = allShards(code) & ~lost
        expect(canRebuild(code, lost)).toBe(rankOf(code, left) === code.dataShards)
        // A second answer, from what was remembered, is the same.
        expect(canRebuild(code, lost)).toBe(rankOf(code, left) === code.dataShards)
      }),
    )
  })

  test('of LRC 12,2,2 all sets of three and 1568 sets of four', () => {
    const code = lrc(12, 2, 2)
    const count = (size: number): number =>
      [...setsOfSize(code, size)].filter(lost => canRebuild(code, lost)).length
    expect([count(3), count(4)]).toEqual([560, 1568])
    expect(canRebuild(code, setOf([0, 1, 6, 7, 15]))).toBe(false)
  })

  test('the same set of two codes of one shape of stripe are two questions', () => {
    const lost = setOf([0, 1, 2, 3])
    expect([canRebuild(lrc(12, 2, 2), lost), canRebuild(reedSolomon(12, 4), lost)]).toEqual([
      false,
      true,
    ])
    expect(canRebuild(lrc(12, 3, 1), lost)).toBe(false)
  })
})

describe('readsFor', () => {
  test('reads present shards only, from which the wanted ones follow', () => {
    const asked = losses.chain(([code, lost]) =>
      fc.tuple(fc.constant(code), fc.constant(lost), someShards(code, 3)),
    )
    fc.assert(
      fc.property(asked, ([code, lost, other]) => {
        const wanted = lost === 0 ? other : lost
        const present = allShards(code) & ~lost & ~wanted
        const reads = readsFor(code, wanted, present)
        if (reads === null) {
          expect(canRebuild(code, allShards(code) & ~present)).toBe(false)
          return
        }
        expect(reads & ~present).toBe(0)
        expect(sizeOf(reads)).toBeLessThanOrEqual(code.dataShards)
        expect(rankOf(code, reads)).toBe(sizeOf(reads))
        expect(rankOf(code, reads | wanted)).toBe(sizeOf(reads))
      }),
    )
  })

  test('a lost shard of a local group is read from its group alone: 6 reads of 12,2,2', () => {
    const code = lrc(12, 2, 2)
    for (let shard = 0; shard < 14; shard++) {
      const reads = readsFor(code, 1 << shard, allShards(code) & ~(1 << shard))
      expect(sizeOf(reads ?? 0)).toBe(6)
      for (const one of membersOf(reads ?? 0)) {
        expect(localGroupOf(code, one)).toBe(localGroupOf(code, shard))
      }
    }
  })

  test('one lost shard in each local group: each from its own', () => {
    fc.assert(
      fc.property(anyLocalCode, code => {
        if (code.kind !== 'lrc') return
        const size = code.dataShards / code.localGroups
        const wanted = setOf(Array.from({ length: code.localGroups }, (_, group) => group * size))
        const globals = setOf(
          Array.from({ length: code.globalParities }, (_, at) => shardsOf(code) - 1 - at),
        )
        const reads = readsFor(code, wanted, allShards(code) & ~wanted & ~globals)
        expect(sizeOf(reads ?? 0)).toBe(code.localGroups * size)
      }),
    )
  })

  test('a global parity, and two of one group, need as many shards as there are data', () => {
    const code = lrc(12, 2, 2)
    for (const wanted of [setOf([14]), setOf([0, 1]), setOf([0, 12]), setOf([3, 14])]) {
      expect(sizeOf(readsFor(code, wanted, allShards(code) & ~wanted) ?? 0)).toBe(12)
    }
  })

  test('data shards first: Reed-Solomon without a loss of data reads data', () => {
    const code = reedSolomon(4, 2)
    expect(readsFor(code, setOf([5]), setOf([0, 1, 2, 3, 4]))).toBe(setOf([0, 1, 2, 3]))
    expect(readsFor(code, setOf([1]), setOf([0, 2, 3, 4, 5]))).toBe(setOf([0, 2, 3, 4]))
    expect(readsFor(code, setOf([1]), setOf([0, 2, 3]))).toBeNull()
    expect(codeName(code)).toBe('rs-4-2')
  })
})
