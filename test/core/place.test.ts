import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecideMemory } from '../../src/core/decide.js'
import { survey } from '../../src/core/landscape.js'
import { PoolLoads } from '../../src/core/load.js'
import {
  type Cluster,
  nodeId,
  type Pool,
  type StorageNode,
  type Tier,
  type Volume,
  volumeId,
} from '../../src/core/model.js'
import { type Demand, type Placement, place } from '../../src/core/place.js'
import { PoolFacts } from '../../src/core/pool-facts.js'
import { Reservations } from '../../src/core/reserve.js'
import { choosable } from '../../src/core/steer.js'
import { type VersionRow, versionRows } from '../../src/core/versions.js'
import { cluster, GiB, heat, node, noon, policy, pool, replica, volume } from './cluster.js'

const rowOf = (version: string): VersionRow => {
  const row = versionRows.find(one => one.version === version)
  if (row === undefined) throw new Error(`no row ${version}`)
  return row
}
const newest = rowOf('2.10')

interface Asked {
  readonly row?: VersionRow
  readonly to?: Tier
  readonly reservations?: Reservations
  readonly headroomPercent?: number
  readonly readIops?: number
  readonly writeIops?: number
  /** Heat of other volumes. */
  readonly iops?: Readonly<Record<string, number>>
}

function placed(of: Volume, seen: Partial<Cluster>, asked: Asked = {}): Placement {
  const volumes = [...(seen.volumes ?? []), of]
  const whole = cluster({ ...seen, volumes })
  const memory = new DecideMemory()
  const atUs = noon
  const knownUpToUs = { mayastor: atUs, kubernetes: atUs }
  const landscape = memory.look({ atUs, knownUpToUs, cluster: whole, policies: [policy()] })
  const demand: Demand = {
    volume: of,
    to: asked.to ?? 'cold',
    view: landscape.views[0],
    readIops: asked.readIops ?? 0,
    writeIops: asked.writeIops ?? 0,
  }
  const loads = new PoolLoads(landscape, heat(asked.iops ?? {}), memory.volumes)
  const reservations = asked.reservations ?? new Reservations()
  const facts = new PoolFacts(landscape, loads, reservations, asked.headroomPercent ?? 85)
  return place(demand, facts, asked.row ?? newest)
}

const hot = [0, 1, 2].map(index => pool(`hot-${index}`, 'hot'))
const cold = [0, 1, 2].map(index => pool(`cold-${index}`, 'cold'))
const db = volume('db', [hot[0]])
const pair = volume('db', [hot[0], hot[1]])
const changed = (one: Pool, change: Partial<Pool>): Pool => ({ ...one, ...change })
const nodesOf = (pools: readonly Pool[], change: Readonly<Record<string, Partial<StorageNode>>>) =>
  [...new Set(pools.map(one => one.node))].map(name => node(name, change[name] ?? {}))

describe('a place', () => {
  it('is every pool of the tier that fits', () => {
    expect(placed(db, { pools: [...hot, ...cold] })).toEqual({
      kind: 'accepted',
      pools: cold.map(one => one.id),
      expectedDurationUs: Math.ceil((10 * GiB * 1_000_000) / 200_000_000),
    })
  })

  it.each<[string, Partial<Pool>]>([
    ['not online', { status: 'degraded' }],
    ['cordoned', { cordon: { replicas: true, snapshots: false, restores: false, import: false } }],
    ['draining', { draining: true }],
    ['of another tier', { labels: { 'storage-tier': 'warm' } }],
    ['torn between two labels', { conflictingLabels: ['storage-tier'] }],
  ])('is no pool that is %s', (_, change) => {
    const pools = [...hot, changed(cold[0], change), cold[1]]
    expect(placed(db, { pools })).toMatchObject({ pools: ['cold-1'] })
    const all = [...hot, ...cold.map(one => changed(one, change))]
    expect(placed(db, { pools: all })).toEqual({
      kind: 'blocked',
      reason: 'no-pool',
      names: [],
      numbers: {},
    })
  })

  it('may be a pool that is cordoned for snapshots alone', () => {
    const cordon = { replicas: false, snapshots: true, restores: true, import: true }
    expect(placed(db, { pools: [...hot, changed(cold[0], { cordon })] })).toMatchObject({
      pools: ['cold-0'],
    })
  })

  it.each<[string, Partial<StorageNode>]>([
    ['away', { status: 'offline' }],
    ['cordoned', { cordonLabels: ['maintenance'] }],
    ['draining', { draining: true }],
  ])('is no pool on a node that is %s', (_, change) => {
    const pools = [...hot, ...cold]
    const nodes = nodesOf(pools, { 'node-cold-0': change })
    expect(placed(db, { pools, nodes })).toMatchObject({ pools: ['cold-1', 'cold-2'] })
  })

  it('is no pool on a node that nobody knows', () => {
    const pools = [...hot, ...cold]
    const nodes = nodesOf(pools, {}).filter(one => one.id !== cold[0].node)
    expect(placed(db, { pools, nodes })).toMatchObject({ pools: ['cold-1', 'cold-2'] })
  })
})

