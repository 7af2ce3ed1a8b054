/** Where a new replica goes (mayastor.md, section 2.5). */
import { describe, expect, it } from 'vitest'
import { BenchCluster, type BenchPool, type BenchVolume } from './bench-cluster.js'

/** The pool that a third replica of a volume on pools 0 and 1 goes to, or the refusal. */
function chosen(
  pools: readonly BenchPool[],
  change: Partial<BenchVolume> = {},
  prepare: (cluster: BenchCluster) => void = () => {},
): string {
  const base = [{ node: 0 }, { node: 1 }, ...pools]
  const cluster = new BenchCluster({ pools: base, volumes: [{ on: [0, 1], ...change }] })
  prepare(cluster)
  const reply = cluster.setCount(3)
  return reply === 'done' ? cluster.pools()[2] : reply
}

describe('hard filters', () => {
  it('one node holds one replica of a volume, even on another pool', () => {
    expect(chosen([{ node: 0 }, { node: 1 }])).toBe('no-pool')
    expect(chosen([{ node: 0 }, { node: 2 }])).toBe('pool-3')
  })

  it.each<[string, (cluster: BenchCluster) => void]>([
    ['a cordoned node', cluster => cluster.control.cordons.cordonNode('node-2', 'mine')],
    [
      'a node that drains',
      cluster => cluster.control.outages.drainNode(cluster.control.nodes[2], true),
    ],
    ['a node away', cluster => cluster.control.outages.setNode(cluster.control.nodes[2], false)],
    ['a pool faulted', cluster => cluster.control.setPool(cluster.control.pools[2], 'faulted')],
    ['a pool unknown', cluster => cluster.control.setPool(cluster.control.pools[2], 'unknown')],
    [
      'a cordoned pool',
      cluster =>
        cluster.control.cordons.cordonPool(cluster.control.pools[2].id, {
          replicas: true,
          snapshots: false,
          restores: false,
          import: false,
        }),
    ],
  ])('%s takes none', (_, prepare) => {
    expect(chosen([{ node: 2, capacityGiB: 500 }, { node: 3 }], {}, prepare)).toBe('pool-3')
  })

  it('a pool cordoned for snapshots only takes replicas', () => {
    const scopes = { replicas: false, snapshots: true, restores: false, import: false }
    const prepare = (cluster: BenchCluster): void => {
      cluster.control.cordons.cordonPool(cluster.control.pools[2].id, scopes)
    }
    expect(chosen([{ node: 2 }], {}, prepare)).toBe('pool-2')
  })

  it('thick: capacity and free space are above the size', () => {
    expect(chosen([{ node: 2, capacityGiB: 1 }], { sizeGiB: 1 })).toBe('no-pool')
    expect(chosen([{ node: 2, capacityGiB: 2 }], { sizeGiB: 1 })).toBe('pool-2')
  })

  it('thin: the part that is allocated and 40 % fit, within 250 % of the capacity', () => {
    const thin = { sizeGiB: 40, change: { thin: true } }
    // Half of 40 GiB is allocated, and 40 % of it on top: 36 GiB must be free.
    const filled = (fillGiB: number) => (cluster: BenchCluster) => {
      cluster.control.pools[2].usedBytes = fillGiB * 1_073_741_824
    }
    expect(chosen([{ node: 2, capacityGiB: 80 }], thin, filled(43))).toBe('pool-2')
    expect(chosen([{ node: 2, capacityGiB: 80 }], thin, filled(44))).toBe('no-pool')
    const promised = (promisedGiB: number) => (cluster: BenchCluster) => {
      cluster.control.pools[2].committedBytes = promisedGiB * 1_073_741_824
    }
    expect(chosen([{ node: 2, capacityGiB: 80 }], thin, promised(159))).toBe('pool-2')
    expect(chosen([{ node: 2, capacityGiB: 80 }], thin, promised(160))).toBe('no-pool')
  })

  it('every key of the topology must be on the pool, and an empty value means any', () => {
    const pools = [
      { node: 2, labels: { tier: 'cold' } },
      { node: 3, labels: {} },
    ]
    const wants = (poolInclusion: Readonly<Record<string, string>>) =>
      chosen(pools, { change: { poolInclusion } })
    expect(wants({ tier: 'cold' })).toBe('pool-2')
    expect(wants({ tier: '' })).toBe('pool-2')
    expect(wants({ tier: 'hot' })).toBe('no-pool')
    expect(wants({ other: '' })).toBe('no-pool')
  })

  it('single replicas of one affinity group keep apart', () => {
    const change = { affinityGroup: 'set' }
    const cluster = new BenchCluster({
      pools: [{ node: 0 }, { node: 1 }, { node: 2 }, { node: 3 }],
      volumes: [
        { on: [0], change },
        { on: [1], change },
        { on: [2], change },
      ],
    })
    expect(cluster.setCount(2)).toBe('done')
    expect(cluster.pools()[1]).toBe('pool-3')
  })
})

describe('ranking', () => {
  it('an online pool comes before a degraded one', () => {
    const prepare = (cluster: BenchCluster): void =>
      cluster.control.setPool(cluster.control.pools[2], 'degraded')
    expect(chosen([{ node: 2, capacityGiB: 500 }, { node: 3 }], {}, prepare)).toBe('pool-3')
  })

  it('thick: free space weighs 60 and few replicas 40', () => {
    const full = (replicas: number) => (cluster: BenchCluster) => {
      cluster.control.pools[2].replicas = replicas
      cluster.control.pools[3].replicas = 10
    }
    // Half the free space costs 30 points; six of ten replicas fewer bring 24, eight bring 32.
    const pools = [
      { node: 2, capacityGiB: 100 },
      { node: 3, capacityGiB: 200 },
    ]
    expect(chosen(pools, {}, full(4))).toBe('pool-3')
    expect(chosen(pools, {}, full(2))).toBe('pool-2')
  })

  it('thin: over-commitment weighs 35', () => {
    const promised = (cluster: BenchCluster): void => {
      cluster.control.pools[2].committedBytes = 200 * 1_073_741_824
    }
    const pools = [{ node: 2 }, { node: 3 }]
    expect(chosen(pools, { change: { thin: true } })).toBe('pool-2')
    expect(chosen(pools, { change: { thin: true } }, promised)).toBe('pool-3')
  })
})
