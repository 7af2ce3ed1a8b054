/**
 * What CONTRACT.md's `trace inspect` says of a trace, counted in one pass over its rows in time
 * order.
 */
import type { RequestBatch } from './batch.js'
import { operations } from './batch.js'
import { BlockSet } from './block-set.js'

export interface TraceSummary {
  readonly requests: number
  readonly reads: number | null
  readonly writes: number | null
  readonly others: number
  readonly readBytes: number | null
  readonly writeBytes: number | null
  readonly volumes: number
  readonly firstUs: number
  readonly lastUs: number
  readonly durationUs: number
  readonly uniqueBlocks4KiB: number | null
  /** A text above 2^53, where a number would not be exact. */
  readonly maxEndByte: number | string
  /** Null when there are too many different sizes to count each. */
  readonly sizeP99Bytes: number | null
  readonly peakIops1s: number
}

const secondUs = 1_000_000
/** Sizes that are told apart: a trace has few, and random bytes many. */
const mostSizes = 1_000_000

export class Summary {
  private reads = 0
  private writes = 0
  private unknown = 0
  private others = 0
  private readBytes = 0
  private writeBytes = 0
  private firstUs = Number.POSITIVE_INFINITY
  private lastUs = Number.NEGATIVE_INFINITY
  private maxEndHigh = 0
  private maxEndLow = 0
  private second = -1
  private inSecond = 0
  private peak = 0
  private readonly sizes = new Map<number, number>()
  private readonly blocks = new BlockSet()

  add(batch: RequestBatch): void {
    for (let row = 0; row < batch.count; row++) {
      const timeUs = batch.timeUs[row]
      const operation = batch.operation[row]
      if (timeUs < this.firstUs) this.firstUs = timeUs
      if (timeUs > this.lastUs) this.lastUs = timeUs
      if (operation === operations.other) {
        this.others += 1
        continue
      }
      const length = batch.lengthBytes[row]
      this.countOperation(operation, length)
      this.countSecond(Math.floor(timeUs / secondUs))
      this.countSize(length)
      this.end(batch.offsetHigh[row], batch.offsetLow[row] + length)
      this.blocks.touch(batch.volume[row], batch.offsetHigh[row], batch.offsetLow[row], length)
    }
  }

  result(volumes: number): TraceSummary {
    const requests = this.reads + this.writes + this.unknown
    const knows = this.unknown === 0
    const empty = this.firstUs > this.lastUs
    return {
      requests,
      reads: knows ? this.reads : null,
      writes: knows ? this.writes : null,
      others: this.others,
      readBytes: knows ? this.readBytes : null,
      writeBytes: knows ? this.writeBytes : null,
      volumes,
      firstUs: empty ? 0 : this.firstUs,
      lastUs: empty ? 0 : this.lastUs,
      durationUs: empty ? 0 : this.lastUs - this.firstUs,
      uniqueBlocks4KiB: this.blocks.size,
      maxEndByte: this.maxEnd(),
      sizeP99Bytes: this.sizeAt(requests),
      peakIops1s: Math.max(this.peak, this.inSecond),
    }
  }

  private countOperation(operation: number, length: number): void {
    if (operation === operations.read) {
      this.reads += 1
      this.readBytes += length
    } else if (operation === operations.write) {
      this.writes += 1
      this.writeBytes += length
    } else {
      this.unknown += 1
    }
  }

  private countSize(length: number): void {
    if (this.sizes.size > mostSizes) return
    this.sizes.set(length, (this.sizes.get(length) ?? 0) + 1)
  }

  private countSecond(second: number): void {
    if (second === this.second) {
      this.inSecond += 1
      return
    }
    this.peak = Math.max(this.peak, this.inSecond)
    this.second = second
    this.inSecond = 1
  }

  private end(high: number, low: number): void {
    const carry = Math.floor(low / 4_294_967_296)
    const endHigh = high + carry
    const endLow = low - carry * 4_294_967_296
    if (endHigh < this.maxEndHigh) return
    if (endHigh === this.maxEndHigh && endLow <= this.maxEndLow) return
    this.maxEndHigh = endHigh
    this.maxEndLow = endLow
  }

  private maxEnd(): number | string {
    const number = this.maxEndHigh * 4_294_967_296 + this.maxEndLow
    if (number <= Number.MAX_SAFE_INTEGER) return number
    return String(BigInt(this.maxEndHigh) * 4_294_967_296n + BigInt(this.maxEndLow))
  }

  /** The smallest size with at least 99 % of requests at or below it. */
  private sizeAt(requests: number): number | null {
    if (this.sizes.size > mostSizes) return null
    const wanted = Math.ceil((requests * 99) / 100)
    let seen = 0
    const bySize = [...this.sizes].sort((a, b) => a[0] - b[0])
    for (const [size, count] of bySize) {
      seen += count
      if (seen >= wanted) return size
    }
    return 0
  }
}
