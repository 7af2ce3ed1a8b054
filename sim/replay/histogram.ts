/**
 * Latencies in buckets of equal relative width: 128 to an octave, so that a percentile is at most
 * 0.8 % off; coarse ones have 16 to an octave (6 %). Integer shifts only: the same buckets on every
 * machine.
 */
import { operations, type RequestBatch } from '../../traces/batch.js'

/** Buckets up to 2^26 µs, above the I/O timeout of 30 s. */
export const bucketCount = 19 * 128 + 128
export const coarseBucketCount = 22 * 16 + 16
/** Compiled into `bucketOf`: what a module exports is loaded at each use. */
const lastBucket = bucketCount - 1

export function bucketOf(latencyUs: number): number {
  const value = latencyUs | 0
  const shift = 24 - Math.clz32(value | 128)
  const bucket = (shift << 7) + (value >>> shift)
  return bucket < lastBucket ? bucket : lastBucket
}

export function coarseBucketOf(latencyUs: number): number {
  const value = latencyUs | 0
  if (value < 32) return value < 0 ? 0 : value
  const shift = 27 - Math.clz32(value)
  const bucket = (shift << 4) + (value >>> shift)
  return bucket < coarseBucketCount ? bucket : coarseBucketCount - 1
}

/** The coarse bucket in which all latencies of a bucket lie. */
export const coarseOfBucket = Uint16Array.from({ length: bucketCount }, (_, bucket) =>
  coarseBucketOf(bucketTopUs(bucket)),
)

/** The largest latency of a bucket, microseconds. */
export function bucketTopUs(bucket: number): number {
  if (bucket < 256) return bucket
  const shift = (bucket >> 7) - 1
  return (bucket - (shift << 7) + 1) * powerOfTwo(shift) - 1
}

export function coarseBucketTopUs(bucket: number): number {
  if (bucket < 32) return bucket
  const shift = (bucket >> 4) - 1
  return (bucket - (shift << 4) + 1) * powerOfTwo(shift) - 1
}

function powerOfTwo(exponent: number): number {
  let power = 1
  for (let step = 0; step < exponent; step++) power *= 2
  return power
}

/**
 * A smallest latency that a share (per mille) of the counted ones does not pass; null when empty.
 */
export function percentileUs(
  counts: ArrayLike<number>,
  perMille: number,
  topUs: (bucket: number) => number = bucketTopUs,
): number | null {
  let total = 0
  for (let bucket = 0; bucket < counts.length; bucket++) total += counts[bucket]
  if (total === 0) return null
  const wanted = Math.ceil((total * perMille) / 1000)
  let seen = 0
  for (let bucket = 0; bucket < counts.length; bucket++) {
    seen += counts[bucket]
    if (seen >= wanted) return topUs(bucket)
  }
  return topUs(counts.length - 1)
}

/** Response times that a trace carries, as they were measured where it was recorded. */
export class RecordedLatencies {
  readonly latencies = new Uint32Array(bucketCount)
  count = 0
  sumUs = 0
  maxUs = 0

  addRows({ operation, responseUs }: RequestBatch, first: number, end: number): void {
    for (let row = first; row < end; row++) {
      if (operation[row] !== operations.other && responseUs !== null) this.add(responseUs[row])
    }
  }

  /** NaN is a row without one. */
  add(responseUs: number): void {
    if (!(responseUs >= 0)) return
    this.latencies[bucketOf(Math.min(responseUs, 2_000_000_000))] += 1
    this.count += 1
    this.sumUs += responseUs
    if (responseUs > this.maxUs) this.maxUs = responseUs
  }
}
