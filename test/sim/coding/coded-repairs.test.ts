/** Shards that are gone are made again: when, where, in which order. */
import { describe, expect, it } from 'vitest'
import { gibibyte } from '../mayastor/bench-cluster.js'
import { BenchCoder, coldPools, slot } from './bench-coder.js'

const stripes = 1024
const volumeBytes = stripes * slot

function coded(volumes = 1): BenchCoder {
  const coder = new BenchCoder({
    volumes: Array.from({ length: volumes }, () => ({ on: [0, 1, 2] })),
  })
  for (let of = 0; of < volumes; of++) coder.to('released', of)
  return coder
}

function away(coder: BenchCoder, ...pools: readonly number[]): void {
  for (const at of pools) coder.bench.control.setPool(coder.pool(at), 'offline')
}

function back(coder: BenchCoder, at: number): void {
  coder.bench.control.setPool(coder.pool(at), 'online')
}

const placesOf = (coder: BenchCoder, of = 0): readonly string[] => coder.form(of)?.pools ?? []

describe('a pool that is away', () => {
  it('is waited for, ten minutes long', async () => {
    const coder = coded()
    away(coder, 4)
    expect(coder.form()).toMatchObject({ degradedStripes: stripes, endangeredStripes: 0 })
    await coder.bench.run(599)
    expect(coder.transfers).toEqual([])
    await coder.bench.run(2)
    // Three of the four others are read, in turn, for each shard.
    const transfer = { bytes: gibibyte, reads: [3, 5, 6, 7], writes: [8] }
    expect(coder.transfers).toEqual([transfer])
    expect(coder.used()[8]).toBe(volumeBytes)
    coder.finish()
    expect(placesOf(coder)).toEqual(['pool-3', 'pool-8', 'pool-5', 'pool-6', 'pool-7'])
    expect(coder.form()).toMatchObject({ degradedStripes: 0 })
    expect(coder.used()[4]).toBe(0)
    expect(coder.bench.control.coder.store.repairs.shards).toBe(stripes)
    const event = coder.told.find(one => one.kind === 'shards-repaired')
    expect(event).toMatchObject({ from: 'pool-4', to: 'pool-8', shards: stripes })
  })

  it('that comes back in time is as it was', async () => {
    const coder = coded()
    away(coder, 4)
    await coder.bench.run(300)
    back(coder, 4)
    expect(coder.form()).toMatchObject({ degradedStripes: 0 })
    away(coder, 4)
    // It is away anew.
    await coder.bench.run(599)
    expect(coder.transfers).toEqual([])
  })

  it('that comes back in the middle of a repair ends it, and its room', async () => {
    const coder = coded()
    away(coder, 4)
    await coder.bench.run(601)
    back(coder, 4)
    expect(coder.transfers).toEqual([])
    expect(coder.used()[8]).toBe(0)
    expect(placesOf(coder)).toEqual(coldPools(0))
  })

  it('whose repair loses its own pool has another one', async () => {
    const coder = coded()
    away(coder, 4)
    await coder.bench.run(601)
    away(coder, 8)
    expect(coder.transfers).toMatchObject([{ writes: [9] }])
    expect(coder.used().slice(8)).toEqual([0, volumeBytes, 0])
  })

  it('of a volume that is dropped meanwhile is repaired no more', async () => {
    const coder = coded()
    away(coder, 4)
    await coder.bench.run(601)
    coder.bench.control.remove(coder.bench.volume)
    expect(coder.transfers).toEqual([])
    expect(coder.used().every(bytes => bytes === 0)).toBe(true)
    await coder.bench.run(2000)
    expect(coder.transfers).toEqual([])
  })
})

describe('a pool whose shards are lost', () => {
  it('has them made again at once, on the pool itself where it is the emptiest', () => {
    const coder = coded()
    for (const at of [8, 9, 10]) coder.pool(at).usedBytes = 5 * gibibyte
    coder.bench.control.coder.store.losePool(4)
    expect(coder.transfers).toMatchObject([{ writes: [4] }])
    expect(coder.form()).toMatchObject({ degradedStripes: stripes })
    coder.finish()
    expect(coder.form()).toMatchObject({ degradedStripes: 0, pools: coldPools(0) })
    expect(coder.used()[4]).toBe(volumeBytes)
  })

  it('beyond what the code can lose are lost, and made again by nobody', async () => {
    const coder = coded()
    for (const at of [3, 4, 5]) coder.bench.control.coder.store.losePool(at)
    // The first two were begun before the third was lost.
    expect(coder.form()).toMatchObject({ lostStripes: stripes })
    await coder.bench.run(4000)
    expect(coder.form()).toMatchObject({ lostStripes: stripes })
  })
})