describe('a volume’s topology', () => {
  const inclusion = (poolInclusion: Volume['topology']['poolInclusion']): Volume => ({
    ...db,
    topology: { ...db.topology, poolInclusion },
  })

  it('keeps it out of pools without its labels, as the scheduler knows them', () => {
    const zoned = changed(cold[1], { schedulerLabels: { zone: 'a', 'storage-tier': 'cold' } })
    const pools = [...hot, cold[0], zoned]
    expect(placed(inclusion({ zone: 'a' }), { pools })).toMatchObject({ pools: ['cold-1'] })
    expect(placed(inclusion({ zone: '' }), { pools })).toMatchObject({ pools: ['cold-1'] })
    expect(placed(inclusion({ 'storage-tier': '' }), { pools })).toMatchObject({
      pools: ['cold-0', 'cold-1'],
    })
    expect(placed(inclusion({ zone: 'b', 'storage-tier': 'hot' }), { pools })).toEqual({
      kind: 'blocked',
      reason: 'topology-forbids',
      names: ['zone=b', 'storage-tier=hot'],
      numbers: {},
    })
  })

  it('keeps it on nodes with its labels, and spreads it', () => {
    const pools = [...hot, ...cold]
    const zones = ['a', 'b', 'a', 'a', 'b', 'c']
    const nodes = pools.map((one, index) => node(one.node, { labels: { zone: zones[index] } }))
    const topology = (change: Partial<Volume['topology']>): Volume => ({
      ...db,
      topology: { ...db.topology, ...change },
    })
    const inA = topology({ nodeInclusion: { zone: 'a' } })
    expect(placed(inA, { pools, nodes })).toMatchObject({ pools: ['cold-0'] })
    const anyZone = topology({ nodeInclusion: { zone: '' } })
    expect(placed(anyZone, { pools, nodes })).toMatchObject({ pools: cold.map(one => one.id) })
    const spread = topology({ nodeExclusion: { zone: '' } })
    expect(placed(spread, { pools, nodes })).toMatchObject({ pools: ['cold-1', 'cold-2'] })
  })
})

