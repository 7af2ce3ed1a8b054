/**
 * The clock port over the machine's clock: a wall clock that never goes back, and can be woken. One
 * that was set back is waited for at half the pace: time that stands lets no sleep end, and keeps a
 * window open.
 */
import type { Clock } from '../ports.js'
import type { Timing } from './http/timing.js'

export class LiveClock implements Clock {
  private latestUs = 0
  /** By the clock that nobody sets, when the latest instant was read. */
  private readUs = 0
  private sleeping: AbortController | null = null
  private isWoken = false

  constructor(private readonly timing: Pick<Timing, 'nowUs' | 'monotonicUs' | 'sleep'>) {}

  now(): number {
    const wallUs = this.timing.nowUs()
    const readUs = this.timing.monotonicUs()
    const isBehind = wallUs < this.latestUs
    const passedUs = Math.floor((readUs - this.readUs) / 2)
    // Halves of a microsecond add up.
    if (isBehind && passedUs <= 0) return this.latestUs
    this.latestUs = isBehind ? this.latestUs + passedUs : wallUs
    this.readUs = readUs
    return this.latestUs
  }

  async sleepUntil(untilUs: number): Promise<'time' | 'woken'> {
    for (;;) {
      if (this.isWoken) {
        this.isWoken = false
        return 'woken'
      }
      const leftUs = untilUs - this.now()
      if (leftUs <= 0) return 'time'
      // In pieces: a clock that is set forward ends a sleep as well.
      await this.nap(Math.min(leftUs, longestNapUs))
    }
  }

  /** Ends the sleep that runs, or the next one before it begins. */
  wake(): void {
    this.isWoken = true
    this.sleeping?.abort()
  }

  private async nap(durationUs: number): Promise<void> {
    const sleeping = new AbortController()
    this.sleeping = sleeping
    try {
      await this.timing.sleep(durationUs, sleeping.signal)
    } catch (error) {
      if (!sleeping.signal.aborted) throw error
    } finally {
      this.sleeping = null
    }
  }
}

const longestNapUs = 1_000_000
