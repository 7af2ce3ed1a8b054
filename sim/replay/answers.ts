/**
 * Requests that were sent and are not counted yet. Rows are sent in blocks and counted after, so
 * that both loops stay short enough for the machine to run ahead of itself.
 */
export const blockRows = 64

/** Latency of a request that is lost. */
export const givenUp = Number.POSITIVE_INFINITY

/** Cells of one answer, a cache line of the one array. The first is its volume. */
export const answerCells = 8
/** 2 × pool + operation. The pool is the slowest that served it, -1 where none could. */
export const answeredSide = 1
export const answeredBytes = 2
/** When it came to the pools. */
export const answeredAt = 3
export const answeredLatency = 4

const stride = answerCells
const sideCell = answeredSide
const bytesCell = answeredBytes
const atCell = answeredAt
const latencyCell = answeredLatency

export class Answers {
  readonly cells = new Float64Array(blockRows * answerCells)
  /** The cells that are taken. */
  end = 0

  add(volume: number, side: number, bytes: number, atUs: number, latencyUs: number): void {
    const { cells, end } = this
    cells[end] = volume
    cells[end + sideCell] = side
    cells[end + bytesCell] = bytes
    cells[end + atCell] = atUs
    cells[end + latencyCell] = latencyUs
    this.end = end + stride
  }
}
