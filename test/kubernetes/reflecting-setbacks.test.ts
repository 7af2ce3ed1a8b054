import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/kubernetes/api.js'
import {
  begin,
  bookmark,
  failure,
  type OpenWatch,
  objectOf,
  pageOf,
  refusal,
  second,
  set,
  settled,
  type VirtualTiming,
} from './scripted.js'

describe('a watch that says nothing', () => {
  it('for 180 s is given up for a new list', async () => {
    const { timing, api, reflecting } = begin()
    await timing.pass(100 * second)
    const first = api.watched
    first.emit(bookmark)
    await timing.pass(180 * second - 1)
    expect([api.lists.length, first.signal.aborted]).toEqual([1, false])
    await timing.pass(1)
    expect(api.lists.map(({ atUs }) => atUs)).toEqual([0, 280 * second])
    expect([first.signal.aborted, reflecting.lists()]).toEqual([true, 2])
    expect(api.watched.request.version).toBe('listed')
    first.emit(set(objectOf('late', 'v9')))
    expect(reflecting.objects()).toEqual(new Map())
    await reflecting.stop()
  })

  it.each([
    { what: 'were refused', answer: () => refusal(503) },
    { what: 'ended by an error', answer: brokenWatch },
    { what: 'ended as asked', answer: emptyWatch },
  ])('is one with the watches before it, which $what', async ({ answer }) => {
    const { timing, api, reflecting } = begin()
    api.answerWatch = emit => answer(emit, timing)
    await timing.pass(179 * second)
    expect(api.lists).toHaveLength(1)
    await timing.pass(32 * second)
    expect(api.lists).toHaveLength(2)
    await reflecting.stop()
  })
})

function brokenWatch(emit: OpenWatch['emit']): null {
  emit({ type: 'ERROR', status: 500, message: 'no' })
  return null
}

async function emptyWatch(_: unknown, timing: VirtualTiming): Promise<Answer<null>> {
  await timing.sleep(20 * second)
  return { kind: 'answered', value: null }
}

describe('what a setback costs', () => {
  it('is a pause below a bound that doubles from 0.8 to 30 s', async () => {
    const chance = fc.double({ min: 0.01, max: 1, maxExcluded: true, noNaN: true })
    const property = fc.asyncProperty(chance, async chances => {
      const { timing, api, reflecting } = begin()
      timing.chances = chances
      api.answerList = () => failure('nobody is there')
      await timing.pass(120 * second)
      const times = api.lists.map(({ atUs }) => atUs)
      const pauses = times.slice(1).map((atUs, index) => atUs - (times[index] ?? 0))
      const bounds = [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]
      const known = pauses.slice(0, bounds.length)
      expect(known).toEqual(
        bounds.slice(0, known.length).map(bound => Math.floor(bound * second * chances)),
      )
      expect(known.length).toBeGreaterThanOrEqual(6)
      await reflecting.stop()
    })
    await fc.assert(property, { numRuns: 20 })
  })

  it.each([
    { healthySeconds: 119, pause: 1.6 },
    { healthySeconds: 120, pause: 0.4 },
  ])('is forgotten after $healthySeconds s of health or not', async test => {
    const { timing, api, reflecting } = begin()
    let left = 2
    api.answerList = () => (left-- > 0 ? failure('nobody is there') : pageOf([]))
    await timing.pass(second * 1.2)
    expect(api.watches).toHaveLength(1)
    await timing.pass(60 * second)
    api.watched.emit(bookmark)
    await timing.pass((test.healthySeconds - 60) * second)
    api.watched.emit(bookmark)
    const cutUs = timing.monotonicUs()
    api.watched.end(failure('cut off'))
    await timing.pass(5 * second)
    expect(api.watched.atUs - cutUs).toBe(test.pause * second)
    await reflecting.stop()
  })

  it('is not forgotten after health that a setback divides', async () => {
    const { timing, api, reflecting } = begin()
    const pauses: number[] = []
    await timing.pass(0)
    for (let cut = 0; cut < 4; cut++) {
      api.watched.emit(bookmark)
      await timing.pass(70 * second)
      api.watched.emit(bookmark)
      const cutUs = timing.monotonicUs()
      api.watched.end(failure('cut off'))
      await timing.pass(30 * second)
      pauses.push(api.watched.atUs - cutUs)
    }
    expect(pauses).toEqual([0.4, 0.8, 1.6, 3.2].map(pause => pause * second))
    await reflecting.stop()
  })

  it.each([
    { asked: 7, paused: 7 },
    { asked: 0.1, paused: 0.4 },
  ])('is at least the $asked s that the server asks for', async ({ asked, paused }) => {
    const { timing, api, reflecting } = begin()
    const answers = [refusal(429, asked * second), pageOf([])]
    api.answerList = () => answers.shift() ?? pageOf([])
    await timing.pass(10 * second)
    expect(api.lists.map(({ atUs }) => atUs)).toEqual([0, paused * second])
    await reflecting.stop()
  })

  it('is a list at once where we know too little, and pauses where that is no help', async () => {
    const { timing, api, reflecting } = begin()
    api.answerWatch = () => refusal(410)
    await timing.pass(0)
    expect(api.lists.map(({ atUs }) => atUs)).toEqual([0, 0])
    await timing.pass(1.2 * second)
    expect(api.lists.map(({ atUs }) => atUs)).toEqual([0, 0, 0.4 * second, 1.2 * second])
    await reflecting.stop()
  })

  it('is a list at once again after 120 s of health, if the server lets us', async () => {
    const { timing, api, reflecting } = begin()
    await timing.pass(0)
    for (const retryAfterUs of [null, null, 5 * second]) {
      for (let minute = 0; minute < 3; minute++) {
        api.watched.emit(bookmark)
        await timing.pass(60 * second)
      }
      api.watched.end(refusal(410, retryAfterUs))
      await timing.pass(10 * second)
    }
    expect(api.lists.map(({ atUs }) => atUs)).toEqual([0, 180, 370, 565].map(at => at * second))
    await reflecting.stop()
  })

  it('is nothing for one watch that is told within it to list anew', async () => {
    const { timing, api, reflecting } = begin()
    await timing.pass(second)
    const first = api.watched
    first.emit({ type: 'ERROR', status: 410, message: 'too old' })
    await settled()
    expect([first.signal.aborted, api.watches.length]).toEqual([true, 2])
    expect(api.lists.map(({ atUs }) => atUs)).toEqual([0, second])
    await reflecting.stop()
  })

  it('is a pause after watches that end at once', async () => {
    const { timing, api, reflecting } = begin()
    api.answerWatch = () => ({ kind: 'answered', value: null })
    await timing.pass(second)
    expect(api.watches.map(({ atUs }) => atUs)).toEqual([0, 0.4 * second])
    await reflecting.stop()
  })
})
