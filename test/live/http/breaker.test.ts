import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Breaker } from '../../../src/live/http/breaker.js'
import { TestTiming } from '../servers.js'

const settings = { failuresToOpen: 3, firstPauseUs: 1_000_000, longestPauseUs: 4_000_000 }

function broken(timing: TestTiming): Breaker {
  const breaker = new Breaker(timing, settings)
  for (let failure = 0; failure < 3; failure++) breaker.failed()
  return breaker
}

describe('a breaker', () => {
  it('opens at the failures in a row that are set, not before', () => {
    const breaker = new Breaker(new TestTiming(), settings)
    breaker.failed()
    breaker.failed()
    expect(breaker.admit()).toBeNull()
    breaker.succeeded()
    breaker.failed()
    breaker.failed()
    expect(breaker.admit()).toBeNull()
    breaker.failed()
    expect(breaker.admit()).toBe(750_000)
  })

  it('lets one through after the pause, and all once that one came back', () => {
    const timing = new TestTiming()
    const breaker = broken(timing)
    timing.atUs += 749_999
    expect(breaker.admit()).toBe(1)
    timing.atUs += 1
    expect(breaker.admit()).toBeNull()
    expect(breaker.admit()).toBe(2_000_000)
    breaker.succeeded()
    expect(breaker.admit()).toBeNull()
    expect(breaker.admit()).toBeNull()
  })

  it('tells when it opens and when it closes, each time once', () => {
    const turns: boolean[] = []
    const breaker = new Breaker(new TestTiming(), settings, isOpen => turns.push(isOpen))
    breaker.succeeded()
    for (let failure = 0; failure < 5; failure++) breaker.failed()
    expect(turns).toEqual([true])
    breaker.succeeded()
    breaker.succeeded()
    expect(turns).toEqual([true, false])
  })

  it('doubles its pause up to the longest, and begins anew after a success', () => {
    const timing = new TestTiming()
    const breaker = broken(timing)
    const pauses = [0, 1, 2, 3].map(() => {
      const pauseUs = breaker.admit() ?? 0
      timing.atUs += pauseUs
      expect(breaker.admit()).toBeNull()
      breaker.failed()
      return pauseUs
    })
    expect(pauses).toEqual([750_000, 1_500_000, 3_000_000, 3_000_000])
    breaker.succeeded()
    for (let failure = 0; failure < 3; failure++) breaker.failed()
    expect(breaker.admit()).toBe(750_000)
  })

  it('pauses between half of its pause and all of it', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), chance => {
        const timing = new TestTiming()
        timing.chances = chance
        const pauseUs = broken(timing).admit() ?? 0
        expect(pauseUs).toBe(Math.floor(500_000 + 500_000 * chance))
      }),
    )
  })
})
