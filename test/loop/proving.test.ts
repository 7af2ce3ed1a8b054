/** What the twin claims to encode is really encoded: sampled stripes, through every fault. */
import { describe, expect, it } from 'vitest'
import { codedVolume, coding, coldWorld } from '../sim/cold-world.js'
import { broken, hour, minute, type SmallWorld } from '../sim/small-world.js'

const every512th = { numerator: 1, denominator: 512 }

async function finished(small: SmallWorld, minutes: number): Promise<SmallWorld> {
  small.operators.start()
  try {
    await small.run(minutes)
  } finally {
    await small.world.close()
  }
  return small
}

function proved({ world }: SmallWorld): number {
  return world.control.coder.store.proving?.stripes ?? 0
}

describe('real encoding', () => {
  it('goes with every conversion, and its bytes read back', async () => {
    const small = await finished(coldWorld({ lengthMinutes: 60, sample: every512th }), 60)
    expect(codedVolume(small, 0)?.serves).toBe(true)
    // Of 20,480 stripes about one in 512, written once and read back once.
    expect(proved(small)).toBeGreaterThan(40)
    expect(broken(small.watch)).toEqual([])
  })

  it('makes shards of a lost pool again, and finds flipped bits in a scrub', async () => {
    const pool = coldWorld({}).scenario.pools.find(one => one.id === 'cold-6')
    if (pool === undefined) throw new Error('there is no such pool')
    const small = coldWorld({
      lengthMinutes: 240,
      sample: every512th,
      coding: coding({ scrubbingEnabled: true, scrubInterval: '1h' }),
      faults: [
        { kind: 'pool', pool: pool.id, how: 'lost', atUs: 80 * minute, forUs: 10 * hour },
        {
          kind: 'shards',
          pool: pool.id,
          how: 'flipped',
          numerator: 1,
          denominator: 100,
          atUs: 30 * minute,
          forUs: 0,
        },
      ],
    })
    await finished(small, 240)
    const { store } = small.world.control.coder
    expect(codedVolume(small, 0)).toMatchObject({ serves: true, degradedStripes: 0 })
    expect(codedVolume(small, 0)?.pools).not.toContain(pool.id)
    expect(store.scrubs.passes).toBeGreaterThan(1)
    expect(store.repairs.shards).toBeGreaterThan(20_480)
    expect(store.proving?.rebuiltShards).toBeGreaterThan(30)
    expect(broken(small.watch)).toEqual([])
  })

  it('changes nothing that is told, whatever is sampled and however many threads', async () => {
    const hashes = new Set<string>()
    for (const sample of [{ numerator: 0, denominator: 1 }, every512th]) {
      const small = await finished(coldWorld({ lengthMinutes: 60, sample }), 60)
      hashes.add(small.world.history.hash.digest())
    }
    expect(hashes.size).toBe(1)
  })
})
