import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { stripeGeometry } from '../../src/core/stripe.js'
import { createRing, type WordAt } from '../../src/ec/ring.js'
import type { Task } from '../../src/ec/task.js'
import { queueFields, TaskQueue } from '../../src/ec/task-queue.js'
import { lrc } from '../core/codes.js'

const ring = createRing(stripeGeometry(lrc(12, 2, 2), 1_500_000), 1, 2)
const { stripesPerPlace, geometry } = ring
const entries = 64

/** Both ends of one queue. */
function ends(): { readonly one: TaskQueue; readonly other: TaskQueue } {
  const fields = queueFields(ring)
  return { one: new TaskQueue(fields, ring), other: new TaskQueue(fields, ring) }
}

const stripes = fc.integer({ min: 0, max: stripesPerPlace })
const shards = fc.integer({ min: 0, max: 2 ** 30 - 1 })
const block = fc.option(fc.integer({ min: 0, max: geometry.blocksPerShard - 1 }))
const place = fc.integer({ min: 0, max: 2 ** 20 })
const tasks: fc.Arbitrary<Task> = fc.oneof(
  fc.record({ kind: fc.constant('encode' as const), place, stripes }),
  fc.record({ kind: fc.constant('verify' as const), place, stripes }),
  fc.record({ kind: fc.constant('check' as const), place, stripes, shards }),
  fc.record({
    kind: fc.constant('rebuild' as const),
    place,
    fromStripe: stripes,
    toStripe: stripes,
    block,
    reads: shards,
    wanted: shards,
  }),
)
const words: fc.Arbitrary<readonly WordAt[]> = fc
  .uniqueArray(fc.integer({ min: 0, max: stripesPerPlace * geometry.blocksPerShard - 1 }))
  .map(numbers => [...numbers].sort((left, right) => left - right))
  .map(numbers =>
    numbers.map(number => ({
      stripe: Math.floor(number / geometry.blocksPerShard),
      block: number % geometry.blocksPerShard,
    })),
  )

describe('a queue of tasks', () => {
  it('hands over each task once, as it was sent, and its end to who sent it', () => {
    const step = fc.record({ task: tasks, wrong: words, isCancelled: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 3 * entries }), steps => {
        const { one, other } = ends()
        for (const { task, wrong, isCancelled } of steps) {
          const entry = one.send(task) ?? -1
          expect(one.endOf(entry)).toBeNull()
          const taken = other.take()
          if (taken === null) throw new Error('nothing was sent')
          expect(taken.task).toEqual(task)
          expect(other.take()).toBeNull()
          other.end(taken, { isCancelled, wrong })
          expect(one.endOf(entry)).toEqual({ isCancelled, wrong })
          expect(one.endOf(entry)).toBeNull()
        }
      }),
    )
  })

  it('is full with 64 of them, and has room again where the oldest has ended', () => {
    const { one, other } = ends()
    const task = { kind: 'encode', place: 0, stripes: 1 } as const
    const sent = Array.from({ length: entries }, () => one.send(task))
    expect(new Set(sent).size).toBe(entries)
    expect(one.send(task)).toBeNull()
    const [first, second] = [other.take(), other.take()]
    if (first === null || second === null) throw new Error('nothing was sent')
    other.end(second, { isCancelled: false, wrong: [] })
    expect(one.endOf(second.entry)).not.toBeNull()
    // Its turn comes after that of the first.
    expect(one.send(task)).toBeNull()
    other.end(first, { isCancelled: false, wrong: [] })
    // Done, and its end not fetched.
    expect(one.send(task)).toBeNull()
    expect(one.endOf(first.entry)).not.toBeNull()
    expect([one.send(task), one.send(task)]).toEqual([first.entry, second.entry])
  })

  it('wakes who waits for a task, and who waits for an end', async () => {
    const { one, other } = ends()
    const waits = other.moreSent(other.sent(), 60_000)
    one.send({ kind: 'encode', place: 0, stripes: 1 })
    expect(await waits).toBe(true)
    const ended = one.moreEnded(one.ended())
    const taken = other.take()
    if (taken === null) throw new Error('nothing was sent')
    other.end(taken, { isCancelled: false, wrong: [] })
    await ended
    expect(await other.moreSent(other.sent(), 1)).toBe(false)
  })

  it('lets who sends sleep until few tasks are left to be taken', async () => {
    const { one, other } = ends()
    for (let place = 0; place < 4; place++) one.send({ kind: 'encode', place, stripes: 1 })
    let isAwake = false
    const woken = one.moreEnded(one.ended()).then(() => {
      isAwake = true
    })
    const leftWhenAwake: number[] = []
    for (let left = 3; left >= 0; left--) {
      const taken = other.take()
      if (taken === null) throw new Error('nothing was sent')
      other.end(taken, { isCancelled: false, wrong: [] })
      await setTimeout(20)
      if (isAwake) leftWhenAwake.push(left)
    }
    expect(leftWhenAwake).toEqual([1, 0])
    await woken
  })

  it('wakes nobody too late: what came before the wait is seen at once', async () => {
    const { one, other } = ends()
    const sent = other.sent()
    one.send({ kind: 'encode', place: 0, stripes: 1 })
    expect(await other.moreSent(sent, 60_000)).toBe(true)
  })

  it('that is stopped says so, and wakes who waits', async () => {
    const { one, other } = ends()
    expect(other.isStopped()).toBe(false)
    const waits = other.moreSent(other.sent(), 60_000)
    one.stop()
    expect(await waits).toBe(true)
    expect(other.isStopped()).toBe(true)
  })
})

describe('lanes', () => {
  it('are called where they are missing, and leave only while nothing was sent', () => {
    const { one, other } = ends()
    expect(one.callLanes(3)).toBe(3)
    expect(one.callLanes(3)).toBe(0)
    expect(other.leave()).toBe(true)
    expect(one.callLanes(3)).toBe(1)
    one.send({ kind: 'verify', place: 1, stripes: 1 })
    expect(other.leave()).toBe(false)
    expect(one.callLanes(3)).toBe(0)
    other.take()
    expect(other.leave()).toBe(true)
    expect(one.callLanes(2)).toBe(0)
  })

  it('have a scratch each', () => {
    const { one, other } = ends()
    expect([one.claimScratch(), other.claimScratch(), one.claimScratch()]).toEqual([0, 1, 2])
  })
})
