import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Refused } from '../../../src/core/errors.js'
import { blockOffset } from '../../../src/ec/file/layout.js'
import { CodedReader } from '../../../src/ec/file/reader.js'
import { type Coded, coded, containerOf, losePool, opened } from './coded.js'

/** Blocks of 64 KiB: two and a shorter one in each shard. */
const stripeBytes = 600_000

async function read(one: Coded, offset: number, length: number): Promise<Uint8Array> {
  return opened(one, volume => new CodedReader(volume, one.coder).read(offset, length))
}

/** Pools read and how many blocks of each, headers and trailers not counted. */
async function blocksRead(one: Coded, work: () => Promise<unknown>): Promise<readonly string[]> {
  one.files.reads.length = 0
  await work()
  const blocks = one.files.reads.filter(({ bytes }) => bytes > 4096)
  return blocks.map(({ path }) => path.replace(/.*pool-(\d+).*/, '$1')).sort()
}

describe('a reader', () => {
  test('reads any range, with any pools lost that the code can lose', async () => {
    const whole = await coded('rs-4-2', 1_500_000, stripeBytes)
    const degraded = await coded('rs-4-2', 1_500_000, stripeBytes)
    losePool(degraded, 0)
    losePool(degraded, 3)
    await fc.assert(
      fc.asyncProperty(fc.nat(1_500_000), fc.nat(700_000), async (offset, length) => {
        const expected = whole.user.subarray(offset, offset + length)
        for (const one of [whole, degraded]) {
          expect(Buffer.compare(await read(one, offset, length), expected)).toBe(0)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('reads the one block that holds the bytes', async () => {
    const one = await coded('rs-4-2', 1_500_000, stripeBytes)
    const { shardBytes } = one.geometry
    const inSecond = shardBytes + 70_000
    expect(await blocksRead(one, () => read(one, inSecond, 1))).toEqual(['1'])
    expect(await blocksRead(one, () => read(one, shardBytes - 1, 2))).toEqual(['0', '1'])
    expect(await blocksRead(one, () => read(one, 1_500_000, 10))).toEqual([])
    expect(await blocksRead(one, () => read(one, 100, 0))).toEqual([])
  })

  test('makes a lost block from as many as there are data shards', async () => {
    const one = await coded('rs-4-2', 1_500_000, stripeBytes)
    losePool(one, 1)
    const at = one.geometry.shardBytes + 70_000
    expect(await blocksRead(one, () => read(one, at, 1))).toEqual(['0', '2', '3', '4'])
  })

  test('makes one lost block of an LRC from its own group', async () => {
    const one = await coded('lrc-12-2-2', 1_500_000, stripeBytes)
    losePool(one, 7)
    const at = 7 * one.geometry.shardBytes + 5
    const reads = await blocksRead(one, () => read(one, at, 1))
    expect(reads).toEqual(['10', '11', '13', '6', '8', '9'])
  })

  test('goes round what it finds flipped on the way', async () => {
    const one = await coded('rs-4-2', 1_500_000, stripeBytes)
    losePool(one, 1)
    containerOf(one, 3).bytes[blockOffset(one.geometry, 0, 1) + 9] ^= 1
    const at = one.geometry.shardBytes + 70_000
    const bytes = await read(one, at, 100)
    expect(Buffer.compare(bytes, one.user.subarray(at, at + 100))).toBe(0)
  })

  test('goes round what a device cannot read', async () => {
    const one = await coded('rs-4-2', 1_500_000, stripeBytes)
    one.files.trouble({ isUnreadable: path => path.includes('pool-1') })
    expect(Buffer.compare(await read(one, 0, 1_500_000), one.user)).toBe(0)
  })

  test('names of the bytes asked for those that are lost', async () => {
    const one = await coded('rs-3-1', 1_500_000, stripeBytes)
    losePool(one, 1)
    containerOf(one, 0).bytes[blockOffset(one.geometry, 1, 1)] ^= 1
    const from = stripeBytes + 65_536
    const refused = await read(one, from + 10, 20).catch((error: unknown) => error)
    if (!(refused instanceof Refused)) throw new Error('it was not refused')
    expect(refused.errors[0]).toMatchObject({
      code: 'BYTES_LOST',
      where: { byte: from + 10 },
      message: `bytes ${from + 10} to ${from + 29} (stripe 1) are lost: too few shards are left`,
    })
    expect(Buffer.compare(await read(one, 0, stripeBytes), one.user.subarray(0, stripeBytes))).toBe(
      0,
    )
  })
})
