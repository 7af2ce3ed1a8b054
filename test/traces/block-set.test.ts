import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BlockSet } from '../../traces/block-set.js'

const request = fc.record({
  volume: fc.integer({ min: 0, max: 3 }),
  high: fc.constantFrom(0, 1, 0x7fff_ffff),
  low: fc.oneof(fc.nat({ max: 65_536 }), fc.integer({ min: 0xffff_0000, max: 0xffff_ffff })),
  length: fc.oneof(fc.nat({ max: 20_000 }), fc.constant(40_000_000)),
})

it('counts the blocks that requests touch, each once', () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 12 }), requests => {
      const set = new BlockSet()
      const wanted = new Set<string>()
      for (const { volume, high, low, length } of requests) {
        set.touch(volume, high, low, length)
        if (length === 0) continue
        const first = (BigInt(high) * 4_294_967_296n + BigInt(low)) / 4096n
        const last = (BigInt(high) * 4_294_967_296n + BigInt(low + length - 1)) / 4096n
        for (let block = first; block <= last; block++) wanted.add(`${volume}/${block}`)
      }
      expect(set.size).toBe(wanted.size)
    }),
    { numRuns: 60 },
  )
})

it('has no figure past its limit', () => {
  const mostPages = 5000
  const set = new BlockSet(mostPages)
  // One block in each page of 16 MiB: 256 of them in 4 GiB.
  for (let page = 0; page < mostPages; page++) {
    set.touch(0, Math.floor(page / 256), (page % 256) * 16_777_216, 512)
  }
  expect(set.size).toBe(mostPages)
  set.touch(1, 0, 0, 512)
  expect(set.size).toBeNull()
  set.touch(1, 0, 4096, 512)
  expect(set.size).toBeNull()
})
