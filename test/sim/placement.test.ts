/** Where replicas stand at the start: on distinct nodes of their tier, where there is room. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Placement, placeVolumes } from '../../sim/placement.js'
import type { ScenarioPool, ScenarioVolume } from '../../sim/scenario/model.js'
import { nodeId, poolId, type Tier, tiers } from '../../src/core/model.js'

const anyTier = fc.constantFrom(...tiers)

const anyPools = fc.array(
  fc.record({ tier: anyTier, node: fc.nat(5), capacity: fc.integer({ min: 1, max: 60 }) }),
  { minLength: 1, maxLength: 14 },
)
const anyVolumes = fc.array(
  fc.record({
    place: anyTier,
    replicas: fc.integer({ min: 1, max: 3 }),
    size: fc.integer({ min: 1, max: 20 }),
  }),
  { maxLength: 12 },
)

function poolOf(
  own: { readonly tier: Tier; readonly node: number; readonly capacity: number },
  index: number,
): ScenarioPool {
  return {
    id: poolId(`pool-${index}`),
    node: nodeId(`node-${own.node}`),
    device: 'nvme-gen4',
    capacityBytes: own.capacity,
    labels: { media: index % 2 === 0 ? 'even' : 'odd' },
    deviceOverrides: {},
    iopsLimit: null,
    bandwidthLimitBytesPerSecond: null,
  }
}

function volumeOf(
  own: { readonly place: Tier; readonly replicas: number; readonly size: number },
  index: number,
): ScenarioVolume {
  return {
    name: `v-${index}`,
    group: 'v',
    sizeBytes: own.size,
    replicas: own.replicas,
    thin: false,
    place: own.place,
    labels: {},
    storageClass: 'mayastor',
    pin: null,
    hold: false,
    snapshots: 0,
    affinityGroup: null,
    poolInclusion: {},
    publishedAtStart: true,
  }
}

/** What every placement keeps, whatever was wanted. */
function expectSound(
  placed: Extract<Placement, { kind: 'placed' }>,
  volumes: readonly ScenarioVolume[],
  pools: readonly ScenarioPool[],
  tierOf: readonly (Tier | null)[],
): void {
  const usedBytes = pools.map(() => 0)
  placed.pools.forEach((own, index) => {
    const volume = volumes[index]
    expect(own).toHaveLength(volume.replicas)
    expect(new Set(own.map(pool => pools[pool].node)).size).toBe(volume.replicas)
    expect(new Set(own.map(pool => tierOf[pool])).size).toBe(1)
    for (const pool of own) usedBytes[pool] += volume.sizeBytes
  })
  usedBytes.forEach((bytes, pool) => {
    if (bytes > 0) expect(bytes).toBeLessThan(pools[pool].capacityBytes)
  })
}

describe('placement', () => {
  test('keeps nodes apart and room free, on the tier that each volume names', () => {
    fc.assert(
      fc.property(anyPools, anyVolumes, (ownPools, ownVolumes) => {
        const [pools, volumes] = [ownPools.map(poolOf), ownVolumes.map(volumeOf)]
        const tierOf = ownPools.map(pool => pool.tier)
        const placed = placeVolumes(volumes, pools, tierOf)
        if (placed.kind === 'impossible') return
        expectSound(placed, volumes, pools, tierOf)
        expect(placed.displaced).toBe(0)
        placed.pools.forEach((own, index) => {
          for (const pool of own) expect(tierOf[pool]).toBe(volumes[index].place)
        })
      }),
    )
  })

  test('with a tier that is wanted, all begin there or where they belong, and are counted', () => {
    fc.assert(
      fc.property(anyPools, anyVolumes, anyTier, (ownPools, ownVolumes, wanted) => {
        const [pools, volumes] = [ownPools.map(poolOf), ownVolumes.map(volumeOf)]
        const tierOf = ownPools.map(pool => pool.tier)
        const placed = placeVolumes(volumes, pools, tierOf, wanted)
        if (placed.kind === 'impossible') return
        expectSound(placed, volumes, pools, tierOf)
        const elsewhere = placed.pools.filter((own, index) => {
          if (tierOf[own[0]] === wanted) return false
          expect(tierOf[own[0]]).toBe(volumes[index].place)
          return true
        })
        expect(placed.displaced).toBe(elsewhere.length)
      }),
    )
  })

  test('one volume alone is placed exactly when enough nodes have room', () => {
    fc.assert(
      fc.property(anyPools, anyVolumes, (ownPools, ownVolumes) => {
        fc.pre(ownVolumes.length > 0)
        const [pools, volume] = [ownPools.map(poolOf), volumeOf(ownVolumes[0], 0)]
        const tierOf = ownPools.map(pool => pool.tier)
        const fitting = pools.filter(
          (pool, at) => tierOf[at] === volume.place && pool.capacityBytes > volume.sizeBytes,
        )
        const isPossible = new Set(fitting.map(pool => pool.node)).size >= volume.replicas
        expect(placeVolumes([volume], pools, tierOf).kind === 'placed').toBe(isPossible)
      }),
    )
  })

  test('the one that does not fit is named, and pools that a topology bars are not taken', () => {
    const pools = [0, 1].map(node => poolOf({ tier: 'hot', node, capacity: 10 }, node))
    const fits = volumeOf({ place: 'hot', replicas: 1, size: 9 }, 0)
    const none = volumeOf({ place: 'hot', replicas: 2, size: 5 }, 1)
    const hot: readonly Tier[] = ['hot', 'hot']
    expect(placeVolumes([fits, none], pools, hot)).toEqual({ kind: 'impossible', volume: none })
    const odd = { ...fits, poolInclusion: { media: 'odd' } }
    expect(placeVolumes([odd], pools, hot)).toMatchObject({ pools: [[1]] })
    const any = { ...fits, poolInclusion: { media: '' } }
    expect(placeVolumes([any], pools, hot)).toMatchObject({ pools: [[0]] })
    const other = { ...fits, poolInclusion: { zone: '' } }
    expect(placeVolumes([other], pools, hot)).toMatchObject({ kind: 'impossible' })
  })
})
