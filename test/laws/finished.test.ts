/** Laws 9, 12 and 14: what finished histories show. */
import { describe, expect, it } from 'vitest'
import { arrivals, converged, firstDifference } from '../../src/core/laws.js'
import { facts, finished, record, Tale, tiersPolicy, vol } from './histories.js'

describe('law 9', () => {
  it.each([
    ['a migration that nobody finished', (tale: Tale) => tale.record(record())],
    ['a cordon of ours', (tale: Tale) => tale.record(finished(0)).cordonNode('node-0')],
    ['an orphan replica', (tale: Tale) => tale.replica('replica-added', 'vol-r2', 'cold-2', 2)],
  ])('%s is left', (_, end) => {
    const tale = end(new Tale().volume('vol', ['hot-0', 'hot-1']))
    expect(converged(tale.entries, false).length).toBe(1)
  })

  it('a coded form is left that nobody uses, or replicas beside one that serves', () => {
    const atUs = 0
    const image = { kind: 'image-made', atUs, volume: vol, image: 'vol-1-1', writes: 0 } as const
    const serves = { atUs, volume: vol, image: 'vol-1-1', writes: 0, heldWrites: 0, heldUs: 0 }
    const texts = (tale: Tale): readonly string[] =>
      converged(tale.entries, false).map(one => one.text)
    const imaged = (): Tale => new Tale().volume('vol', ['hot-0', 'hot-1']).add(image)
    expect(texts(imaged())).toEqual(['vol has a coded form that nobody uses'])
    const served = (): Tale => imaged().add({ kind: 'coded-serves', ...serves })
    expect(texts(served())).toEqual(['vol has 2 replicas and is meant to have 0'])
    const released = served()
      .replica('replica-removed', 'vol-r0', 'hot-0', 1)
      .replica('replica-removed', 'vol-r1', 'hot-1', 0)
    expect(texts(released)).toEqual([])
    expect(converged(served().entries, true)).toEqual([])
    const dropped = imaged().add({ kind: 'coded-dropped', atUs, volume: vol })
    expect(texts(dropped)).toEqual([])
  })

  it('a command had effect twice', () => {
    const tale = new Tale().volume('vol', ['hot-0', 'hot-1'])
    tale
      .replica('replica-added', 'vol-r2', 'cold-2', 2)
      .replica('replica-added', 'vol-r3', 'cold-3', 2)
    tale.replica('replica-removed', 'vol-r2', 'cold-2', 2)
    tale.replica('replica-removed', 'vol-r3', 'cold-3', 2)
    expect(converged(tale.entries, false).map(one => one.law)).toEqual([9])
  })
})

describe('law 12', () => {
  const wanted = new Map([[vol, 'cold' as const]])
  const { tierOf } = facts()
  const told = (verdict: 'move' | 'blocked', reason: 'at-or-below-low' | 'tier-full'): Tale =>
    new Tale().volume('vol', ['hot-0', 'hot-1']).add({
      kind: 'decision',
      atUs: 0,
      operator: 'one',
      decision: {
        volume: vol,
        policy: tiersPolicy,
        verdict,
        from: 'hot',
        to: 'cold',
        reason,
        heatIops: 3,
        coverage: 1,
        numbers: {},
        names: [],
      },
    })

  it('a volume neither arrived nor says truly why not', () => {
    const moving = arrivals(told('move', 'at-or-below-low').entries, {
      wanted,
      tierOf,
      isTrue: () => true,
    })
    expect(moving.map(one => one.law)).toEqual([12])
    const blocked = told('blocked', 'tier-full').entries
    expect(arrivals(blocked, { wanted, tierOf, isTrue: () => false }).length).toBe(1)
    expect(arrivals(blocked, { wanted, tierOf, isTrue: () => true })).toEqual([])
  })
})

describe('law 14', () => {
  it('two histories part at a line, or where one ends', () => {
    expect(firstDifference(['a', 'b'], ['a', 'b'])).toBeNull()
    expect(firstDifference(['a', 'b'], ['a', 'c'])).toEqual({ line: 2, left: 'b', right: 'c' })
    expect(firstDifference(['a'], ['a', 'b'])).toEqual({ line: 2, left: null, right: 'b' })
    expect(firstDifference(['a', 'b'], ['a'])).toEqual({ line: 2, left: 'b', right: null })
  })
})
