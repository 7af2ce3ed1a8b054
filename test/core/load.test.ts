/** The load of pools, and which are saturated. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecideMemory } from '../../src/core/decide.js'
import { Footprints } from '../../src/core/footprints.js'
import type { HeatTable } from '../../src/core/heat.js'
import { PoolLoads } from '../../src/core/load.js'
import type { Pool, Volume } from '../../src/core/model.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { cluster, heat, noon, policy, pool, replica, volume } from './cluster.js'

const hot = [0, 1].map(index => pool(`hot-${index}`, 'hot'))
const limited = (one: Pool, value: number): Pool => ({
  ...one,
  iopsLimit: { value, source: 'label' },
})

function loadsOf(
  volumes: readonly Volume[],
  iops: Readonly<Record<string, number>>,
  pools: readonly Pool[] = hot,
  policies: readonly PolicyObject[] = [policy()],
) {
  const memory = new DecideMemory()
  const knownUpToUs = { mayastor: noon, kubernetes: noon }
  const seen = cluster({ pools, volumes })
  const landscape = memory.look({ atUs: noon, knownUpToUs, cluster: seen, policies })
  return { loads: new PoolLoads(landscape, heat(iops), new Footprints()), landscape }
}

describe('the load of a pool', () => {
  it('is every write, and the share of the reads, of all replicas on it', () => {
    const volumes = [volume('pair', hot), volume('alone', [hot[1]])]
    const { loads } = loadsOf(volumes, { pair: 100, alone: 30 })
    // Half of the operations are reads, spread over two replicas.
    expect(loads.iops(hot[0])).toBeCloseTo(75, 9)
    expect(loads.iops(hot[1])).toBeCloseTo(105, 9)
  })

  it('counts volumes of no policy too, and none without any policy', () => {
    const foreign = volume('foreign', [hot[0]], { storageClass: 'other' })
    expect(loadsOf([foreign], { foreign: 40 }).loads.iops(hot[0])).toBeCloseTo(40, 9)
    expect(loadsOf([foreign], { foreign: 40 }, hot, []).loads.iops(hot[0])).toBe(0)
  })

  it('passes over replicas of which nobody says where they are', () => {
    const lost = volume('lost', [], {
      replicas: [replica('r0', hot[0]), replica('r1', hot[1], { pool: null })],
    })
    const { loads } = loadsOf([lost], { lost: 100 })
    expect(loads.iops(hot[0])).toBeCloseTo(75, 9)
    expect(loads.iops(hot[1])).toBe(0)
  })
})

describe('loads that are kept', () => {
  const volumes = [volume('v', hot), volume('w', [hot[1]]), volume('x', [hot[0]])]
  const policies = [policy()]
  type Step = (now: { volumes: Volume[]; table: HeatTable; pools: readonly Pool[] }) => void
  const steps = fc.constantFrom<Step>(
    () => {},
    now => {
      now.table = heat({ v: 7 * now.volumes.length, w: 20, x: 90 })
    },
    now => {
      now.table.window(policies[0].spec.samplingWindowUs).forgetUntil(10_000_000)
    },
    now => {
      now.volumes = [volume('v', [hot[1]]), ...now.volumes.slice(1)]
    },
    now => {
      now.volumes = [...now.volumes].reverse()
    },
    now => {
      now.pools = now.pools.map(one => limited(one, 50))
    },
    now => {
      now.pools = [...now.pools].reverse()
    },
  )

  it('are what a fresh measure says, whatever changed since', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 12 }), all => {
        const memory = new DecideMemory()
        const now = { volumes, table: heat({ v: 60, w: 20 }), pools: hot as readonly Pool[] }
        const knownUpToUs = { mayastor: noon, kubernetes: noon }
        for (const step of all) {
          step(now)
          const seen = cluster({ pools: now.pools, volumes: now.volumes })
          const landscape = memory.look({ atUs: noon, knownUpToUs, cluster: seen, policies })
          const kept = memory.loadsOf(landscape, now.table)
          const fresh = new PoolLoads(landscape, now.table, new Footprints())
          for (const one of now.pools) expect(kept.iops(one)).toBe(fresh.iops(one))
          for (const view of landscape.volumes) {
            expect(kept.saturated(view)).toEqual(fresh.saturated(view))
          }
        }
      }),
    )
  })
})

describe('a saturated pool', () => {
  const saturated = (value: number, iops: number) => {
    const pools = [limited(hot[0], value), hot[1]]
    const { loads, landscape } = loadsOf([volume('v', hot)], { v: iops }, pools)
    return loads.saturated(landscape.volumes[0])
  }

  it('carries at least 95 % of its limit', () => {
    expect(saturated(100, 127)).toEqual(['hot-0'])
    expect(saturated(100, 126)).toEqual([])
    const alone = loadsOf([volume('v', [hot[0]])], { v: 95 }, [limited(hot[0], 100)])
    expect(alone.loads.iops(hot[0])).toBe(95)
    expect(alone.loads.saturated(alone.landscape.volumes[0])).toEqual(['hot-0'])
  })

  it('is none without a limit, and none that nobody can find', () => {
    const { loads, landscape } = loadsOf([volume('v', hot)], { v: 1e9 })
    expect(loads.saturated(landscape.volumes[0])).toEqual([])
    const lost = volume('lost', [], { replicas: [replica('r0', hot[0], { pool: null })] })
    const blind = loadsOf([lost], { lost: 1e9 }, [limited(hot[0], 1)])
    expect(blind.loads.saturated(blind.landscape.volumes[0])).toEqual([])
  })
})
