/** Where a replica can go: pools, nodes, topology, room. */
import { describe, expect, it } from 'vitest'
import { nodeId, type Pool, type StorageNode, type Volume } from '../../src/core/model.js'
import { GiB, node, pool, volume } from './cluster.js'

import { changed, cold, db, hot, nodesOf, pair, placed } from './placing.js'

describe('a place', () => {
  it('is every pool of the tier that fits', () => {
    expect(placed(db, { pools: [...hot, ...cold] })).toEqual({
      kind: 'accepted',
      leavesFirst: db.replicas[0].id,
      pools: cold.map(one => one.id),
      expectedDurationUs: Math.ceil((10 * GiB * 1_000_000) / 200_000_000),
    })
  })

  it.each<[string, Partial<Pool>]>([
    ['not online', { status: 'degraded' }],
    ['cordoned', { cordon: { replicas: true, snapshots: false, restores: false, import: false } }],
    ['draining', { draining: true }],
    ['of another tier', { labels: { 'storage-tier': 'warm' } }],
    ['torn between two labels', { conflictingLabels: ['storage-tier'] }],
  ])('is no pool that is %s', (_, change) => {
    const pools = [...hot, changed(cold[0], change), cold[1]]
    expect(placed(db, { pools })).toMatchObject({ pools: ['cold-1'] })
    const all = [...hot, ...cold.map(one => changed(one, change))]
    expect(placed(db, { pools: all })).toEqual({
      kind: 'blocked',
      reason: 'no-pool',
      names: [],
      numbers: {},
    })
  })

  it('may be a pool that is cordoned for snapshots alone', () => {
    const cordon = { replicas: false, snapshots: true, restores: true, import: true }
    expect(placed(db, { pools: [...hot, changed(cold[0], { cordon })] })).toMatchObject({
      pools: ['cold-0'],
    })
  })

  it.each<[string, Partial<StorageNode>]>([
    ['away', { status: 'offline' }],
    ['cordoned', { cordonLabels: ['maintenance'] }],
    ['draining', { draining: true }],
  ])('is no pool on a node that is %s', (_, change) => {
    const pools = [...hot, ...cold]
    const nodes = nodesOf(pools, { 'node-cold-0': change })
    expect(placed(db, { pools, nodes })).toMatchObject({ pools: ['cold-1', 'cold-2'] })
  })

  it('is no pool on a node that nobody knows', () => {
    const pools = [...hot, ...cold]
    const nodes = nodesOf(pools, {}).filter(one => one.id !== cold[0].node)
    expect(placed(db, { pools, nodes })).toMatchObject({ pools: ['cold-1', 'cold-2'] })
  })
})

describe('a volume’s topology', () => {
  const inclusion = (poolInclusion: Volume['topology']['poolInclusion']): Volume => ({
    ...db,
    topology: { ...db.topology, poolInclusion },
  })

  it('keeps it out of pools without its labels, as the scheduler knows them', () => {
    const zoned = changed(cold[1], { schedulerLabels: { zone: 'a', 'storage-tier': 'cold' } })
    const pools = [...hot, cold[0], zoned]
    expect(placed(inclusion({ zone: 'a' }), { pools })).toMatchObject({ pools: ['cold-1'] })
    expect(placed(inclusion({ zone: '' }), { pools })).toMatchObject({ pools: ['cold-1'] })
    expect(placed(inclusion({ 'storage-tier': '' }), { pools })).toMatchObject({
      pools: ['cold-0', 'cold-1'],
    })
    expect(placed(inclusion({ zone: 'b', 'storage-tier': 'hot' }), { pools })).toEqual({
      kind: 'blocked',
      reason: 'topology-forbids',
      names: ['zone=b', 'storage-tier=hot'],
      numbers: {},
    })
  })

  it('keeps it on nodes with its labels, and spreads it', () => {
    const pools = [...hot, ...cold]
    const zones = ['a', 'b', 'a', 'a', 'b', 'c']
    const nodes = pools.map((one, index) => node(one.node, { labels: { zone: zones[index] } }))
    const topology = (change: Partial<Volume['topology']>): Volume => ({
      ...db,
      topology: { ...db.topology, ...change },
    })
    const inA = topology({ nodeInclusion: { zone: 'a' } })
    expect(placed(inA, { pools, nodes })).toMatchObject({ pools: ['cold-0'] })
    const anyZone = topology({ nodeInclusion: { zone: '' } })
    expect(placed(anyZone, { pools, nodes })).toMatchObject({ pools: cold.map(one => one.id) })
    const spread = topology({ nodeExclusion: { zone: '' } })
    expect(placed(spread, { pools, nodes })).toMatchObject({ pools: ['cold-1', 'cold-2'] })
  })
})

