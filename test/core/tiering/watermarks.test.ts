/** Watermarks with two edges: the law of staying, and each edge. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Tier, tiers } from '../../../src/core/model.js'
import { isDownward, type Marks } from '../../../src/core/tiering/tiering.js'
import { watermarks } from '../../../src/core/tiering/watermarks.js'

const three: Marks = { highIops: 5000, warmIops: 2000, lowIops: 500, warmIsOn: true }
const two: Marks = { ...three, warmIsOn: false }

const marks = fc
  .tuple(fc.uniqueArray(fc.nat(10_000), { minLength: 3, maxLength: 3 }), fc.boolean())
  .map(([figures, warmIsOn]) => {
    const [lowIops, warmIops, highIops] = figures.sort((a, b) => a - b)
    return { lowIops, warmIops, highIops, warmIsOn }
  })
/** Figures on both sides of the marks and on the marks themselves. */
const heatOf = (own: Marks) =>
  fc.oneof(
    fc.nat(12_000),
    fc.double({ min: 0, max: 12_000, noNaN: true }),
    fc.constantFrom(own.lowIops, own.warmIops, own.highIops),
  )
const cases = marks.chain(own =>
  fc.record({
    own: fc.constant(own),
    from: fc.constantFrom(...tiers.filter(tier => own.warmIsOn || tier !== 'warm')),
    iops: heatOf(own),
  }),
)
const speed: Readonly<Record<Tier, number>> = { hot: 2, warm: 1, cold: 0 }

describe('watermarks with two edges', () => {
  it('stay between the edges of the tier, and leave it at them', () => {
    fc.assert(
      fc.property(cases, ({ own, from, iops }) => {
        const { to } = watermarks.wish(from, iops, own)
        const isUp = speed[to] > speed[from]
        const isDown = speed[to] < speed[from]
        const upAt = from === 'cold' && own.warmIsOn ? own.warmIops : own.highIops
        expect(isUp).toBe(from !== 'hot' && iops >= upAt)
        const belowWarm = from === 'hot' && own.warmIsOn && iops < own.warmIops
        expect(isDown).toBe(from !== 'cold' && (iops <= own.lowIops || belowWarm))
      }),
    )
  })

  it('go to hot only at high, to cold only at low, and to warm only with a warm tier', () => {
    fc.assert(
      fc.property(cases, ({ own, from, iops }) => {
        const { to } = watermarks.wish(from, iops, own)
        if (to === 'hot' && from !== 'hot') expect(iops).toBeGreaterThanOrEqual(own.highIops)
        if (to === 'cold' && from !== 'cold') expect(iops).toBeLessThanOrEqual(own.lowIops)
        if (to === 'warm') expect(own.warmIsOn).toBe(true)
      }),
    )
  })

  it('settle in one step: where they send a volume, they leave it', () => {
    fc.assert(
      fc.property(cases, ({ own, from, iops }) => {
        const { to } = watermarks.wish(from, iops, own)
        expect(watermarks.wish(to, iops, own).to).toBe(to)
      }),
    )
  })

  it('never send a hotter volume to a slower tier than a cooler one from the same tier', () => {
    fc.assert(
      fc.property(cases, fc.nat(5000), ({ own, from, iops }, more) => {
        const cooler = watermarks.wish(from, iops, own).to
        const hotter = watermarks.wish(from, iops + more, own).to
        expect(speed[hotter]).toBeGreaterThanOrEqual(speed[cooler])
      }),
    )
  })

  it.each([
    ['hot', 500, 'cold', 'at-or-below-low'],
    ['hot', 501, 'warm', 'below-warm'],
    ['hot', 1999.9, 'warm', 'below-warm'],
    ['hot', 2000, 'hot', 'hot-above-warm'],
    ['warm', 500, 'cold', 'at-or-below-low'],
    ['warm', 501, 'warm', 'between-watermarks'],
    ['warm', 4999, 'warm', 'between-watermarks'],
    ['warm', 5000, 'hot', 'at-or-above-high'],
    ['cold', 0, 'cold', 'cold-below-warm'],
    ['cold', 1999, 'cold', 'cold-below-warm'],
    ['cold', 2000, 'warm', 'at-or-above-warm'],
    ['cold', 5000, 'hot', 'at-or-above-high'],
  ] as const)('with a warm tier, on %s at %d IOPS: %s, %s', (from, iops, to, reason) => {
    expect(watermarks.wish(from, iops, three)).toEqual({ to, reason })
  })

  it.each([
    ['hot', 500, 'cold', 'at-or-below-low'],
    ['hot', 501, 'hot', 'hot-above-low'],
    ['cold', 4999, 'cold', 'cold-below-high'],
    ['cold', 5000, 'hot', 'at-or-above-high'],
  ] as const)('without one, on %s at %d IOPS: %s, %s', (from, iops, to, reason) => {
    expect(watermarks.wish(from, iops, two)).toEqual({ to, reason })
  })
})

describe('downward', () => {
  it('is toward the slower tier, and never to the same', () => {
    const order: readonly Tier[] = ['hot', 'warm', 'cold']
    for (const from of tiers) {
      for (const to of tiers) {
        expect(isDownward(from, to)).toBe(order.indexOf(to) > order.indexOf(from))
      }
    }
  })
})
