/**
 * Requests that are sent together: all are admitted, then make their visits, then are settled and
 * counted, each step in a short loop that calls nothing, so that the machine runs ahead of itself.
 * Here is what one step knows of a request and a later one needs. There is one block for all
 * replays, because a block lives no longer than one call, and because the compiler knows the places
 * of arrays that are made once. An index that is masked needs no check.
 */

/** Requests of one block at the most. */
export const blockRows = 128
export const rowMask = blockRows - 1
/** Visits that most requests make at the most; those that make more are looked at once more. */
export const usualWidth = 3
const mostVisits = 16 * blockRows
export const visitMask = mostVisits - 1

export const volumeOf = new Int32Array(blockRows)
/** 2 × pool + operation. The pool is the slowest that served it, -1 where none could. */
export const sideOf = new Int32Array(blockRows)
export const bytesOf = new Float64Array(blockRows)
/** When it came to the pools. */
export const atUsOf = new Float64Array(blockRows)
/** When the last of its visits is done. */
export const doneUsOf = new Float64Array(blockRows)
/** Infinity where it is lost. */
export const latencyUsOf = new Float64Array(blockRows)
/** Its row in the batch. */
export const rowOf = new Int32Array(blockRows)
/**
 * Its number among the requests of its volume since that was idle; from the crowd on, the slot that
 * it holds.
 */
export const seatOf = new Int32Array(blockRows)
/** When those before it leave their slots. */
export const beforeUsOf = new Float64Array(blockRows)
/** How many visits it makes. */
export const widthOf = new Int32Array(blockRows)

/** The visits of all, in their order: the request above its pool. */
export const poolBits = 16
export const visits = new Int32Array(mostVisits)
export const visitDoneUs = new Float64Array(mostVisits)
