/** The slowest of several waits, against what is known of it and against drawing it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stream } from '../../../sim/engine/stream.js'
import { slowestWaitUs } from '../../../sim/replay/slowest.js'

const share = fc.integer({ min: 1, max: 1000 }).map(perMille => perMille / 1000)
const meanUs = fc.integer({ min: 1, max: 1_000_000 })
const count = fc.integer({ min: 1, max: 24 })

describe('the slowest of several waits', () => {
  it('is the mean of one, grows with each more, and stays below their sum', () => {
    fc.assert(
      fc.property(count, meanUs, share, (many, mean, waiting) => {
        expect(slowestWaitUs(1, mean, waiting)).toBeCloseTo(mean, 6)
        const one = slowestWaitUs(many, mean, waiting)
        expect(slowestWaitUs(many + 1, mean, waiting)).toBeGreaterThan(one)
        expect(one).toBeLessThanOrEqual(many * mean * (1 + 1e-9))
      }),
    )
  })

  it('is the harmonic number of exponential waits when everybody waits', () => {
    // Rényi 1953: the largest of four has the mean 1 + 1/2 + 1/3 + 1/4.
    expect(slowestWaitUs(4, 12, 1)).toBeCloseTo(25, 9)
  })

  it('is nothing where nobody waits', () => {
    expect(slowestWaitUs(6, 0, 0)).toBe(0)
    expect(slowestWaitUs(6, 0, 0.5)).toBe(0)
  })

  it.each([
    [4, 0.3],
    [6, 0.7],
    [12, 0.05],
  ])('is what drawing %i waits gives, of whom a share of %d waits', (many, waiting) => {
    const draw = stream(17, `slowest ${many}`)
    const rounds = 200_000
    let sum = 0
    for (let round = 0; round < rounds; round++) {
      let largest = 0
      for (let one = 0; one < many; one++) {
        if (draw.integer(1_000_000) >= waiting * 1_000_000) continue
        largest = Math.max(largest, -Math.log((draw.integer(1 << 24) + 0.5) / (1 << 24)))
      }
      sum += largest
    }
    // Exponential with mean 1 where it waits: the mean of all is the share.
    expect(slowestWaitUs(many, waiting, waiting) / (sum / rounds)).toBeCloseTo(1, 1)
  })
})
