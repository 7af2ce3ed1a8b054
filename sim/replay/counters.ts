/**
 * Completed operations of each volume, cumulative, as the exporter shows them. A completion after
 * the next scrape counts there: completions lie in a ring of scrape intervals, as far ahead as an
 * I/O may take.
 */
export class Counters {
  readonly reads: Float64Array
  readonly writes: Float64Array
  /** By (interval, volume, operation). */
  private readonly ahead: Uint32Array
  readonly intervals: number
  /** The interval that runs: where it ends, and where its cells begin. */
  private endUs: number
  private begin: number

  constructor(
    readonly volumes: number,
    readonly scrapeIntervalUs: number,
    ioTimeoutUs: number,
  ) {
    this.intervals = Math.ceil(ioTimeoutUs / scrapeIntervalUs) + 2
    this.reads = new Float64Array(volumes)
    this.writes = new Float64Array(volumes)
    this.ahead = new Uint32Array(2 * volumes * this.intervals)
    this.endUs = scrapeIntervalUs
    this.begin = this.beginOf(scrapeIntervalUs)
  }

  /** One completion at an instant of the run's own clock. */
  completed(volume: number, operation: number, atUs: number): void {
    const begin = atUs <= this.endUs ? this.begin : this.beginOf(atUs)
    this.ahead[begin + 2 * volume + operation] += 1
  }

  /** Everything that completed up to this scrape becomes visible. Scrapes come at each interval. */
  scrape(atUs: number): void {
    const begin = this.beginOf(atUs)
    const { ahead } = this
    for (let volume = 0; volume < this.volumes; volume++) {
      this.reads[volume] += ahead[begin + 2 * volume]
      this.writes[volume] += ahead[begin + 2 * volume + 1]
    }
    ahead.fill(0, begin, begin + 2 * this.volumes)
    this.endUs = atUs + this.scrapeIntervalUs
    this.begin = this.beginOf(this.endUs)
  }

  private beginOf(atUs: number): number {
    return (Math.ceil(atUs / this.scrapeIntervalUs) % this.intervals) * 2 * this.volumes
  }
}
