import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  groupsOf,
  type Indexed,
  indexPlan,
  type Layout,
  type Run,
} from '../../src/core/stripe-index.js'
import {
  layoutKey,
  readStripeObject,
  type ShardPlace,
  type StripeGroup,
  stripeObject,
  stripeObjectName,
} from '../../src/core/stripe-object.js'

const orNone = (bound: number) => fc.option(fc.nat(bound), { nil: null })

const places: fc.Arbitrary<readonly ShardPlace[]> = fc
  .tuple(fc.nat(2), orNone(1))
  .map(([rotation, node]) =>
    [0, 1, 2].map(shard => ({
      ...{ shard, isData: shard < 2, pool: `cold-${(shard + rotation) % 3}` },
      ...{ node: node === null ? null : `node-${node}`, offsetBytes: 4096, sizeBytes: 65_536 },
    })),
  )

const runs: fc.Arbitrary<readonly Run[]> = fc
  .array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 4 }), places), { maxLength: 8 })
  .map(all => {
    let next = 0
    return all.map(([gap, stripes, shards]) => {
      const run = { firstStripe: next + gap, stripes, shards }
      next = run.firstStripe + stripes
      return run
    })
  })

const layouts: fc.Arbitrary<Layout> = fc.record({
  volume: fc.constant('coded-1'),
  policy: fc.constantFrom(null, 'archive'),
  stripeBytes: fc.constantFrom(null, 65_536, 100_000),
  codec: fc.constantFrom(null, { family: 'gf256', version: 1 }),
  generation: fc.integer({ min: 1, max: 3 }),
  runs,
})

const keysOf = (groups: readonly StripeGroup[]): readonly string[] => groups.map(layoutKey).sort()

function indexedOf(groups: readonly StripeGroup[]): readonly Indexed[] {
  return groups.map(group => ({ name: stripeObjectName(group), group }))
}

/** What stands after the first so many steps of a plan. */
function applied(found: readonly Indexed[], plan: ReturnType<typeof indexPlan>, steps = Infinity) {
  const gone = new Set(plan.remove.slice(0, Math.max(0, steps - plan.create.length)).map(nameOf))
  return [...found.filter(one => !gone.has(one.name)), ...indexedOf(plan.create.slice(0, steps))]
}

const nameOf = ({ name }: { readonly name: string }): string => name
const known = (found: readonly Indexed[]) => found.flatMap(({ group }) => group ?? [])

describe('groups of stripes', () => {
  it('cover each stripe once, where it is, and are as large as they can be', () => {
    const check = (layout: Layout): void => {
      const groups = groupsOf(layout)
      const of = (all: readonly Run[]) =>
        all.flatMap(({ firstStripe, stripes, shards }) =>
          Array.from({ length: stripes }, (_, at) => [firstStripe + at, shards]),
        )
      expect(of(groups)).toEqual(of(layout.runs))
      for (const [at, group] of groups.entries()) {
        const next = groups[at + 1]
        if (next === undefined || group.firstStripe + group.stripes < next.firstStripe) continue
        expect(group.shards).not.toEqual(next.shards)
      }
    }
    fc.assert(fc.property(layouts, check))
  })

  it('read back from their objects as they were', () => {
    const check = (layout: Layout): void => {
      for (const group of groupsOf(layout)) {
        const sent: unknown = JSON.parse(JSON.stringify(stripeObject(group)))
        expect(readStripeObject(sent)).toEqual(group)
      }
    }
    fc.assert(fc.property(layouts, check))
  })

  it('are groups of one in a manifest of before, and what says nothing is null', () => {
    const spec = {
      volumeRef: 'v',
      stripeId: '7',
      shardLocations: [{ shardIndex: 0, poolName: 'p' }],
    }
    expect(readStripeObject({ spec })).toMatchObject({ firstStripe: 7, stripes: 1, generation: 0 })
    for (const missing of ['volumeRef', 'stripeId', 'shardLocations']) {
      expect(readStripeObject({ spec: { ...spec, [missing]: undefined } })).toBeNull()
    }
    fc.assert(
      fc.property(fc.jsonValue(), raw => {
        readStripeObject(raw)
        readStripeObject({ spec: raw })
      }),
    )
  })
})

