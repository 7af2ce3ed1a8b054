/** How the twin's clock goes: by hand, free, or so many times as fast as the real one. */
import type { OutsideClock, Pace } from '../../../sim/wire/outside-clock.js'
import { usage } from '../usage.js'

export interface Speed {
  readonly pace: Pace
  /** Virtual seconds a second; 1 where it is not paced. */
  readonly times: number
  readonly says: string
}

const fastest = 1_000_000

export function parseSpeed(text: string): Speed {
  if (text === 'manual') return { pace: 'by-hand', times: 1, says: 'clock moved by hand' }
  if (text === 'max') return { pace: 'free', times: 1, says: 'clock as fast as parties sleep' }
  const times = /^\d{1,7}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0
  if (times <= 0 || times > fastest) {
    throw usage(`--speed is ${JSON.stringify(text)}`, 'give a number above 0, max or manual')
  }
  return { pace: 'paced', times, says: times === 1 ? 'clock in real time' : `clock × ${times}` }
}

const tickMs = 20

/** Carries the twin's clock along with the real one until it is told to stop. */
export function follow(clock: OutsideClock, { pace, times }: Speed): () => void {
  if (pace !== 'paced') return () => {}
  let lastMs = performance.now()
  let timer: NodeJS.Timeout | null = null
  let isOver = false
  const tick = async (): Promise<void> => {
    const nowMs = performance.now()
    const passedUs = Math.floor((nowMs - lastMs) * 1000 * times)
    // What is less than a microsecond passes with the next tick.
    lastMs += passedUs / (1000 * times)
    await clock.elapse(passedUs)
    if (!isOver) timer = setTimeout(tick, tickMs)
  }
  timer = setTimeout(tick, tickMs)
  return () => {
    isOver = true
    if (timer !== null) clearTimeout(timer)
  }
}
