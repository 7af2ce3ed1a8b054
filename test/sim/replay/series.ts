/** A series made of the rows of a request trace: what a monitoring system would have kept of it. */
import {
  operations,
  type RequestSource,
  type SeriesBatch,
  type SeriesSource,
} from '../../../traces/batch.js'
import type { Row } from './rows.js'

export function seriesOf(rows: readonly Row[], volumes: number, intervalUs: number): SeriesSource {
  const last = rows[rows.length - 1]?.atUs ?? 0
  const intervals = Math.floor(last / intervalUs) + 1
  const batches = Array.from({ length: intervals }, (_, at) => empty(volumes, at * intervalUs))
  for (const row of rows) {
    const batch = batches[Math.floor(row.atUs / intervalUs)]
    const counts = row.operation === 0 ? batch.reads : batch.writes
    const bytes = row.operation === 0 ? batch.readBytes : batch.writeBytes
    counts[row.volume] += 1
    bytes[row.volume] += row.bytes
  }
  return sourceOf(batches, volumes, intervalUs)
}

export function sourceOf(
  batches: readonly SeriesBatch[],
  volumes: number,
  intervalUs: number,
): SeriesSource {
  let given = 0
  return {
    grain: 'series',
    volumes: Array.from({ length: volumes }, (_, volume) => `volume-${volume}`),
    intervalUs,
    points: batches.length * volumes,
    firstUs: 0,
    lastUs: batches.length * intervalUs,
    next() {
      const batch = batches[given] ?? null
      given += 1
      return batch
    },
    rewind() {
      given = 0
    },
    close() {},
  }
}

function empty(volumes: number, startUs: number): SeriesBatch {
  return {
    startUs,
    count: volumes,
    volume: Uint32Array.from({ length: volumes }, (_, volume) => volume),
    reads: new Float64Array(volumes),
    writes: new Float64Array(volumes),
    readBytes: new Float64Array(volumes),
    writeBytes: new Float64Array(volumes),
  }
}

/** Any source of requests as a monitoring system would have kept it. */
export function aggregated(
  source: RequestSource,
  volumes: number,
  intervalUs: number,
): SeriesSource {
  const batches: SeriesBatch[] = []
  for (let rows = source.next(); rows !== null; rows = source.next()) {
    for (let row = 0; row < rows.count; row++) {
      const interval = Math.floor(rows.timeUs[row] / intervalUs)
      while (batches.length <= interval) batches.push(empty(volumes, batches.length * intervalUs))
      const batch = batches[interval]
      const isWrite = rows.operation[row] === operations.write
      const counts = isWrite ? batch.writes : batch.reads
      const bytes = isWrite ? batch.writeBytes : batch.readBytes
      counts[rows.volume[row]] += 1
      bytes[rows.volume[row]] += rows.lengthBytes[row]
    }
  }
  return sourceOf(batches, volumes, intervalUs)
}
