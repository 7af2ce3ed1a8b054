/** Latencies of a run by tier: from the buckets of pools, or sums alone at the series grain. */
import { type Tier, tiers } from '../../src/core/model.js'
import type { ByTier, LatencySummary, PoolLatency } from '../../src/core/result.js'
import { bucketCount, percentileUs } from '../replay/histogram.js'

/** What both grains count: by (pool, operation), and buckets where single requests are known. */
export interface LatencyCounts {
  readonly latencyCount: Float64Array
  readonly latencySumUs: Float64Array
  readonly latencyMaxUs: Float64Array
  readonly latencies: Uint32Array | null
}

export function latencyByTier(
  counts: LatencyCounts,
  tierOfPool: readonly (Tier | null)[],
): ByTier<LatencySummary> & { readonly all: LatencySummary } {
  const sides = (wanted: Tier | 'all'): number[] =>
    tierOfPool.flatMap((tier, pool) =>
      wanted === 'all' || tier === wanted ? [2 * pool, 2 * pool + 1] : [],
    )
  const [hot, warm, cold] = tiers.map(tier => summarize(counts, sides(tier)))
  return { all: summarize(counts, sides('all')), hot, warm, cold }
}

/** Pools that answered anything, with reads and writes apart. */
export function latencyByPool(
  counts: LatencyCounts,
  pools: readonly { readonly id: string }[],
  tierOfPool: readonly (Tier | null)[],
): readonly PoolLatency[] {
  return pools.flatMap(({ id }, pool) => {
    const reads = summarize(counts, [2 * pool])
    const writes = summarize(counts, [2 * pool + 1])
    if (reads.count + writes.count === 0) return []
    return [{ pool: id, tier: tierOfPool[pool], reads, writes }]
  })
}

function summarize(counts: LatencyCounts, sides: readonly number[]): LatencySummary {
  let count = 0
  let sumUs = 0
  let maxUs = 0
  for (const side of sides) {
    count += counts.latencyCount[side]
    sumUs += counts.latencySumUs[side]
    maxUs = Math.max(maxUs, counts.latencyMaxUs[side])
  }
  const buckets = counts.latencies === null ? null : merged(counts.latencies, sides)
  return summaryOf(count, sumUs, maxUs, buckets)
}

export function summaryOf(
  count: number,
  sumUs: number,
  maxUs: number,
  buckets: ArrayLike<number> | null,
): LatencySummary {
  const percentile = (perMille: number): number | null =>
    buckets === null ? null : atMost(percentileUs(buckets, perMille), maxUs)
  return {
    count,
    mean: count === 0 ? null : microseconds(sumUs / count),
    p50: percentile(500),
    p90: percentile(900),
    p99: percentile(990),
    p999: percentile(999),
    max: count === 0 ? null : microseconds(maxUs),
  }
}

/** The top of a bucket may lie above everything that was in it. */
function atMost(valueUs: number | null, maxUs: number): number | null {
  return valueUs === null ? null : microseconds(Math.min(valueUs, maxUs))
}

/** Three places are a nanosecond: more digits would say nothing. */
export function microseconds(valueUs: number): number {
  return Math.round(valueUs * 1000) / 1000
}

function merged(latencies: Uint32Array, sides: readonly number[]): Float64Array {
  const sum = new Float64Array(bucketCount)
  for (const side of sides) {
    const begin = side * bucketCount
    for (let bucket = 0; bucket < bucketCount; bucket++) sum[bucket] += latencies[begin + bucket]
  }
  return sum
}
