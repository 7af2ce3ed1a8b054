/** Operations, bandwidth, and what a version can steer. */
import { describe, expect, it } from 'vitest'
import { nodeId, type Pool, volumeId } from '../../src/core/model.js'
import { Reservations } from '../../src/core/reserve.js'
import { GiB, pool, volume } from './cluster.js'

import { changed, cold, db, hot, pair, placed, rowOf } from './placing.js'

describe('operations', () => {
  const limited = (value: number, source: 'label' | 'preset' = 'label') => ({
    iopsLimit: { value, source },
  })

  it('must fit under the limit: every write, and a share of the reads', () => {
    const pools = [...hot, changed(cold[0], limited(150))]
    const second = changed(cold[1], limited(150))
    const ask = (readIops: number, writeIops: number) =>
      placed(pair, { pools: [...pools, second] }, { readIops, writeIops })
    expect(ask(100, 100)).toMatchObject({ kind: 'accepted' })
    expect(ask(102, 100)).toEqual({
      kind: 'blocked',
      reason: 'pool-would-saturate',
      names: ['cold-0 (limit: label)'],
      numbers: { loadIops: 0, addedIops: 151, limitIops: 150 },
    })
    expect(placed(pair, { pools: [...hot, cold[0], cold[1]] }, { writeIops: 1e9 }).kind).toBe(
      'accepted',
    )
  })

  it('count with those that the pool carries, and name the pool that carries the least', () => {
    const busy = volume('busy', [cold[0]])
    const idle = volume('idle', [cold[1]])
    const pools = [...hot, changed(cold[0], limited(100)), changed(cold[1], limited(70, 'preset'))]
    const asked = { iops: { busy: 60, idle: 40 }, writeIops: 41 }
    expect(placed(db, { pools, volumes: [busy, idle] }, asked)).toEqual({
      kind: 'blocked',
      reason: 'pool-would-saturate',
      names: ['cold-1 (limit: preset)'],
      numbers: { loadIops: 40, addedIops: 41, limitIops: 70 },
    })
    const less = { ...asked, writeIops: 40 }
    expect(placed(db, { pools, volumes: [busy, idle] }, less)).toMatchObject({ pools: ['cold-0'] })
  })
})

describe('bandwidth', () => {
  const taken = (...pools: readonly Pool[]) => {
    const reservations = new Reservations()
    for (const one of pools) reservations.copy(one.id, volumeId('other'))
    return { reservations }
  }

  it('is one copy’s: a pool into which one runs takes no other', () => {
    const pools = [...hot, cold[0], cold[1]]
    expect(placed(db, { pools }, taken(cold[0]))).toMatchObject({ pools: ['cold-1'] })
    expect(placed(db, { pools }, taken(cold[0], cold[1]))).toEqual({
      kind: 'blocked',
      reason: 'bandwidth-taken',
      names: ['cold-0', 'cold-1'],
      numbers: {},
    })
  })

  it('of a copy that runs now is not in the way of later moves', () => {
    expect(placed(pair, { pools: [...hot, cold[0], cold[1]] }, taken(cold[1]))).toMatchObject({
      pools: ['cold-0'],
    })
  })

  it('makes the expected duration, by the slowest pool and the number of moves', () => {
    const slow = (one: Pool, value: number) =>
      changed(one, { bandwidthLimit: { value, source: 'preset' } })
    const pools = [...hot, slow(cold[0], 1e8), slow(cold[1], 5e7), slow(cold[2], 1e9)]
    const seconds = (10 * GiB) / 5e7
    expect(placed(pair, { pools })).toMatchObject({
      expectedDurationUs: 2 * Math.ceil(seconds * 1_000_000),
    })
    expect(placed(db, { pools: [...hot, slow(cold[2], 1e9)] })).toMatchObject({
      expectedDurationUs: Math.ceil((10 * GiB * 1_000_000) / 2e8),
    })
  })
})

describe('what cannot be steered', () => {
  const shared = [0, 1].flatMap(index => [
    pool(`hot-${index}`, 'hot', { node: nodeId(`node-${index}`) }),
    pool(`cold-${index}`, 'cold', { node: nodeId(`node-${index}`) }),
  ])
  const of = volume('db', [pool('hot-9', 'hot')])
  const pools = [...shared, pool('hot-9', 'hot'), cold[2]]

  it('is accepted only on a node of its own before 2.10', () => {
    expect(placed(of, { pools }, { row: rowOf('2.9') })).toMatchObject({ pools: ['cold-2'] })
    expect(placed(of, { pools })).toMatchObject({ pools: ['cold-0', 'cold-1', 'cold-2'] })
    expect(placed(of, { pools: shared }, { row: rowOf('2.9') })).toEqual({
      kind: 'blocked',
      reason: 'cannot-steer',
      names: ['2.9'],
      numbers: {},
    })
  })

  it('is accepted beside a pool that Mayastor does not choose', () => {
    const cordon = { replicas: true, snapshots: false, restores: false, import: false }
    const quiet = shared.map(one =>
      one.labels['storage-tier'] === 'hot' ? changed(one, { cordon }) : one,
    )
    const row = rowOf('2.9')
    expect(placed(of, { pools: [...quiet, pool('hot-9', 'hot')] }, { row })).toMatchObject({
      pools: ['cold-0', 'cold-1'],
    })
  })

  it('is needless before 2.9 where no other pool is left to choose', () => {
    const row = rowOf('2.8')
    const left = [pool('hot-9', 'hot'), cold[0], cold[1]]
    expect(placed(of, { pools: left }, { row })).toMatchObject({ pools: ['cold-0', 'cold-1'] })
    expect(placed(of, { pools: [...left, hot[0]] }, { row })).toMatchObject({
      reason: 'cannot-steer',
    })
  })

  it('is nothing at all before 2.9', () => {
    expect(placed(db, { pools: [...hot, ...cold] }, { row: rowOf('2.8') })).toMatchObject({
      reason: 'cannot-steer',
      names: ['2.8'],
    })
  })
})