describe('nodes', () => {
  it('hold no two replicas of a volume', () => {
    const beside = changed(cold[0], { node: hot[0].node })
    expect(placed(db, { pools: [...hot, beside, cold[1]] })).toMatchObject({ pools: ['cold-1'] })
    expect(placed(db, { pools: [...hot, beside] })).toEqual({
      kind: 'blocked',
      reason: 'no-node-free',
      names: [hot[0].node],
      numbers: { replicas: 1 },
    })
  })

  it('must be free for every move, before the first one starts', () => {
    const one = changed(cold[0], { node: nodeId('spare') })
    expect(placed(pair, { pools: [...hot, one] })).toMatchObject({
      reason: 'no-node-free',
      names: ['spare'],
      numbers: { replicas: 2 },
    })
    // The second goes where the first left: its node is free by then.
    const second = changed(cold[1], { node: hot[0].node })
    expect(placed(pair, { pools: [...hot, one, second] })).toMatchObject({ pools: ['cold-0'] })
  })

  it('make a move of three replicas on three nodes impossible', () => {
    const nodes = ['a', 'b', 'c'].map(nodeId)
    const pools = nodes.flatMap(name => [
      pool(`hot-${name}`, 'hot', { node: name }),
      pool(`cold-${name}`, 'cold', { node: name }),
    ])
    const of = volume(
      'db',
      pools.filter(one => one.labels['storage-tier'] === 'hot'),
    )
    expect(placed(of, { pools })).toMatchObject({ reason: 'no-node-free', names: nodes })
    expect(placed(of, { pools: [...pools, cold[0]] })).toMatchObject({ pools: ['cold-0'] })
  })
})

describe('room', () => {
  it('is named where it is missing, on the pool where the least is', () => {
    const pools = [
      ...hot,
      changed(cold[0], { usedBytes: 845 * GiB }),
      changed(cold[1], { usedBytes: 841 * GiB }),
    ]
    // Below 850 GiB: 841 that are used, 10 that come, 10 that are kept free for the largest.
    expect(placed(db, { pools })).toEqual({
      kind: 'blocked',
      reason: 'tier-full',
      names: ['cold-1'],
      numbers: { sizeBytes: 10 * GiB, missingBytes: 11 * GiB + 1 },
    })
    const fits = changed(cold[0], { usedBytes: 830 * GiB - 1 })
    expect(placed(db, { pools: [...hot, fits] })).toMatchObject({ pools: ['cold-0'] })
    const fitsNot = changed(cold[0], { usedBytes: 830 * GiB })
    expect(placed(db, { pools: [...hot, fitsNot] })).toMatchObject({
      reason: 'tier-full',
      numbers: { missingBytes: 1 },
    })
    expect(placed(db, { pools: [...hot, fitsNot] }, { headroomPercent: 86 })).toMatchObject({
      pools: ['cold-0'],
    })
  })

  it('is looked for at every move', () => {
    const full = changed(cold[1], { usedBytes: 900 * GiB })
    expect(placed(pair, { pools: [...hot, cold[0], full] })).toMatchObject({
      reason: 'tier-full',
      names: ['cold-1'],
    })
  })
})
