/** The algorithms that a policy can name, and the baselines. */
import { describe, expect, it } from 'vitest'
import { tiers } from '../../../src/core/model.js'
import { algorithms } from '../../../src/core/resources.js'
import { tierings } from '../../../src/core/tiering/algorithms.js'

const marks = { highIops: 5000, warmIops: 2000, lowIops: 500, warmIsOn: true }

describe('the algorithms that a policy can name', () => {
  it('are there under their own names', () => {
    expect(Object.keys(tierings).sort()).toEqual([...algorithms].sort())
    for (const name of algorithms) expect(tierings[name].name).toBe(name)
  })

  it('decide by heat only where they say so', () => {
    expect(tierings.Watermarks.decidesByHeat).toBe(true)
    for (const name of ['AllHot', 'AllCold', 'Frozen'] as const) {
      expect(tierings[name].decidesByHeat).toBe(false)
    }
  })
})

describe('the baselines', () => {
  it.each(tiers)('from %s', from => {
    const moved = (to: 'hot' | 'cold') => ({
      to,
      reason: from === to ? 'baseline-stay' : 'baseline-move',
    })
    expect(tierings.AllHot.wish(from, 0, marks)).toEqual(moved('hot'))
    expect(tierings.AllCold.wish(from, 9999, marks)).toEqual(moved('cold'))
    expect(tierings.Frozen.wish(from, 0, marks)).toEqual({ to: from, reason: 'baseline-stay' })
  })
})
