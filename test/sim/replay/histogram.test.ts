/** Buckets of latencies: how wide they are, and that coarse ones are made of whole fine ones. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bucketOf,
  bucketTopUs,
  coarseBucketOf,
  coarseBucketTopUs,
  coarseOfBucket,
} from '../../../sim/replay/histogram.js'

const latencyUs = fc.oneof(
  fc.double({ min: 0, max: 300, noNaN: true }),
  fc.double({ min: 0, max: 30_000_000, noNaN: true }),
)

describe('A bucket', () => {
  it('tops what lies in it by less than 0.8 %, a coarse one by less than 6.3 %', () => {
    fc.assert(
      fc.property(latencyUs, us => {
        const whole = Math.floor(us)
        expect(bucketTopUs(bucketOf(us))).toBeGreaterThanOrEqual(whole)
        expect(bucketTopUs(bucketOf(us)) - whole).toBeLessThanOrEqual(whole * 0.008)
        expect(coarseBucketTopUs(coarseBucketOf(us))).toBeGreaterThanOrEqual(whole)
        expect(coarseBucketTopUs(coarseBucketOf(us)) - whole).toBeLessThanOrEqual(whole * 0.063)
      }),
    )
  })

  it('lies within one coarse bucket', () => {
    fc.assert(
      fc.property(latencyUs, us => {
        expect(coarseOfBucket[bucketOf(us)]).toBe(coarseBucketOf(us))
      }),
    )
  })
})
