import { setTimeout as later } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { stripeGeometry } from '../../../src/core/stripe.js'
import type { Coder, Place } from '../../../src/ec/coder.js'
import { InOrder, type Rest, throughPlaces } from '../../../src/ec/file/pipeline.js'
import { reedSolomon } from '../../core/codes.js'
import { scalarCoder } from '../scalar-coder.js'

const placeCount = 3

/** A coder that counts the places that are out. */
function counted(): {
  readonly coder: Coder
  readonly out: () => number
  readonly most: () => number
} {
  const coder = scalarCoder(stripeGeometry(reedSolomon(2, 1), 4096), { places: placeCount })
  let out = 0
  let most = 0
  const take = async (): Promise<Place> => {
    const place = await coder.take()
    out++
    most = Math.max(most, out)
    return place
  }
  const give = (place: Place): void => {
    out--
    coder.give(place)
  }
  return { coder: { ...coder, take, give }, out: () => out, most: () => most }
}

/** `count` pieces of work, of which one may fail where it is filled or in its rest. */
function pieces(
  count: number,
  done: number[],
  fails: { readonly fill?: number; readonly rest?: number } = {},
): () => Promise<Rest | null> {
  let next = 0
  return async () => {
    const piece = next++
    if (piece >= count) return null
    if (piece === fails.fill) throw new Error(`fill ${piece}`)
    return async () => {
      await later((piece * 7) % 5)
      if (piece === fails.rest) throw new Error(`rest ${piece}`)
      done.push(piece)
    }
  }
}

describe('work through places', () => {
  test('is all done, with all places at work, and gives them back', async () => {
    const { coder, out, most } = counted()
    const done: number[] = []
    await throughPlaces(coder, pieces(20, done))
    expect([...done].sort((left, right) => left - right)).toEqual(
      Array.from({ length: 20 }, (_, piece) => piece),
    )
    expect(most()).toBe(placeCount)
    expect(out()).toBe(0)
  })

  test.each([{ fill: 5 }, { rest: 5 }])('stops where %o fails, and says it', async fails => {
    const { coder, out } = counted()
    const done: number[] = []
    await expect(throughPlaces(coder, pieces(1000, done, fails))).rejects.toThrow(/^(fill|rest) 5$/)
    expect(done.length).toBeLessThan(20)
    expect(out()).toBe(0)
  })

  test('ends with what the coder says when it gives no place', async () => {
    const { coder } = counted()
    const take = (): Promise<Place> => Promise.reject(new Error('closed'))
    await expect(throughPlaces({ ...coder, take }, pieces(3, []))).rejects.toThrow('closed')
  })
})

test('what is done in order goes on after a failure', async () => {
  const order = new InOrder()
  const done: number[] = []
  const all = await Promise.allSettled(
    [9, 1, 5, 0].map((ms, piece) =>
      order.run(async () => {
        await later(ms)
        if (piece === 1) throw new Error('one')
        done.push(piece)
      }),
    ),
  )
  expect(done).toEqual([0, 2, 3])
  expect(all.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ])
})
