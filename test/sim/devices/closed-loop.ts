/** So many requests outstanding at one pool: each completion brings the next request. */
import type { Stations } from '../../../sim/devices/stations.js'

export interface ClosedLoop {
  readonly depth: number
  readonly requests: number
  readonly operation: number
  readonly bytes: number
  readonly isSequential: boolean
}

/** Requests a second that the pool completes. */
export function closedLoopIops(stations: Stations, pool: number, loop: ClosedLoop): number {
  const doneUs: number[] = []
  let offset = 0
  let lastUs = 0
  for (let request = 0; request < loop.requests; request++) {
    doneUs.sort((left, right) => left - right)
    const atUs = request < loop.depth ? 0 : (doneUs.shift() ?? 0)
    offset += loop.isSequential ? loop.bytes : 7919 * 4096
    const done = stations.visit(pool, loop.operation, loop.bytes, atUs, 0, offset)
    doneUs.push(done)
    lastUs = Math.max(lastUs, done)
  }
  return (loop.requests * 1_000_000) / lastUs
}
