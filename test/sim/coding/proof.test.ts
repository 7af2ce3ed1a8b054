/** The proof on real engines and threads: what is damaged is found, rebuilt, and reads back. */
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { Proof, type ProofOptions, type StripeRange } from '../../../sim/coding/proof.js'
import type { Damage } from '../../../sim/coding/stripe-batch.js'
import { stripeChance } from '../../../sim/coding/stripe-chance.js'
import { anyLosses, type Code, shardsOf, sizeOf } from '../../../src/core/code.js'
import { canRebuild } from '../../../src/core/rebuild.js'
import { stripeGeometry } from '../../../src/core/stripe.js'
import { lrc, reedSolomon, someShards } from '../../core/codes.js'
import { enginesHere } from '../../ec/engines.js'

const engines = await enginesHere()
const every = { numerator: 1, denominator: 1 }
const open: Proof[] = []
afterAll(() => Promise.all(open.map(proof => proof.close())))

function proofOf(change: Partial<ProofOptions> = {}): Proof {
  const proof = new Proof({ seed: 42, sample: every, engine: null, threads: 2, ...change })
  open.push(proof)
  return proof
}

const none: Damage = { lost: 0, flipped: 0 }
/** Padding in it: 100 000 bytes over four shards are less than 28 672 each. */
const stripeBytes = 100_000

function rangeOf(code: Code, stripes: number, first = 0, volume = 0): StripeRange {
  return { volume, geometry: stripeGeometry(code, stripeBytes), first, stripes }
}

describe('the proof', () => {
  it('encodes every stripe, and all of it reads back', async () => {
    const proof = proofOf()
    const range = rangeOf(reedSolomon(4, 2), 100)
    const encoded = await proof.encode(range, 1)
    expect(encoded).toMatchObject({ stripes: 100, userBytes: 100 * stripeBytes, mismatches: [] })
    const read = await proof.restore(range, () => none)
    expect(read).toMatchObject({ stripes: 100, rebuiltShards: 0, lostStripes: 0, mismatches: [] })
  })

  for (const engine of engines) {
    for (const code of [reedSolomon(4, 2), reedSolomon(10, 4), lrc(6, 2, 2)]) {
      if (engine.whyNot(code) !== null) continue
      it(`finds and rebuilds whatever was lost or flipped: ${engine.name}, ${code.kind} ${
        code.dataShards
      }`, async () => {
        const proof = proofOf({ engine: engine.name })
        const range = rangeOf(code, 12)
        await proof.encode(range, 1)
        const drawn = fc.array(
          fc.record({ lost: someShards(code, 5), flipped: someShards(code, 2) }),
          { minLength: 12, maxLength: 12 },
        )
        await fc.assert(
          fc.asyncProperty(drawn, async damages => {
            const proved = await proof.restore(range, stripe => damages[stripe])
            const sets = damages.map(({ lost, flipped }) => lost | flipped)
            const alive = sets.filter(set => canRebuild(code, set) || set === 0)
            const rebuilt = alive.reduce((sum, set) => sum + sizeOf(set), 0)
            expect(proved.mismatches).toEqual([])
            expect(proved.rebuiltShards).toBeGreaterThanOrEqual(rebuilt)
            expect(proved.lostStripes).toBeLessThanOrEqual(12 - alive.length)
            if (sets.every(set => sizeOf(set) <= anyLosses(code))) {
              expect([proved.rebuiltShards, proved.lostStripes]).toEqual([rebuilt, 0])
            }
          }),
          { numRuns: 15 },
        )
      })
    }
  }

  it('tells stripes that lost more than their code can rebuild', async () => {
    const proof = proofOf()
    const code = reedSolomon(4, 2)
    const range = rangeOf(code, 6)
    await proof.encode(range, 1)
    const proved = await proof.restore(range, stripe =>
      stripe === 2 ? { lost: 0b111, flipped: 0 } : { lost: 0b11, flipped: 0 },
    )
    expect(proved).toMatchObject({ lostStripes: 1, rebuiltShards: 10, mismatches: [] })
    expect(shardsOf(code)).toBe(6)
  })

  it('keeps the generation that was written last, of some stripes only', async () => {
    const proof = proofOf()
    const whole = rangeOf(reedSolomon(3, 1), 20)
    await proof.encode(whole, 1)
    await proof.encode({ ...whole, first: 5, stripes: 7 }, 2)
    const proved = await proof.restore(whole, () => ({ lost: 0b10, flipped: 0 }))
    expect(proved).toMatchObject({ stripes: 20, rebuiltShards: 20, mismatches: [] })
  })

  it('proves as many as are sampled, the same ones whoever asks', async () => {
    const sample = { numerator: 1, denominator: 8 }
    const proof = proofOf({ sample })
    const chosen = stripeChance(42, 'sample', sample)
    const range = rangeOf(reedSolomon(4, 2), 400, 100, 3)
    const asked: number[] = []
    const { stripes } = await proof.encode(range, 1)
    await proof.restore(range, stripe => {
      asked.push(stripe)
      return none
    })
    const expected = Array.from({ length: 400 }, (_, at) => 100 + at).filter(one => chosen(3, one))
    expect(asked).toEqual(expected)
    expect(stripes).toBe(expected.length)
    expect(stripes).toBeGreaterThan(20)
    expect(stripes).toBeLessThan(100)
  })

  it('refuses to read what was never encoded, or is coded no more', async () => {
    const proof = proofOf()
    const range = rangeOf(reedSolomon(3, 1), 2)
    await expect(proof.restore(range, () => none)).rejects.toThrow(/encoded before it is read/)
    await proof.encode(range, 1)
    proof.forget(range.volume)
    await expect(proof.restore(range, () => none)).rejects.toThrow(/encoded before it is read/)
  })
})
