/** Payloads: the same for the same name, another for another, and every wrong byte is seen. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockState, fillBlock, firstDifference, userBytesOf } from '../../../sim/coding/payload.js'
import { stripeGeometry, stripesOf } from '../../../src/core/stripe.js'
import { usualCodes } from '../../core/codes.js'

const bytes = 4096
const filled = (state: number, userBytes = bytes): Uint8Array => {
  const block = new Uint8Array(bytes)
  fillBlock(block, state, userBytes)
  return block
}
const state = fc.integer().map(drawn => drawn | 1)
const userBytes = fc.nat({ max: bytes })

describe('a block of payload', () => {
  it('is what belongs there, and zeroes beyond user bytes', () => {
    fc.assert(
      fc.property(state, userBytes, (begin, user) => {
        const block = filled(begin, user)
        expect(firstDifference(block, begin, user)).toBe(-1)
        expect(block.subarray(user).every(one => one === 0)).toBe(true)
        expect(filled(begin).subarray(0, user)).toEqual(block.subarray(0, user))
      }),
    )
  })

  it('tells the first byte that is wrong', () => {
    fc.assert(
      fc.property(state, userBytes, fc.nat({ max: bytes - 1 }), (begin, user, at) => {
        const block = filled(begin, user)
        block[at] ^= 16
        const found = firstDifference(block, begin, user)
        // User bytes are compared by words.
        const whole = 4 * Math.floor(user / 4)
        expect(found).toBe(at < whole ? at - (at % 4) : at)
      }),
    )
  })

  it('is another for every name', () => {
    const states = new Set<number>()
    let asked = 0
    for (let volume = 0; volume < 3; volume++) {
      for (let stripe = 0; stripe < 40; stripe++) {
        for (let generation = 1; generation < 4; generation++) {
          for (let shard = 0; shard < 4; shard++) {
            states.add(blockState(42, { volume, stripe, generation }, shard, 3))
            asked += 1
          }
        }
      }
    }
    // States are odd: of two thousand million, 1440 hardly ever meet.
    expect(states.size).toBe(asked)
    expect(states.has(blockState(43, { volume: 0, stripe: 0, generation: 1 }, 0, 3))).toBe(false)
  })
})

describe('the user bytes of a stripe', () => {
  it('are all of them, each once', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...usualCodes),
        fc.integer({ min: 65_536, max: 4_194_304 }),
        (code, stripeBytes) => {
          const geometry = stripeGeometry(code, stripeBytes)
          let sum = 0
          for (let shard = 0; shard < code.dataShards; shard++) {
            for (let block = 0; block < geometry.blocksPerShard; block++) {
              sum += userBytesOf(geometry, shard, block)
            }
          }
          expect(sum).toBe(stripeBytes)
          expect(stripesOf(geometry, sum)).toBe(1)
        },
      ),
    )
  })
})
