import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countStripes, stripeRecord } from '../../src/core/stripe-counts.js'

function rawOf(volume: string, stripes: number | null, status: object, policy = 'archive') {
  const shardLocations = [0, 1, 2, 3, 4, 5].map(shardIndex => ({
    ...{ shardIndex, poolName: `p${shardIndex}`, isDataShard: shardIndex < 4 },
  }))
  const count = stripes === null ? {} : { stripeCount: stripes }
  const policyRef = policy === '' ? {} : { policyRef: policy }
  return {
    spec: { volumeRef: volume, stripeId: 0, shardLocations, ...count, ...policyRef },
    status,
  }
}

const countsOf = (raws: readonly unknown[], losses: number | null = null) =>
  countStripes(
    raws.map(raw => [stripeRecord(raw), 1] as const),
    () => losses,
  )

describe('the counts of an index', () => {
  it('are of stripes and not of objects, by the state that each object has', () => {
    const counts = countsOf([
      rawOf('a', 1000, { state: 'Healthy', healthyShards: 6 }),
      rawOf('a', 24, { state: 'Degraded', healthyShards: 5 }),
      rawOf('b', null, { state: 'Failed', healthyShards: 3 }),
      rawOf('b', 7, {}),
      rawOf('c', 5, { state: 'Rebuilding', healthyShards: 4 }, 'other'),
    ])
    expect(counts.get('archive')).toMatchObject({ volumes: 2, stripes: 1032, endangered: 0 })
    expect(counts.get('archive')?.byState).toMatchObject({
      ...{ healthy: 1000, degraded: 24, failed: 1, unknown: 7, rebuilding: 0 },
    })
    expect(counts.get('other')).toMatchObject({ volumes: 1, stripes: 5, endangered: 5 })
  })

  it('call a stripe endangered that has lost all its code surely survives', () => {
    const short = (healthyShards: number, state = 'Degraded') =>
      countsOf([rawOf('a', 3, { state, healthyShards })], 2).get('archive')?.endangered
    expect([6, 5, 4, 3].map(healthy => short(healthy))).toEqual([0, 0, 3, 3])
    expect(short(3, 'Failed')).toBe(0)
    const local = countsOf([rawOf('a', 3, { state: 'Degraded', healthyShards: 5 })], 1)
    expect(local.get('archive')?.endangered).toBe(3)
  })

  it('add up, whatever the objects say, and none of it throws', () => {
    const states = fc.constantFrom('Healthy', 'Degraded', 'Writing', 'Nonsense')
    const raws = fc.array(
      fc.oneof(
        fc.jsonValue().map(value => ({ spec: value })),
        fc.tuple(fc.nat(3), fc.nat(9), states).map(([volume, stripes, state]) => {
          return rawOf(`v${volume}`, stripes + 1, { state })
        }),
      ),
    )
    fc.assert(
      fc.property(raws, all => {
        for (const { stripes, byState } of countsOf(all).values()) {
          expect(Object.values(byState).reduce((sum, one) => sum + one, 0)).toBe(stripes)
        }
      }),
    )
  })

  it('are the same, whether objects that say the same are told apart or together', () => {
    const states = fc.constantFrom('Healthy', 'Degraded', 'Failed')
    const kind = fc
      .tuple(fc.constantFrom('a', 'b'), fc.nat(9), states, fc.nat(6), fc.constantFrom('x', 'y', ''))
      .map(([volume, stripes, state, healthyShards, policy]) =>
        stripeRecord(rawOf(volume, stripes + 1, { state, healthyShards }, policy)),
      )
    const property = fc.property(fc.array(fc.tuple(fc.option(kind), fc.nat(5))), all => {
      const apart = all.flatMap(([record, objects]) =>
        Array.from({ length: objects }, () => [record, 1] as const),
      )
      const together = all.filter(([, objects]) => objects > 0)
      expect(countStripes(together, () => 2)).toEqual(countStripes(apart, () => 2))
    })
    fc.assert(property)
  })
})
