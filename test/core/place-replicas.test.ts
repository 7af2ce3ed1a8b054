/** Where the replicas go that a coded volume gets back. */
import { describe, expect, it } from 'vitest'
import { nodeId } from '../../src/core/model.js'
import { GiB } from './cluster.js'
import { codedForm, codedVolume, cold, reedSolomon } from './coded.js'
import { full, hot, limited, poolsOf, replicas, v } from './placing-coded.js'

const coded = codedForm(reedSolomon(3, 2), cold.slice(0, 5), { replicaCount: 2 })
const served = codedVolume('v', coded)

describe('replicas', () => {
  it('come back as many as there were, on the tier, a node each', () => {
    const filled = hot.map((one, at) => ({ ...one, usedBytes: (3 - at) * GiB }))
    const placement = replicas(served, { pools: [...filled, ...cold] })
    expect(placement).toMatchObject({ kind: 'accepted', plan: { kind: 'restore' } })
    expect(poolsOf(placement)).toEqual(['hot-2', 'hot-1'])
  })

  it('where the volume’s own topology allows it', () => {
    const topology = { ...served.topology, poolInclusion: { disk: 'fast' } }
    const fast = hot.map((one, at) =>
      at === 0 ? one : { ...one, schedulerLabels: { ...one.labels, disk: 'fast' } },
    )
    const of = { ...served, topology }
    expect(poolsOf(replicas(of, { pools: [...fast, ...cold] }))).toEqual(['hot-1', 'hot-2'])
    expect(replicas(of)).toMatchObject({
      reason: 'too-few-pools',
      names: [],
      numbers: { pools: 2 },
    })
  })

  it('not on one node', () => {
    const same = hot.map(one => ({ ...one, node: nodeId('one') }))
    expect(replicas(served, { pools: [...same, ...cold] })).toMatchObject({
      reason: 'no-node-free',
      names: ['one'],
      numbers: { replicas: 2 },
    })
  })

  it('only with room for each', () => {
    const pools = [...hot.slice(0, 2).map(full), hot[2], ...cold]
    expect(replicas(served, { pools })).toMatchObject({
      reason: 'tier-full',
      numbers: { sizeBytes: 10 * GiB },
    })
  })

  it('and where writes, and a share of the reads, are borne', () => {
    const load = { readIops: 20, writeIops: 5 }
    const bears = hot.map(limited(15))
    expect(replicas(served, { ...load, pools: [...bears, ...cold] }).kind).toBe('accepted')
    const busy = hot.map(limited(14))
    expect(replicas(served, { ...load, pools: [...busy, ...cold] })).toMatchObject({
      reason: 'pool-would-saturate',
      numbers: { addedIops: 15 },
    })
  })

  it('not where a cordon or a cordoned node keeps them away', () => {
    const cordon = { replicas: true, snapshots: false, restores: false, import: false }
    const pools = [{ ...hot[0], cordon }, hot[1], hot[2], ...cold]
    expect(poolsOf(replicas(served, { pools }))).toEqual(['hot-1', 'hot-2'])
  })

  it('one with replicas gets as many as it has', () => {
    expect(poolsOf(replicas(v))).toHaveLength(3)
  })

  it('the way is there and back too', () => {
    const expectedDurationUs = 2 * Math.ceil((10 * GiB * 1_000_000) / 200_000_000)
    expect(replicas(served)).toMatchObject({ expectedDurationUs })
  })
})
