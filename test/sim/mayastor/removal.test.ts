/** Who leaves on a scale-down (mayastor.md, section 2.6). */
import { describe, expect, it } from 'vitest'
import { BenchCluster, type BenchPool } from './bench-cluster.js'

const tiered: readonly BenchPool[] = [
  { node: 0, labels: { tier: 'hot' } },
  { node: 1, labels: { tier: 'hot' } },
  { node: 2, labels: { tier: 'cold' } },
]

/** A volume with three synced replicas, its target on node 0; answers the pool that lost one. */
function leaver(
  version: string,
  prepare: (cluster: BenchCluster) => void = () => {},
  poolInclusion: Readonly<Record<string, string>> = {},
): string {
  const cluster = new BenchCluster({
    version,
    pools: tiered,
    volumes: [{ on: [0, 1, 2], change: { poolInclusion } }],
  })
  prepare(cluster)
  const before = cluster.pools()
  expect(cluster.setCount(2)).toBe('done')
  return before.filter(pool => !cluster.pools().includes(pool)).join()
}

const cordon = (node: string) => (cluster: BenchCluster) => {
  cluster.control.cordons.cordonNode(node, 'mine')
}

describe.each(['2.7.0', '2.8.0', '2.9.0', '2.10.0', '2.11.0'])('in %s', version => {
  it('a remote replica goes before the target’s own, the older one of two', () => {
    expect(leaver(version)).toBe('pool-1')
  })

  it('an unhealthy one goes before any healthy one', () => {
    const faulted = (cluster: BenchCluster): void =>
      cluster.control.setPool(cluster.control.pools[0], 'faulted')
    expect(leaver(version, faulted)).toBe('pool-0')
  })

  it('one that is still copied goes before any synced one, which undoes a scale-up', () => {
    const cluster = new BenchCluster({ version, pools: tiered, volumes: [{ on: [0, 1] }] })
    cluster.setCount(3)
    cluster.setCount(2)
    expect(cluster.pools()).toEqual(['pool-0', 'pool-1'])
    expect(cluster.path.copies.size).toBe(0)
  })
})

describe('a cordoned node’s replica', () => {
  it.each(['2.9.0', '2.10.0', '2.11.0'])('goes first in %s, the target’s own included', version => {
    expect(leaver(version, cordon('node-2'))).toBe('pool-2')
    expect(leaver(version, cordon('node-0'))).toBe('pool-0')
  })

  it.each(['2.7.0', '2.8.0'])('has no influence in %s', version => {
    expect(leaver(version, cordon('node-2'))).toBe('pool-1')
  })
})

describe('a replica that does not fit the topology', () => {
  it.each(['2.8.0', '2.9.0', '2.10.0'])('goes before all others in %s', version => {
    expect(leaver(version, cordon('node-1'), { tier: 'hot' })).toBe('pool-2')
  })

  it('has no influence in 2.7.0', () => {
    expect(leaver('2.7.0', () => {}, { tier: 'hot' })).toBe('pool-1')
  })
})

it('a pool’s cordon has no influence on who goes', () => {
  const scopes = { replicas: true, snapshots: false, restores: false, import: false }
  const prepare = (cluster: BenchCluster): void => {
    cluster.control.cordons.cordonPool(cluster.control.pools[2].id, scopes)
  }
  expect(leaver('2.10.0', prepare)).toBe('pool-1')
})

it('of a group’s volumes, the replica on the pool with more of the group goes', () => {
  const change = { affinityGroup: 'set' }
  const cluster = new BenchCluster({
    pools: tiered,
    volumes: [
      { on: [0, 1, 2], change },
      { on: [0, 2], change },
    ],
  })
  cluster.setCount(2)
  expect(cluster.pools()).toEqual(['pool-0', 'pool-1'])
})

it('takes the call and removes nobody while no more than enough are healthy', async () => {
  const cluster = new BenchCluster({
    pools: [...tiered, { node: 3, labels: { tier: 'none' } }],
    volumes: [{ on: [0, 1, 2] }],
  })
  // The third one is gone and cannot be made again: two are left, and three are wanted.
  cluster.control.cordons.cordonNode('node-3', 'mine')
  cluster.control.setPool(cluster.control.pools[2], 'faulted')
  await cluster.run(601)
  expect(cluster.pools().length).toBe(3)
  expect(cluster.setCount(2)).toBe('done')
  expect(cluster.pools()).toEqual(['pool-0', 'pool-1'])
  expect(cluster.volume.replicaCount).toBe(2)
})