describe('nodes', () => {
  it('hold no two replicas of a volume', () => {
    const beside = changed(cold[0], { node: hot[0].node })
    expect(placed(db, { pools: [...hot, beside, cold[1]] })).toMatchObject({ pools: ['cold-1'] })
    expect(placed(db, { pools: [...hot, beside] })).toEqual({
      kind: 'blocked',
      reason: 'no-node-free',
      names: [hot[0].node],
      numbers: { replicas: 1 },
    })
  })

  it('must be free for every move, before the first one starts', () => {
    const one = changed(cold[0], { node: nodeId('spare') })
    expect(placed(pair, { pools: [...hot, one] })).toMatchObject({
      reason: 'no-node-free',
      names: ['spare'],
      numbers: { replicas: 2 },
    })
    // The second goes where the first left: its node is free by then.
    const second = changed(cold[1], { node: hot[0].node })
    expect(placed(pair, { pools: [...hot, one, second] })).toMatchObject({ pools: ['cold-0'] })
  })

  it('make a move of three replicas on three nodes impossible', () => {
    const nodes = ['a', 'b', 'c'].map(nodeId)
    const pools = nodes.flatMap(name => [
      pool(`hot-${name}`, 'hot', { node: name }),
      pool(`cold-${name}`, 'cold', { node: name }),
    ])
    const of = volume(
      'db',
      pools.filter(one => one.labels['storage-tier'] === 'hot'),
    )
    expect(placed(of, { pools })).toMatchObject({ reason: 'no-node-free', names: nodes })
    expect(placed(of, { pools: [...pools, cold[0]] })).toMatchObject({ pools: ['cold-0'] })
  })
})

describe('room', () => {
  it('is named where it is missing, on the pool where the least is', () => {
    const pools = [
      ...hot,
      changed(cold[0], { usedBytes: 845 * GiB }),
      changed(cold[1], { usedBytes: 841 * GiB }),
    ]
    // Below 850 GiB stay 841 that are used, 10 that come, and 10 that are kept free for the largest.
    expect(placed(db, { pools })).toEqual({
      kind: 'blocked',
      reason: 'tier-full',
      names: ['cold-1'],
      numbers: { sizeBytes: 10 * GiB, missingBytes: 11 * GiB + 1 },
    })
    const fits = changed(cold[0], { usedBytes: 830 * GiB - 1 })
    expect(placed(db, { pools: [...hot, fits] })).toMatchObject({ pools: ['cold-0'] })
    const fitsNot = changed(cold[0], { usedBytes: 830 * GiB })
    expect(placed(db, { pools: [...hot, fitsNot] })).toMatchObject({
      reason: 'tier-full',
      numbers: { missingBytes: 1 },
    })
    expect(placed(db, { pools: [...hot, fitsNot] }, { headroomPercent: 86 })).toMatchObject({
      pools: ['cold-0'],
    })
  })

  it('is looked for at every move', () => {
    const full = changed(cold[1], { usedBytes: 900 * GiB })
    expect(placed(pair, { pools: [...hot, cold[0], full] })).toMatchObject({
      reason: 'tier-full',
      names: ['cold-1'],
    })
  })
})

describe('operations', () => {
  const limited = (value: number, source: 'label' | 'preset' = 'label') => ({
    iopsLimit: { value, source },
  })

  it('must fit under the limit: every write, and a share of the reads', () => {
    const pools = [...hot, changed(cold[0], limited(150))]
    const second = changed(cold[1], limited(150))
    const ask = (readIops: number, writeIops: number) =>
      placed(pair, { pools: [...pools, second] }, { readIops, writeIops })
    expect(ask(100, 100)).toMatchObject({ kind: 'accepted' })
    expect(ask(102, 100)).toEqual({
      kind: 'blocked',
      reason: 'pool-would-saturate',
      names: ['cold-0 (limit: label)'],
      numbers: { loadIops: 0, addedIops: 151, limitIops: 150 },
    })
    expect(placed(pair, { pools: [...hot, cold[0], cold[1]] }, { writeIops: 1e9 }).kind).toBe(
      'accepted',
    )
  })

  it('count with those that the pool carries, and name the pool that carries the least', () => {
    const busy = volume('busy', [cold[0]])
    const idle = volume('idle', [cold[1]])
    const pools = [...hot, changed(cold[0], limited(100)), changed(cold[1], limited(70, 'preset'))]
    const asked = { iops: { busy: 60, idle: 40 }, writeIops: 41 }
    expect(placed(db, { pools, volumes: [busy, idle] }, asked)).toEqual({
      kind: 'blocked',
      reason: 'pool-would-saturate',
      names: ['cold-1 (limit: preset)'],
      numbers: { loadIops: 40, addedIops: 41, limitIops: 70 },
    })
    const less = { ...asked, writeIops: 40 }
    expect(placed(db, { pools, volumes: [busy, idle] }, less)).toMatchObject({ pools: ['cold-0'] })
  })
})

