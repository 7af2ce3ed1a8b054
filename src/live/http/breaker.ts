/**
 * A circuit breaker: after some failures in a row a server is left alone for a while, then asked
 * once; each further failure doubles the pause. Pauses have jitter, so that replicas of the
 * operator do not come back all at once.
 */
import type { Timing } from './timing.js'

export interface BreakerSettings {
  readonly failuresToOpen: number
  readonly firstPauseUs: number
  readonly longestPauseUs: number
}

export const usualBreaker: BreakerSettings = {
  failuresToOpen: 5,
  firstPauseUs: 2_000_000,
  longestPauseUs: 30_000_000,
}

export class Breaker {
  private failures = 0
  private pauseUs: number
  private openUntilUs: number | null = null
  private isProbing = false

  constructor(
    private readonly timing: Pick<Timing, 'monotonicUs' | 'chance'>,
    private readonly settings: BreakerSettings = usualBreaker,
    /** Told whenever it opens or closes. */
    private readonly onTurn: (isOpen: boolean) => void = () => {},
  ) {
    this.pauseUs = settings.firstPauseUs
  }

  /**
   * Null: ask. Else how long it stays open. One caller is let through after the pause; the others
   * wait until that one has told how it went.
   */
  admit(): number | null {
    if (this.openUntilUs === null) return null
    const leftUs = this.openUntilUs - this.timing.monotonicUs()
    if (leftUs > 0) return leftUs
    if (this.isProbing) return this.pauseUs
    this.isProbing = true
    return null
  }

  succeeded(): void {
    if (this.openUntilUs !== null) this.onTurn(false)
    this.failures = 0
    this.pauseUs = this.settings.firstPauseUs
    this.openUntilUs = null
    this.isProbing = false
  }

  failed(): void {
    this.failures += 1
    if (this.failures < this.settings.failuresToOpen) return
    if (this.openUntilUs === null) this.onTurn(true)
    // Half of the pause is certain, half is drawn.
    const drawnUs = this.pauseUs / 2 + (this.pauseUs / 2) * this.timing.chance()
    this.openUntilUs = this.timing.monotonicUs() + Math.floor(drawnUs)
    this.pauseUs = Math.min(this.pauseUs * 2, this.settings.longestPauseUs)
    this.isProbing = false
  }
}
