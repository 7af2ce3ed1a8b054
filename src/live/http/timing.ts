/** Time and chance as the clients of servers use them: handed in, so that tests own them. */
import { setTimeout as later } from 'node:timers/promises'

export interface Timing {
  /** The wall clock: integer microseconds since the Unix epoch. */
  nowUs(): number
  /** Microseconds of a clock that never goes back, for distances. */
  monotonicUs(): number
  sleep(durationUs: number): Promise<void>
  /** At least 0, below 1. */
  chance(): number
}

export const systemTiming: Timing = {
  nowUs: () => Date.now() * 1000,
  monotonicUs: () => Math.floor(performance.now() * 1000),
  async sleep(durationUs) {
    await later(Math.ceil(durationUs / 1000))
  },
  chance: () => Math.random(),
}
