/**
 * The workload of a run: sources whose volumes are the scenario's and whose times count from the
 * run's start. A trace's volumes are spread over a group, one by one or by ranges of blocks.
 */
import { assert } from '../src/core/errors.js'
import type { RequestBatch, RequestSource, SeriesBatch, SeriesSource } from '../traces/batch.js'

/** Where the rows of one trace go. */
export interface Spreading {
  /** Scenario volumes of the group, by index. */
  readonly targets: readonly number[]
  readonly by: 'volume' | 'block-range'
  /** Rows run so many times as fast. */
  readonly rate: number
}

export class SpreadRequests implements RequestSource {
  readonly grain = 'requests'
  readonly volumes: readonly string[]
  readonly volumeRequests: Float64Array
  readonly volumeEndBytes: Float64Array
  private readonly endBytes: number

  constructor(
    private readonly source: RequestSource,
    private readonly spreading: Spreading,
    volumes: readonly string[],
  ) {
    assert(spreading.targets.length > 0, 'a workload needs a volume')
    this.volumes = volumes
    this.endBytes = Math.max(1, ...source.volumeEndBytes)
    this.volumeRequests = new Float64Array(volumes.length)
    this.volumeEndBytes = new Float64Array(volumes.length)
    source.volumeRequests.forEach((requests, volume) => {
      if (spreading.by === 'volume') this.volumeRequests[this.targetOf(volume)] += requests
      else this.spreadEvenly(requests)
    })
  }

  get requests(): number {
    return this.source.requests
  }
  get reads(): number {
    return this.source.reads
  }
  get writes(): number {
    return this.source.writes
  }
  get readBytes(): number {
    return this.source.readBytes
  }
  get writeBytes(): number {
    return this.source.writeBytes
  }
  readonly firstUs = 0
  get lastUs(): number {
    return Math.floor((this.source.lastUs - this.source.firstUs) / this.spreading.rate)
  }
  get hasResponses(): boolean {
    return this.source.hasResponses
  }

  next(): RequestBatch | null {
    const batch = this.source.next()
    if (batch === null) return null
    const { firstUs } = this.source
    const { rate, by, targets } = this.spreading
    const isRange = by === 'block-range'
    const share = targets.length / this.endBytes
    for (let row = 0; row < batch.count; row++) {
      batch.timeUs[row] = Math.floor((batch.timeUs[row] - firstUs) / rate)
      if (isRange) {
        const offset = batch.offsetHigh[row] * 4_294_967_296 + batch.offsetLow[row]
        batch.volume[row] = targets[Math.min(targets.length - 1, Math.floor(offset * share))]
      } else {
        batch.volume[row] = targets[batch.volume[row] % targets.length]
      }
    }
    return batch
  }

  rewind(): void {
    this.source.rewind()
  }

  close(): void {
    this.source.close()
  }

  /** Which range is how busy is not known before the replay. */
  private spreadEvenly(requests: number): void {
    const { targets } = this.spreading
    for (const target of targets) this.volumeRequests[target] += requests / targets.length
  }

  private targetOf(volume: number): number {
    const { targets } = this.spreading
    return targets[volume % targets.length]
  }
}

/**
 * A series whose volumes are the scenario's; several trace volumes of one target keep rows of their
 * own.
 */
export class SpreadSeries implements SeriesSource {
  readonly grain = 'series'
  readonly volumes: readonly string[]

  constructor(
    private readonly source: SeriesSource,
    private readonly spreading: Spreading,
    volumes: readonly string[],
  ) {
    assert(spreading.targets.length > 0, 'a workload needs a volume')
    this.volumes = volumes
  }

  get intervalUs(): number {
    return Math.floor(this.source.intervalUs / this.spreading.rate)
  }
  get points(): number {
    return this.source.points
  }
  readonly firstUs = 0
  get lastUs(): number {
    return Math.floor((this.source.lastUs - this.source.firstUs) / this.spreading.rate)
  }

  next(): SeriesBatch | null {
    const batch = this.source.next()
    if (batch === null) return null
    const { targets, rate } = this.spreading
    for (let row = 0; row < batch.count; row++) {
      batch.volume[row] = targets[batch.volume[row] % targets.length]
    }
    const startUs = Math.floor((batch.startUs - this.source.firstUs) / rate)
    return { ...batch, startUs }
  }

  rewind(): void {
    this.source.rewind()
  }

  close(): void {
    this.source.close()
  }
}