describe('bandwidth', () => {
  const taken = (...pools: readonly Pool[]) => {
    const reservations = new Reservations()
    for (const one of pools) reservations.copy(one.id, volumeId('other'))
    return { reservations }
  }

  it('is one copy’s: a pool into which one runs takes no other', () => {
    const pools = [...hot, cold[0], cold[1]]
    expect(placed(db, { pools }, taken(cold[0]))).toMatchObject({ pools: ['cold-1'] })
    expect(placed(db, { pools }, taken(cold[0], cold[1]))).toEqual({
      kind: 'blocked',
      reason: 'bandwidth-taken',
      names: ['cold-0', 'cold-1'],
      numbers: {},
    })
  })

  it('of a copy that runs now is not in the way of later moves', () => {
    expect(placed(pair, { pools: [...hot, cold[0], cold[1]] }, taken(cold[1]))).toMatchObject({
      pools: ['cold-0'],
    })
  })

  it('makes the expected duration, by the slowest pool and the number of moves', () => {
    const slow = (one: Pool, value: number) =>
      changed(one, { bandwidthLimit: { value, source: 'preset' } })
    const pools = [...hot, slow(cold[0], 1e8), slow(cold[1], 5e7), slow(cold[2], 1e9)]
    const seconds = (10 * GiB) / 5e7
    expect(placed(pair, { pools })).toMatchObject({
      expectedDurationUs: 2 * Math.ceil(seconds * 1_000_000),
    })
    expect(placed(db, { pools: [...hot, slow(cold[2], 1e9)] })).toMatchObject({
      expectedDurationUs: Math.ceil((10 * GiB * 1_000_000) / 2e8),
    })
  })
})

describe('what cannot be steered', () => {
  const shared = [0, 1].flatMap(index => [
    pool(`hot-${index}`, 'hot', { node: nodeId(`node-${index}`) }),
    pool(`cold-${index}`, 'cold', { node: nodeId(`node-${index}`) }),
  ])
  const of = volume('db', [pool('hot-9', 'hot')])
  const pools = [...shared, pool('hot-9', 'hot'), cold[2]]

  it('is accepted only on a node of its own before 2.10', () => {
    expect(placed(of, { pools }, { row: rowOf('2.9') })).toMatchObject({ pools: ['cold-2'] })
    expect(placed(of, { pools })).toMatchObject({ pools: ['cold-0', 'cold-1', 'cold-2'] })
    expect(placed(of, { pools: shared }, { row: rowOf('2.9') })).toEqual({
      kind: 'blocked',
      reason: 'cannot-steer',
      names: ['2.9'],
      numbers: {},
    })
  })

  it('is accepted beside a pool that Mayastor does not choose', () => {
    const cordon = { replicas: true, snapshots: false, restores: false, import: false }
    const quiet = shared.map(one =>
      one.labels['storage-tier'] === 'hot' ? changed(one, { cordon }) : one,
    )
    const row = rowOf('2.9')
    expect(placed(of, { pools: [...quiet, pool('hot-9', 'hot')] }, { row })).toMatchObject({
      pools: ['cold-0', 'cold-1'],
    })
  })

  it('is nothing at all before 2.9', () => {
    expect(placed(db, { pools: [...hot, ...cold] }, { row: rowOf('2.8') })).toMatchObject({
      reason: 'cannot-steer',
      names: ['2.8'],
    })
  })
})

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
        let of = volume('db', sources.slice(0, asked.replicas))
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
          const victim = of.replicas.find(isLeaving)
          const kept = of.replicas.filter(one => one !== victim)
          of = { ...of, replicas: [...kept, replica(`new-${turn}`, landed)] }
          placement = placed(of, { pools }, { row, writeIops })
        }
        expect(new Set(of.replicas.map(one => one.node)).size).toBe(of.replicas.length)
      }),
    )
  })
})
