import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WorkOutcome } from '../../src/kubernetes/work-queue.js'
import { again, begin, done, type Tried } from './queueing.js'
import { second } from './scripted.js'

const keys = ['a', 'b', 'c'] as const
const trials = fc.array(
  fc.record({ lastsUs: fc.integer({ min: 1, max: 5 * second }), fails: fc.boolean() }),
  { minLength: 1, maxLength: 8 },
)
const plans = fc.record({ a: trials, b: trials, c: trials })
const additions = fc.array(
  fc.record({ key: fc.constantFrom(...keys), pauseUs: fc.nat(4 * second) }),
  { maxLength: 30 },
)

describe('whatever is added, and whatever becomes of it', () => {
  it('is tried when a simple model says', async () => {
    let retried = 0
    const property = fc.asyncProperty(plans, additions, async (plan, all) => {
      const { queue, timing, tried } = begin(keys.length, (key, nth) => trialOf(plan, key, nth))
      const adds: { key: string; atUs: number }[] = []
      for (const { key, pauseUs } of all) {
        await timing.pass(pauseUs)
        adds.push({ key, atUs: timing.monotonicUs() })
        queue.add(key)
      }
      await timing.pass(1000 * second)
      for (const key of keys) {
        const own = adds.filter(one => one.key === key).map(one => one.atUs)
        const expected = modelOf(own, nth => trialOf(plan, key, nth))
        expect(tried.filter(one => one.key === key).map(one => one.atUs)).toEqual(expected)
        retried += Math.max(0, expected.length - own.length)
      }
      expect(queue.state()).toEqual({ depth: 0, unfinishedUs: 0, longestUs: 0 })
    })
    await fc.assert(property, { numRuns: 100 })
    expect(retried).toBeGreaterThan(100)
  })

  it('is worked on by one at a time, of no more than the workers, and waited for', async () => {
    const property = fc.asyncProperty(
      plans,
      additions,
      fc.integer({ min: 1, max: 3 }),
      async (plan, all, workers) => {
        const { queue, timing, tried } = begin(workers, (key, nth) => trialOf(plan, key, nth))
        const waits: { key: string; atUs: number; untilUs: number | null }[] = []
        for (const { key, pauseUs } of all) {
          await timing.pass(pauseUs)
          queue.add(key)
          const wait: (typeof waits)[number] = { key, atUs: timing.monotonicUs(), untilUs: null }
          waits.push(wait)
          void queue.whenTried().then(() => {
            wait.untilUs = timing.monotonicUs()
          })
        }
        await timing.pass(1000 * second)
        expect(mostAtOnce(tried)).toBeLessThanOrEqual(workers)
        for (const key of keys) {
          expect(mostAtOnce(tried.filter(one => one.key === key))).toBeLessThanOrEqual(1)
        }
        for (const { key, atUs, untilUs } of waits) {
          const next = tried.find(one => one.key === key && one.atUs >= atUs)
          expect(untilUs).not.toBeNull()
          expect(untilUs).toBeGreaterThanOrEqual(next?.untilUs ?? Number.POSITIVE_INFINITY)
        }
      },
    )
    await fc.assert(property, { numRuns: 100 })
  })
})

type Trial = { readonly lastsUs: number; readonly outcome: WorkOutcome }
type Plan = Record<string, readonly { readonly lastsUs: number; readonly fails: boolean }[]>

/** After its plan each key succeeds. */
function trialOf(plan: Plan, key: string, nth: number): Trial {
  const { lastsUs, fails } = plan[key]?.[nth] ?? { lastsUs: 1, fails: false }
  return { lastsUs, outcome: fails ? again() : done }
}

/** When one key is tried that has a worker for itself: a key is idle, worked on, or waits. */
function modelOf(adds: readonly number[], trial: (nth: number) => Trial): readonly number[] {
  const begun: number[] = []
  const left = [...adds]
  let failures = 0
  let nextUs = left.shift() ?? null
  while (nextUs !== null) {
    const { lastsUs, outcome } = trial(begun.length)
    begun.push(nextUs)
    // What is added at the instant of its end comes after that.
    const endUs: number = nextUs + lastsUs
    const meanwhile = left.filter(atUs => atUs < endUs).length
    left.splice(0, meanwhile)
    const retryUs: number = endUs + 5000 * 2 ** failures
    failures = outcome.kind === 'done' ? 0 : failures + (meanwhile === 0 ? 1 : 0)
    const addedUs: number = left[0] ?? Number.POSITIVE_INFINITY
    const dueUs: number = outcome.kind === 'again' ? retryUs : Number.POSITIVE_INFINITY
    nextUs = meanwhile > 0 ? endUs : Math.min(dueUs, addedUs)
    if (meanwhile === 0 && addedUs < dueUs) left.shift()
    if (nextUs === Number.POSITIVE_INFINITY) nextUs = null
  }
  return begun
}

