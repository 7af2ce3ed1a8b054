import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shardsOf } from '../../src/core/code.js'
import {
  blockLength,
  codedBytes,
  mostBlocks,
  pageBytes,
  slotBytes,
  stripeGeometry,
  stripesOf,
} from '../../src/core/stripe.js'
import { anyCode, lrc, reedSolomon } from './codes.js'

const kibibyte = 1024
const mebibyte = 1_048_576

const geometries = fc
  .tuple(anyCode, fc.integer({ min: 1, max: 512 * mebibyte }))
  .map(([code, stripeBytes]) => stripeGeometry(code, stripeBytes))

describe('stripeGeometry', () => {
  test('shards hold the stripe, in whole pages, with less than a page a shard to spare', () => {
    fc.assert(
      fc.property(geometries, ({ code, stripeBytes, shardBytes }) => {
        expect(shardBytes % pageBytes).toBe(0)
        expect(shardBytes * code.dataShards).toBeGreaterThanOrEqual(stripeBytes)
        expect((shardBytes - pageBytes) * code.dataShards).toBeLessThan(stripeBytes)
      }),
    )
  })

  test('the blocks of a shard are all of it, one size but the last, and fit one page', () => {
    fc.assert(
      fc.property(geometries, geometry => {
        const { blocksPerShard, blockBytes, shardBytes } = geometry
        const lengths = Array.from({ length: blocksPerShard }, (_, block) =>
          blockLength(geometry, block),
        )
        expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(shardBytes)
        expect(lengths.slice(0, -1).every(length => length === blockBytes)).toBe(true)
        expect(lengths.every(length => length > 0 && length % pageBytes === 0)).toBe(true)
        expect(blocksPerShard).toBeLessThanOrEqual(mostBlocks)
        expect(blockBytes).toBeGreaterThanOrEqual(Math.min(shardBytes, 64 * kibibyte))
      }),
    )
  })

  test('the usual shapes', () => {
    const of = (dataShards: number, parityShards: number, stripeBytes: number): unknown => {
      const { shardBytes, blockBytes, blocksPerShard } = stripeGeometry(
        reedSolomon(dataShards, parityShards),
        stripeBytes,
      )
      return [shardBytes / kibibyte, blockBytes / kibibyte, blocksPerShard]
    }
    expect(of(4, 2, mebibyte)).toEqual([256, 64, 4])
    expect(of(10, 4, mebibyte)).toEqual([104, 64, 2])
    expect(of(4, 2, 64 * kibibyte)).toEqual([16, 16, 1])
    expect(of(1, 1, 3968 * kibibyte)).toEqual([3968, 64, 62])
    expect(of(1, 1, 3972 * kibibyte)).toEqual([3972, 68, 59])
  })
})

test('a volume takes its stripes, each with all shards and their trailers', () => {
  const geometry = stripeGeometry(lrc(12, 2, 2), 12 * mebibyte)
  expect(slotBytes(geometry)).toBe(mebibyte + pageBytes)
  expect(stripesOf(geometry, 24 * mebibyte)).toBe(2)
  expect(stripesOf(geometry, 24 * mebibyte + 1)).toBe(3)
  expect(codedBytes(geometry, 24 * mebibyte)).toBe(2 * 16 * (mebibyte + pageBytes))
  expect(shardsOf(geometry.code)).toBe(16)
})
