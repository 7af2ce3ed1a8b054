/** One stripe, step by step: ages, losses and the two ways of repair. */
import tychei from 'seedrandom/lib/tychei.js'
import { describe, expect, test } from 'vitest'
import {
  copyOf,
  drawCertainFailure,
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

  test('that is sure to fail does so at the age of its shards', () => {
    const stripe = newStripe(model)
    lose(stripe, { shard: 1, atYears: 1 }, model, half)
    restore(stripe, { shard: 1, atYears: 4 }, model, half)
    stripe.nowYears = 5
    const passed = -Math.log1p(0.5 * Math.expm1(-0.2))
    const failure = drawCertainFailure(stripe, [0, 0.2, 0], model, half)
    expect(failure.shard).toBe(1)
    expect(failure.atYears).toBeCloseTo(4 + 3 * Math.sqrt((1 / 3) ** 2 + passed), 12)
  })

  test('that is sure to fail loses each shard as often as its hazard weighs', () => {
    const draw = tychei('weighs')
    const stripe = newStripe(model)
    stripe.nowYears = 1
    const counts = [0, 0, 0]
    for (let count = 0; count < 6000; count++) {
      counts[drawCertainFailure(stripe, [1e-9, 2e-9, 3e-9], model, draw).shard]++
    }
    // Four standard errors of 6000 draws are at most 155.
    counts.forEach((count, shard) => {
      expect(Math.abs(count - 1000 * (shard + 1))).toBeLessThan(155)
    })
  })

  test('that is sure to fail loses the soonest of several', () => {
    const stripe = newStripe({ ...model, lifetime: { kind: 'exponential', meanYears: 1 } })
    const memoryless = { ...model, lifetime: { kind: 'exponential', meanYears: 1 } } as const
    // Each shard fails (draw 0), at its own part of the hazard: the second draw of each.
    const draws = [0, 0.9, 0, 0.3, 0, 0.6]
    const failure = drawCertainFailure(stripe, [5, 5, 5], memoryless, () => draws.shift() ?? 1)
    expect(failure).toEqual({ shard: 1, atYears: -Math.log1p(0.3 * Math.expm1(-5)) })
    expect(draws).toEqual([])
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
