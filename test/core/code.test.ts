import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  allShards,
  anyLosses,
  type Code,
  codeName,
  localGroupOf,
  membersOf,
  mostShards,
  parityShards,
  parseCodeName,
  setOf,
  shardsOf,
  shardsOfGroup,
  sizeOf,
  whyNoCode,
} from '../../src/core/code.js'
import { anyCode, anyLocalCode, lrc, reedSolomon, usualCodes } from './codes.js'

describe('names of codes', () => {
  test('every code is read back from its name', () => {
    fc.assert(
      fc.property(anyCode, code => {
        expect(parseCodeName(codeName(code))).toEqual(code)
      }),
    )
    expect(usualCodes.map(codeName)).toContain('rs-4-2')
    expect(codeName(lrc(12, 2, 2))).toBe('lrc-12-2-2')
    expect(parseCodeName('rs-10-12')).toEqual(reedSolomon(10, 12))
    expect(parseCodeName('lrc-12-2-10')).toEqual(lrc(12, 2, 10))
  })

  test('what is no code is told in a sentence', () => {
    const said = (text: string): unknown => parseCodeName(text)
    const wrong = [
      '',
      'rs',
      'rs-4',
      'rs-4-2-1',
      'lrc-12-2',
      'xor-4-2',
      'rs-4-2 ',
      ' rs-4-2',
      'rs-4--2',
    ]
    for (const text of wrong) {
      expect(said(text)).toBe(`'${text}' is no code: rs-DATA-PARITY, or lrc-DATA-GROUPS-GLOBALS`)
    }
    expect(said('rs-0-2')).toBe('a code has data and parity shards')
    expect(said('rs-4-0')).toBe('a code has data and parity shards')
    expect(said('rs-27-4')).toBe(`a stripe has at most ${mostShards} shards, and here 31`)
    expect(said('lrc-12-1-2')).toBe('an LRC has two local groups or more')
    expect(said('lrc-12-2-0')).toBe('an LRC has a global parity or more')
    expect(said('lrc-13-2-2')).toBe('13 data shards cannot be cut into 2 equal local groups')
  })

  test('shapes at the edge are codes', () => {
    for (const code of [reedSolomon(1, 1), reedSolomon(24, 6), lrc(2, 2, 1), lrc(24, 3, 3)]) {
      expect(whyNoCode(code)).toBeNull()
    }
  })
})

describe('the shape of a stripe', () => {
  test('shards are data and parity', () => {
    expect([parityShards(reedSolomon(10, 4)), shardsOf(reedSolomon(10, 4))]).toEqual([4, 14])
    expect([parityShards(lrc(12, 2, 2)), shardsOf(lrc(12, 2, 2))]).toEqual([4, 16])
    expect([anyLosses(reedSolomon(10, 4)), anyLosses(lrc(12, 2, 2))]).toEqual([4, 3])
  })

  test('local groups are equal, and their parity belongs to them', () => {
    fc.assert(
      fc.property(anyLocalCode, code => {
        const groups = groupsOf(code)
        const sets = Array.from({ length: groups }, (_, group) => shardsOfGroup(code, group))
        expect(sets.map(sizeOf)).toEqual(sets.map(() => code.dataShards / groups + 1))
        const globals = allShards(code) & ~sets.reduce((all, set) => all | set, 0)
        expect(sets.reduce((sum, set) => sum + set, 0) + globals).toBe(allShards(code))
        expect(membersOf(globals).map(shard => localGroupOf(code, shard))).toEqual(
          membersOf(globals).map(() => null),
        )
        expect(membersOf(globals)).toEqual(
          Array.from(membersOf(globals), (_, at) => code.dataShards + groups + at),
        )
      }),
    )
    expect(membersOf(shardsOfGroup(lrc(6, 2, 2), 1))).toEqual([3, 4, 5, 7])
    expect(localGroupOf(reedSolomon(4, 2), 0)).toBeNull()
    expect(shardsOfGroup(reedSolomon(4, 2), 0)).toBe(0)
  })
})

describe('sets of shards', () => {
  test('are sets', () => {
    const shards = fc.uniqueArray(fc.integer({ min: 0, max: mostShards - 1 }))
    fc.assert(
      fc.property(shards, list => {
        const set = setOf(list)
        expect(membersOf(set)).toEqual([...list].sort((left, right) => left - right))
        expect(sizeOf(set)).toBe(list.length)
      }),
    )
    expect(membersOf(allShards(reedSolomon(3, 1)))).toEqual([0, 1, 2, 3])
    expect(sizeOf(allShards(reedSolomon(24, 6)))).toBe(30)
  })
})

function groupsOf(code: Code): number {
  return code.kind === 'lrc' ? code.localGroups : 0
}
