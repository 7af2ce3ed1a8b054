/** What the journal holds of a stripe, against a map of every byte. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DirtyStripe } from '../../../sim/replay/dirty-stripe.js'
import type { Code } from '../../../src/core/code.js'
import { blockLength, stripeGeometry } from '../../../src/core/stripe.js'

const code: Code = { kind: 'reed-solomon', dataShards: 3, parityShards: 1 }
/** Three shards of three blocks, the last ones shorter, and padding at the end. */
const geometry = stripeGeometry(code, 500_000)

interface Write {
  readonly shard: number
  readonly from: number
  readonly to: number
}

const drawnWrite = fc
  .tuple(
    fc.nat({ max: 2 }),
    fc.nat({ max: geometry.shardBytes - 1 }),
    fc.integer({ min: 1, max: geometry.shardBytes }),
    fc.boolean(),
  )
  .map(([shard, from, length, isPage]): Write => {
    const begin = isPage ? from - (from % 4096) : from
    return { shard, from: begin, to: Math.min(geometry.shardBytes, begin + length) }
  })

function blocksOf(writes: readonly Write[], shard: number): readonly number[] {
  const touched = Array.from({ length: geometry.blocksPerShard }, (_, block) => {
    const begin = block * geometry.blockBytes
    const end = begin + blockLength(geometry, block)
    return writes.some(one => one.shard === shard && one.from < end && one.to > begin)
  })
  return touched.flatMap((is, block) => (is ? [block] : []))
}

function bytesOf(blocks: readonly number[]): number {
  return blocks.reduce((sum, block) => sum + blockLength(geometry, block), 0)
}

function dirtyOf(writes: readonly Write[]): DirtyStripe {
  const dirty = new DirtyStripe(geometry)
  for (const { shard, from, to } of writes) dirty.write(shard, from, to)
  return dirty
}

describe('a dirty stripe', () => {
  it('knows the blocks that were touched, of each shard and of the parity', () => {
    fc.assert(
      fc.property(fc.array(drawnWrite, { maxLength: 8 }), writes => {
        const dirty = dirtyOf(writes)
        const all = new Set<number>()
        for (let shard = 0; shard < 3; shard++) {
          const blocks = blocksOf(writes, shard)
          expect(dirty.touchedBytes(shard)).toBe(bytesOf(blocks))
          for (const block of blocks) all.add(block)
        }
        expect(dirty.parityBytes).toBe(bytesOf([...all]))
      }),
    )
  })

  it('is whole only when every user byte was written', () => {
    fc.assert(
      fc.property(fc.array(drawnWrite, { maxLength: 12 }), writes => {
        const written = new Uint8Array(500_000)
        for (const { shard, from, to } of writes) {
          written.fill(1, shard * geometry.shardBytes + from, shard * geometry.shardBytes + to)
        }
        if (dirtyOf(writes).isWhole) expect(written.every(one => one === 1)).toBe(true)
      }),
    )
  })

  it('is whole when it was written from its beginning to its end, in steps of any length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 200_000 }), step => {
        const dirty = new DirtyStripe(geometry)
        let isWhole = false
        for (let at = 0; at < 500_000; ) {
          expect(isWhole).toBe(false)
          const shard = Math.floor(at / geometry.shardBytes)
          const begin = shard * geometry.shardBytes
          const end = Math.min(at + step, 500_000, begin + geometry.shardBytes)
          dirty.write(shard, at - begin, end - begin)
          at = end
          isWhole = dirty.isWhole
        }
        expect(isWhole).toBe(true)
      }),
    )
  })

  it('takes up what another holds', () => {
    fc.assert(
      fc.property(
        fc.array(drawnWrite, { maxLength: 4 }),
        fc.array(drawnWrite, { maxLength: 4 }),
        (first, second) => {
          const both = dirtyOf(first)
          both.absorb(dirtyOf(second))
          const expected = dirtyOf([...first, ...second])
          for (let shard = 0; shard < 3; shard++) {
            expect(both.touchedBytes(shard)).toBe(expected.touchedBytes(shard))
          }
          expect(both.isWhole && !expected.isWhole).toBe(false)
        },
      ),
    )
  })
})
