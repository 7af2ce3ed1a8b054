import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockLength, slotBytes, stripeGeometry } from '../../../src/core/stripe.js'
import { type Finding, Findings, findingText } from '../../../src/ec/file/findings.js'
import {
  blockOffset,
  containerBytes,
  dataViews,
  pageOffset,
  slotOffset,
  userRange,
} from '../../../src/ec/file/layout.js'
import { bytesLost, LostRanges } from '../../../src/ec/file/lost-ranges.js'
import { reedSolomon } from '../../core/codes.js'
import { scalarCoder } from '../scalar-coder.js'

const geometries = fc
  .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 900_000 }))
  .map(([dataShards, stripeBytes]) => stripeGeometry(reedSolomon(dataShards, 1), stripeBytes))

describe('the layout', () => {
  test('gives each user byte one block, in order', () => {
    fc.assert(
      fc.property(geometries, fc.nat(5), fc.nat(), (geometry, stripes, more) => {
        const userBytes = stripes * geometry.stripeBytes + (more % geometry.stripeBytes)
        let next = 0
        for (let stripe = 0; stripe * geometry.stripeBytes < userBytes; stripe++) {
          for (let shard = 0; shard < geometry.code.dataShards; shard++) {
            for (let block = 0; block < geometry.blocksPerShard; block++) {
              const { firstByte, bytes } = userRange(geometry, userBytes, stripe, shard, block)
              if (bytes === 0) continue
              expect(firstByte).toBe(next)
              next += bytes
            }
          }
        }
        expect(next).toBe(userBytes)
      }),
    )
  })

  test('lays slots one after another behind the header', () => {
    fc.assert(
      fc.property(geometries, fc.nat(1000), (geometry, stripe) => {
        expect(slotOffset(geometry, 0)).toBe(4096)
        expect(slotOffset(geometry, stripe + 1) - slotOffset(geometry, stripe)).toBe(
          slotBytes(geometry),
        )
        const last = geometry.blocksPerShard - 1
        const end = blockOffset(geometry, stripe, last) + blockLength(geometry, last)
        expect(end).toBe(pageOffset(geometry, stripe))
        expect(containerBytes(geometry, stripe)).toBe(slotOffset(geometry, stripe))
      }),
    )
  })

  test('views data bytes in the order of the stripe', async () => {
    await fc.assert(
      fc.asyncProperty(geometries, fc.nat(), fc.nat(), async (geometry, one, other) => {
        const place = await scalarCoder(geometry).take()
        const all = geometry.code.dataShards * geometry.shardBytes
        const [from, to] = [one % all, other % all].sort((left, right) => left - right)
        let byte = 0
        for (let shard = 0; shard < geometry.code.dataShards; shard++) {
          for (let block = 0; block < geometry.blocksPerShard; block++) {
            const view = place.block(1, shard, block)
            for (let at = 0; at < view.length; at++) view[at] = (byte++ * 31) >> 3
          }
        }
        const seen = Buffer.concat(dataViews(geometry, place, 1, from, to))
        expect(seen.length).toBe(to - from)
        if (seen.length > 0) {
          expect(seen[0]).toBe(((from * 31) >> 3) & 255)
          expect(seen[seen.length - 1]).toBe((((to - 1) * 31) >> 3) & 255)
        }
      }),
      { numRuns: 20 },
    )
  })
})

describe('lost ranges', () => {
  test('are told in order, joined where they touch', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(60), fc.nat(9))), ranges => {
        const lost = new LostRanges()
        const bytes = new Set<number>()
        for (const [firstByte, length] of ranges) {
          lost.add({ firstByte, bytes: length })
          for (let at = 0; at < length; at++) bytes.add(firstByte + at)
        }
        const told = lost.list()
        expect(lost.isEmpty).toBe(bytes.size === 0)
        const covered = told.flatMap(one =>
          Array.from({ length: one.bytes }, (_, at) => one.firstByte + at),
        )
        expect(covered).toEqual([...bytes].sort((left, right) => left - right))
        for (const [at, one] of told.slice(1).entries()) {
          expect(one.firstByte).toBeGreaterThan(told[at].firstByte + told[at].bytes)
        }
      }),
    )
  })

  test('are an error each, up to a hundred', () => {
    const ranges = Array.from({ length: 103 }, (_, at) => ({ firstByte: at * 100, bytes: 60 }))
    const { errors } = bytesLost('/d', ranges, 50)
    expect(errors).toHaveLength(100)
    expect(errors[0].message).toBe(
      'bytes 0 to 59 (stripes 0 to 1) are lost: too few shards are left; and 3 more',
    )
    expect(errors[99]).toMatchObject({ code: 'BYTES_LOST', where: { file: '/d', byte: 9900 } })
  })
})

describe('findings', () => {
  const finding = (stripe: number | null, more: Partial<Finding> = {}): Finding => ({
    pool: 2,
    directory: 'pool-2',
    stripe,
    stripes: stripe === null ? 0 : 1,
    blocks: null,
    fault: 'checksum',
    ...more,
  })

  test('that go on from stripe to stripe become one', () => {
    const findings = new Findings()
    for (const stripe of [0, 1, 2, 4]) findings.add(finding(stripe))
    findings.add(finding(5, { blocks: [1] }))
    findings.add(finding(6, { fault: 'stale' }))
    findings.add(finding(null, { fault: 'header' }))
    expect(findings.shards).toBe(6)
    expect(findings.list().map(({ stripe, stripes, fault }) => [stripe, stripes, fault])).toEqual([
      [null, 0, 'header'],
      [0, 3, 'checksum'],
      [4, 1, 'checksum'],
      [5, 1, 'checksum'],
      [6, 1, 'stale'],
    ])
  })

  test('are told in words', () => {
    const meaning = 'its bytes are not those that were written [checksum]'
    expect(findingText(finding(7))).toBe(`pool-2: shard 2 of stripe 7: ${meaning}`)
    expect(findingText(finding(7, { stripes: 3, blocks: [0] }))).toBe(
      `pool-2: shard 2 of stripes 7 to 9, block 0: ${meaning}`,
    )
    expect(findingText(finding(7, { blocks: [0, 4] }))).toBe(
      `pool-2: shard 2 of stripe 7, blocks 0 4: ${meaning}`,
    )
    expect(findingText(finding(null, { fault: 'missing' }))).toBe(
      'pool-2: the container is not there [missing]',
    )
  })
})
