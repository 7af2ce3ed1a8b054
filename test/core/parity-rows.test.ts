import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Code,
  codeName,
  membersOf,
  parityShards,
  setOf,
  shardsOf,
} from '../../src/core/code.js'
import { multiply, rank } from '../../src/core/gf256.js'
import { generatorRows, parityRows } from '../../src/core/parity-rows.js'
import { anyCode, lrc, reedSolomon, setsOfSize, usualCodes } from './codes.js'

/**
 * By the coefficients alone: the parity that is left tells the lost data apart. (The rank of the
 * rows of all shards that are left, the data's own being the identity.)
 */
function isRebuildable(code: Code, lost: number): boolean {
  const isLost = (shard: number): boolean => (lost & (1 << shard)) !== 0
  const columns = membersOf(lost).filter(shard => shard < code.dataShards)
  const left = parityRows(code).filter((_, parity) => !isLost(code.dataShards + parity))
  const minor = left.map(row => Uint8Array.from(columns, column => row[column]))
  return rank(minor, columns.length) === columns.length
}

function countRebuildable(code: Code, losses: number): readonly [can: number, of: number] {
  let can = 0
  let of = 0
  for (const lost of setsOfSize(code, losses)) {
    of++
    if (isRebuildable(code, lost)) can++
  }
  return [can, of]
}

describe('Reed-Solomon', () => {
  test('any m lost shards can be rebuilt', () => {
    for (const code of usualCodes) {
      if (code.kind !== 'reed-solomon') continue
      const [can, of] = countRebuildable(code, code.parityShards)
      expect(can, codeName(code)).toBe(of)
    }
  })

  test('the first parity is a plain exclusive or of the data', () => {
    for (let data = 1; data <= 24; data++) {
      expect([...parityRows(reedSolomon(data, 3))[0]]).toEqual(Array(data).fill(1))
    }
  })

  test('no coefficient is zero, up to the largest stripe', () => {
    for (const row of parityRows(reedSolomon(24, 6))) expect([...row]).not.toContain(0)
  })

  // Computed apart, by a program that multiplies bit by bit.
  test('the bytes of the family, version 1, for ever', () => {
    expect(parityRows(reedSolomon(4, 2)).map(hex)).toEqual(['01010101', 'a646bb7b'])
    expect(parityRows(reedSolomon(3, 3)).map(hex)).toEqual(['010101', 'c9537a', 'f48eba'])
  })
})

// 1568 of 1820 is the most that any code of this shape can do; the counts are those of Huang and
// others, Erasure Coding in Windows Azure Storage, ATC 2012 (86 % of the sets of four).
describe('LRC', () => {
  test('12,2,2 rebuilds all sets of three, and 1568 of 1820 sets of four', () => {
    expect(countRebuildable(lrc(12, 2, 2), 3)).toEqual([560, 560])
    expect(countRebuildable(lrc(12, 2, 2), 4)).toEqual([1568, 1820])
  })

  test('6,2,2 rebuilds 180 of 210 sets of four', () => {
    expect(countRebuildable(lrc(6, 2, 2), 3)).toEqual([120, 120])
    expect(countRebuildable(lrc(6, 2, 2), 4)).toEqual([180, 210])
  })

  test('of any shape, every set of one more than its globals is rebuilt', () => {
    const shapes = [
      lrc(2, 2, 1),
      lrc(4, 2, 3),
      lrc(8, 2, 1),
      lrc(9, 3, 2),
      lrc(12, 3, 2),
      lrc(12, 4, 1),
      lrc(10, 2, 3),
      lrc(8, 4, 2),
      lrc(20, 2, 2),
    ]
    for (const code of shapes) {
      if (code.kind !== 'lrc') continue
      const [can, of] = countRebuildable(code, code.globalParities + 1)
      expect(can, codeName(code)).toBe(of)
    }
  })

  test('of more than two groups, the global parities are of 1, 2, 3 … and their squares', () => {
    expect(
      parityRows(lrc(6, 3, 2))
        .slice(3)
        .map(hex),
    ).toEqual(['010203040506', '010405101114'])
    expect(
      parityRows(lrc(6, 3, 1))
        .slice(3)
        .map(hex),
    ).toEqual(['010203040506'])
  })

  test('with more than two globals they are those of Reed-Solomon, but for its plain one', () => {
    expect(parityRows(lrc(8, 2, 3)).slice(2)).toEqual(parityRows(reedSolomon(8, 4)).slice(1))
  })

  test('a local parity is the plain exclusive or of its group', () => {
    const [first, second] = parityRows(lrc(6, 2, 2))
    expect([hex(first), hex(second)]).toEqual(['010101000000', '000000010101'])
  })

  test('the bytes of the family, version 1, for ever', () => {
    expect(
      parityRows(lrc(12, 2, 2))
        .slice(2)
        .map(hex),
    ).toEqual(['010203040506102030405060', '0104051011141d7469cdd0b9'])
    const [, , first, second] = parityRows(lrc(12, 2, 2))
    expect([...second]).toEqual([...first].map(value => multiply(value, value)))
  })
})

test('every code has a row for each parity shard, each of its own', () => {
  fc.assert(
    fc.property(anyCode, code => {
      const rows = parityRows(code)
      expect(rows).toHaveLength(parityShards(code))
      expect(rows.map(row => row.length)).toEqual(rows.map(() => code.dataShards))
      expect(new Set(rows.map(hex)).size).toBe(rows.length)
    }),
  )
})

test('the rows of data shards are their own', () => {
  const code = reedSolomon(3, 2)
  const rows = generatorRows(code)
  expect(rows).toHaveLength(shardsOf(code))
  expect(rows.slice(0, 3).map(hex)).toEqual(['010000', '000100', '000001'])
  expect(rows.slice(3)).toEqual(parityRows(code))
  expect(membersOf(setOf([3, 4]))).toEqual([3, 4])
})

function hex(row: Uint8Array): string {
  return Buffer.from(row).toString('hex')
}
