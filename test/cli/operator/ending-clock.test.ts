import { describe, expect, it } from 'vitest'
import { EndingClock } from '../../../src/cli/operator/ending-clock.js'
import type { Clock } from '../../../src/ports.js'

/** A clock whose one sleep ends when the test says so, and how. */
function clockOf() {
  const sleeps: PromiseWithEnds[] = []
  const clock: Clock = {
    now: () => 7,
    sleepUntil: () => {
      const sleep = promiseWithEnds()
      sleeps.push(sleep)
      return sleep.promise
    },
  }
  return { clock: new EndingClock(clock), sleeps }
}

type How = 'time' | 'woken'

interface PromiseWithEnds {
  readonly promise: Promise<How>
  readonly end: (how: How) => void
  readonly fail: (error: Error) => void
}

function promiseWithEnds(): PromiseWithEnds {
  const ends: Pick<PromiseWithEnds, 'end' | 'fail'>[] = []
  const promise = new Promise<How>((end, fail) => ends.push({ end, fail }))
  return { promise, ...ends[0] }
}

/** What came of it once everything that was due is done. */
async function outcomeOf(sleeping: Promise<How>): Promise<string> {
  const later = new Promise<string>(resolve => setImmediate(() => resolve('sleeps')))
  return Promise.race([sleeping.catch((error: Error) => error.message), later])
}

describe('a clock that can be ended', () => {
  it('is the clock behind it, before', async () => {
    const { clock, sleeps } = clockOf()
    expect(clock.now()).toBe(7)
    const [first, second] = [clock.sleepUntil(1), clock.sleepUntil(2)]
    sleeps[0].end('woken')
    sleeps[1].fail(new Error('broken'))
    expect(await outcomeOf(first)).toBe('woken')
    expect(await outcomeOf(second)).toBe('broken')
  })

  it('ends no sleep any more, however the clock behind it ends one', async () => {
    const { clock, sleeps } = clockOf()
    const sleeping = [clock.sleepUntil(1), clock.sleepUntil(2)]
    clock.end()
    sleeps[0].end('time')
    sleeps[1].fail(new Error('the twin is gone'))
    for (const one of [...sleeping, clock.sleepUntil(3)])
      expect(await outcomeOf(one)).toBe('sleeps')
    expect(sleeps).toHaveLength(2)
  })
})
