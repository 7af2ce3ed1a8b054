/**
 * Completed operations of each volume, cumulative, as the exporter shows them: what was sent so far
 * and will be served, less what completes after the scrape. Only such late completions are noted,
 * in a ring of scrape intervals, as far ahead as an I/O may take.
 */
import { cellShift, served, type VolumeCells } from './volume-cells.js'

export class Counters {
  readonly reads: Float64Array
  readonly writes: Float64Array
  readonly intervals: number
  /** Where the interval that runs ends. */
  endUs: number
  /** Late completions by (interval, volume, operation), and the sum of all intervals. */
  private readonly ahead: Uint32Array
  private readonly late: Uint32Array

  constructor(
    private readonly volumes: VolumeCells,
    readonly scrapeIntervalUs: number,
    ioTimeoutUs: number,
  ) {
    this.intervals = Math.ceil(ioTimeoutUs / scrapeIntervalUs) + 2
    this.reads = new Float64Array(volumes.volumes)
    this.writes = new Float64Array(volumes.volumes)
    this.ahead = new Uint32Array(2 * volumes.volumes * this.intervals)
    this.late = new Uint32Array(2 * volumes.volumes)
    this.endUs = scrapeIntervalUs
  }

  /** An operation that was sent in this interval completes in a later one. */
  completesLater(volume: number, operation: number, atUs: number): void {
    const own = 2 * volume + operation
    this.ahead[this.beginOf(atUs) + own] += 1
    this.late[own] += 1
  }

  /** Everything that completed up to this scrape becomes visible. Scrapes come at each interval. */
  scrape(atUs: number): void {
    const begin = this.beginOf(atUs)
    const { ahead, late, reads, writes } = this
    for (let own = 0; own < late.length; own++) late[own] -= ahead[begin + own]
    ahead.fill(0, begin, begin + late.length)
    const { cells } = this.volumes
    for (let volume = 0; volume < reads.length; volume++) {
      const cell = (volume << cellShift) + served
      reads[volume] = cells[cell] - late[2 * volume]
      writes[volume] = cells[cell + 1] - late[2 * volume + 1]
    }
    this.endUs = atUs + this.scrapeIntervalUs
  }

  private beginOf(atUs: number): number {
    return (Math.ceil(atUs / this.scrapeIntervalUs) % this.intervals) * this.late.length
  }
}
