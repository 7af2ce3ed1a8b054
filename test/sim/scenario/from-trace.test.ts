/** A scenario sized from traces: room for everything on each tier, and every choice said. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { placeVolumes } from '../../../sim/placement.js'
import { scenarioFromTraces } from '../../../sim/scenario/from-trace.js'
import type { Scenario } from '../../../sim/scenario/model.js'
import { parseScenario } from '../../../sim/scenario/parse-scenario.js'
import { type Tier, tiers } from '../../../src/core/model.js'
import type { RequestSource } from '../../../traces/batch.js'
import { rowsSource } from '../replay/rows.js'
import { sourceOf } from '../replay/series.js'

const gibibyte = 1_073_741_824

function sourceWith(endBytes: readonly number[]): RequestSource {
  return { ...rowsSource([], endBytes.length), volumeEndBytes: Float64Array.from(endBytes) }
}

function sized(sources: readonly (readonly number[])[]): Scenario {
  const traces = sources.map((ends, at) => ({ file: `t${at}.csv`, source: sourceWith(ends) }))
  const parsed = parseScenario(scenarioFromTraces('t', traces), 't')
  if (!parsed.ok) throw new Error(parsed.problems.map(one => one.message).join())
  return parsed.value
}

const ends = fc.array(fc.integer({ min: 0, max: 2 ** 44 }), { minLength: 1, maxLength: 40 })

describe('a scenario sized from traces', () => {
  test('has room for all on each tier, below its headroom, the largest replica kept', () => {
    fc.assert(
      fc.property(fc.array(ends, { minLength: 1, maxLength: 3 }), sources => {
        const { volumes, pools, loop } = sized(sources)
        const tierOf = pools.map(pool => tiers.find(tier => pool.id.startsWith(tier)) ?? null)
        const largest = Math.max(...volumes.map(volume => volume.sizeBytes))
        for (const tier of tiers) {
          const there = volumes.map(volume => ({ ...volume, place: tier satisfies Tier }))
          const placed = placeVolumes(there, pools, tierOf)
          if (placed.kind === 'impossible') throw new Error(`${tier} has no room`)
          const usedBytes = pools.map(() => 0)
          placed.pools.forEach((own, at) => {
            for (const pool of own) usedBytes[pool] += there[at].sizeBytes
          })
          usedBytes.forEach((used, pool) => {
            const mostBytes = (pools[pool].capacityBytes * loop.headroomPercent) / 100 - largest
            expect(used).toBeLessThanOrEqual(mostBytes)
          })
        }
      }),
    )
  })

  test('has each volume of each trace, as large as what was touched in whole GiB', () => {
    fc.assert(
      fc.property(fc.array(ends, { minLength: 1, maxLength: 3 }), sources => {
        const { volumes, workload } = sized(sources)
        expect(volumes).toHaveLength(sources.flat().length)
        expect(new Set(volumes.map(volume => volume.name)).size).toBe(volumes.length)
        sources.flat().forEach((end, at) => {
          const { sizeBytes } = volumes[at]
          expect(sizeBytes % gibibyte).toBe(0)
          expect(sizeBytes).toBeGreaterThanOrEqual(Math.max(end, gibibyte))
          expect(sizeBytes - gibibyte).toBeLessThan(Math.max(end, 1))
        })
        expect(workload).toHaveLength(sources.length)
      }),
    )
  })

  test('says what it assumed: of a series that its volumes’ sizes are', () => {
    const traces = [{ file: 's.csv', source: sourceOf([], 2, 60) }]
    const parsed = parseScenario(scenarioFromTraces('s', traces), 's')
    if (!parsed.ok) throw new Error('a series makes a scenario')
    expect(parsed.value.volumes.every(one => one.sizeBytes === 100 * gibibyte)).toBe(true)
    expect(parsed.value.assumptions).toContainEqual({
      name: 'volume size',
      value: '100GiB',
      source: 'a series does not tell',
    })
    expect(parsed.value.assumptions.map(one => one.name)).toEqual([
      'volume size',
      'replicas',
      'pools of each tier',
      'capacity of each pool',
      'volumes begin on',
      'policy',
      'prices',
      'device',
      'device',
      'device',
    ])
  })
})
