/** Small clusters with troubles, drawn: what fast-check searches the laws' violations in. */
import fc from 'fast-check'
import type { Fault } from '../../sim/scenario/model.js'
import { nodeId, poolId, type Tier } from '../../src/core/model.js'
import {
  broken,
  minute,
  type SmallPool,
  type SmallScenario,
  type SmallVolume,
  type SmallWorld,
  smallWorld,
  volumeOf,
} from './small-world.js'

/** Faults and deeds happen in the first so many minutes; then the world is left alone. */
export const troubleMinutes = 120

export type Deed =
  | { readonly kind: 'pause'; readonly forMinutes: number }
  | { readonly kind: 'disable'; readonly forMinutes: number }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'count'; readonly volume: number; readonly more: boolean }
  | { readonly kind: 'unpublish'; readonly volume: number; readonly forMinutes: number }
  | { readonly kind: 'delete'; readonly volume: number }
  | { readonly kind: 'cordon'; readonly node: number; readonly forMinutes: number }

export interface Story {
  readonly scenario: SmallScenario
  readonly deeds: readonly { readonly atMinute: number; readonly deed: Deed }[]
}

const place = fc.constantFrom<Tier>('hot', 'warm', 'cold')
const heat = fc.constantFrom(0, 5, 9, 30, 60, 80, 120)

/** Two to six nodes, each with a pool or two; every tier that a volume begins on is wide enough. */
const pools: fc.Arbitrary<readonly SmallPool[]> = fc
  .tuple(
    fc.array(fc.record({ tier: place, node: fc.nat(5) }), { minLength: 0, maxLength: 3 }),
    fc.boolean(),
    fc.integer({ min: 280, max: 600 }),
  )
  .map(([more, apart, capacityGiB]) => {
    const base: SmallPool[] = [
      { tier: 'hot', node: 0 },
      { tier: 'hot', node: 1 },
      { tier: 'cold', node: apart ? 2 : 0 },
      { tier: 'cold', node: apart ? 3 : 1 },
    ]
    return [...base, ...more].map(pool => ({ ...pool, capacityGiB }))
  })

const volume: fc.Arbitrary<SmallVolume> = fc.record({
  place: fc.constantFrom<Tier>('hot', 'cold'),
  replicas: fc.integer({ min: 1, max: 2 }),
  sizeGiB: fc.integer({ min: 1, max: 60 }),
  heat: fc.tuple(heat, fc.integer({ min: 20, max: 110 }), heat).map(([first, change, then]) => [
    { fromMinute: 0, iops: first },
    { fromMinute: change, iops: then },
  ]),
  change: fc.record({
    thin: fc.boolean(),
    pin: fc.constantFrom<Tier | null>(null, null, null, null, 'hot', 'cold'),
    hold: fc.constantFrom(false, false, false, true),
    snapshots: fc.constantFrom(0, 0, 0, 1),
    affinityGroup: fc.constantFrom(null, null, null, 'set'),
  }),
})

/** Half of them while the first migrations run, which begin with the first known heat. */
const when = fc.oneof(fc.integer({ min: 4, max: 20 }), fc.integer({ min: 0, max: 100 }))
const span = { atUs: when, forUs: fc.integer({ min: 1, max: 20 }) }

const fault: fc.Arbitrary<Fault> = fc
  .oneof(
    fc.record({ ...span, kind: fc.constant('prometheus' as const), how: promHow() }),
    fc.record({
      ...span,
      kind: fc.constant('exporter' as const),
      node: fc.nat(3).map(node => nodeId(`node-${node}`)),
      how: fc.constantFrom('gap' as const, 'reset' as const, 'zero' as const),
    }),
    fc.record({
      ...span,
      kind: fc.constant('node' as const),
      node: fc.nat(3).map(node => nodeId(`node-${node}`)),
      how: fc.constantFrom('offline' as const, 'draining' as const),
    }),
    fc.record({
      ...span,
      kind: fc.constant('pool' as const),
      pool: fc.constantFrom('hot-0', 'hot-1', 'cold-2', 'cold-3').map(poolId),
      how: fc.constantFrom('offline' as const, 'faulted' as const),
    }),
    fc.record({
      ...span,
      kind: fc.constant('rebuild' as const),
      how: fc.constant('fails' as const),
    }),
    fc.record({
      ...span,
      kind: fc.constant('answers' as const),
      from: fc.constantFrom('mayastor' as const, 'kubernetes' as const),
      how: fc.constantFrom('lost' as const, 'slow' as const),
      numerator: fc.integer({ min: 1, max: 3 }),
      denominator: fc.constant(3),
    }),
    fc.record({
      ...span,
      kind: fc.constant('operator' as const),
      how: fc.constant('crash' as const),
    }),
  )
  .map(one => ({ ...one, atUs: one.atUs * minute, forUs: one.forUs * minute }))

