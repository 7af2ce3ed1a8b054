/** Latencies of a tier are those of its pools together. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bucketCount, bucketOf } from '../../../sim/replay/histogram.js'
import {
  latencyByPool,
  latencyByTier,
  microseconds,
  summaryOf,
} from '../../../sim/results/latency.js'
import { type Tier, tiers } from '../../../src/core/model.js'

interface Served {
  readonly pool: number
  readonly operation: number
  readonly latencyUs: number
}

const pools = 5
const tierOfPool: readonly (Tier | null)[] = ['hot', 'cold', null, 'hot', 'cold']

const served = fc.array(
  fc.record({
    pool: fc.nat(pools - 1),
    operation: fc.nat(1),
    latencyUs: fc.integer({ min: 1, max: 5_000_000 }),
  }),
  { maxLength: 200 },
)

function countsOf(all: readonly Served[], hasBuckets: boolean) {
  const counts = {
    latencyCount: new Float64Array(2 * pools),
    latencySumUs: new Float64Array(2 * pools),
    latencyMaxUs: new Float64Array(2 * pools),
    latencies: hasBuckets ? new Uint32Array(2 * pools * bucketCount) : null,
  }
  for (const { pool, operation, latencyUs } of all) {
    const side = 2 * pool + operation
    counts.latencyCount[side] += 1
    counts.latencySumUs[side] += latencyUs
    counts.latencyMaxUs[side] = Math.max(counts.latencyMaxUs[side], latencyUs)
    if (counts.latencies !== null) counts.latencies[side * bucketCount + bucketOf(latencyUs)] += 1
  }
  return counts
}

/** The nearest rank of what was served. */
function percentile(sorted: readonly number[], perMille: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * perMille) / 1000) - 1)]
}

describe('latency by pool', () => {
  const named = tierOfPool.map((_, pool) => ({ id: `pool-${pool}` }))

  test('keeps reads and writes apart, and leaves out pools that answered nothing', () => {
    fc.assert(
      fc.property(served, all => {
        const rows = latencyByPool(countsOf(all, true), named, tierOfPool)
        const seen = named.flatMap(({ id }, pool) => {
          const own = all.filter(one => one.pool === pool)
          const of = (operation: number) => own.filter(one => one.operation === operation).length
          return own.length === 0 ? [] : [[id, tierOfPool[pool], of(0), of(1)]]
        })
        expect(rows.map(row => [row.pool, row.tier, row.reads.count, row.writes.count])).toEqual(
          seen,
        )
      }),
    )
  })
})

describe('latency by tier', () => {
  test('counts, means and maxima are exact, percentiles at most 1 % off', () => {
    fc.assert(
      fc.property(served, all => {
        const byTier = latencyByTier(countsOf(all, true), tierOfPool)
        for (const tier of [...tiers, 'all'] as const) {
          const own = all
            .filter(one => tier === 'all' || tierOfPool[one.pool] === tier)
            .map(one => one.latencyUs)
            .sort((a, b) => a - b)
          const summary = byTier[tier]
          expect(summary.count).toBe(own.length)
          if (own.length === 0) {
            expect([summary.mean, summary.p50, summary.p999, summary.max]).toEqual(
              Array(4).fill(null),
            )
            continue
          }
          const sum = own.reduce((total, one) => total + one, 0)
          expect(summary.mean).toBe(microseconds(sum / own.length))
          expect(summary.max).toBe(own[own.length - 1])
          for (const [name, perMille] of [
            ['p50', 500],
            ['p90', 900],
            ['p99', 990],
          ] as const) {
            const exact = percentile(own, perMille)
            expect(summary[name]).toBeGreaterThanOrEqual(exact * 0.99 - 1)
            expect(summary[name]).toBeLessThanOrEqual(exact * 1.01 + 1)
          }
        }
      }),
    )
  })

  test('without buckets there are no percentiles', () => {
    fc.assert(
      fc.property(served, all => {
        const { hot } = latencyByTier(countsOf(all, false), tierOfPool)
        expect([hot.p50, hot.p90, hot.p99, hot.p999]).toEqual([null, null, null, null])
      }),
    )
  })
})

test('a percentile is never above the largest latency that was seen', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000_000 }), latencyUs => {
      const buckets = new Uint32Array(bucketCount)
      buckets[bucketOf(latencyUs)] = 1
      const summary = summaryOf(1, latencyUs, latencyUs, buckets)
      expect(summary.p999).toBeLessThanOrEqual(latencyUs)
      expect(summary.p50).toBe(summary.p999)
    }),
  )
})
