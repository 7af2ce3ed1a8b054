import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pageBytes, stripeGeometry } from '../../../src/core/stripe.js'
import { crc32c } from '../../../src/ec/checksum.js'
import { codedIdOf } from '../../../src/ec/container/coded-id.js'
import {
  blockChecksum,
  isSealed,
  ownerOf,
  type SlotIdentity,
  sealSlotPage,
  trailerAt,
  trailerFault,
  writeSlotPage,
  writeTrailer,
} from '../../../src/ec/container/slot-page.js'
import { reedSolomon } from '../../core/codes.js'

const geometry = stripeGeometry(reedSolomon(4, 2), 600_000)
const id = (byte: number) => codedIdOf(new Uint8Array(16).fill(byte))
const identity: SlotIdentity = { volume: id(7), stripe: 3, shard: 5, generation: 1, epoch: 1 }
const sums = [11, 22, 4_294_967_295]

function page(one: SlotIdentity = identity): Uint8Array {
  const bytes = new Uint8Array(pageBytes).fill(255)
  writeSlotPage(bytes, geometry, one, block => sums[block])
  return bytes
}

const faultOf = (bytes: Uint8Array, block = 0) => trailerFault(bytes, geometry, identity, block)

describe('a page of trailers', () => {
  test('tells the checksum of each block', () => {
    expect(geometry.blocksPerShard).toBe(3)
    expect(sums.map((_, block) => faultOf(page(), block))).toEqual([null, null, null])
    expect(sums.map((_, block) => blockChecksum(page(), block))).toEqual(sums)
    expect(isSealed(page())).toBe(true)
  })

  test('has its bytes where docs/coded-files.md says', () => {
    const bytes = Buffer.from(page())
    expect(bytes.toString('latin1', 0, 8)).toBe('CoucheSL')
    expect([bytes.readUInt32LE(8), bytes.readUInt16LE(12), bytes.readUInt16LE(14)]).toEqual([
      1, 3, 5,
    ])
    expect(bytes.subarray(16, 32).every(byte => byte === 7)).toBe(true)
    expect([32, 40, 48].map(offset => bytes.readBigUInt64LE(offset))).toEqual([3n, 1n, 1n])
    const last = bytes.subarray(128 + 128, 128 + 192)
    expect(last.subarray(0, 16).every(byte => byte === 7)).toBe(true)
    expect([16, 24, 32].map(offset => last.readBigUInt64LE(offset))).toEqual([3n, 1n, 1n])
    expect([last.readUInt16LE(40), last.readUInt16LE(42)]).toEqual([5, 2])
    expect([last.readUInt32LE(44), last.readUInt32LE(48)]).toEqual([
      geometry.shardBytes - 131_072,
      4_294_967_295,
    ])
    expect(last.readBigUInt64LE(52)).toBe(0n)
    expect(last.readUInt32LE(60)).toBe(crc32c(last.subarray(0, 60)))
    expect(bytes.subarray(128 + 192).every(byte => byte === 0)).toBe(true)
    const sum = bytes.readUInt32LE(124)
    bytes.writeUInt32LE(0, 124)
    expect(sum).toBe(crc32c(bytes))
  })

  test('with any bit flipped is not sealed, and loses no trailer but the one that has it', () => {
    fc.assert(
      fc.property(fc.nat(pageBytes - 1), fc.nat(7), (byte, bit) => {
        const bytes = page()
        bytes[byte] ^= 1 << bit
        expect(isSealed(bytes)).toBe(false)
        const hit = Math.floor((byte - 128) / 64)
        const faults = sums.map((_, block) => faultOf(bytes, block))
        expect(faults).toEqual(sums.map((_, block) => (block === hit ? 'trailer' : null)))
      }),
    )
  })

  test.each<readonly [string, SlotIdentity]>([
    ['foreign', { ...identity, volume: id(8) }],
    ['misplaced', { ...identity, stripe: 4 }],
    ['misplaced', { ...identity, shard: 4 }],
    ['stale', { ...identity, generation: 2 }],
    ['stale', { ...identity, epoch: 2 }],
  ])('is %s where it is another slot’s', (fault, other) => {
    expect(faultOf(page(other))).toBe(fault)
  })

  test('is misplaced where its trailers change places, or have another length', () => {
    const bytes = page()
    trailerAt(bytes, 0).set(trailerAt(page(), 1))
    expect(faultOf(bytes, 0)).toBe('misplaced')
    const longer = stripeGeometry(reedSolomon(4, 2), 900_000)
    expect(trailerFault(page(), longer, identity, 2)).toBe('misplaced')
  })

  test('of zeroes is nobody’s', () => {
    const zeroes = new Uint8Array(pageBytes)
    expect(faultOf(zeroes)).toBe('trailer')
    expect(isSealed(zeroes)).toBe(false)
    expect(ownerOf(zeroes, identity.volume)).toBeNull()
  })

  test('tells whose it is by any intact trailer', () => {
    const bytes = page()
    bytes.fill(0, 0, 128 + 64)
    expect(ownerOf(bytes, identity.volume)).toBe('ours')
    expect(ownerOf(bytes, id(8))).toBe('foreign')
  })

  test('is the same bytes when its parts are written again', () => {
    const bytes = page()
    trailerAt(bytes, 1).fill(9)
    bytes.fill(9, 0, 128)
    bytes.fill(9, 128 + 192)
    writeTrailer(bytes, geometry, identity, 1, sums[1])
    sealSlotPage(bytes, geometry, identity)
    expect(bytes).toEqual(page())
  })
})
