/** Times as Kubernetes has them in leases and events: always six digits after the second. */
import type { Timing } from './timing.js'

export function microTime(atUs: number): string {
  const wholeMs = Math.floor(atUs / 1000)
  const restUs = String(atUs - wholeMs * 1000).padStart(3, '0')
  return new Date(wholeMs).toISOString().replace('Z', `${restUs}Z`)
}

/** The wall clock, except that each time is later than the one before. */
export function risingClock(timing: Pick<Timing, 'nowUs'>): () => number {
  let lastUs = Number.NEGATIVE_INFINITY
  return () => {
    lastUs = Math.max(timing.nowUs(), lastUs + 1)
    return lastUs
  }
}
