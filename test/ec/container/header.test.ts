import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pageBytes, stripeGeometry } from '../../../src/core/stripe.js'
import { crc32c } from '../../../src/ec/checksum.js'
import { families } from '../../../src/ec/codec.js'
import { codedIdOf } from '../../../src/ec/container/coded-id.js'
import { type ContainerHeader, readHeader, writeHeader } from '../../../src/ec/container/header.js'
import { lrc, reedSolomon } from '../../core/codes.js'

const codes = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6 }))
    .map(([k, m]) => reedSolomon(k, m)),
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 2, max: 3 }))
    .map(([size, groups]) => lrc(size * groups, groups, 2)),
)

const headers: fc.Arbitrary<ContainerHeader> = fc
  .record({
    code: codes,
    stripeBytes: fc.integer({ min: 1, max: 67_108_864 }),
    family: fc.constantFrom(...families),
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
    userBytes: fc.maxSafeNat(),
    epoch: fc.maxSafeNat(),
  })
  .map(({ code, stripeBytes, family, id, userBytes, epoch }) => {
    const geometry = stripeGeometry(code, stripeBytes)
    const stripes = Math.ceil(userBytes / stripeBytes)
    const volume = codedIdOf(id)
    return { volume, family, geometry, stripes, userBytes: BigInt(userBytes), epoch, pool: 1 }
  })

const known: ContainerHeader = {
  volume: codedIdOf(Uint8Array.from({ length: 16 }, (_, place) => place)),
  family: 'gf256/1',
  geometry: stripeGeometry(lrc(12, 2, 2), 1_048_576),
  stripes: 3,
  userBytes: 2_500_000n,
  epoch: 1,
  pool: 15,
}

describe('a header', () => {
  test('reads back, whatever it says', () => {
    fc.assert(
      fc.property(headers, header => {
        expect(readHeader(writeHeader(header))).toEqual(header)
      }),
    )
  })

  test('has its bytes where docs/coded-files.md says', () => {
    const page = Buffer.from(writeHeader(known))
    expect(page.toString('latin1', 0, 8)).toBe('CoucheEC')
    expect([page.readUInt32LE(8), page.readUInt32LE(12)]).toEqual([1, 4096])
    expect(page.toString('latin1', 16, 32)).toBe(`gf256/1${'\0'.repeat(9)}`)
    expect([...page.subarray(32, 36)]).toEqual([2, 12, 2, 2])
    expect([page.readUInt16LE(36), page.readUInt16LE(38)]).toEqual([16, 15])
    const wide = [40, 48, 64, 72, 96].map(offset => page.readBigUInt64LE(offset))
    expect(wide).toEqual([1_048_576n, 90_112n, 3n, 2_500_000n, 1n])
    expect([page.readUInt32LE(56), page.readUInt32LE(60)]).toEqual([65_536, 2])
    expect(page.subarray(80, 96).toString('hex')).toBe('000102030405060708090a0b0c0d0e0f')
    expect(page.subarray(104, 4092).every(byte => byte === 0)).toBe(true)
    expect(page.readUInt32LE(4092)).toBe(crc32c(page.subarray(0, 4092)))
  })

  test('with any bit flipped is none', () => {
    const page = writeHeader(known)
    fc.assert(
      fc.property(fc.nat(pageBytes - 1), fc.nat(7), (byte, bit) => {
        const flipped = page.slice()
        flipped[byte] ^= 1 << bit
        expect(readHeader(flipped)).toEqual({ problem: byte < 8 ? 'no-header' : 'damaged' })
      }),
    )
  })

  test('of another version says which', () => {
    expect(readHeader(changed(page => page.writeUInt32LE(2, 8)))).toEqual({
      problem: 'version',
      version: 2,
    })
  })

  test('says its bytes exactly up to 2^63', () => {
    const far = changed(page => page.writeBigUInt64LE(9_223_372_036_854_775_807n, 72))
    expect(readHeader(far)).toMatchObject({ userBytes: 9_223_372_036_854_775_807n })
  })

  test.each<readonly [string, (page: Buffer) => void]>([
    ['a family that is not known', page => page.write('gf9', 16)],
    ['pages of another size', page => page.writeUInt32LE(8192, 12)],
    ['a kind that is not known', page => page.writeUInt8(3, 32)],
    ['no data', page => page.writeUInt8(0, 33)],
    ['groups that do not divide the data', page => page.writeUInt8(5, 34)],
    ['another number of pools', page => page.writeUInt16LE(15, 36)],
    ['a pool beyond them', page => page.writeUInt16LE(16, 38)],
    ['stripes of nothing', page => page.writeBigUInt64LE(0n, 40)],
    ['stripes larger than their shards', page => page.writeBigUInt64LE(1_200_000n, 40)],
    ['a shard of a part of a page', page => page.writeBigUInt64LE(90_113n, 48)],
    ['blocks of nothing', page => page.writeUInt32LE(0, 56)],
    ['blocks of a part of a page', page => page.writeUInt32LE(65_537, 56)],
    ['another number of blocks', page => page.writeUInt32LE(3, 60)],
    ['another number of stripes', page => page.writeBigUInt64LE(4n, 64)],
  ])('that says %s is none, whatever its checksum', (_, change) => {
    expect(readHeader(changed(change))).toEqual({ problem: 'damaged' })
  })

  test('is no part of a page', () => {
    expect(readHeader(writeHeader(known).subarray(0, 4095))).toEqual({ problem: 'no-header' })
  })
})

function changed(change: (page: Buffer) => void): Uint8Array {
  const page = Buffer.from(writeHeader(known))
  change(page)
  page.writeUInt32LE(crc32c(page.subarray(0, 4092)), 4092)
  return page
}
