/** The queue against a sorted list. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { EventQueue } from '../../../sim/engine/event-queue.js'

it('gives events back by time, and in their order where times are equal', () => {
  const times = fc.array(fc.nat(20), { maxLength: 300 })
  fc.assert(
    fc.property(times, at => {
      const queue = new EventQueue()
      for (const [payload, timeUs] of at.entries()) queue.push(timeUs, payload)
      const wanted = at
        .map((timeUs, payload) => ({ timeUs, payload }))
        .sort((a, b) => a.timeUs - b.timeUs || a.payload - b.payload)
      for (const { timeUs, payload } of wanted) {
        expect(queue.firstUs).toBe(timeUs)
        expect(queue.pop()).toBe(payload)
      }
      expect([queue.length, queue.firstUs]).toEqual([0, Number.POSITIVE_INFINITY])
    }),
  )
})

it('keeps its order while events come and go', () => {
  const steps = fc.array(fc.option(fc.nat(50)), { maxLength: 200 })
  fc.assert(
    fc.property(steps, all => {
      const queue = new EventQueue()
      const model: { readonly timeUs: number; readonly payload: number }[] = []
      for (const [payload, step] of all.entries()) {
        if (step !== null) {
          queue.push(step, payload)
          model.push({ timeUs: step, payload })
          model.sort((a, b) => a.timeUs - b.timeUs || a.payload - b.payload)
        } else if (model.length > 0) {
          expect(queue.pop()).toBe(model.shift()?.payload)
        }
      }
    }),
  )
})

it('takes no event without a time, and gives none when it is empty', () => {
  expect(() => new EventQueue().push(Number.NaN, 1)).toThrow('needs a time')
  expect(() => new EventQueue().pop()).toThrow('empty')
})
