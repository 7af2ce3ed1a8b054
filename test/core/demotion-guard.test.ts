/** The guard against an exporter that reads zero. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecideMemory } from '../../src/core/decide.js'
import { DemotionGuard } from '../../src/core/demotion-guard.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { cluster, policy, pool, round, volume } from './cluster.js'

const hot = pool('hot-0', 'hot')

/** Policy view and memories of so many volumes of one policy. */
function fleet(volumes: number, limit: StoragePolicySpec['maxDemotionsPercentPerRound']) {
  const memory = new DecideMemory()
  const made = Array.from({ length: volumes }, (_, index) => volume(`v${index}`, [hot]))
  const policies = [policy({ maxDemotionsPercentPerRound: limit })]
  const input = round({ cluster: cluster({ pools: [hot], volumes: made }), policies, memory })
  const landscape = memory.look(input.observation)
  return { view: landscape.views[0], memories: memory.volumes, landscape }
}

describe('the guard', () => {
  it('holds a policy when more than its share newly wants to go down, else lets it pass', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ down: fc.boolean(), passed: fc.boolean() }), { maxLength: 30 }),
        fc.option(fc.integer({ min: 1, max: 100 })),
        (volumes, limit) => {
          const { view, memories, landscape } = fleet(volumes.length, limit)
          const guard = new DemotionGuard()
          volumes.forEach(({ down, passed }, index) => {
            memories[index].guardPassed = passed
            if (down) guard.count(view, memories[index])
          })
          const held = guard.close(landscape)
          const wanted = volumes.filter(one => one.down && !one.passed).length
          const isHeld = limit !== null && wanted / volumes.length > limit / 100
          expect(held.has(view.policy.name)).toBe(wanted > 0 && isHeld)
          if (isHeld && wanted > 0) {
            const expected = { wanted, volumes: volumes.length, limitPercent: limit }
            expect(held.get(view.policy.name)).toEqual(expected)
          }
          volumes.forEach(({ down, passed }, index) => {
            const passes = passed || (down && limit !== null && !isHeld)
            expect(memories[index].guardPassed).toBe(passes)
          })
        },
      ),
    )
  })

  it('lets exactly its share pass', () => {
    const { view, memories, landscape } = fleet(2, 50)
    const guard = new DemotionGuard()
    guard.count(view, memories[0])
    expect(guard.close(landscape).size).toBe(0)
    expect(memories.map(one => one.guardPassed)).toEqual([true, false])
  })

  it('holds nothing where the brake is left out', () => {
    const { view, memories, landscape } = fleet(3, null)
    const guard = new DemotionGuard()
    for (const memory of memories) guard.count(view, memory)
    expect(guard.close(landscape).size).toBe(0)
  })
})
