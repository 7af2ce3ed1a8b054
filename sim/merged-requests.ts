/** Several request sources as one: rows merged by time, then by the order of the sources. */
import type { RequestBatch, RequestSource } from '../traces/batch.js'

const windowRows = 65_536

interface Head {
  readonly source: RequestSource
  batch: RequestBatch | null
  row: number
}

export class MergedRequests implements RequestSource {
  readonly grain = 'requests'
  readonly firstUs = 0
  readonly lastUs: number
  readonly requests: number
  readonly reads: number
  readonly writes: number
  readonly readBytes: number
  readonly writeBytes: number
  readonly hasResponses: boolean
  readonly volumes: readonly string[]
  readonly volumeRequests: Float64Array
  readonly volumeEndBytes: Float64Array
  private heads: Head[] = []
  private readonly window: RequestBatch

  constructor(private readonly sources: readonly RequestSource[]) {
    const sum = (of: (source: RequestSource) => number): number =>
      sources.reduce((total, source) => total + of(source), 0)
    this.lastUs = Math.max(...sources.map(source => source.lastUs))
    this.requests = sum(source => source.requests)
    this.reads = sum(source => source.reads)
    this.writes = sum(source => source.writes)
    this.readBytes = sum(source => source.readBytes)
    this.writeBytes = sum(source => source.writeBytes)
    this.hasResponses = sources.some(source => source.hasResponses)
    this.volumes = sources[0].volumes
    this.volumeRequests = new Float64Array(this.volumes.length)
    this.volumeEndBytes = new Float64Array(this.volumes.length)
    for (const source of sources) {
      source.volumeRequests.forEach((count, volume) => {
        this.volumeRequests[volume] += count
        this.volumeEndBytes[volume] = Math.max(
          this.volumeEndBytes[volume],
          source.volumeEndBytes[volume],
        )
      })
    }
    this.window = emptyWindow(this.hasResponses)
    this.restart()
  }

  next(): RequestBatch | null {
    const { window } = this
    window.count = 0
    while (window.count < windowRows) {
      const first = this.earliest()
      if (first === null) break
      this.take(first)
    }
    return window.count === 0 ? null : window
  }

  rewind(): void {
    for (const source of this.sources) source.rewind()
    this.restart()
  }

  close(): void {
    for (const source of this.sources) source.close()
  }

  private restart(): void {
    this.heads = this.sources.map(source => ({ source, batch: nextRows(source), row: 0 }))
  }

  private earliest(): Head | null {
    let first: Head | null = null
    let firstUs = Number.POSITIVE_INFINITY
    for (const head of this.heads) {
      if (head.batch === null) continue
      const atUs = head.batch.timeUs[head.row]
      if (atUs < firstUs) {
        first = head
        firstUs = atUs
      }
    }
    return first
  }

  private take(head: Head): void {
    const { window } = this
    const { batch, row } = head
    if (batch === null) return
    const at = window.count
    window.timeUs[at] = batch.timeUs[row]
    window.volume[at] = batch.volume[row]
    window.operation[at] = batch.operation[row]
    window.offsetLow[at] = batch.offsetLow[row]
    window.offsetHigh[at] = batch.offsetHigh[row]
    window.lengthBytes[at] = batch.lengthBytes[row]
    if (window.responseUs !== null) {
      window.responseUs[at] = batch.responseUs === null ? Number.NaN : batch.responseUs[row]
    }
    window.count = at + 1
    head.row = row + 1
    if (head.row < batch.count) return
    head.batch = nextRows(head.source)
    head.row = 0
  }
}

/** The next batch with a row in it. */
function nextRows(source: RequestSource): RequestBatch | null {
  let batch = source.next()
  while (batch !== null && batch.count === 0) batch = source.next()
  return batch
}

function emptyWindow(hasResponses: boolean): RequestBatch {
  return {
    count: 0,
    timeUs: new Float64Array(windowRows),
    volume: new Uint32Array(windowRows),
    operation: new Uint8Array(windowRows),
    offsetLow: new Uint32Array(windowRows),
    offsetHigh: new Uint32Array(windowRows),
    lengthBytes: new Uint32Array(windowRows),
    responseUs: hasResponses ? new Float64Array(windowRows) : null,
  }
}
