/**
 * How long what failed waits until it is tried again: each key longer each time, and all of them
 * together no more often than a bucket allows, so that many failures at once are no storm.
 */
import type { Timing } from './timing.js'

const firstUs = 5_000
/** What cannot succeed until somebody changes something is not tried more often. */
export const longestRetryUs = 1_000_000_000
const burst = 100
const refillUs = 100_000

export class RetryDelays {
  private readonly failures = new Map<string, number>()
  private tokens = burst
  private countedUs: number

  constructor(private readonly timing: Pick<Timing, 'monotonicUs'>) {
    this.countedUs = timing.monotonicUs()
  }

  /** Microseconds until the next try of it; counts one more failure. */
  next(key: string): number {
    const failures = this.failures.get(key) ?? 0
    this.failures.set(key, failures + 1)
    return Math.max(Math.min(firstUs * 2 ** failures, longestRetryUs), this.reserveUs())
  }

  /** It succeeded, or it is not wanted any more. */
  forget(key: string): void {
    this.failures.delete(key)
  }

  /** Takes a token: one that is not there yet is waited for, behind those who wait already. */
  private reserveUs(): number {
    const nowUs = this.timing.monotonicUs()
    this.tokens = Math.min(burst, this.tokens + (nowUs - this.countedUs) / refillUs) - 1
    this.countedUs = nowUs
    return this.tokens >= 0 ? 0 : Math.ceil(-this.tokens * refillUs)
  }
}
