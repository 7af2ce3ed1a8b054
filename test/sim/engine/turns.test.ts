/** A turn comes when every microtask has run, however many follow from one another. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Turns } from '../../../sim/engine/turns.js'

/** A chain of microtasks, each of which asks for the next; answers how far it came. */
function chain(length: number): { done: number } {
  const progress = { done: 0 }
  const step = (): void => {
    progress.done += 1
    if (progress.done < length) queueMicrotask(step)
  }
  queueMicrotask(step)
  return progress
}

describe('a turn', () => {
  it('comes after every microtask, turn after turn', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(lengths, async all => {
        const turns = new Turns()
        for (const length of all) {
          const progress = chain(length)
          await turns.next()
          expect(progress.done).toBe(length)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('lets the event loop go round now and then', async () => {
    const turns = new Turns()
    let rounds = 0
    let goesOn = true
    const again = (): void => {
      rounds += 1
      if (goesOn) setImmediate(again)
    }
    setImmediate(again)
    for (let turn = 0; turn < 1000; turn++) await turns.next()
    goesOn = false
    expect(rounds).toBeGreaterThan(10)
    expect(rounds).toBeLessThan(1000)
  })

  it('is no defect of the next one when nobody waits for it', async () => {
    const turns = new Turns()
    await turns.next()
    await new Promise(resolve => {
      setImmediate(resolve)
    })
    const progress = chain(10)
    await turns.next()
    expect(progress.done).toBe(10)
  })
})
