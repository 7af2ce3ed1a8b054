/** What a replay counts: latencies by pool and operation, and by volume sums, maxima and buckets. */
import { bucketCount, bucketOf } from './histogram.js'

/** A wait this long before service means that a pool is behind its load: its latency tells of the backlog. */
export const overloadWaitUs = 1_000_000
const minuteUs = 60_000_000

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
  /** Row of a volume's own buckets, or -1. */
  readonly ownRow: Int32Array
  readonly ownLatencies: Uint32Array
  served = 0
  lost = 0
  overloadedMinutes = 0
  private readonly lastOverloadedMinute: Float64Array
  /** p99 violations are counted by pool and minute against the tier's objective. */
  constructor(
    readonly pools: number,
    readonly volumes: number,
    watched: readonly number[],
  ) {
    this.latencies = new Uint32Array(2 * pools * bucketCount)
    this.latencySumUs = new Float64Array(2 * pools)
    this.latencyMaxUs = new Float64Array(2 * pools)
    this.latencyCount = new Float64Array(2 * pools)
    this.volumeReads = new Float64Array(volumes)
    this.volumeWrites = new Float64Array(volumes)
    this.volumeReadBytes = new Float64Array(volumes)
    this.volumeWriteBytes = new Float64Array(volumes)
    this.volumeLatencySumUs = new Float64Array(volumes)
    this.volumeLatencyMaxUs = new Float64Array(volumes)
    this.volumeLost = new Float64Array(volumes)
    this.ownRow = new Int32Array(volumes).fill(-1)
    watched.forEach((volume, row) => {
      this.ownRow[volume] = row
    })
    this.ownLatencies = new Uint32Array(watched.length * bucketCount)
    this.lastOverloadedMinute = new Float64Array(pools).fill(-1)
  }

  /** A request that was served. Latencies behind an overloaded pool stay out of the percentiles. */
  serve(
    volume: number,
    pool: number,
    operation: number,
    bytes: number,
    latencyUs: number,
    overloaded: boolean,
    atUs: number,
  ): void {
    this.served += 1
    this.volumeLatencySumUs[volume] += latencyUs
    if (latencyUs > this.volumeLatencyMaxUs[volume]) this.volumeLatencyMaxUs[volume] = latencyUs
    if (operation === 0) {
      this.volumeReads[volume] += 1
      this.volumeReadBytes[volume] += bytes
    } else {
      this.volumeWrites[volume] += 1
      this.volumeWriteBytes[volume] += bytes
    }
    if (overloaded) {
      this.noteOverload(pool, atUs)
      return
    }
    const side = 2 * pool + operation
    this.latencies[side * bucketCount + bucketOf(latencyUs)] += 1
    this.latencyCount[side] += 1
    this.latencySumUs[side] += latencyUs
    if (latencyUs > this.latencyMaxUs[side]) this.latencyMaxUs[side] = latencyUs
    const row = this.ownRow[volume]
    if (row >= 0) this.ownLatencies[row * bucketCount + bucketOf(latencyUs)] += 1
  }

  lose(volume: number): void {
    this.lost += 1
    this.volumeLost[volume] += 1
  }

  /** Each minute in which a pool is overloaded counts once for that pool. */
  private noteOverload(pool: number, atUs: number): void {
    const minute = Math.floor(atUs / minuteUs)
    if (this.lastOverloadedMinute[pool] === minute) return
    this.lastOverloadedMinute[pool] = minute
    this.overloadedMinutes += 1
  }
}
