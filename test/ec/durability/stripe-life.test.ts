/** One stripe, step by step: ages, losses and the two ways of repair. */
import { describe, expect, test } from 'vitest'
import {
  copyOf,
  drawFailure,
  hazardsUntil,
  lose,
  newStripe,
  nextRepair,
  restore,
  type StripeModel,
} from '../../../src/ec/durability/stripe-life.js'

const half = (): number => 0.5
const model: StripeModel = {
  redundancy: { shards: 3, fatalShares: [0, 0, 1] },
  lifetime: { kind: 'weibull', shape: 2, scaleYears: 3 },
  repair: { kind: 'each', time: { kind: 'fixed', years: 0.25 } },
  missionYears: 10,
}

describe('a stripe', () => {
  test('fails by the age that its shards have, and the soonest first', () => {
    const stripe = newStripe(model)
    lose(stripe, { shard: 1, atYears: 1 }, model, half)
    restore(stripe, { shard: 1, atYears: 4 }, model, half)
    stripe.nowYears = 5
    // The old ones are 5 years old, the new one is 1: an old one is the next, at the same draw.
    const passed = (5 / 3) ** 2 + Math.LN2
    const failure = drawFailure(stripe, model, half)
    expect(failure.shard).toBe(0)
    expect(failure.atYears).toBeCloseTo(3 * Math.sqrt(passed), 12)
    expect(hazardsUntil(stripe, 6, model.lifetime)).toEqual([
      (6 / 3) ** 2 - (5 / 3) ** 2,
      (2 / 3) ** 2 - (1 / 3) ** 2,
      (6 / 3) ** 2 - (5 / 3) ** 2,
    ])
  })

  test('has no failure of a shard that is lost', () => {
    const stripe = newStripe(model)
    lose(stripe, { shard: 0, atYears: 1 }, model, half)
    expect(drawFailure(stripe, model, half).shard).toBe(1)
    expect(hazardsUntil(stripe, 2, model.lifetime)[0]).toBe(0)
    lose(stripe, { shard: 1, atYears: 2 }, model, half)
    lose(stripe, { shard: 2, atYears: 3 }, model, half)
    expect(drawFailure(stripe, model, half)).toEqual({ shard: -1, atYears: Infinity })
  })

  test('is left alone by what happens to its copy', () => {
    const stripe = newStripe(model)
    lose(copyOf(stripe), { shard: 0, atYears: 1 }, model, half)
    expect(stripe).toEqual(newStripe(model))
    expect(stripe.dueYears).toEqual([Infinity, Infinity, Infinity])
  })
})

describe('repairs', () => {
  test('each by itself: none disturbs another, and one beyond the mission is none', () => {
    const stripe = newStripe(model)
    expect(nextRepair(stripe, model)).toBeNull()
    lose(stripe, { shard: 2, atYears: 9.5 }, model, half)
    lose(stripe, { shard: 0, atYears: 9.7 }, model, half)
    expect(nextRepair(stripe, model)).toEqual({ shard: 2, atYears: 9.75 })
    restore(stripe, { shard: 2, atYears: 9.75 }, model, half)
    expect(nextRepair(stripe, model)).toEqual({ shard: 0, atYears: 9.95 })
    expect(stripe).toMatchObject({ lost: 1, nowYears: 9.75 })
    lose(stripe, { shard: 1, atYears: 9.8 }, model, half)
    restore(stripe, { shard: 0, atYears: 9.95 }, model, half)
    expect(nextRepair(stripe, model)).toBeNull()
  })

  test('in turn: each change begins one anew, with the time of so many losses', () => {
    const times = [0.5, 0.25].map(years => ({ kind: 'fixed', years }) as const)
    const inTurn: StripeModel = { ...model, repair: { kind: 'in-turn', times } }
    const stripe = newStripe(inTurn)
    lose(stripe, { shard: 1, atYears: 1 }, inTurn, half)
    expect(nextRepair(stripe, inTurn)).toEqual({ shard: 1, atYears: 1.5 })
    lose(stripe, { shard: 2, atYears: 1.4 }, inTurn, half)
    expect(nextRepair(stripe, inTurn)).toEqual({ shard: 1, atYears: 1.65 })
    restore(stripe, { shard: 1, atYears: 1.65 }, inTurn, half)
    expect(nextRepair(stripe, inTurn)).toEqual({ shard: 2, atYears: 2.15 })
    restore(stripe, { shard: 2, atYears: 2.15 }, inTurn, half)
    expect(nextRepair(stripe, inTurn)).toBeNull()
  })
})
