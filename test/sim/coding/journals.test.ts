/** Where the journals of coded volumes are, and what they take. */
import { describe, expect, it } from 'vitest'
import { Journals } from '../../../sim/coding/journals.js'
import type { ModelPool } from '../../../sim/mayastor/state.js'
import type { Tier } from '../../../src/core/model.js'
import { coding } from '../cold-world.js'
import { BenchCluster, gibibyte } from '../mayastor/bench-cluster.js'

const three = coding({ journalConfig: { journalSizeBytes: 10, replicationFactor: 3 } })

/** Pools on these nodes, each on its tier. */
function journals(
  on: readonly (readonly [node: number, tier: Tier | null])[],
  policies = [three],
  first: Tier = 'hot',
) {
  const { pools } = new BenchCluster({ pools: on.map(([node]) => ({ node })), volumes: [] }).control
  const tiers = on.map(([, tier]) => tier)
  return { pools, made: new Journals(pools, tiers, policies, first) }
}

const names = (pools: readonly ModelPool[]): readonly string[] => pools.map(pool => pool.id)

describe('a journal', () => {
  it('stands on the fastest pools, each on a node of its own', () => {
    const { pools, made } = journals([
      [0, 'cold'],
      [1, 'warm'],
      [2, 'hot'],
      [2, 'hot'],
      [3, null],
    ])
    expect(made.poolsOf('coding')).toEqual([])
    made.use('coding')
    expect(names(made.poolsOf('coding'))).toEqual(['pool-2', 'pool-1', 'pool-0'])
    expect(made.bytes).toBe(30)
    expect(pools.map(pool => [pool.usedBytes, pool.committedBytes])).toEqual([
      [10, 10],
      [10, 10],
      [10, 10],
      [0, 0],
      [0, 0],
    ])
  })

  it('begins on the tier that the scenario says, and takes the others after it', () => {
    const on = [
      [0, 'hot'],
      [1, 'warm'],
      [2, 'cold'],
    ] as const
    const { made } = journals(on, [three], 'warm')
    made.use('coding')
    expect(names(made.poolsOf('coding'))).toEqual(['pool-1', 'pool-2', 'pool-0'])
    expect([...made.bytesOn].map(([pool, bytes]) => [pool.id, bytes])).toEqual([
      ['pool-1', 10],
      ['pool-2', 10],
      ['pool-0', 10],
    ])
  })

  it('is made once', () => {
    const { pools, made } = journals([[0, 'hot']])
    made.use('coding')
    made.use('coding')
    expect([made.bytes, pools[0].usedBytes]).toEqual([10, 10])
  })

  it('has as many copies as its policy says, and no more', () => {
    const one = coding({ journalConfig: { journalSizeBytes: 10, replicationFactor: 1 } })
    const { made } = journals(
      [
        [0, 'hot'],
        [1, 'hot'],
      ],
      [one],
    )
    made.use('coding')
    expect(names(made.poolsOf('coding'))).toEqual(['pool-0'])
  })

  it('passes over pools without room', () => {
    const { pools, made } = journals([
      [0, 'hot'],
      [1, 'hot'],
      [2, 'hot'],
    ])
    pools[0].usedBytes = 100 * gibibyte - 9
    pools[1].usedBytes = 100 * gibibyte - 10
    made.use('coding')
    expect(names(made.poolsOf('coding'))).toEqual(['pool-1', 'pool-2'])
    expect(pools[1].usedBytes).toBe(100 * gibibyte)
  })

  it('of a policy that nobody knows is none', () => {
    const { made } = journals([[0, 'hot']])
    made.use('other')
    expect([made.bytes, made.poolsOf('other')]).toEqual([0, []])
  })

  it('goes to its stripes as often as its policy says', () => {
    const { made } = journals([[0, 'hot']])
    expect(made.destageIntervalUs('coding')).toBe(30_000_000)
    expect(made.destageIntervalUs('other')).toBeNull()
  })
})
