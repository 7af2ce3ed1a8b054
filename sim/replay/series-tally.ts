/** What a replay of a series counts: sums and means by pool and volume, no percentiles. */
import { minuteUs } from './objective-minutes.js'
import { overloadWaitUs } from './tally.js'

export class SeriesTally {
  /** No percentiles at this grain, and no recorded response times. */
  readonly latencies = null
  readonly recorded = null
  readonly latencyCount: Float64Array
  readonly latencySumUs: Float64Array
  /** The largest mean of an interval: single requests are not known. */
  readonly latencyMaxUs: Float64Array
  readonly volumeReads: Float64Array
  readonly volumeWrites: Float64Array
  readonly volumeReadBytes: Float64Array
  readonly volumeWriteBytes: Float64Array
  readonly volumeLatencySumUs: Float64Array
  readonly volumeLatencyMaxUs: Float64Array
  readonly volumeLost: Float64Array
  served = 0
  lost = 0
  overloadedMinutes = 0
  private missedMinutes = 0
  private readonly hasObjectives: boolean
  /** Of the interval that runs, by pool. */
  private readonly intervalCount: Float64Array
  private readonly intervalSumUs: Float64Array

  constructor(
    pools: number,
    volumes: number,
    private readonly objectivesUs: Float64Array,
  ) {
    this.latencyCount = new Float64Array(2 * pools)
    this.latencySumUs = new Float64Array(2 * pools)
    this.latencyMaxUs = new Float64Array(2 * pools)
    this.volumeReads = new Float64Array(volumes)
    this.volumeWrites = new Float64Array(volumes)
    this.volumeReadBytes = new Float64Array(volumes)
    this.volumeWriteBytes = new Float64Array(volumes)
    this.volumeLatencySumUs = new Float64Array(volumes)
    this.volumeLatencyMaxUs = new Float64Array(volumes)
    this.volumeLost = new Float64Array(volumes)
    this.intervalCount = new Float64Array(pools)
    this.intervalSumUs = new Float64Array(pools)
    this.hasObjectives = objectivesUs.some(one => one >= 0)
  }

  /** Minutes in which the mean latency of a pool passed its objective; null without objectives. */
  get sloViolationMinutes(): number | null {
    return this.hasObjectives ? this.missedMinutes : null
  }

  /** There are no percentiles at this grain. */
  volumePercentileUs(_volume: number, _perMille: number): null {
    return null
  }

  serve(
    volume: number,
    pool: number,
    operation: number,
    count: number,
    bytes: number,
    meanUs: number,
  ): void {
    if (operation === 0) {
      this.volumeReads[volume] += count
      this.volumeReadBytes[volume] += bytes
    } else {
      this.volumeWrites[volume] += count
      this.volumeWriteBytes[volume] += bytes
    }
    if (count === 0) return
    const sumUs = count * meanUs
    const side = 2 * pool + operation
    this.served += count
    this.latencyCount[side] += count
    this.latencySumUs[side] += sumUs
    this.intervalCount[pool] += count
    this.intervalSumUs[pool] += sumUs
    if (meanUs > this.latencyMaxUs[side]) this.latencyMaxUs[side] = meanUs
    this.volumeLatencySumUs[volume] += sumUs
    if (meanUs > this.volumeLatencyMaxUs[volume]) this.volumeLatencyMaxUs[volume] = meanUs
  }

  lose(volume: number, count: number): void {
    this.lost += count
    this.volumeLost[volume] += count
  }

  /** An interval is over: its minutes are overloaded, or miss the objective, as a whole. */
  endInterval(backlogUs: Float64Array, intervalUs: number): void {
    const minutes = Math.ceil(intervalUs / minuteUs)
    for (let pool = 0; pool < backlogUs.length; pool++) {
      if (backlogUs[pool] > overloadWaitUs) this.overloadedMinutes += minutes
      const limitUs = this.objectivesUs[pool] * this.intervalCount[pool]
      if (this.intervalSumUs[pool] > limitUs) this.missedMinutes += minutes
    }
    this.intervalCount.fill(0)
    this.intervalSumUs.fill(0)
  }
}
