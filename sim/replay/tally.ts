/**
 * What a replay counts: latencies by pool and operation, and by volume sums, maxima and buckets.
 */
import * as block from '../devices/request-block.js'
import {
  bucketCount,
  bucketOf,
  coarseBucketCount,
  coarseBucketTopUs,
  coarseOfBucket,
  percentileUs,
  RecordedLatencies,
} from './histogram.js'
import { givenUp } from './limits.js'
import { minuteUs, ObjectiveMinutes } from './objective-minutes.js'
import {
  cellShift,
  latencyMax,
  latencySum,
  numberShift,
  ownRow,
  served,
  servedBytes,
  type VolumeCells,
} from './volume-cells.js'

/**
 * No device takes this long for a request that it has begun: one that is slower waited for it, at
 * the device or for room in its volume's queue, because the pool is behind its load. Its latency
 * tells of the backlog.
 */
export const overloadWaitUs = 1_000_000

/**
 * Constants that the hot loop uses, once more: one of this module is compiled in, one of another is
 * loaded and checked at each use.
 */
const toCells = cellShift
const maximumCell = latencyMax
const sumCell = latencySum
const toNumbers = numberShift
const rowCell = ownRow
const servedCell = served
const bytesCell = servedBytes
const buckets = bucketCount
const coarseBuckets = coarseBucketCount
const never = givenUp
const behindUs = overloadWaitUs
const { rowMask, atUsOf, latencyUsOf, sideOf, volumeOf } = block
const coarse = coarseOfBucket

export interface TallyOptions {
  readonly pools: number
  readonly volumes: VolumeCells
  /** How many volumes have buckets of their own. */
  readonly watched: number
  /** Latency that each pool should keep, NaN for none. */
  readonly objectivesUs: Float64Array
  readonly hasResponses: boolean
}

export class Tally {
  /** Buckets of (pool, operation), one after another. */
  readonly latencies: Uint32Array
  readonly latencySumUs: Float64Array
  readonly latencyMaxUs: Float64Array
  readonly latencyCount: Float64Array
  readonly volumeLost: Float64Array
  readonly ownLatencies: Uint32Array
  /** Response times that the trace carries; null where it has none. */
  readonly recorded: RecordedLatencies | null
  lost = 0
  overloadedMinutes = 0
  private readonly volumes: VolumeCells
  private readonly sides: number
  private readonly sums: Float64Array
  private readonly watched: number
  private readonly minutes: ObjectiveMinutes
  /** Served behind an overloaded pool. */
  private overloaded = 0
  private readonly lastOverloadedMinute: Float64Array

  constructor(options: TallyOptions) {
    const { pools, volumes, watched } = options
    this.volumes = volumes
    this.latencies = new Uint32Array(2 * pools * buckets)
    this.sides = 2 * pools
    this.sums = new Float64Array(3 * this.sides)
    this.latencyCount = this.sums.subarray(0, this.sides)
    this.latencySumUs = this.sums.subarray(this.sides, 2 * this.sides)
    this.latencyMaxUs = this.sums.subarray(2 * this.sides)
    this.volumeLost = new Float64Array(volumes.volumes)
    this.ownLatencies = new Uint32Array((watched + 1) * coarseBuckets)
    this.watched = watched
    this.recorded = options.hasResponses ? new RecordedLatencies() : null
    this.minutes = new ObjectiveMinutes(options.objectivesUs)
    this.lastOverloadedMinute = new Float64Array(pools).fill(-1)
  }

  get volumeReads(): Float64Array {
    return this.volumes.column(servedCell)
  }

  get volumeWrites(): Float64Array {
    return this.volumes.column(servedCell + 1)
  }

  get volumeReadBytes(): Float64Array {
    return this.volumes.column(bytesCell)
  }

  get volumeWriteBytes(): Float64Array {
    return this.volumes.column(bytesCell + 1)
  }

  get volumeLatencySumUs(): Float64Array {
    return this.volumes.column(sumCell)
  }

  get volumeLatencyMaxUs(): Float64Array {
    return this.volumes.column(maximumCell)
  }

  /** Requests that were count, those behind an overloaded pool included. */
  get served(): number {
    let sum = this.overloaded
    for (const count of this.latencyCount) sum += count
    return sum
  }

  /** Minutes in which a pool's p99 lay above its objective, summed over pools; null without any. */
  get sloViolationMinutes(): number | null {
    return this.minutes.violated
  }

  /**
   * Of a volume with buckets of its own, at most 6 % off; null for another, or one without
   * requests.
   */
  volumePercentileUs(volume: number, perMille: number): number | null {
    const row = this.volumes.numbers[(volume << toNumbers) + rowCell]
    if (row === this.watched) return null
    const begin = row * coarseBuckets
    const counts = this.ownLatencies.subarray(begin, begin + coarseBuckets)
    const topUs = percentileUs(counts, perMille, coarseBucketTopUs)
    return topUs === null
      ? null
      : Math.min(topUs, this.volumes.cells[(volume << toCells) + maximumCell])
  }

  /** Counts the first requests of the block, in their order. */
  count(requests: number): void {
    this.volumes.change()
    for (let first = 0; first < requests; ) {
      const slow = this.countPools(first, requests)
      if (slow < requests) this.countSlow(slow)
      first = slow + 1
    }
    if (this.minutes.endUs < Number.POSITIVE_INFINITY) this.countObjectives(requests)
  }

  /** Behind an overloaded pool a request stays out of the percentiles: answers the first such. */
  private countPools(first: number, end: number): number {
    const { latencies, ownLatencies, sums } = this
    const sides = this.sides | 0
    const { numbers } = this.volumes
    for (let one = first; one < end; one++) {
      const request = one & rowMask
      const latencyUs = latencyUsOf[request]
      if (latencyUs > behindUs) return one
      const side = sideOf[request]
      const bucket = bucketOf(latencyUs)
      latencies[(Math.imul(side, buckets) + bucket) | 0] += 1
      sums[side] += 1
      sums[(side + sides) | 0] += latencyUs
      const maximum = (side + 2 * sides) | 0
      if (latencyUs > sums[maximum]) sums[maximum] = latencyUs
      const row = numbers[(volumeOf[request] << toNumbers) | rowCell]
      ownLatencies[(Math.imul(row, coarseBuckets) + coarse[bucket]) | 0] += 1
    }
    return end
  }

  private countSlow(request: number): void {
    const pool = sideOf[request] >> 1
    if (latencyUsOf[request] === never) {
      this.lost += 1
      this.volumeLost[volumeOf[request]] += 1
    } else this.overloaded += 1
    if (pool >= 0) this.noteOverload(pool, atUsOf[request])
  }

  private countObjectives(requests: number): void {
    for (let request = 0; request < requests; request++) {
      const pool = sideOf[request] >> 1
      if (pool >= 0) this.noteObjective(pool, latencyUsOf[request], atUsOf[request])
    }
  }

  private noteObjective(pool: number, latencyUs: number, atUs: number): void {
    if (atUs >= this.minutes.endUs) this.minutes.turn(atUs)
    this.minutes.note(pool, latencyUs)
  }

  /** Each minute in which a pool is overloaded counts once for that pool. */
  private noteOverload(pool: number, atUs: number): void {
    const minute = Math.floor(atUs / minuteUs)
    if (this.lastOverloadedMinute[pool] === minute) return
    this.lastOverloadedMinute[pool] = minute
    this.overloadedMinutes += 1
  }
}