describe('the destination', () => {
  const writesOf = (coder: BenchCoder): unknown => coder.transfers.map(one => one.writes)

  it('is the emptiest cold pool of no other shard', async () => {
    const coder = coded()
    coder.pool(8).usedBytes = 3 * gibibyte
    coder.pool(9).usedBytes = gibibyte
    coder.pool(10).usedBytes = 2 * gibibyte
    away(coder, 4)
    await coder.bench.run(601)
    expect(writesOf(coder)).toEqual([[9]])
  })

  it('has room, is there, and its node is not cordoned', async () => {
    const coder = coded()
    coder.pool(8).usedBytes = coder.pool(8).capacityBytes - volumeBytes + 1
    coder.bench.control.cordons.cordonNode(coder.pool(9).node.id, 'drill', 'person')
    away(coder, 4, 10)
    await coder.bench.run(700)
    expect(writesOf(coder)).toEqual([])
    // Nobody tells that it may be used again: it is looked at again.
    coder.bench.control.cordons.uncordonNode(coder.pool(9).node.id, 'drill', 'person')
    await coder.bench.run(600)
    expect(writesOf(coder)).toEqual([[9]])
  })

  it('may fill a pool to the last byte', async () => {
    const coder = coded()
    for (const at of [9, 10]) coder.pool(at).usedBytes = coder.pool(at).capacityBytes
    coder.pool(8).usedBytes = coder.pool(8).capacityBytes - volumeBytes
    away(coder, 4)
    await coder.bench.run(601)
    expect(writesOf(coder)).toEqual([[8]])
  })

  it('is on a node that the code can lose with it', async () => {
    const pools = [
      ...[0, 1, 2].map(node => ({ node, tier: 'hot' as const })),
      ...[3, 4, 5, 6, 7, 3, 3, 8].map(node => ({ node, tier: 'cold' as const })),
    ]
    const coder = new BenchCoder({ pools })
    coder.to('released')
    away(coder, 4, 5)
    coder.pool(10).usedBytes = gibibyte
    await coder.bench.run(601)
    // First a node without a shard, though it is fuller; then a second one on node 3, which is what
    // the code can lose; a third is not.
    expect(writesOf(coder)).toEqual([[10], [8]])
    coder.finish()
    expect(placesOf(coder)).toEqual(['pool-3', 'pool-10', 'pool-8', 'pool-6', 'pool-7'])
    away(coder, 6)
    await coder.bench.run(601)
    expect(writesOf(coder)).toEqual([])
  })
})

describe('several volumes', () => {
  it('are repaired side by side, each pool once, four at most', async () => {
    const coder = coded(5)
    away(coder, 4)
    await coder.bench.run(601)
    expect(coder.transfers.map(one => one.writes)).toEqual([[8], [9], [10]])
    expect(coder.finish()).toBe(3)
    expect(coder.transfers).toHaveLength(2)
    coder.finish()
    expect([0, 1, 2, 3, 4].map(of => coder.form(of)?.degradedStripes)).toEqual([0, 0, 0, 0, 0])
  })

  it('the one nearest to danger goes first', async () => {
    const coder = new BenchCoder({ volumes: [{ on: [0, 1, 2] }, { on: [0, 1, 2] }] })
    coder.to('released', 0, coldPools(0)).to('released', 1, coldPools(1))
    // Of the first one a shard is away, of the second two.
    for (const at of [3, 9, 10]) coder.pool(at).usedBytes = coder.pool(at).capacityBytes
    away(coder, 3)
    await coder.bench.run(0)
    away(coder, 8)
    coder.pool(10).usedBytes = 0
    away(coder, 7)
    back(coder, 3)
    await coder.bench.run(601)
    expect(coder.transfers).toHaveLength(1)
    coder.finish()
    expect(placesOf(coder, 1)).toContain('pool-10')
    expect(placesOf(coder, 0)).not.toContain('pool-10')
  })
})
