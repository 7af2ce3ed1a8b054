/** Requests written down by hand or drawn, as a source of batches. */
import type { RequestBatch, RequestSource } from '../../../traces/batch.js'

export interface Row {
  readonly atUs: number
  readonly volume: number
  readonly operation: number
  readonly bytes: number
  readonly offset: number
  readonly responseUs?: number
}

export function rowsSource(rows: readonly Row[], volumes: number, batchRows = 7): RequestSource {
  let given = 0
  const sum = (operation: number, of: (row: Row) => number): number =>
    rows.reduce((total, row) => total + (row.operation === operation ? of(row) : 0), 0)
  return {
    grain: 'requests',
    volumes: Array.from({ length: volumes }, (_, volume) => `volume-${volume}`),
    requests: rows.length,
    reads: sum(0, () => 1),
    writes: sum(1, () => 1),
    readBytes: sum(0, row => row.bytes),
    writeBytes: sum(1, row => row.bytes),
    firstUs: 0,
    lastUs: rows[rows.length - 1]?.atUs ?? 0,
    hasResponses: rows.some(row => row.responseUs !== undefined),
    volumeRequests: new Float64Array(volumes),
    volumeEndBytes: new Float64Array(volumes),
    next() {
      if (given >= rows.length) return null
      const some = rows.slice(given, given + batchRows)
      given += some.length
      return batchOf(some)
    },
    rewind() {
      given = 0
    },
    close() {},
  }
}

function batchOf(rows: readonly Row[]): RequestBatch {
  const hasResponses = rows.some(row => row.responseUs !== undefined)
  return {
    count: rows.length,
    timeUs: Float64Array.from(rows, row => row.atUs),
    volume: Uint32Array.from(rows, row => row.volume),
    operation: Uint8Array.from(rows, row => row.operation),
    offsetLow: Uint32Array.from(rows, row => row.offset % 4_294_967_296),
    offsetHigh: Uint32Array.from(rows, row => Math.floor(row.offset / 4_294_967_296)),
    lengthBytes: Uint32Array.from(rows, row => row.bytes),
    responseUs: hasResponses ? Float64Array.from(rows, row => row.responseUs ?? Number.NaN) : null,
  }
}
