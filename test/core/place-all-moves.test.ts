/** A migration that is accepted can go on to its end, wherever Mayastor puts each copy. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { survey } from '../../src/core/landscape.js'
import { type NodeId, nodeId, type Tier, type Volume } from '../../src/core/model.js'
import { choosable } from '../../src/core/steer.js'
import { cluster, GiB, policy, pool, replica, volume } from './cluster.js'

import { placed, rowOf } from './placing.js'

describe('a migration that is accepted', () => {
  const sizes = fc.record({
    nodes: fc.integer({ min: 2, max: 6 }),
    pools: fc.array(
      fc.record({
        node: fc.nat(5),
        tier: fc.constantFrom<Tier>('hot', 'cold'),
        used: fc.constantFrom(0, 0, 0, 840),
        limit: fc.constantFrom(null, null, 50),
      }),
      { minLength: 2, maxLength: 10 },
    ),
    replicas: fc.integer({ min: 1, max: 3 }),
    target: fc.nat(5),
    version: fc.constantFrom('2.9', '2.10'),
    choices: fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }),
    writeIops: fc.constantFrom(0, 60),
  })

  it('can go on to its end, wherever Mayastor puts each copy, one replica a node', () => {
    fc.assert(
      fc.property(sizes, asked => {
        const pools = asked.pools.map((one, index) =>
          pool(`p${index}`, one.tier, {
            node: nodeId(`n${one.node % asked.nodes}`),
            usedBytes: one.used * GiB,
            iopsLimit: one.limit === null ? null : { value: one.limit, source: 'label' },
          }),
        )
        const sources = pools.filter(
          (one, index) => pools.findIndex(other => other.node === one.node) === index,
        )
        const target = { node: nodeId(`n${asked.target}`), state: 'online', rebuilds: 0 } as const
        let of = volume('db', sources.slice(0, asked.replicas), { target })
        const { writeIops } = asked
        const row = rowOf(asked.version)
        const isLeaving = (one: Volume['replicas'][number]) =>
          pools.find(other => other.id === one.pool)?.labels['storage-tier'] !== 'cold'
        fc.pre(of.replicas.some(isLeaving))
        let placement = placed(of, { pools }, { row, writeIops })
        fc.pre(placement.kind === 'accepted')
        const landscape = survey(cluster({ pools, volumes: [of] }), [policy()], null)
        for (let turn = 0; of.replicas.some(isLeaving); turn++) {
          if (placement.kind !== 'accepted') expect.fail(`blocked: ${placement.reason}`)
          const accepted = placement.pools
          const choice = accepted[asked.choices[turn] % accepted.length]
          const landed = pools.find(one => one.id === choice)
          if (landed === undefined) expect.fail('an accepted pool is not there')
          if (row.steersDestination === 'nodes') {
            const others = choosable(of, landscape).filter(one => one.node === landed.node)
            expect(others.every(one => accepted.includes(one.id))).toBe(true)
          }
          expect(of.replicas.every(one => one.node !== landed.node)).toBe(true)
          const { leavesFirst } = placement
          const victim = of.replicas.find(one => one.id === leavesFirst)
          expect(victim !== undefined && isLeaving(victim)).toBe(true)
          const kept = of.replicas.filter(one => one !== victim)
          of = { ...of, replicas: [...kept, replica(`new-${turn}`, landed)] }
          placement = placed(of, { pools }, { row, writeIops })
        }
        expect(new Set(of.replicas.map(one => one.node)).size).toBe(of.replicas.length)
      }),
    )
  })

  it('is refused for want of a node only where no order of leaving reaches the end', () => {
    const drawn = fc.record({
      pools: fc.array(
        fc.record({
          node: fc.nat(5),
          tier: fc.constantFrom<Tier>('hot', 'cold'),
          used: fc.constantFrom(0, 0, 840),
          limit: fc.constantFrom(null, null, 50),
        }),
        { minLength: 2, maxLength: 9 },
      ),
      target: fc.nat(5),
    })
    fc.assert(
      fc.property(drawn, asked => {
        const pools = asked.pools.map((one, index) =>
          pool(`p${index}`, one.tier, {
            node: nodeId(`n${one.node}`),
            usedBytes: one.used * GiB,
            iopsLimit: one.limit === null ? null : { value: one.limit, source: 'label' },
          }),
        )
        const isCold = (one: (typeof pools)[number]) => one.labels['storage-tier'] === 'cold'
        const sources = pools.filter(
          (one, index) =>
            !isCold(one) &&
            pools.findIndex(other => other.node === one.node && !isCold(other)) === index,
        )
        fc.pre(sources.length > 0 && sources.length <= 4 && pools.some(isCold))
        const target = { node: nodeId(`n${asked.target}`), state: 'online', rebuilds: 0 } as const
        const placement = placed(volume('db', sources, { target }), { pools }, { writeIops: 60 })
        const taken = sources.map(one => one.node)
        const fits = pools.filter((one, index) => {
          const { used, limit } = asked.pools[index]
          return isCold(one) && used === 0 && limit === null
        })
        const coldNodes = [...new Set(fits.map(one => one.node))]
        expect(placement.kind === 'accepted').toBe(someOrderEnds(taken, taken, coldNodes))
      }),
      { numRuns: 500 },
    )
  })
})

/** Every replica in turn, to every free node in turn: the truth that the core reckons faster. */
function someOrderEnds(
  leaving: readonly NodeId[],
  taken: readonly NodeId[],
  wanted: readonly NodeId[],
): boolean {
  if (leaving.length === 0) return true
  return leaving.some(from =>
    wanted.some(
      to =>
        !taken.includes(to) &&
        someOrderEnds(
          leaving.filter(node => node !== from),
          [...taken.filter(node => node !== from), to],
          wanted,
        ),
    ),
  )
}
