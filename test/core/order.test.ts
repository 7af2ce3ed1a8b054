/** The order of starts: by class, by benefit a byte, and nobody starves. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inOrder, type MoveClass, type Wanting } from '../../src/core/order.js'
import { day, GiB, hour, noon } from './cluster.js'

const classes: readonly MoveClass[] = ['finish', 'free-full-tier', 'promotion', 'demotion']

const wanting = fc.record({
  moveClass: fc.constantFrom(...classes),
  heatIops: fc.nat(10_000),
  sizeBytes: fc.integer({ min: 1, max: 1000 }).map(size => size * GiB),
  sinceUs: fc.nat(72).map(hours => noon - hours * hour),
  name: fc.string({ minLength: 1 }),
})
const many = fc.uniqueArray(wanting, { selector: one => one.name, maxLength: 20 })

function item(name: string, change: Partial<Wanting> = {}): Wanting {
  const usual = { moveClass: 'promotion' as const, heatIops: 100, sizeBytes: GiB, sinceUs: noon }
  return { ...usual, name, ...change }
}
const names = (items: readonly Wanting[], nowUs = noon) =>
  inOrder(items, nowUs).map(one => one.name)

describe('the order of starts', () => {
  it('does not depend on the order in which they are given', () => {
    fc.assert(
      fc.property(
        many.chain(items =>
          fc.tuple(fc.constant(items), fc.shuffledSubarray(items, { minLength: items.length })),
        ),
        ([items, shuffled]) => {
          expect(inOrder(shuffled, noon)).toEqual(inOrder(items, noon))
        },
      ),
    )
  })

  it('goes by class first', () => {
    fc.assert(
      fc.property(many, items => {
        const ranks = inOrder(items, noon).map(one => classes.indexOf(one.moveClass))
        expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
      }),
    )
  })

  it('starves nobody: after a day of waiting nothing that came later goes first', () => {
    fc.assert(
      fc.property(many, items => {
        const ordered = inOrder(items, noon)
        ordered.forEach((one, index) => {
          if (noon - one.sinceUs < day) return
          for (const before of ordered.slice(0, index)) {
            if (before.moveClass !== one.moveClass) continue
            expect(before.sinceUs).toBeLessThanOrEqual(one.sinceUs)
          }
        })
      }),
    )
  })

  it('takes the promotion with more operations a byte first', () => {
    expect(names([item('cool', { heatIops: 100 }), item('hot', { heatIops: 200 })])).toEqual([
      'hot',
      'cool',
    ])
    expect(names([item('large', { sizeBytes: 3 * GiB }), item('small')])).toEqual([
      'small',
      'large',
    ])
  })

  it('takes the idler demotion first, whatever its size', () => {
    const idle = item('idle', { moveClass: 'demotion', heatIops: 1, sizeBytes: 9 * GiB })
    const busy = item('busy', { moveClass: 'demotion', heatIops: 2 })
    expect(names([busy, idle])).toEqual(['idle', 'busy'])
    const still = item('still', { moveClass: 'demotion', heatIops: 0 })
    expect(names([idle, still])).toEqual(['still', 'idle'])
  })

  it('lets the benefit grow with the whole hours of waiting', () => {
    const old = item('old', { heatIops: 100, sinceUs: noon - 2 * hour })
    expect(names([item('new', { heatIops: 299 }), old])).toEqual(['old', 'new'])
    expect(names([item('new', { heatIops: 301 }), old])).toEqual(['new', 'old'])
    const nearly = item('nearly', { heatIops: 100, sinceUs: noon - hour + 1 })
    expect(names([nearly, item('new', { heatIops: 101 })])).toEqual(['new', 'nearly'])
  })

  it('goes strictly by age from a day on, and not before', () => {
    const young = item('young', { heatIops: 1_000_000, sinceUs: noon - day + 1 })
    const old = item('old', { heatIops: 1, sinceUs: noon - day })
    const older = item('older', { heatIops: 1, sinceUs: noon - day - 1 })
    expect(names([young, old, older])).toEqual(['older', 'old', 'young'])
    expect(names([old, young])).toEqual(['old', 'young'])
    expect(names([young, old])).toEqual(['old', 'young'])
    const both = [item('a', { heatIops: 1, sinceUs: noon - day }), { ...old, heatIops: 2 }]
    expect(names(both)).toEqual(['old', 'a'])
  })

  it('breaks ties by name', () => {
    expect(names([item('b'), item('c'), item('a')])).toEqual(['a', 'b', 'c'])
  })

  it('counts a volume without a size as one byte', () => {
    expect(
      names([item('none', { sizeBytes: 0, heatIops: 2 }), item('one', { sizeBytes: 1 })]),
    ).toEqual(['one', 'none'])
  })
})
