/**
 * Completed operations of each volume, cumulative, as the exporter shows them. A completion after
 * the next scrape counts there: completions lie in a ring of scrape intervals, as far ahead as an
 * I/O may take.
 */
export class Counters {
  readonly reads: Float64Array
  readonly writes: Float64Array
  private readonly aheadReads: Uint32Array
  private readonly aheadWrites: Uint32Array
  readonly intervals: number

  constructor(
    readonly volumes: number,
    readonly scrapeIntervalUs: number,
    ioTimeoutUs: number,
  ) {
    this.intervals = Math.ceil(ioTimeoutUs / scrapeIntervalUs) + 2
    this.reads = new Float64Array(volumes)
    this.writes = new Float64Array(volumes)
    this.aheadReads = new Uint32Array(volumes * this.intervals)
    this.aheadWrites = new Uint32Array(volumes * this.intervals)
  }

  /** One completion at an instant of the run's own clock. */
  completed(volume: number, operation: number, atUs: number): void {
    const slot = Math.ceil(atUs / this.scrapeIntervalUs) % this.intervals
    const cell = slot * this.volumes + volume
    if (operation === 0) this.aheadReads[cell] += 1
    else this.aheadWrites[cell] += 1
  }

  /** Everything that completed up to this scrape becomes visible. */
  scrape(atUs: number): void {
    const slot = Math.ceil(atUs / this.scrapeIntervalUs) % this.intervals
    const begin = slot * this.volumes
    for (let volume = 0; volume < this.volumes; volume++) {
      this.reads[volume] += this.aheadReads[begin + volume]
      this.writes[volume] += this.aheadWrites[begin + volume]
    }
    this.aheadReads.fill(0, begin, begin + this.volumes)
    this.aheadWrites.fill(0, begin, begin + this.volumes)
  }
}
