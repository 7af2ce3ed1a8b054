/**
 * A clock whose sleeps end no more once it is ended itself: a loop that goes on for ever has no
 * other way to hear that it is over.
 */
import type { Clock } from '../../ports.js'

export class EndingClock implements Clock {
  private isEnded = false

  constructor(private readonly clock: Clock) {}

  now(): number {
    return this.clock.now()
  }

  async sleepUntil(untilUs: number): Promise<'time' | 'woken'> {
    if (this.isEnded) return never()
    try {
      const how = await this.clock.sleepUntil(untilUs)
      return this.isEnded ? never() : how
    } catch (error) {
      // Whoever is ended may leave a clock that is asked for this very sleep.
      if (this.isEnded) return never()
      throw error
    }
  }

  /** No sleep that runs comes to its end, and none that is begun. */
  end(): void {
    this.isEnded = true
  }
}

function never(): Promise<never> {
  return new Promise(() => {})
}
