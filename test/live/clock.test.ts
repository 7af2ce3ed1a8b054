import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LiveClock } from '../../src/live/clock.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { TestTiming } from './servers.js'

const second = 1_000_000

/** Its wall clock can be set; the other one goes on. */
class SetTiming extends TestTiming {
  aheadUs = 0

  override nowUs(): number {
    return this.atUs + this.aheadUs
  }
}

describe('the clock of a live operator', () => {
  const jump = fc.integer({ min: -3600 * second, max: 3600 * second })
  const sleeps = fc.array(fc.integer({ min: 0, max: 90 * second }), { minLength: 1, maxLength: 8 })

  it('never goes back nor wakes early, and never stands, however often it is set', async () => {
    const property = fc.asyncProperty(fc.array(jump), sleeps, async (jumps, durationsUs) => {
      const timing = new SetTiming()
      const { sleep } = timing
      timing.sleep = async durationUs => {
        await sleep.call(timing, durationUs)
        timing.aheadUs += jumps.pop() ?? 0
      }
      const clock = new LiveClock(timing)
      for (const durationUs of durationsUs) {
        const untilUs = clock.now() + durationUs
        const beganUs = timing.atUs
        expect(await clock.sleepUntil(untilUs)).toBe('time')
        const readUs = clock.now()
        expect(readUs).toBeGreaterThanOrEqual(untilUs)
        // One that was set back is waited for at half the pace, in whole microseconds.
        const mostUs = 2 * durationUs + timing.slept.length
        expect(timing.atUs - beganUs).toBeLessThanOrEqual(mostUs)
        timing.aheadUs += jumps.pop() ?? 0
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

  it('a sleep ends when it is set forward', async () => {
    const timing = new SetTiming()
    const clock = new LiveClock(timing)
    const beganUs = clock.now()
    timing.sleep = async () => {
      timing.aheadUs = 7200 * second
    }
    expect(await clock.sleepUntil(beganUs + 3600 * second)).toBe('time')
    expect(clock.now()).toBe(beganUs + 7200 * second)
  })

  it('goes on at half the pace while it waits for one that was set back', () => {
    const timing = new SetTiming()
    const clock = new LiveClock(timing)
    const beganUs = clock.now()
    timing.aheadUs = -3600 * second
    expect(clock.now()).toBe(beganUs)
    timing.atUs += 60 * second
    expect(clock.now()).toBe(beganUs + 30 * second)
    timing.atUs += 7140 * second
    expect(clock.now()).toBe(beganUs + 3600 * second)
    timing.atUs += second
    expect(clock.now()).toBe(beganUs + 3601 * second)
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
