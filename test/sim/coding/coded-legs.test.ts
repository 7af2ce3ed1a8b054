/** What encoding, restoring and repairing read and write of each pool, for each user byte. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dataLegs,
  repairLegs,
  replicaLegs,
  shardLegs,
  sourceLegs,
} from '../../../sim/coding/coded-legs.js'
import type { ModelPool } from '../../../sim/mayastor/state.js'
import { type Code, setOf, shardsOf } from '../../../src/core/code.js'
import { canRebuild } from '../../../src/core/rebuild.js'
import { slotBytes, stripeGeometry } from '../../../src/core/stripe.js'
import { BenchCluster } from '../mayastor/bench-cluster.js'

const stripeBytes = 1_048_576
const narrow: Code = { kind: 'reed-solomon', dataShards: 2, parityShards: 2 }
const wide: Code = { kind: 'lrc', dataShards: 6, localGroups: 2, globalParities: 2 }

function poolsOf(count: number): readonly ModelPool[] {
  const pools = Array.from({ length: count }, (_, node) => ({ node }))
  return new BenchCluster({ pools, volumes: [] }).control.pools
}

const geometry = stripeGeometry(narrow, stripeBytes)
/** What one shard of every stripe is, for each user byte. */
const shard = slotBytes(geometry) / stripeBytes
const four = poolsOf(4)
const none = (): boolean => false
const sum = (legs: readonly { readonly share: number }[] | null): number =>
  (legs ?? []).reduce((all, leg) => all + leg.share, 0)
const down =
  (...places: readonly number[]) =>
  (pool: ModelPool): boolean =>
    places.includes(pool.index)

describe('a source', () => {
  it('is read from its healthy replicas alike, and new ones take every byte', () => {
    const { control } = new BenchCluster({
      pools: [{ node: 0 }, { node: 1 }, { node: 2 }],
      volumes: [{ on: [0, 1, 2] }],
    })
    const [volume] = control.volumes
    const third = 1 / 3
    expect(sourceLegs(volume)).toEqual([0, 1, 2].map(pool => ({ pool, share: third })))
    control.setPool(control.pools[1], 'faulted')
    expect(sourceLegs(volume)).toEqual([0, 2].map(pool => ({ pool, share: 1 / 2 })))
    expect(replicaLegs(volume)).toEqual([0, 1, 2].map(pool => ({ pool, share: 1 })))
  })
})

describe('shards', () => {
  it('are written to every pool', () => {
    expect(shardLegs(geometry, four)).toEqual([0, 1, 2, 3].map(pool => ({ pool, share: shard })))
  })
})

describe('the data', () => {
  it('is read alike of all pools, since every place is a data shard’s in turn', () => {
    const legs = dataLegs(geometry, four, none)
    expect(legs?.map(leg => leg.pool)).toEqual([0, 1, 2, 3])
    for (const leg of legs ?? []) expect(leg.share).toBeCloseTo(shard / 2, 12)
  })

  it('is read of no pool that is away, and of the others the more', () => {
    const legs = dataLegs(geometry, four, down(1))
    expect(legs?.map(leg => leg.pool)).toEqual([0, 2, 3])
    expect(sum(legs)).toBeCloseTo(2 * shard, 12)
  })

  it('cannot be read with more away than the code can lose', () => {
    expect(dataLegs(geometry, four, down(1, 2))?.map(leg => leg.pool)).toEqual([0, 3])
    expect(dataLegs(geometry, four, down(0, 1, 2))).toBeNull()
  })
})

describe('a place that is made again', () => {
  it('is read of as many others as there are data shards, and not of itself', () => {
    const legs = repairLegs(geometry, four, 2, down(2))
    expect(legs?.map(leg => leg.pool)).not.toContain(2)
    expect(sum(legs)).toBeCloseTo(2, 12)
    expect(repairLegs(geometry, four, 2, none)?.map(leg => leg.pool)).not.toContain(2)
  })

  it('of an LRC mostly of its local group', () => {
    const ten = poolsOf(shardsOf(wide))
    const legs = repairLegs(stripeGeometry(wide, stripeBytes), ten, 0, down(0))
    // Eight of ten rotations are in a local group of three others; a global parity reads six.
    expect(sum(legs)).toBeCloseTo((8 * 3 + 2 * 6) / 10, 12)
  })

  it('is not where too few are there', () => {
    expect(repairLegs(geometry, four, 0, down(0, 1))).not.toBeNull()
    expect(repairLegs(geometry, four, 0, down(0, 1, 2))).toBeNull()
  })
})

it('whatever is away: what can be rebuilt is read of what is there, and nothing else', () => {
  const codes = fc.constantFrom(narrow, wide)
  fc.assert(
    fc.property(codes, fc.nat(1023), (code, bits) => {
      const shards = shardsOf(code)
      const pools = poolsOf(shards)
      const away = pools.flatMap(({ index }) => ((bits & (1 << index)) === 0 ? [] : [index]))
      const legs = dataLegs(stripeGeometry(code, stripeBytes), pools, down(...away))
      // Every place is every shard in turn: all turns must be readable.
      const isReadable = pools.every((_, rotation) =>
        canRebuild(code, setOf(away.map(place => (place - rotation + shards) % shards))),
      )
      if (isReadable) expect(legs).not.toBeNull()
      for (const leg of legs ?? []) {
        expect(away).not.toContain(leg.pool)
        expect(leg.share).toBeGreaterThan(0)
      }
    }),
  )
})
