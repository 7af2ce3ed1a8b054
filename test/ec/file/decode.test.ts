import { describe, expect, test } from 'vitest'
import { Refused } from '../../../src/core/errors.js'
import { blockOffset, pageOffset } from '../../../src/ec/file/layout.js'
import {
  type Coded,
  coded,
  containerOf,
  decoded,
  everything,
  losePool,
  repaired,
  verified,
} from './coded.js'

const shapes = ['rs-3-1', 'rs-4-2', 'rs-10-4', 'lrc-4-2-1', 'lrc-12-2-2']
const sizes = [0, 1, 4096, 19_999, 20_000, 20_001, 123_457]

function flip(one: Coded, pool: number, byte: number): void {
  containerOf(one, pool).bytes[byte] ^= 4
}

async function refusalOf(work: Promise<unknown>): Promise<Refused> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Refused) return error
  throw new Error(`it was not refused: ${String(error)}`)
}

describe('a file that is encoded', () => {
  test.each(shapes)('reads back with %s, whatever its size', async shape => {
    for (const size of sizes) {
      const one = await coded(shape, size)
      const { bytes, told } = await decoded(one)
      expect(Buffer.compare(bytes, one.user)).toBe(0)
      expect(told).toEqual({ bytes: size, rebuiltBlocks: 0 })
      expect((await verified(one)).findings).toEqual([])
    }
  })

  test('reads back without as many pools as its code can lose, and is repaired', async () => {
    const one = await coded('rs-4-2', 123_457)
    const before = everything(one)
    losePool(one, 1)
    losePool(one, 3)
    expect(Buffer.compare((await decoded(one)).bytes, one.user)).toBe(0)
    const { findings } = await verified(one)
    expect(findings.map(({ directory, fault }) => `${directory} ${fault}`)).toEqual([
      'pool-1 missing',
      'pool-3 missing',
    ])
    expect((await repaired(one)).lost).toEqual([])
    expect(everything(one)).toEqual(before)
  })

  test('a flipped bit of a block is found, made again, and repaired in its place', async () => {
    const one = await coded('rs-4-2', 123_457)
    const before = everything(one)
    flip(one, 2, blockOffset(one.geometry, 3, 0) + 77)
    const { bytes, told } = await decoded(one)
    expect(Buffer.compare(bytes, one.user)).toBe(0)
    expect(told.rebuiltBlocks).toBe(1)
    expect((await verified(one)).findings).toEqual([
      { pool: 2, directory: 'pool-2', stripe: 3, stripes: 1, blocks: null, fault: 'checksum' },
    ])
    expect(await repaired(one)).toMatchObject({ writtenBlocks: 1, lost: [] })
    expect(everything(one)).toEqual(before)
    expect(await repaired(one)).toMatchObject({ writtenBlocks: 0, findings: [] })
  })

  test('of each page every bit is watched', async () => {
    const one = await coded('rs-3-1', 20_000)
    const before = everything(one)
    const page = pageOffset(one.geometry, 0)
    for (const byte of [0, 9, 14, 40, 100, 127, 128, 140, 191, 192, 3000, 4095]) {
      for (const offset of [byte, page + byte]) {
        flip(one, 1, offset)
        expect((await verified(one)).findings, `byte ${offset}`).toHaveLength(1)
        expect(Buffer.compare((await decoded(one)).bytes, one.user)).toBe(0)
        await repaired(one)
        expect(everything(one)).toEqual(before)
      }
    }
  })

  test('what is lost beyond the code is named to the byte', async () => {
    const one = await coded('rs-4-2', 123_457)
    losePool(one, 0)
    losePool(one, 5)
    flip(one, 2, blockOffset(one.geometry, 1, 0))
    const { errors } = await refusalOf(decoded(one))
    const { shardBytes } = one.geometry
    expect(errors.map(({ message, where }) => [where.byte, message.split(':')[0]])).toEqual([
      [20_000, `bytes 20000 to ${20_000 + shardBytes - 1} (stripe 1) are lost`],
      [20_000 + 2 * shardBytes, `bytes ${20_000 + 2 * shardBytes} to 39999 (stripe 1) are lost`],
    ])
    const { lost } = await verified(one)
    expect(lost).toEqual([
      { firstByte: 20_000, bytes: shardBytes },
      { firstByte: 20_000 + 2 * shardBytes, bytes: 20_000 - 2 * shardBytes },
    ])
    expect((await repaired(one)).lost).toEqual(lost)
    expect((await verified(one)).lost).toEqual(lost)
  })
})
