/** Faults of a scenario that concern shards: when they are told, and of which stripes. */
import { describe, expect, it } from 'vitest'
import type { Fault } from '../../../sim/scenario/model.js'
import { poolId } from '../../../src/core/model.js'
import { minute, type SmallWorld, smallWorld } from '../small-world.js'

const cold = poolId('cold-2')

function worldOf(faults: readonly Fault[], seed = 1): SmallWorld {
  return smallWorld({
    pools: [
      { tier: 'hot', node: 0 },
      { tier: 'hot', node: 1 },
      { tier: 'cold', node: 2 },
      { tier: 'cold', node: 3 },
    ],
    volumes: [{ place: 'cold', replicas: 2, heat: [{ fromMinute: 0, iops: 0 }] }],
    lengthMinutes: 60,
    faults,
    seed,
  })
}

interface Told {
  readonly atMinute: number
  readonly pool: number
  readonly what: string
  readonly stripes: readonly number[]
}

async function toldOf(small: SmallWorld): Promise<readonly Told[]> {
  const told: Told[] = []
  const { engine, control } = small.world
  const shards = control.coder.store
  const note = (pool: number, what: string, stripes: readonly number[]): void => {
    told.push({ atMinute: engine.nowUs / minute, pool, what, stripes })
  }
  shards.losePool = pool => note(pool, 'all', [])
  shards.strike = (pool, how, hits) => {
    const stripes = Array.from({ length: 64 }, (_, stripe) => stripe)
    note(
      pool,
      how,
      stripes.filter(stripe => hits(0, stripe)),
    )
  }
  await small.run(60)
  return told
}

describe('a pool that is lost', () => {
  const lost: Fault = {
    kind: 'pool',
    pool: cold,
    how: 'lost',
    atUs: 10 * minute,
    forUs: 5 * minute,
  }

  it('takes its shards with it, once', async () => {
    expect(await toldOf(worldOf([lost]))).toEqual([
      { atMinute: 10, pool: 2, what: 'all', stripes: [] },
    ])
  })

  it('is faulted until it comes back, and then holds nothing that stood there', async () => {
    const small = worldOf([lost])
    const pool = small.world.control.pools[2]
    const seen: (readonly [string, number])[] = []
    for (const at of [9, 11, 14, 16]) small.at(at, () => seen.push([pool.status, pool.replicas]))
    await small.run(60)
    expect(seen[0]).toEqual(['online', 1])
    expect(seen[1]).toEqual(['faulted', 1])
    expect(seen[2]).toEqual(['faulted', 1])
    expect(seen[3][0]).toBe('online')
    const gone = small.world.history.entries.filter(
      entry => entry.kind === 'replica-removed' && entry.pool === cold,
    )
    expect(gone.map(entry => entry.atUs)).toEqual([15 * minute])
    const [volume] = small.world.control.volumes
    expect(volume.replicas).toHaveLength(2)
    expect(small.world.control.status(volume)).toBe('online')
  })
})

describe('shards that are lost or flipped', () => {
  const fault = (how: 'lost' | 'flipped', denominator: number): Fault => ({
    kind: 'shards',
    pool: cold,
    how,
    atUs: 5 * minute,
    forUs: 0,
    numerator: 1,
    denominator,
  })

  it('are so many of the stripes, others of each fault and each seed', async () => {
    const [all, some, others] = await toldOf(
      worldOf([fault('lost', 1), fault('flipped', 4), fault('flipped', 4)]),
    )
    expect(all).toMatchObject({ atMinute: 5, pool: 2, what: 'lost' })
    expect(all.stripes).toHaveLength(64)
    expect(some.what).toBe('flipped')
    expect(some.stripes.length).toBeGreaterThan(4)
    expect(some.stripes.length).toBeLessThan(40)
    expect(others.stripes).not.toEqual(some.stripes)
    const [, again] = await toldOf(worldOf([fault('lost', 1), fault('flipped', 4)]))
    expect(again.stripes).toEqual(some.stripes)
    const [, seeded] = await toldOf(worldOf([fault('lost', 1), fault('flipped', 4)], 2))
    expect(seeded.stripes).not.toEqual(some.stripes)
  })
})
