import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { membersOf, setOf } from '../../../src/core/code.js'
import { groupsIn, healthByBlocks, healthByHeaders } from '../../../src/ec/file/index-facts.js'
import { blockOffset } from '../../../src/ec/file/layout.js'
import { type Coded, coded, containerOf, losePool, opened, verified } from './coded.js'

const byBlocks = (one: Coded) => opened(one, volume => healthByBlocks(volume, one.coder, () => {}))
const byHeaders = (one: Coded, before = 0) =>
  opened(one, async volume => healthByHeaders(volume, before))

function flip(one: Coded, pool: number, stripe: number): void {
  containerOf(one, pool).bytes[blockOffset(one.geometry, stripe, 0) + 1] ^= 16
}

describe('what the index is to tell of a coded directory', () => {
  test('is one group of all stripes, a shard of each on every pool', async () => {
    const one = await coded('rs-3-2', 90_000)
    const places = new Map([[1, { pool: 'cold-7', node: 'node-7' }]])
    const names = { volume: 'db-1', policy: null, places }
    const [group, ...others] = await opened(one, async volume => groupsIn(volume, names))
    expect(others).toEqual([])
    expect(group).toMatchObject({ volume: 'db-1', firstStripe: 0, stripes: 5, stripeBytes: 20_000 })
    expect(group?.shards.map(({ pool, node, isData }) => [pool, node, isData])).toEqual([
      ...[
        ['pool-0', null, true],
        ['cold-7', 'node-7', true],
        ['pool-2', null, true],
      ],
      ...[
        ['pool-3', null, false],
        ['pool-4', null, false],
      ],
    ])
    const empty = await coded('rs-3-2', 0)
    expect(await opened(empty, async volume => groupsIn(volume, names))).toEqual([])
  })

  test('is lost where more pools are gone than the code survives, and not before', async () => {
    const check = async (gone: readonly number[]): Promise<void> => {
      const one = await coded('rs-3-2', 50_000)
      for (const pool of gone) losePool(one, pool)
      const isLost = gone.length > 2
      const found = { missing: setOf(gone), corrupted: 0, worst: setOf(gone), isLost }
      expect(await byHeaders(one)).toEqual(found)
      expect(await byBlocks(one)).toEqual(found)
      expect((await verified(one)).lost.length > 0).toBe(isLost)
    }
    await fc.assert(fc.asyncProperty(fc.subarray([0, 1, 2, 3], { maxLength: 3 }), check))
  })

  test('counts the worst stripe, and names every shard that a block is bad of', async () => {
    const one = await coded('rs-3-2', 90_000)
    flip(one, 0, 1)
    flip(one, 4, 3)
    flip(one, 2, 3)
    const { corrupted, worst, isLost } = await byBlocks(one)
    expect([membersOf(corrupted), membersOf(worst), isLost]).toEqual([[0, 2, 4], [2, 4], false])
    expect((await byHeaders(one)).worst).toBe(0)
  })

  test('keeps what was found corrupted before, until all is read again', async () => {
    const one = await coded('rs-3-2', 50_000)
    losePool(one, 1)
    const before = setOf([1, 3])
    expect(await byHeaders(one, before)).toMatchObject({
      ...{ missing: setOf([1]), corrupted: setOf([3]), worst: before, isLost: false },
    })
    expect((await byBlocks(one)).corrupted).toBe(0)
  })
})