function promHow(): fc.Arbitrary<'down' | 'slow' | 'partial'> {
  return fc.constantFrom('down', 'slow', 'partial')
}

const forMinutes = fc.integer({ min: 2, max: 20 })

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('pause' as const), forMinutes }),
  fc.record({ kind: fc.constant('disable' as const), forMinutes }),
  fc.record({ kind: fc.constant('cancel' as const), which: fc.nat(5) }),
  fc.record({ kind: fc.constant('count' as const), volume: fc.nat(3), more: fc.boolean() }),
  fc.record({ kind: fc.constant('unpublish' as const), volume: fc.nat(3), forMinutes }),
  fc.record({ kind: fc.constant('delete' as const), volume: fc.nat(3) }),
  fc.record({ kind: fc.constant('cordon' as const), node: fc.nat(3), forMinutes }),
)

export const story: fc.Arbitrary<Story> = fc.record({
  scenario: fc.record({
    pools,
    volumes: fc.array(volume, { minLength: 1, maxLength: 4 }),
    lengthMinutes: fc.constant(troubleMinutes + 180),
    mayastor: fc.constantFrom('2.9' as const, '2.10' as const, '2.10' as const, '2.8' as const),
    policy: fc.record({
      maxConcurrentMigrations: fc.integer({ min: 1, max: 3 }),
      cooldownPeriodUs: fc.constantFrom(5 * minute, 20 * minute),
    }),
    loop: fc.record({
      preservationMode: fc.constantFrom(false, false, false, true),
      mayastorMaxRebuilds: fc.constantFrom(null, null, 2, 4),
    }),
    faults: fc.array(fault, { maxLength: 4 }),
    seed: fc.nat(1000),
  }),
  deeds: fc.array(fc.record({ atMinute: when, deed }), {
    maxLength: 3,
  }),
})

/** The world of a story with everything in it planned; the operators are the caller's to start. */
export function worldOf(told: Story): SmallWorld {
  const small = smallWorld(told.scenario)
  for (const { atMinute, deed: what } of told.deeds) plan(small, atMinute, what)
  return small
}

function plan(small: SmallWorld, atMinute: number, what: Deed): void {
  const { person, policy, world } = small
  switch (what.kind) {
    case 'pause':
      small.at(atMinute, () => person.pause('a person looks at it'))
      small.at(atMinute + what.forMinutes, () => person.resume())
      break
    case 'disable': {
      const off = { ...policy, spec: { ...policy.spec, enabled: false } }
      small.at(atMinute, () => person.applyPolicies([off], [policy]))
      small.at(atMinute + what.forMinutes, () => person.applyPolicies([policy], [off]))
      break
    }
    case 'cancel':
      small.at(atMinute, () => {
        const record = world.journal.records()[what.which]
        if (record !== undefined && record.status?.phase !== 'finished') person.cancel(record.name)
      })
      break
    case 'count':
      small.at(atMinute, () => {
        const model = world.control.volume(volumeOf(what.volume))
        if (model === undefined) return
        person.setReplicaCount(model.id, model.replicaCount + (what.more ? 1 : -1))
      })
      break
    case 'unpublish':
      small.at(atMinute, () => person.unpublish(volumeOf(what.volume)))
      small.at(atMinute + what.forMinutes, () => person.publish(volumeOf(what.volume)))
      break
    case 'delete':
      small.at(atMinute, () => person.deleteVolume(volumeOf(what.volume)))
      break
    case 'cordon':
      small.at(atMinute, () => person.cordonNode(`node-${what.node}`, 'maintenance'))
      small.at(atMinute + what.forMinutes, () =>
        person.uncordonNode(`node-${what.node}`, 'maintenance'),
      )
      break
  }
}

/** Runs a story to its end; answers the broken laws as lines. */
export async function run(told: Story): Promise<{
  readonly small: SmallWorld
  readonly broken: readonly string[]
}> {
  const small = worldOf(told)
  small.operators.start()
  await small.run(told.scenario.lengthMinutes)
  return { small, broken: broken(small.watch) }
}
