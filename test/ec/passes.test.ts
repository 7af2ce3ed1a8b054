import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allShards, membersOf, setOf, shardsOf } from '../../src/core/code.js'
import { multiply } from '../../src/core/gf256.js'
import { generatorRows } from '../../src/core/parity-rows.js'
import { readsFor } from '../../src/core/rebuild.js'
import { passesFor } from '../../src/ec/gf256/passes.js'
import { densePasses } from '../../src/ec/isal/dense.js'
import { anyCode, lrc, reedSolomon, someShards } from '../core/codes.js'

const losses = anyCode.chain(code => fc.tuple(fc.constant(code), someShards(code, 4)))

describe('passes', () => {
  test('are sums that give the wanted shard’s own row, in both forms', () => {
    fc.assert(
      fc.property(losses, ([code, lost]) => {
        const reads = readsFor(code, lost, allShards(code) & ~lost)
        fc.pre(lost !== 0 && reads !== null)
        const rows = generatorRows(code)
        const plain = passesFor(code, reads ?? 0, lost)
        for (const passes of [plain, densePasses(plain)]) {
          const made = passes.flatMap(pass => pass.targets)
          expect(setOf(made)).toBe(lost)
          expect(made).toHaveLength(membersOf(lost).length)
          for (const { sources, targets, rows: coefficients } of passes) {
            expect(setOf(sources) & ~(reads ?? 0)).toBe(0)
            for (const [at, target] of targets.entries()) {
              const sum = rows[target].map((_, column) =>
                sources.reduce(
                  (so, shard, place) => so ^ multiply(coefficients[at][place], rows[shard][column]),
                  0,
                ),
              )
              expect(sum).toEqual(rows[target])
            }
          }
        }
      }),
      { numRuns: 300 },
    )
  })

  test('hold no coefficient that is zero, but in the dense form', () => {
    fc.assert(
      fc.property(losses, ([code, lost]) => {
        const reads = readsFor(code, lost, allShards(code) & ~lost)
        fc.pre(lost !== 0 && reads !== null)
        for (const pass of passesFor(code, reads ?? 0, lost)) {
          for (const row of pass.rows) expect([...row]).not.toContain(0)
        }
      }),
    )
  })

  test('a local shard is the plain sum of its group, though more is read', () => {
    const code = lrc(12, 2, 2)
    const reads = setOf([0, 1, 2, 3, 4, 12, 6, 7, 8, 9, 10, 11])
    expect(passesFor(code, reads, setOf([5]))).toEqual([
      { sources: [0, 1, 2, 3, 4, 12], targets: [5], rows: [Uint8Array.of(1, 1, 1, 1, 1, 1)] },
    ])
  })

  test('encoding LRC is two local passes and a global one; dense, one', () => {
    const code = lrc(6, 2, 2)
    const passes = passesFor(code, setOf([0, 1, 2, 3, 4, 5]), setOf([6, 7, 8, 9]))
    expect(passes.map(({ sources, targets }) => [sources, targets])).toEqual([
      [[0, 1, 2], [6]],
      [[3, 4, 5], [7]],
      [
        [0, 1, 2, 3, 4, 5],
        [8, 9],
      ],
    ])
    const [dense, ...rest] = densePasses(passes)
    expect(rest).toEqual([])
    expect(dense.targets).toEqual([8, 9, 6, 7])
    expect(dense.rows[2]).toEqual(Uint8Array.of(1, 1, 1, 0, 0, 0))
    expect(dense.rows[3]).toEqual(Uint8Array.of(0, 0, 0, 1, 1, 1))
  })

  test('are refused for shards that are not there, or too few', () => {
    const code = reedSolomon(4, 2)
    expect(() => passesFor(code, setOf([0, 1, 2, 6]), setOf([3]))).toThrow('no such shard')
    expect(() => passesFor(code, setOf([0, 1, 2, 4]), setOf([6]))).toThrow('no such shard')
    expect(() => passesFor(code, setOf([0, 1, 2]), setOf([3]))).toThrow('as many shards')
    const dependent = setOf([0, 1, 2, 6, 3, 4])
    expect(() => passesFor(lrc(6, 2, 2), dependent, setOf([5]))).toThrow('independent')
    expect(shardsOf(code)).toBe(6)
  })
})
