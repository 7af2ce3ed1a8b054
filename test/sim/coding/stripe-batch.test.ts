/** A batch tells what does not read back: a coder that does not do its work is found out. */
import { afterAll, describe, expect, it } from 'vitest'
import { StripeBatch } from '../../../sim/coding/stripe-batch.js'
import { stripeGeometry } from '../../../src/core/stripe.js'
import type { Coder } from '../../../src/ec/coder.js'
import { openCoder } from '../../../src/ec/open-coder.js'
import { reedSolomon } from '../../core/codes.js'

const geometry = stripeGeometry(reedSolomon(4, 2), 500_000)
const honest = await openCoder({ geometry, engine: 'portable', threads: 1 })
afterAll(() => honest.close())

/** Three stripes of which the second lost two shards and has a bit flipped in a third. */
async function restored(coder: Coder, damage = { lost: 0b10_0001, flipped: 0b100 }) {
  const place = await honest.take()
  try {
    const names = [7, 8, 9].map(stripe => ({ volume: 3, stripe, generation: 1 }))
    const batch = new StripeBatch(coder, place, 42, names)
    await batch.encode()
    const none = { lost: 0, flipped: 0 }
    await batch.restore([none, damage, none])
    return batch
  } finally {
    honest.give(place)
  }
}

const lying = (change: Partial<Coder>): Coder => ({ ...honest, ...change })
const nothing = async (): Promise<void> => {}

describe('a batch of stripes', () => {
  it('has nothing to tell of an honest coder', async () => {
    const batch = await restored(honest, { lost: 0b1, flipped: 0b100 })
    expect(batch.mismatches).toEqual([])
    expect([batch.rebuiltShards, batch.lostStripes]).toEqual([2, 0])
  })

  it('counts a stripe that lost too much, and says nothing more of it', async () => {
    const batch = await restored(honest)
    expect(batch.mismatches).toEqual([])
    expect([batch.rebuiltShards, batch.lostStripes]).toEqual([0, 1])
  })

  it('tells damage that no checksum shows', async () => {
    const batch = await restored(lying({ check: nothing }), { lost: 0b1, flipped: 0b10_0000 })
    const texts = batch.mismatches.map(one => one.text)
    expect(batch.mismatches[0]).toMatchObject({ volume: 3, stripe: 8 })
    expect(texts[0]).toBe('its shards 0, 5 were damaged, and none found')
    expect(texts).toContain('byte 0 of block 0 of shard 0 does not read back')
  })

  it('tells shards that were not rebuilt, data and parity', async () => {
    const batch = await restored(lying({ rebuild: nothing }), { lost: 0b10_0010, flipped: 0 })
    const texts = batch.mismatches.map(one => one.text)
    expect(texts).toContain('byte 0 of block 1 of shard 1 does not read back')
    expect(texts).toContain('its parity shards 5 differ')
    expect(new Set(batch.mismatches.map(one => one.stripe))).toEqual(new Set([8]))
  })

  it('tells data whose checksums are not those of before', async () => {
    const place = await honest.take()
    const names = [{ volume: 0, stripe: 1, generation: 4 }]
    const batch = new StripeBatch(honest, place, 42, names)
    await batch.encode()
    const checksums = batch.checksums(0, 4)
    batch.compareChecksums(0, checksums)
    expect(batch.mismatches).toEqual([])
    checksums[5] ^= 1
    batch.compareChecksums(0, checksums)
    honest.give(place)
    expect(batch.mismatches).toEqual([
      { volume: 0, stripe: 1, text: 'its data has other checksums than when it was encoded' },
    ])
  })
})
