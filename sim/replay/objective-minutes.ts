/**
 * Minutes in which a pool misses its latency objective: more than one request in a hundred takes
 * longer, so that the minute's p99 lies above it. A minute counts once for each pool.
 */

export const minuteUs = 60_000_000

export class ObjectiveMinutes {
  /** The minute that runs ends here: infinity where no pool has an objective. */
  endUs: number
  private closed = 0
  private readonly requests: Float64Array
  private readonly slow: Float64Array

  /** `objectivesUs` by pool, NaN for none. */
  constructor(private readonly objectivesUs: Float64Array) {
    this.requests = new Float64Array(objectivesUs.length)
    this.slow = new Float64Array(objectivesUs.length)
    this.endUs = objectivesUs.some(one => one >= 0) ? minuteUs : Number.POSITIVE_INFINITY
  }

  /** One request of a pool; a lost one took longer than any objective. */
  note(pool: number, latencyUs: number): void {
    this.requests[pool] += 1
    if (latencyUs > this.objectivesUs[pool]) this.slow[pool] += 1
  }

  /** Called with the first request of a later minute. */
  turn(atUs: number): void {
    this.closed += this.open()
    this.requests.fill(0)
    this.slow.fill(0)
    this.endUs = (Math.floor(atUs / minuteUs) + 1) * minuteUs
  }

  /** The minute that runs included; null where no pool has an objective. */
  get violated(): number | null {
    return this.endUs === Number.POSITIVE_INFINITY ? null : this.closed + this.open()
  }

  private open(): number {
    let count = 0
    for (let pool = 0; pool < this.slow.length; pool++) {
      if (this.slow[pool] * 100 > this.requests[pool]) count += 1
    }
    return count
  }
}
