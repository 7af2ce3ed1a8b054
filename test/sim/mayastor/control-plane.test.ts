/** Replies of `replica_count` (mayastor.md, section 2.4), one after another. */
import { describe, expect, it } from 'vitest'
import { volumeId } from '../../../src/core/model.js'
import { BenchCluster } from './bench-cluster.js'

const spread = [{ node: 0 }, { node: 1 }, { node: 2 }, { node: 3 }]

describe('replica_count', () => {
  it('of a volume that nobody knows is not found (404)', () => {
    const { control } = new BenchCluster({ pools: spread, volumes: [{ on: [0] }] })
    expect(control.setReplicaCount(volumeId('other'), 2)).toMatchObject({ refusal: 'not-found' })
  })

  it('the same already is refused, not taken (412)', () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0, 1] }] })
    expect(cluster.setCount(2)).toBe('already')
  })

  it.each([
    ['up', 4],
    ['down', 0],
  ])('jumps of more than one %s are refused (412)', (_, count) => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0, 1] }] })
    expect(cluster.setCount(count)).toBe('precondition')
    expect(cluster.pools().length).toBe(2)
  })

  it('zero is refused: the last replica stays (412)', () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0] }] })
    expect(cluster.setCount(0)).toBe('precondition')
  })

  it('does not grow while the volume is not online (412)', () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0, 1] }] })
    cluster.control.setPool(cluster.control.pools[1], 'faulted')
    expect(cluster.setCount(3)).toBe('precondition')
  })

  it('finds no pool (507), and nothing has changed', () => {
    const cluster = new BenchCluster({ pools: [{ node: 0 }, { node: 0 }], volumes: [{ on: [0] }] })
    expect(cluster.setCount(2)).toBe('no-pool')
    expect(cluster.volume.replicaCount).toBe(1)
  })

  it('meets the cap on rebuilds (507) although the replica has been made', () => {
    const cluster = new BenchCluster({
      pools: spread,
      volumes: [{ on: [0] }, { on: [1] }],
      maxRebuilds: 1,
    })
    expect(cluster.setCount(2)).toBe('done')
    expect(cluster.setCount(2, cluster.control.volumes[1])).toBe('rebuild-cap')
    expect(cluster.control.volumes[1].replicaCount).toBe(2)
    expect(cluster.pools(cluster.control.volumes[1]).length).toBe(2)
    expect(cluster.path.copies.size).toBe(1)
  })

  it('starts the copy that waited when the cap lets it', async () => {
    const cluster = new BenchCluster({
      pools: spread,
      volumes: [{ on: [0] }, { on: [1] }],
      maxRebuilds: 1,
    })
    cluster.setCount(2)
    cluster.setCount(2, cluster.control.volumes[1])
    cluster.finishCopies()
    await cluster.run(10)
    expect(cluster.path.copies.size).toBe(1)
  })

  it('is not ready while the target’s node is away (503)', () => {
    const cluster = new BenchCluster({ nodes: 1, pools: [{ node: 0 }], volumes: [{ on: [0] }] })
    cluster.control.outages.setNode(cluster.control.nodes[0], false)
    expect(cluster.setCount(2)).toBe('busy')
  })

  it('an operation in flight holds the volume (409)', () => {
    const { control, volume } = new BenchCluster({ pools: spread, volumes: [{ on: [0] }] })
    expect(control.begin(volume.id, 'CreateSnapshot')).toBeNull()
    expect(control.begin(volume.id, 'SetReplica')).toMatchObject({ refusal: 'conflict' })
    control.end(volume.id)
    expect(control.begin(volume.id, 'SetReplica')).toBeNull()
  })
})

describe('a volume of an affinity group', () => {
  const grouped = { affinityGroup: 'set' }

  it('keeps two replicas before 2.10 (412)', () => {
    const cluster = new BenchCluster({
      version: '2.9.0',
      pools: spread,
      volumes: [{ on: [0, 1], change: grouped }],
    })
    expect(cluster.setCount(1)).toBe('precondition')
  })

  it('goes to one from 2.10 on where the nodes that are left do not clash', () => {
    const volumes = [
      { on: [0, 1], change: grouped },
      { on: [2], change: grouped },
    ]
    expect(new BenchCluster({ pools: spread, volumes }).setCount(1)).toBe('done')
  })

  it('does not where they do', () => {
    // The target is on node 0, so that the remote replica on node 1 would go.
    const pools = [...spread, { node: 0 }]
    const volumes = [
      { on: [0, 1], change: grouped },
      { on: [4], change: grouped },
    ]
    expect(new BenchCluster({ pools, volumes }).setCount(1)).toBe('precondition')
  })
})

describe('an unpublished volume (section 2.9)', () => {
  it('takes a replica that stays empty', async () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0], published: false }] })
    expect(cluster.setCount(2)).toBe('done')
    await cluster.run(60)
    expect(cluster.path.copies.size).toBe(0)
  })

  it.each([
    ['2.8.0', 'online'],
    ['2.10.0', 'degraded'],
  ])('is in %s then %s', (version, status) => {
    const volumes = [{ on: [0], published: false }]
    const cluster = new BenchCluster({ version, pools: spread, volumes })
    cluster.setCount(2)
    expect(cluster.control.status(cluster.volume)).toBe(status)
  })

  it('loses the empty one when it is scaled down', () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0], published: false }] })
    cluster.setCount(2)
    expect(cluster.setCount(1)).toBe('done')
    expect(cluster.pools()).toEqual(['pool-0'])
  })

  it('is rebuilt once it is published', async () => {
    const cluster = new BenchCluster({ pools: spread, volumes: [{ on: [0], published: false }] })
    cluster.setCount(2)
    cluster.control.publish(cluster.volume, cluster.control.nodes[0])
    await cluster.run(10)
    expect(cluster.path.copies.size).toBe(1)
  })
})