function mostAtOnce(tried: readonly Tried[]): number {
  const atBegin = tried.map(({ atUs }, place) => {
    return tried.filter((one, other) => {
      return one.atUs <= atUs && (one.untilUs ?? Number.POSITIVE_INFINITY) > atUs && other <= place
    }).length
  })
  return Math.max(0, ...atBegin)
}

describe('a retry', () => {
  it('waits 5 ms, then twice as long each time, up to 1000 s', async () => {
    const { queue, timing, tried } = begin(1, () => ({ lastsUs: 0, outcome: again() }))
    queue.add('a')
    await timing.pass(5000 * second)
    const waited = tried.slice(1).map(({ atUs }, nth) => atUs - (tried[nth]?.atUs ?? 0))
    expect(waited.slice(0, 4)).toEqual([5000, 10_000, 20_000, 40_000])
    expect(waited[17]).toBe(5000 * 2 ** 17)
    expect(waited.slice(18)).toEqual([1000 * second, 1000 * second, 1000 * second])
  })

  it('waits 5 ms again after a success', async () => {
    const outcomes = [again(), again(), done, again()]
    const { queue, timing, tried } = begin(1, (_, nth) => ({
      lastsUs: 0,
      outcome: outcomes[nth] ?? done,
    }))
    queue.add('a')
    await timing.pass(second)
    queue.add('a')
    await timing.pass(second)
    expect(tried.map(({ atUs }) => atUs)).toEqual([0, 5000, 15_000, second, second + 5000])
  })

  it('waits as long as a server asks and up to a tenth more', async () => {
    const { queue, timing, tried } = begin(1, (_, nth) => ({
      lastsUs: 0,
      outcome: nth === 0 ? again(7 * second) : done,
    }))
    timing.chances = 0.5
    queue.add('a')
    await timing.pass(100 * second)
    expect(tried.map(({ atUs }) => atUs)).toEqual([0, 7.35 * second])
  })

  it('takes a token of a hundred, of which ten come back each second', async () => {
    const { queue, timing, tried } = begin(200, (_, nth) => ({
      lastsUs: 0,
      outcome: nth === 0 ? again() : done,
    }))
    for (let nth = 0; nth < 120; nth++) queue.add(`key ${nth}`)
    await timing.pass(0)
    expect(tried).toHaveLength(120)
    await timing.pass(5000)
    expect(tried).toHaveLength(220)
    await timing.pass(second - 5000)
    expect(tried).toHaveLength(230)
    await timing.pass(second)
    expect(tried).toHaveLength(240)
  })

  it('is tried at once where it is added or hurried, and not again when it was due', async () => {
    const { queue, timing, tried } = begin(2, (_, nth) => ({
      lastsUs: 0,
      outcome: nth === 0 ? again(9 * second) : done,
    }))
    queue.add('a')
    queue.add('b')
    await timing.pass(second)
    queue.add('a')
    await timing.pass(second)
    queue.hurry()
    await timing.pass(100 * second)
    const times = tried.map(({ key, atUs }) => [key, atUs])
    expect(times).toEqual([
      ['a', 0],
      ['b', 0],
      ['a', second],
      ['b', 2 * second],
    ])
  })
})

describe('a queue', () => {
  it('tells how much there is to do, and how long that lasts', async () => {
    const { queue, timing, told } = begin(1, () => ({ lastsUs: 3 * second, outcome: done }))
    queue.add('a')
    queue.add('b')
    queue.add('b')
    await timing.pass(2 * second)
    expect(queue.state()).toEqual({
      depth: 1,
      unfinishedUs: 2 * second,
      longestUs: 2 * second,
    })
    await timing.pass(10 * second)
    expect(told).toEqual([
      ['added'],
      ['begun', 0],
      ['added'],
      ['ended', 3 * second],
      ['begun', 3 * second],
      ['ended', 3 * second],
    ])
  })

  it('begins nothing once it is closed, sleeps no more, and lets nobody wait', async () => {
    const { queue, timing, tried } = begin(1, key => ({
      lastsUs: key === 'fails' ? 0 : second,
      outcome: again(),
    }))
    queue.add('fails')
    await timing.pass(0)
    queue.add('under way')
    queue.add('to come')
    const waited = queue.whenTried()
    queue.close()
    await waited
    queue.add('late')
    await timing.pass(100 * second)
    expect(tried.map(({ key }) => key)).toEqual(['fails', 'under way'])
    expect([timing.sleeping, queue.state().depth]).toEqual([0, 0])
  })
})
