/** What a coded form takes, costs and survives. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyLosses, type Code } from '../../src/core/code.js'
import {
  codeOf,
  isWhole,
  nodeLossesSurvived,
  operationsPerWrite,
  rawBytes,
  rawBytesPerPool,
} from '../../src/core/coded-form.js'
import { coding } from '../sim/cold-world.js'
import { GiB } from './cluster.js'
import { codedForm, cold, lrc, MiB, reedSolomon } from './coded.js'

describe('the code of a policy', () => {
  it('is Reed-Solomon as it says', () => {
    const { spec } = coding({ dataShards: 8, parityShards: 3 })
    expect(codeOf(spec)).toEqual({ kind: 'reed-solomon', dataShards: 8, parityShards: 3 })
  })

  it('or LRC in two local groups, whose parities are among its parity shards', () => {
    const { spec } = coding({ dataShards: 12, parityShards: 5, algorithm: 'LRC' })
    expect(codeOf(spec)).toEqual({
      kind: 'lrc',
      dataShards: 12,
      localGroups: 2,
      globalParities: 3,
    })
  })
})

describe('the room of a volume', () => {
  it('is its shards, each padded to pages and with a page of trailers', () => {
    // A quarter of a MiB is whole pages already.
    const shard = MiB / 4 + 4096
    expect(rawBytesPerPool(reedSolomon(4, 2), 10 * MiB)).toBe(10 * shard)
    expect(rawBytes(reedSolomon(4, 2), 10 * MiB)).toBe(6 * 10 * shard)
    // A third of a MiB is rounded up to 86 pages, and the last stripe counts whole.
    expect(rawBytesPerPool(reedSolomon(3, 1), 9 * MiB + 1)).toBe(10 * (86 * 4096 + 4096))
    expect(rawBytes(lrc(4, 2, 1), MiB)).toBe(7 * shard)
  })
})

it('a small write reads and writes its shard and each parity that it is part of', () => {
  expect(operationsPerWrite(reedSolomon(4, 2).code)).toBe(6)
  expect(operationsPerWrite(reedSolomon(10, 4).code)).toBe(10)
  expect(operationsPerWrite(lrc(12, 2, 2).code)).toBe(8)
})

describe('whole nodes that may be lost', () => {
  it.each<[string, Code, readonly number[], number]>([
    ['one shard on each', reedSolomon(4, 2).code, [1, 1, 1, 1, 1, 1], 2],
    ['two on one', reedSolomon(4, 2).code, [2, 1, 1, 1, 1], 1],
    ['two on one, which is not the first', reedSolomon(4, 2).code, [1, 1, 1, 1, 2], 1],
    ['three on one', reedSolomon(4, 2).code, [3, 1, 1, 1], 0],
    ['ten ones and a two sort as numbers', reedSolomon(8, 4).code, [1, 1, 10], 0],
    ['LRC: one more than the global parities', lrc(12, 2, 2).code, [1, 1, 1, 1], 3],
    ['fewer nodes than may be lost', reedSolomon(1, 3).code, [1, 1, 1], 3],
    ['none', reedSolomon(1, 3).code, [], 0],
  ])('%s', (_, code, perNode, expected) => {
    expect(nodeLossesSurvived(code, perNode)).toBe(expected)
  })

  it('any so many nodes hold no more shards than the code can lose, and some more do', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 5 }), (perNode, parity) => {
        const { code } = reedSolomon(4, parity)
        const nodes = nodeLossesSurvived(code, perNode)
        const largest = [...perNode].sort((a, b) => b - a)
        const sum = (count: number): number => largest.slice(0, count).reduce((a, b) => a + b, 0)
        expect(sum(nodes)).toBeLessThanOrEqual(anyLosses(code))
        if (nodes < perNode.length) expect(sum(nodes + 1)).toBeGreaterThan(anyLosses(code))
      }),
    )
  })
})

it('a form is whole with every shard of every stripe', () => {
  const six = cold.slice(0, 6)
  expect(isWhole(codedForm(reedSolomon(4, 2), six))).toBe(true)
  expect(isWhole(codedForm(reedSolomon(4, 2), six, { degradedStripes: 1 }))).toBe(false)
  expect(isWhole(codedForm(reedSolomon(4, 2), six.slice(1)))).toBe(false)
})

it('it gives ten gibibytes a size that is known', () => {
  expect(rawBytes(reedSolomon(4, 2), 10 * GiB)).toBe(10_240 * 6 * (MiB / 4 + 4096))
})
