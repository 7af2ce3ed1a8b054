/**
 * Requests that were sent and are not counted yet. Rows are sent in blocks and counted after, so
 * that both loops stay short enough for the machine to run ahead of itself.
 */
export const blockRows = 64

/** Latency of a request that is lost. */
export const givenUp = Number.POSITIVE_INFINITY

export class Answers {
  count = 0
  readonly volume = new Int32Array(blockRows)
  readonly operation = new Int32Array(blockRows)
  /** The slowest pool that served it, or -1 where no replica could take it. */
  readonly pool = new Int32Array(blockRows)
  readonly bytes = new Float64Array(blockRows)
  readonly atUs = new Float64Array(blockRows)
  readonly latencyUs = new Float64Array(blockRows)

  add(
    volume: number,
    operation: number,
    pool: number,
    bytes: number,
    atUs: number,
    latencyUs: number,
  ): void {
    const { count } = this
    this.volume[count] = volume
    this.operation[count] = operation
    this.pool[count] = pool
    this.bytes[count] = bytes
    this.atUs[count] = atUs
    this.latencyUs[count] = latencyUs
    this.count = count + 1
  }
}
