/** Which tiers are known to be full, from round to round. */
import { describe, expect, it } from 'vitest'
import { FullTiers } from '../../src/core/full-tiers.js'
import { policyName } from '../../src/core/model.js'

const gold = policyName('gold')
const silver = policyName('silver')

describe('a tier is full', () => {
  it('when one volume that wants to go there found no room, whoever came after', () => {
    const tiers = new FullTiers(new Set())
    for (const hadRoom of [true, false, true]) {
      tiers.wish(gold, 'hot')
      tiers.ask(gold, 'hot', hadRoom)
    }
    tiers.wish(silver, 'hot')
    tiers.ask(silver, 'hot', true)
    expect(tiers.now()).toEqual(new Set(['gold/hot']))
    expect(tiers.has(gold, 'hot')).toBe(false)
  })

  it('as before, while it is wished for and nobody could ask', () => {
    const before = new Set(['gold/hot', 'gold/warm', 'silver/hot'])
    const tiers = new FullTiers(before)
    expect([tiers.has(gold, 'hot'), tiers.has(gold, 'cold')]).toEqual([true, false])
    tiers.wish(gold, 'hot')
    tiers.wish(gold, 'warm')
    tiers.ask(gold, 'warm', true)
    tiers.wish(gold, 'cold')
    expect(tiers.now()).toEqual(new Set(['gold/hot']))
  })
})
