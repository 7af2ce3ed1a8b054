/** Volumes for which nothing is new: the short way, and each thing that ends it. */
import { describe, expect, it } from 'vitest'
import { calmOf, staysCalm } from '../../src/core/calm.js'
import { DecideMemory, decide } from '../../src/core/decide.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { blockedBy, moveTo, stay } from '../../src/core/verdict.js'
import { cluster, heat, noon, policy, pool, round, tierSelector, volume } from './cluster.js'

const hot = pool('hot-0', 'hot')
const cold = pool('cold-0', 'cold')
const pools = [hot, cold]
const db = volume('db', [hot])

/** A volume that stayed in one round, and what the next one sees of it. */
function settled(spec: Partial<StoragePolicySpec> = {}, iops = 3000) {
  const policies = [policy(spec)]
  const memory = new DecideMemory()
  const seen = cluster({ pools, volumes: [db] })
  const input = round({ cluster: seen, policies, memory, heat: heat({ db: iops }) })
  const { volumes, views } = decide(input).landscape
  const [view] = volumes
  const [own] = memory.volumes
  return { view, own, policy: views[0] }
}

describe('a calm volume', () => {
  it('stays calm while nothing but its heat is new, and that changes nothing', () => {
    const { view, policy: its, own } = settled()
    expect(own.calm).toBe(view)
    for (const iops of [2000, 3000, 9000]) {
      expect(staysCalm(view, its, own, heat({ db: iops }))).toBe(true)
    }
    for (const iops of [0, 1999]) {
      expect(staysCalm(view, its, own, heat({ db: iops }))).toBe(false)
    }
  })

  it('is none any more with another object, policy, tier or owner', () => {
    const { view, policy: its, own } = settled()
    const table = heat({ db: 3000 })
    expect(staysCalm({ ...view, volume: { ...db } }, its, own, table)).toBe(false)
    for (const tier of ['cold', 'mixed', 'outside'] as const) {
      const other = { ...view, tier }
      expect(staysCalm(other, its, own, table)).toBe(false)
      expect(staysCalm(other, its, { ...own, calm: other }, table)).toBe(false)
    }
    expect(staysCalm({ ...view, policyPlaces: [0, 1] }, its, own, table)).toBe(false)
    expect(staysCalm(view, { ...its, poolsInTwoTiers: [hot.id] }, own, table)).toBe(false)
    expect(staysCalm(view, its, { ...own, calm: null }, table)).toBe(false)
    expect(staysCalm(view, its, { ...own, toldReason: 'pinned' }, table)).toBe(false)
  })

  it('is none any more on heat that is not known, where heat decides', () => {
    const { view, policy: its, own } = settled()
    const blind = heat({ db: 3000 })
    blind.available = false
    const scarce = heat({ db: 3000 }, noon, 0.5)
    expect(staysCalm(view, its, own, blind)).toBe(false)
    expect(staysCalm(view, its, own, scarce)).toBe(false)
    const frozen = settled({ algorithm: 'Frozen' })
    expect(staysCalm(frozen.view, frozen.policy, frozen.own, blind)).toBe(true)
    expect(staysCalm(frozen.view, frozen.policy, frozen.own, scarce)).toBe(true)
  })

  it('is one that stays by its algorithm alone', () => {
    const { view, policy: its } = settled()
    expect(calmOf(view, its, stay('hot-above-warm'))).toBe(view)
    expect(calmOf(view, its, stay('baseline-stay'))).toBe(view)
    expect(calmOf(view, its, stay('pinned'))).toBeNull()
    expect(calmOf(view, its, stay('lower-bound'))).toBeNull()
    expect(calmOf(view, its, moveTo('cold', 'at-or-below-low'))).toBeNull()
    expect(calmOf(view, its, blockedBy('cooldown', 'cold'))).toBeNull()
    for (const tier of ['mixed', 'outside'] as const) {
      expect(calmOf({ ...view, tier }, its, stay('hot-above-warm'))).toBeNull()
    }
  })

  it('is forgotten when a policy’s pools come into two tiers', () => {
    const both = settled({ warmPoolSelector: tierSelector('hot') })
    expect(both.own.calm).toBeNull()
  })
})
