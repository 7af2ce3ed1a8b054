import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LiveClock } from '../../src/live/clock.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { TestTiming } from './servers.js'

const second = 1_000_000

describe('the clock of a live operator', () => {
  const jump = fc.integer({ min: -3600 * second, max: 3600 * second })
  const sleeps = fc.array(fc.integer({ min: 0, max: 90 * second }), { minLength: 1, maxLength: 8 })

  it('never goes back nor wakes early, however often it is set between naps', async () => {
    const property = fc.asyncProperty(fc.array(jump), sleeps, async (jumps, durationsUs) => {
      const timing = new TestTiming()
      const { sleep } = timing
      timing.sleep = async durationUs => {
        await sleep.call(timing, durationUs)
        timing.atUs += jumps.pop() ?? 0
      }
      const clock = new LiveClock(timing)
      for (const durationUs of durationsUs) {
        const untilUs = clock.now() + durationUs
        expect(await clock.sleepUntil(untilUs)).toBe('time')
        const readUs = clock.now()
        expect(readUs).toBeGreaterThanOrEqual(untilUs)
        timing.atUs += jumps.pop() ?? 0
        expect(clock.now()).toBeGreaterThanOrEqual(readUs)
      }
    })
    await fc.assert(property, { numRuns: 50 })
  })

  it('sleeps until its instant, in naps', async () => {
    const timing = new TestTiming()
    const clock = new LiveClock(timing)
    const beganUs = clock.now()
    expect(await clock.sleepUntil(beganUs + 2.5 * second)).toBe('time')
    expect(timing.slept).toEqual([second, second, second / 2])
    expect(await clock.sleepUntil(beganUs)).toBe('time')
  })

  it('never goes back, and a sleep ends when it is set forward', async () => {
    const timing = new TestTiming()
    const clock = new LiveClock(timing)
    const beganUs = clock.now()
    timing.atUs -= 3600 * second
    expect(clock.now()).toBe(beganUs)
    const { sleep } = timing
    timing.sleep = async durationUs => {
      await sleep.call(timing, durationUs)
      timing.atUs = beganUs + 7200 * second
    }
    expect(await clock.sleepUntil(beganUs + 3600 * second)).toBe('time')
    expect(timing.slept).toHaveLength(1)
  })

  it('is woken in its sleep, once', async () => {
    const clock = new LiveClock(systemTiming)
    const sleeping = clock.sleepUntil(clock.now() + 60 * second)
    clock.wake()
    expect(await sleeping).toBe('woken')
    expect(await clock.sleepUntil(clock.now() + 1000)).toBe('time')
  })

  it('is woken before its sleep, too', async () => {
    const clock = new LiveClock(new TestTiming())
    clock.wake()
    expect(await clock.sleepUntil(clock.now() + 60 * second)).toBe('woken')
  })
})
