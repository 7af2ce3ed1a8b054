/** What the reconcilers do, and when: ten-second passes, ten minutes of patience (section 2.1). */
import { describe, expect, it } from 'vitest'
import { BenchCluster } from './bench-cluster.js'

const spread = [{ node: 0 }, { node: 1 }, { node: 2 }, { node: 3 }]
const pair = { pools: spread, volumes: [{ on: [0, 1] }] }

describe('a pool that goes away', () => {
  it('and comes back within ten minutes has its replica rebuilt in place', async () => {
    const cluster = new BenchCluster(pair)
    cluster.control.setPool(cluster.control.pools[1], 'offline')
    expect(cluster.control.status(cluster.volume)).toBe('degraded')
    await cluster.run(590)
    expect(cluster.pools()).toEqual(['pool-0', 'pool-1'])
    cluster.control.setPool(cluster.control.pools[1], 'online')
    await cluster.run(10)
    cluster.finishCopies()
    expect(cluster.control.status(cluster.volume)).toBe('online')
    expect(cluster.pools()).toEqual(['pool-0', 'pool-1'])
  })

  it('for longer is replaced on another node', async () => {
    const cluster = new BenchCluster(pair)
    cluster.control.setPool(cluster.control.pools[1], 'offline')
    await cluster.run(610)
    expect(cluster.pools()).toEqual(['pool-0', 'pool-2'])
    expect(cluster.path.copies.size).toBe(1)
  })

  it('with the last healthy replica is waited for, however long', async () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0] }] })
    cluster.control.setPool(cluster.control.pools[0], 'offline')
    await cluster.run(86_400)
    expect(cluster.pools()).toEqual(['pool-0'])
    cluster.control.setPool(cluster.control.pools[0], 'online')
    await cluster.run(10)
    expect(cluster.control.status(cluster.volume)).toBe('online')
  })

  it('for good has its replica made anew when it is back, empty', async () => {
    const cluster = new BenchCluster(pair)
    const [, pool] = cluster.control.pools
    cluster.control.setPool(pool, 'faulted')
    cluster.control.outages.losePool(pool)
    await cluster.run(60)
    const before = cluster.volume.replicas[1].id
    cluster.control.outages.emptyPool(pool)
    expect(cluster.pools()).toEqual(['pool-0'])
    expect(pool.usedBytes).toBe(0)
    cluster.control.setPool(pool, 'online')
    await cluster.run(10)
    expect(cluster.volume.replicas).toHaveLength(2)
    expect(cluster.volume.replicas[1].id).not.toBe(before)
    expect(cluster.control.status(cluster.volume)).toBe('degraded')
    cluster.finishCopies()
    expect(cluster.control.status(cluster.volume)).toBe('online')
  })

  it('for good takes the last replica with it, however it comes back', async () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0] }] })
    const [pool] = cluster.control.pools
    cluster.control.setPool(pool, 'faulted')
    cluster.control.outages.losePool(pool)
    cluster.control.outages.emptyPool(pool)
    cluster.control.setPool(pool, 'online')
    await cluster.run(86_400)
    expect(cluster.pools()).toEqual([])
    expect(cluster.control.status(cluster.volume)).toBe('faulted')
  })

  it('under a running copy drops it, and another one is made somewhere else', async () => {
    const cluster = new BenchCluster(pair)
    cluster.setCount(3)
    const [, , to] = cluster.pools()
    const pool = cluster.control.pools.find(one => one.id === to)
    if (pool !== undefined) cluster.control.setPool(pool, 'faulted')
    expect(cluster.pools().length).toBe(2)
    await cluster.run(10)
    expect(cluster.pools().length).toBe(3)
    expect(cluster.pools()).not.toContain(to)
  })

  it('that a copy reads from makes it start again from another replica', async () => {
    const cluster = new BenchCluster(pair)
    cluster.setCount(3)
    const source = [...cluster.path.copies.values()][0].reads[0].pool
    cluster.control.setPool(cluster.control.pools[source], 'faulted')
    expect(cluster.path.copies.size).toBe(0)
    await cluster.run(10)
    const [again] = [...cluster.path.copies.values()]
    expect(again.reads[0].pool).not.toBe(source)
  })
})

describe('a node that goes away', () => {
  it('gives its targets to another node, and their copies start again', async () => {
    const cluster = new BenchCluster(pair)
    cluster.setCount(3)
    cluster.control.outages.setNode(cluster.control.nodes[0], false)
    expect(cluster.volume.target?.id).toBe('node-1')
    expect(cluster.path.copies.size).toBe(0)
    await cluster.run(10)
    expect(cluster.path.copies.size).toBe(1)
  })

  it('that only drains gives up its targets, and keeps its replicas', async () => {
    const cluster = new BenchCluster(pair)
    cluster.control.outages.drainNode(cluster.control.nodes[0], true)
    expect(cluster.volume.target?.id).toBe('node-1')
    await cluster.run(3600)
    expect(cluster.pools()).toEqual(['pool-0', 'pool-1'])
  })
})

describe('a rebuild that fails', () => {
  it('copies half of its bytes, then its replica is dropped and another one made', async () => {
    const cluster = new BenchCluster(pair)
    cluster.rebuildsFail = true
    cluster.setCount(3)
    const [copy] = [...cluster.path.copies.values()]
    expect(copy.bytes).toBe(cluster.volume.sizeBytes / 2)
    cluster.finishCopies()
    expect(cluster.pools().length).toBe(2)
    cluster.rebuildsFail = false
    await cluster.run(10)
    cluster.finishCopies()
    expect(cluster.replicaEvents()).toEqual([
      'replica-added vol-0-r3 by command',
      'replica-faulted vol-0-r3 by cluster',
      'replica-removed vol-0-r3 by cluster',
      'replica-added vol-0-r4 by cluster',
      'replica-synced vol-0-r4 by cluster',
    ])
  })
})
