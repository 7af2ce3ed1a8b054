/**
 * What a replay counts: latencies by pool and operation, and by volume sums, maxima and buckets.
 */
import { jobAt, jobBytes, jobLatency } from '../devices/job.js'
import {
  bucketCount,
  bucketOf,
  coarseBucketCount,
  coarseBucketOf,
  coarseBucketTopUs,
  percentileUs,
  RecordedLatencies,
} from './histogram.js'
import { minuteUs, ObjectiveMinutes } from './objective-minutes.js'

/**
 * No device takes this long for a request that it has begun: a slower one waited, at the device
 * or for room in its volume's queue, because the pool is behind its load. Its latency tells of the
 * backlog.
 */
export const overloadWaitUs = 1_000_000

export interface TallyOptions {
  readonly pools: number
  readonly volumes: number
  /** Volumes with buckets of their own. */
  readonly watched: readonly number[]
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
  readonly volumeReads: Float64Array
  readonly volumeWrites: Float64Array
  readonly volumeReadBytes: Float64Array
  readonly volumeWriteBytes: Float64Array
  readonly volumeLatencySumUs: Float64Array
  readonly volumeLatencyMaxUs: Float64Array
  readonly volumeLost: Float64Array
  /** Row of a volume's own coarse buckets, or -1. */
  readonly ownRow: Int32Array
  readonly ownLatencies: Uint32Array
  /** Response times that the trace carries; null where it has none. */
  readonly recorded: RecordedLatencies | null
  lost = 0
  overloadedMinutes = 0
  private readonly volumes: number
  private readonly minutes: ObjectiveMinutes
  /** Reads of all volumes, then writes: an index instead of a branch. */
  private readonly volumeCounts: Float64Array
  private readonly volumeBytes: Float64Array
  private readonly servedByPool: Float64Array
  private readonly lastOverloadedMinute: Float64Array

  constructor(options: TallyOptions) {
    const { pools, volumes, watched } = options
    this.volumes = volumes
    this.latencies = new Uint32Array(2 * pools * bucketCount)
    this.latencySumUs = new Float64Array(2 * pools)
    this.latencyMaxUs = new Float64Array(2 * pools)
    this.latencyCount = new Float64Array(2 * pools)
    this.volumeCounts = new Float64Array(2 * volumes)
    this.volumeReads = this.volumeCounts.subarray(0, volumes)
    this.volumeWrites = this.volumeCounts.subarray(volumes)
    this.volumeBytes = new Float64Array(2 * volumes)
    this.volumeReadBytes = this.volumeBytes.subarray(0, volumes)
    this.volumeWriteBytes = this.volumeBytes.subarray(volumes)
    this.volumeLatencySumUs = new Float64Array(volumes)
    this.volumeLatencyMaxUs = new Float64Array(volumes)
    this.volumeLost = new Float64Array(volumes)
    this.ownRow = new Int32Array(volumes).fill(-1)
    watched.forEach((volume, row) => {
      this.ownRow[volume] = row
    })
    this.ownLatencies = new Uint32Array(watched.length * coarseBucketCount)
    this.recorded = options.hasResponses ? new RecordedLatencies() : null
    this.minutes = new ObjectiveMinutes(options.objectivesUs)
    this.servedByPool = new Float64Array(pools)
    this.lastOverloadedMinute = new Float64Array(pools).fill(-1)
  }

  /** Requests that were served, those behind an overloaded pool included. */
  get served(): number {
    let sum = 0
    for (const count of this.servedByPool) sum += count
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
    const row = this.ownRow[volume]
    if (row < 0) return null
    const begin = row * coarseBucketCount
    const counts = this.ownLatencies.subarray(begin, begin + coarseBucketCount)
    const topUs = percentileUs(counts, perMille, coarseBucketTopUs)
    return topUs === null ? null : Math.min(topUs, this.volumeLatencyMaxUs[volume])
  }

  /** The request in `job` was served. Behind an overloaded pool it stays out of the percentiles. */
  serve(volume: number, pool: number, operation: number, job: Float64Array): void {
    const latencyUs = job[jobLatency]
    const own = operation * this.volumes + volume
    this.servedByPool[pool] += 1
    this.volumeCounts[own] += 1
    this.volumeBytes[own] += job[jobBytes]
    this.volumeLatencySumUs[volume] += latencyUs
    if (latencyUs > this.volumeLatencyMaxUs[volume]) this.volumeLatencyMaxUs[volume] = latencyUs
    if (this.minutes.endUs < Number.POSITIVE_INFINITY) {
      this.noteObjective(pool, latencyUs, job[jobAt])
    }
    if (latencyUs > overloadWaitUs) {
      this.noteOverload(pool, job[jobAt])
      return
    }
    const side = 2 * pool + operation
    this.latencies[side * bucketCount + bucketOf(latencyUs)] += 1
    this.latencyCount[side] += 1
    this.latencySumUs[side] += latencyUs
    if (latencyUs > this.latencyMaxUs[side]) this.latencyMaxUs[side] = latencyUs
    const row = this.ownRow[volume]
    if (row >= 0) this.ownLatencies[row * coarseBucketCount + coarseBucketOf(latencyUs)] += 1
  }

  /** A request that no replica could take (`pool` -1), or that a pool kept past the timeout. */
  lose(volume: number, pool: number, atUs: number): void {
    this.lost += 1
    this.volumeLost[volume] += 1
    if (pool < 0) return
    this.noteObjective(pool, Number.POSITIVE_INFINITY, atUs)
    this.noteOverload(pool, atUs)
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
