/** Several series of one interval as one: the rows of an interval one source after another. */
import type { SeriesBatch, SeriesSource } from '../traces/batch.js'

interface Head {
  readonly source: SeriesSource
  batch: SeriesBatch | null
}

export class MergedSeries implements SeriesSource {
  readonly grain = 'series'
  readonly firstUs = 0
  readonly lastUs: number
  readonly points: number
  readonly intervalUs: number
  readonly volumes: readonly string[]
  private heads: Head[] = []
  /** Those whose batch was given away last. */
  private read: readonly Head[] = []

  constructor(private readonly sources: readonly SeriesSource[]) {
    this.lastUs = Math.max(...sources.map(source => source.lastUs))
    this.points = sources.reduce((sum, source) => sum + source.points, 0)
    this.intervalUs = sources[0].intervalUs
    this.volumes = sources[0].volumes
    this.restart()
  }

  next(): SeriesBatch | null {
    // A source may write its next batch over the last one, which the reader has done with only now.
    for (const head of this.read) head.batch = head.source.next()
    const firstUs = Math.min(...this.heads.map(startOf))
    this.read = this.heads.filter(head => head.batch !== null && startOf(head) === firstUs)
    const parts = this.read.flatMap(head => (head.batch === null ? [] : [head.batch]))
    if (parts.length === 0) return null
    return parts.length === 1 ? parts[0] : join(firstUs, parts)
  }

  rewind(): void {
    for (const source of this.sources) source.rewind()
    this.restart()
  }

  close(): void {
    for (const source of this.sources) source.close()
  }

  private restart(): void {
    this.heads = this.sources.map(source => ({ source, batch: source.next() }))
    this.read = []
  }
}

function startOf(head: Head): number {
  return head.batch?.startUs ?? Number.POSITIVE_INFINITY
}

function join(startUs: number, parts: readonly SeriesBatch[]): SeriesBatch {
  const count = parts.reduce((sum, part) => sum + part.count, 0)
  const joined: SeriesBatch = {
    startUs,
    count,
    volume: new Uint32Array(count),
    reads: new Float64Array(count),
    writes: new Float64Array(count),
    readBytes: new Float64Array(count),
    writeBytes: new Float64Array(count),
  }
  let at = 0
  for (const part of parts) {
    joined.volume.set(part.volume.subarray(0, part.count), at)
    joined.reads.set(part.reads.subarray(0, part.count), at)
    joined.writes.set(part.writes.subarray(0, part.count), at)
    joined.readBytes.set(part.readBytes.subarray(0, part.count), at)
    joined.writeBytes.set(part.writeBytes.subarray(0, part.count), at)
    at += part.count
  }
  return joined
}
