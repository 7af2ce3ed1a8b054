/** What a history says of blocked volumes, and of those that a cooldown kept on a slower tier. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blockedVolumes, decisionRows, heldBackUs } from '../../../sim/results/decisions.js'
import { volumeId } from '../../../src/core/model.js'
import type { DecisionRow } from '../../../src/core/result.js'

function row(atUs: number, change: Partial<DecisionRow>): DecisionRow {
  return {
    atUs,
    volume: volumeId('v'),
    policy: null,
    verdict: 'stay',
    from: 'cold',
    to: null,
    reason: 'cold-below-high',
    heatIops: 1,
    coverage: 1,
    numbers: {},
    names: [],
    ...change,
  }
}

const waits: Partial<DecisionRow> = {
  verdict: 'blocked',
  reason: 'cooldown',
  from: 'cold',
  to: 'hot',
}
const stays: Partial<DecisionRow> = {}

describe('time held back by a cooldown', () => {
  test.each([
    { what: 'until it may go', rows: [row(3, waits), row(10, stays)], us: 7 },
    { what: 'until the end', rows: [row(3, waits)], us: 97 },
    { what: 'twice', rows: [row(3, waits), row(5, stays), row(90, waits)], us: 12 },
    { what: 'waiting anew', rows: [row(3, waits), row(5, { ...waits, to: 'warm' })], us: 97 },
    { what: 'for another reason', rows: [row(3, { ...waits, reason: 'tier-full' })], us: 0 },
    { what: 'on a faster tier', rows: [row(3, { ...waits, from: 'hot', to: 'cold' })], us: 0 },
    { what: 'to nowhere', rows: [row(3, { ...waits, to: null })], us: 0 },
    { what: 'never', rows: [row(3, stays)], us: 0 },
  ])('$what: $us', ({ rows, us }) => {
    expect(heldBackUs(rows, 100).get('v') ?? 0).toBe(us)
  })

  test('is of each volume alone', () => {
    const other = { volume: volumeId('w') }
    const rows = [row(3, waits), row(5, { ...waits, ...other }), row(7, { ...stays, ...other })]
    expect([...heldBackUs(rows, 10)].sort()).toEqual([
      ['v', 7],
      ['w', 2],
    ])
  })
})

test('blocked counts volumes and not rounds, by reason, in the order of their names', () => {
  const reasons = ['tier-full', 'cooldown', 'unknown-heat'] as const
  const drawn = fc.record({
    volume: fc.constantFrom('a', 'b', 'c'),
    reason: fc.constantFrom(...reasons),
    isBlocked: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(drawn), all => {
      const rows = all.map(({ volume, reason, isBlocked }, at) =>
        row(at, { volume: volumeId(volume), reason, verdict: isBlocked ? 'blocked' : 'stay' }),
      )
      const counted = blockedVolumes(rows)
      expect(Object.keys(counted)).toEqual(Object.keys(counted).sort())
      for (const reason of reasons) {
        const own = all.filter(one => one.isBlocked && one.reason === reason)
        const volumes = new Set(own.map(one => one.volume))
        expect(counted[reason] ?? 0).toBe(volumes.size)
      }
    }),
  )
})

test('only decisions become rows, each with its instant', () => {
  const { atUs, ...decision } = row(7, waits)
  const rows = decisionRows([
    { kind: 'paused', atUs: 1 },
    { kind: 'decision', atUs, operator: 'a', decision },
  ])
  expect(rows).toEqual([{ ...decision, atUs: 7 }])
})
