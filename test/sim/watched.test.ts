/** Which volumes have latency buckets of their own, and which tier a pool is of. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lawFactsOf } from '../../sim/law-facts.js'
import { poolTiers } from '../../sim/pool-tiers.js'
import type { Scenario } from '../../sim/scenario/model.js'
import { parseScenario } from '../../sim/scenario/parse-scenario.js'
import { starterDocument } from '../../sim/scenario/starter.js'
import { watchedVolumes } from '../../sim/watched.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import { rowsSource } from './replay/rows.js'
import { sourceOf } from './replay/series.js'

function starter(change: Readonly<Record<string, unknown>> = {}): Scenario {
  const parsed = parseScenario({ ...starterDocument, ...change }, 'starter')
  if (!parsed.ok) throw new Error(parsed.problems.map(one => one.message).join())
  return parsed.value
}

const many = { name: 'v', count: 1200, size: '1GiB', place: 'hot' }

function fleet(watch: readonly string[]): Scenario {
  const cluster = { pools: poolsOf(), volumes: [many] }
  const synthetic = { over: 'v', shares: [{ kind: 'idle', share: 1, iops: 1 }] }
  return starter({ cluster, workload: [{ synthetic }], watch })
}

function poolsOf(): unknown {
  return [
    { name: 'hot', device: 'nvme-gen4', capacity: '9TiB', labels: { 'storage-tier': 'hot' } },
    { name: 'warm', device: 'sas-ssd', capacity: '9TiB', labels: { 'storage-tier': 'warm' } },
    { name: 'cold', device: 'hdd-7200', capacity: '9TiB', labels: { 'storage-tier': 'cold' } },
  ]
}

describe('watched volumes', () => {
  const scenario = fleet(['v-1199', 'v-3'])

  test('are the busiest thousand and those that are named, in their order', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50), { minLength: 1200, maxLength: 1200 }), requests => {
        const source = {
          ...rowsSource([], 1200),
          volumeRequests: Float64Array.from(requests),
        }
        const watched = watchedVolumes(scenario, source)
        expect(watched).toEqual([...watched].sort((a, b) => a - b))
        expect(watched).toContain(3)
        expect(watched).toContain(1199)
        expect(watched.length).toBeGreaterThanOrEqual(1000)
        expect(watched.length).toBeLessThanOrEqual(1002)
        const chosen = new Set(watched)
        const least = Math.min(
          ...watched.filter(one => ![3, 1199].includes(one)).map(at => requests[at]),
        )
        for (const [at, count] of requests.entries()) {
          if (!chosen.has(at)) expect(count).toBeLessThanOrEqual(least)
        }
      }),
      { numRuns: 20 },
    )
  })

  test('are none at the series grain', () => {
    expect(watchedVolumes(scenario, sourceOf([], 1200, 60))).toEqual([])
  })
})

describe('the tier of a pool', () => {
  const { pools } = fleet([])

  test('is what the first policy that selects it says', () => {
    const policy = defaultPolicy('a')
    expect(poolTiers(pools, [policy])).toEqual(['hot', 'warm', 'cold'])
    const swapped = {
      ...policy,
      spec: {
        ...policy.spec,
        hotPoolSelector: policy.spec.coldPoolSelector,
        coldPoolSelector: policy.spec.hotPoolSelector,
      },
    }
    expect(poolTiers(pools, [swapped])).toEqual(['cold', 'warm', 'hot'])
    expect(poolTiers(pools, [policy, swapped])).toEqual(['hot', 'warm', 'cold'])
  })

  test('is its label where there is no policy, and none where policies leave it out', () => {
    expect(poolTiers(pools, [])).toEqual(['hot', 'warm', 'cold'])
    const policy = defaultPolicy('a')
    const spec = { ...policy.spec, warmPoolSelector: null }
    expect(poolTiers(pools, [{ ...policy, spec }])).toEqual(['hot', null, 'cold'])
  })

  test('is what the laws are told, policy by policy', () => {
    const policy = defaultPolicy('a')
    const facts = lawFactsOf(fleet([]), [policy])
    expect(facts.pools.map(pool => facts.tierOf(policy.name, pool.id))).toEqual([
      'hot',
      'warm',
      'cold',
    ])
  })
})
