/** The history does not know who encoded: one hash for all threads, engines and sampling rates. */
import { describe, expect, it } from 'vitest'
import { Proof, type ProofOptions, type Proved } from '../../../sim/coding/proof.js'
import { StripeTable } from '../../../sim/coding/stripe-table.js'
import type { DataPath } from '../../../sim/data-path.js'
import { Engine } from '../../../sim/engine/engine.js'
import { stream } from '../../../sim/engine/stream.js'
import { History } from '../../../sim/history.js'
import { stripeGeometry } from '../../../src/core/stripe.js'
import { reedSolomon } from '../../core/codes.js'
import { enginesHere } from '../../ec/engines.js'

const idle: DataPath = {
  setRoute: () => {},
  setPoolDown: () => {},
  startTransfer: () => {},
  stopTransfer: () => {},
  transferredBytes: () => 0,
  writes: () => 0,
  advance: () => null,
}

const geometry = stripeGeometry(reedSolomon(4, 2), 65_536)
const stripes = 300
const volumes = 4

interface Ran {
  readonly hash: string
  readonly proved: number
}

/** Volumes are encoded one over the other, a pool is lost, shards flip, and all is repaired. */
async function ran(change: Partial<ProofOptions>): Promise<Ran> {
  const sample = { numerator: 1, denominator: 1 }
  const proof = new Proof({ seed: 7, sample, engine: null, threads: 2, ...change })
  const history = new History(() => {})
  const engine = new Engine(0, idle, () => {})
  const table = new StripeTable()
  const draw = stream(7, 'durations')
  let proved = 0
  const told = (text: string, work: Promise<Proved>, atUs: number): void => {
    let result: Proved | null = null
    engine.expect(
      atUs,
      work.then(done => {
        result = done
      }),
    )
    engine.schedule(atUs, () => {
      proved += result?.stripes ?? 0
      const wrong = result?.mismatches.map(one => one.text).join() ?? 'nothing was waited for'
      history.add({ kind: 'fault', atUs: engine.nowUs, text: `${text}: ${wrong}`, over: true })
    })
  }
  const rangeOf = (volume: number) => ({ volume, geometry, first: 0, stripes })
  for (let volume = 0; volume < volumes; volume++) {
    table.add({ volume, geometry, stripes, stripesPerGroup: 10, pools: [0, 1, 2, 3, 4, 5] })
    engine.schedule(100 * volume, () => {
      const atUs = engine.nowUs + 50 + draw.integer(300)
      told(`encoded ${volume}`, proof.encode(rangeOf(volume), 1), atUs)
    })
  }
  engine.schedule(1000, () => {
    table.losePool(2)
    table.strike(4, 'flipped', (_, stripe) => stripe % 5 === 0)
    for (let volume = 0; volume < volumes; volume++) {
      const work = proof.restore(rangeOf(volume), stripe => ({
        lost: table.lost(volume, stripe),
        flipped: table.flipped(volume, stripe),
      }))
      told(`restored ${volume}`, work, 1100 + draw.integer(300))
    }
  })
  await engine.run(2000)
  await proof.close()
  expect(history.entries).toHaveLength(2 * volumes)
  return { hash: history.hash.digest(), proved }
}

describe('the history of encoding', () => {
  it('is one, whoever encodes and however much of it', async () => {
    const engines = await enginesHere()
    const one = await ran({ threads: 1, engine: 'portable' })
    expect(one.proved).toBe(2 * volumes * stripes)
    for (const { name } of engines) {
      expect(await ran({ engine: name })).toEqual(one)
    }
    const few = await ran({ sample: { numerator: 1, denominator: 4096 }, threads: 3 })
    expect(few.hash).toBe(one.hash)
    expect(few.proved).toBeLessThan(20)
  })
})
