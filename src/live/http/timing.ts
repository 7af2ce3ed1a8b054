/** The machine's own time and chance. */
import { setTimeout as later } from 'node:timers/promises'
import type { Timing } from '../../kubernetes/timing.js'

export type { Timing } from '../../kubernetes/timing.js'

export const systemTiming: Timing = {
  nowUs: () => Date.now() * 1000,
  monotonicUs: () => Math.floor(performance.now() * 1000),
  async sleep(durationUs, signal) {
    await later(Math.ceil(durationUs / 1000), undefined, signal === undefined ? {} : { signal })
  },
  chance: () => Math.random(),
}