describe('the plan that makes an index agree', () => {
  const unreadable: Indexed = { name: 'odd', group: null }

  it('leads from any index to the truth, and then has nothing to do', () => {
    const check = (layout: Layout, before: Layout, isTwice: boolean, isOdd: boolean): void => {
      const truth = groupsOf(layout)
      const old = indexedOf(groupsOf(before))
      const copies = old.map(one => ({ ...one, name: `${one.name}-copy` }))
      const found = [...old, ...(isTwice ? copies : []), ...(isOdd ? [unreadable] : [])]
      const done = applied(found, indexPlan('coded-1', truth, found))
      expect(keysOf(known(done))).toEqual(keysOf(truth))
      expect(new Set(done.map(nameOf)).size).toBe(done.length)
      const again = indexPlan('coded-1', truth, done)
      expect([again.create, again.remove]).toEqual([[], []])
    }
    fc.assert(fc.property(layouts, layouts, fc.boolean(), fc.boolean(), check))
  })

  it('may be cut off anywhere: a new layout stands before an old one goes', () => {
    const check = (layout: Layout, before: Layout, steps: number): void => {
      const truth = groupsOf(layout)
      const found = indexedOf(groupsOf(before))
      const plan = indexPlan('coded-1', truth, found)
      const cut = applied(found, plan, steps)
      if (steps < plan.create.length) expect(cut).toEqual(expect.arrayContaining([...found]))
      else expect(keysOf(known(cut))).toEqual(expect.arrayContaining([...keysOf(truth)]))
      const done = applied(cut, indexPlan('coded-1', truth, cut))
      expect(keysOf(known(done))).toEqual(keysOf(truth))
    }
    fc.assert(fc.property(layouts, layouts, fc.nat(20), check))
  })

  it('gives another layout of the same stripes a higher generation', () => {
    const group = { volume: 'v', policy: null, firstStripe: 0, stripes: 3, stripeBytes: null }
    const place = { shard: 0, isData: true, node: null, offsetBytes: null, sizeBytes: null }
    const at = (pool: string): StripeGroup => ({
      ...{ ...group, codec: null, generation: 1, shards: [{ ...place, pool }] },
    })
    const plan = indexPlan('v', [at('new')], indexedOf([at('old')]))
    expect(plan.create).toMatchObject([{ generation: 2 }])
    expect(plan.remove).toEqual([{ name: 'v-0-g1', why: 'other-layout' }])
  })

  it('keeps the newest of those that tell the same, and is above all there are', () => {
    const check = (layout: Layout): void => {
      const truth = groupsOf(layout)
      const newer = indexedOf(truth.map(group => ({ ...group, generation: 9 })))
      const plan = indexPlan('coded-1', truth, [...indexedOf(truth), ...newer])
      expect(plan.create).toEqual([])
      expect(plan.keep.map(nameOf).sort()).toEqual(newer.map(nameOf).sort())
      expect(plan.remove.every(({ why }) => why === 'twice')).toBe(true)
      expect(plan.remove.length).toBe(truth.length)
      const moved = truth.map(group => ({ ...group, shards: [] }))
      const { create } = indexPlan('coded-1', moved, newer)
      expect(create.every(({ generation }) => generation === 10)).toBe(true)
    }
    fc.assert(fc.property(layouts, check))
  })

  it('leaves alone what is of another volume', () => {
    const check = (layout: Layout): void => {
      const found = indexedOf(groupsOf({ ...layout, volume: 'other' }))
      const plan = indexPlan('coded-1', [], found)
      expect(plan.remove).toEqual([])
      expect(plan.foreign).toEqual(found.map(nameOf))
    }
    fc.assert(fc.property(layouts, check))
  })
})
