/** Where shards go, and the replicas that a coded volume gets back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyLosses, shardsOf } from '../../src/core/code.js'
import { type Coding, nodeLossesSurvived, rawBytesPerPool } from '../../src/core/coded-form.js'
import { DecideMemory } from '../../src/core/decide.js'
import { Footprints } from '../../src/core/footprints.js'
import { PoolLoads } from '../../src/core/load.js'
import { type Cluster, nodeId, type Pool, type Tier, type Volume } from '../../src/core/model.js'
import type { Demand } from '../../src/core/place.js'
import { type ConversionPlacement, placeReplicas, placeShards } from '../../src/core/place-coded.js'
import { PoolFacts } from '../../src/core/pool-facts.js'
import { Reservations } from '../../src/core/reserve.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { cluster, GiB, heat, noon, policy, pool, volume } from './cluster.js'
import { codedForm, codedVolume, cold, lrc, reedSolomon } from './coded.js'

interface Asked {
  readonly of?: Volume
  readonly pools?: readonly Pool[]
  readonly to?: Tier
  readonly seen?: Partial<Cluster>
  readonly spec?: Partial<StoragePolicySpec>
  readonly reservations?: Reservations
  readonly readIops?: number
  readonly writeIops?: number
  readonly iops?: Readonly<Record<string, number>>
}

const hot = [0, 1, 2].map(at => pool(`hot-${at}`, 'hot'))
const v = volume('v', hot)

function asked(change: Asked): readonly [Demand, PoolFacts] {
  const { of = v, pools = [...hot, ...cold], to = 'cold' } = change
  const volumes = [...(change.seen?.volumes ?? []), of]
  const whole = cluster({ pools, ...change.seen, volumes })
  const memory = new DecideMemory()
  const knownUpToUs = { mayastor: noon, kubernetes: noon }
  const policies = [policy(change.spec)]
  const landscape = memory.look({ atUs: noon, knownUpToUs, cluster: whole, policies })
  const { readIops = 0, writeIops = 0 } = change
  const demand = { volume: of, to, view: landscape.views[0], readIops, writeIops }
  const loads = new PoolLoads(landscape, heat(change.iops ?? {}), new Footprints())
  const reservations = change.reservations ?? new Reservations()
  return [demand, new PoolFacts(landscape, loads, reservations, 85)]
}

function shards(coding: Coding, change: Asked = {}): ConversionPlacement {
  const [demand, facts] = asked(change)
  return placeShards(demand, coding, facts)
}

function replicas(of: Volume, change: Asked = {}): ConversionPlacement {
  const [demand, facts] = asked({ to: 'hot', ...change, of })
  return placeReplicas(demand, facts)
}

function poolsOf(placement: ConversionPlacement): readonly string[] {
  if (placement.kind === 'blocked') throw new Error(placement.reason)
  return placement.plan.pools
}

const names = (pools: readonly Pool[]): readonly string[] => pools.map(one => one.id)
const full = (one: Pool): Pool => ({ ...one, usedBytes: one.capacityBytes })
const limited =
  (value: number) =>
  (one: Pool): Pool => ({
    ...one,
    iopsLimit: { value, source: 'preset' },
  })

describe('shards', () => {
  it('go on as many cold pools, a node each, the emptiest first', () => {
    const filled = cold.map((one, at) => ({ ...one, usedBytes: (8 - at) * GiB }))
    const placement = shards(reedSolomon(3, 2), { pools: [...hot, ...filled] })
    expect(placement).toMatchObject({ kind: 'accepted', plan: { kind: 'code' } })
    expect(poolsOf(placement)).toEqual(['cold-7', 'cold-6', 'cold-5', 'cold-4', 'cold-3'])
  })

  it('what is promised fills a pool too', () => {
    const reservations = new Reservations()
    reservations.promise(cold[0].id, GiB, GiB)
    expect(poolsOf(shards(reedSolomon(3, 2), { reservations }))).not.toContain('cold-0')
  })

  it('a second one comes to a node only when all have one', () => {
    const shared = cold.map((one, at) => ({ ...one, node: nodeId(`node-${at % 4}`) }))
    const pools = poolsOf(
      shards(reedSolomon(4, 2), { pools: shared, of: volume('v', shared.slice(0, 2)) }),
    )
    expect(pools).toEqual(names(cold.slice(0, 6)))
  })

  it('the way of ten gibibytes is there and back at the assumed pace', () => {
    const expectedDurationUs = 2 * Math.ceil((10 * GiB * 1_000_000) / 200_000_000)
    expect(shards(reedSolomon(3, 2))).toMatchObject({ expectedDurationUs })
  })

  it('no pool gets two, no node more than the code can lose, and no node loss weighs more', () => {
    const codings = fc.constantFrom(
      reedSolomon(2, 1),
      reedSolomon(4, 2),
      reedSolomon(3, 3),
      lrc(4, 2, 1),
    )
    const homes = fc.array(fc.nat(5), { minLength: 4, maxLength: 12 })
    fc.assert(
      fc.property(codings, homes, fc.integer({ min: 1, max: 3 }), (coding, nodes, count) => {
        const pools = nodes.map((at, index) =>
          pool(`cold-${index}`, 'cold', { node: nodeId(`node-${at}`) }),
        )
        const placement = shards(coding, {
          of: volume('v', hot.slice(0, count)),
          pools: [...hot, ...pools],
        })
        if (placement.kind === 'blocked') {
          expect(['too-few-pools', 'coding-no-nodes', 'coding-weakens']).toContain(placement.reason)
          return
        }
        const chosen = placement.plan.pools
        expect(new Set(chosen).size).toBe(shardsOf(coding.code))
        const perNode = new Map<string, number>()
        for (const one of pools) {
          if (chosen.includes(one.id)) perNode.set(one.node, (perNode.get(one.node) ?? 0) + 1)
        }
        expect(Math.max(...perNode.values())).toBeLessThanOrEqual(anyLosses(coding.code))
        expect(nodeLossesSurvived(coding.code, [...perNode.values()])).toBeGreaterThanOrEqual(
          count - 1,
        )
      }),
    )
  })
})

describe('no place for shards', () => {
  it('with too few open pools', () => {
    const closed = cold.map((one, at) => (at < 4 ? { ...one, draining: true } : one))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...closed] })).toMatchObject({
      reason: 'too-few-pools',
      names: names(cold.slice(4)),
      numbers: { pools: 5 },
    })
  })

  it('with too little room on too many: a shard counts, and one as large is kept free', () => {
    const shardBytes = rawBytesPerPool(reedSolomon(3, 2), 10 * GiB)
    const usable = Math.ceil(850 * GiB) - 1
    const used =
      (missing: number) =>
      (one: Pool): Pool => ({
        ...one,
        usedBytes: usable - 2 * shardBytes + missing,
      })
    const fits = cold.map(used(0))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...fits] }).kind).toBe('accepted')
    const tight = cold.map((one, at) => (at < 4 ? used(at + 5)(one) : one))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...tight] })).toMatchObject({
      reason: 'tier-full',
      names: names(cold.slice(0, 4)),
      numbers: { sizeBytes: shardBytes, missingBytes: 5 },
    })
  })

  it('with a load that the limit of too many does not bear', () => {
    // 12 reads and 10 writes of 6 operations each, over five pools.
    const load = { readIops: 12, writeIops: 10 }
    const bears = cold.map(limited(14.4))
    expect(shards(reedSolomon(3, 2), { ...load, pools: [...hot, ...bears] }).kind).toBe('accepted')
    const busy = cold.map((one, at) => (at < 4 ? limited(14)(one) : one))
    expect(shards(reedSolomon(3, 2), { ...load, pools: [...hot, ...busy] })).toMatchObject({
      reason: 'pool-would-saturate',
      names: ['cold-0 (limit: preset)'],
      numbers: { loadIops: 0, addedIops: 14, limitIops: 14 },
    })
  })

  it('the least loaded of those is told, with its load', () => {
    const others = [volume('w', [cold[0]]), volume('x', [cold[1]])]
    const busy = cold.slice(0, 5).map(limited(14))
    const placement = shards(reedSolomon(3, 2), {
      seen: { volumes: others },
      iops: { w: 20, x: 10 },
      readIops: 72,
      pools: [...hot, ...busy.slice(0, 2), ...cold.slice(5, 8)],
    })
    expect(placement).toMatchObject({
      names: ['cold-1 (limit: preset)'],
      numbers: { loadIops: 10 },
    })
  })

  it('with copies that run into too many', () => {
    const reservations = new Reservations()
    for (const one of cold.slice(0, 3)) reservations.copy(one.id, v.id)
    expect(shards(reedSolomon(3, 2), { reservations }).kind).toBe('accepted')
    reservations.copy(cold[3].id, v.id)
    expect(shards(reedSolomon(3, 2), { reservations })).toMatchObject({
      reason: 'bandwidth-taken',
      names: names(cold),
    })
  })

  it('with more on a node than the code can lose', () => {
    const two = cold.map((one, at) => ({ ...one, node: nodeId(`node-${at % 2}`) }))
    expect(shards(reedSolomon(3, 2), { pools: [...hot, ...two] })).toMatchObject({
      reason: 'coding-no-nodes',
      names: ['node-0', 'node-1'],
      numbers: { shards: 5, mostPerNode: 2 },
    })
  })

  it('that survives fewer lost nodes, unless the policy says so', () => {
    const weaker = shards(reedSolomon(4, 1))
    expect(weaker).toMatchObject({ reason: 'coding-weakens', numbers: { before: 2, after: 1 } })
    expect(shards(reedSolomon(4, 1), { of: volume('v', hot.slice(0, 2)) }).kind).toBe('accepted')
    const allowed = { spec: { allowWeakerNodeTolerance: true } }
    expect(shards(reedSolomon(4, 1), allowed).kind).toBe('accepted')
  })
})

const coded = codedForm(reedSolomon(3, 2), cold.slice(0, 5), { replicaCount: 2 })
const served = codedVolume('v', coded)

describe('replicas', () => {
  it('come back as many as there were, on the tier, a node each', () => {
    const filled = hot.map((one, at) => ({ ...one, usedBytes: (3 - at) * GiB }))
    const placement = replicas(served, { pools: [...filled, ...cold] })
    expect(placement).toMatchObject({ kind: 'accepted', plan: { kind: 'restore' } })
    expect(poolsOf(placement)).toEqual(['hot-2', 'hot-1'])
  })

  it('where the volume’s own topology allows it', () => {
    const topology = { ...served.topology, poolInclusion: { disk: 'fast' } }
    const fast = hot.map((one, at) =>
      at === 0 ? one : { ...one, schedulerLabels: { ...one.labels, disk: 'fast' } },
    )
    const of = { ...served, topology }
    expect(poolsOf(replicas(of, { pools: [...fast, ...cold] }))).toEqual(['hot-1', 'hot-2'])
    expect(replicas(of)).toMatchObject({
      reason: 'too-few-pools',
      names: [],
      numbers: { pools: 2 },
    })
  })

  it('not on one node', () => {
    const same = hot.map(one => ({ ...one, node: nodeId('one') }))
    expect(replicas(served, { pools: [...same, ...cold] })).toMatchObject({
      reason: 'no-node-free',
      names: ['one'],
      numbers: { replicas: 2 },
    })
  })

  it('only with room for each', () => {
    const pools = [...hot.slice(0, 2).map(full), hot[2], ...cold]
    expect(replicas(served, { pools })).toMatchObject({
      reason: 'tier-full',
      numbers: { sizeBytes: 10 * GiB },
    })
  })

  it('and where writes, and a share of the reads, are borne', () => {
    const load = { readIops: 20, writeIops: 5 }
    const bears = hot.map(limited(15))
    expect(replicas(served, { ...load, pools: [...bears, ...cold] }).kind).toBe('accepted')
    const busy = hot.map(limited(14))
    expect(replicas(served, { ...load, pools: [...busy, ...cold] })).toMatchObject({
      reason: 'pool-would-saturate',
      numbers: { addedIops: 15 },
    })
  })

  it('not where a cordon or a cordoned node keeps them away', () => {
    const cordon = { replicas: true, snapshots: false, restores: false, import: false }
    const pools = [{ ...hot[0], cordon }, hot[1], hot[2], ...cold]
    expect(poolsOf(replicas(served, { pools }))).toEqual(['hot-1', 'hot-2'])
  })

  it('one with replicas gets as many as it has', () => {
    expect(poolsOf(replicas(v))).toHaveLength(3)
  })

  it('the way is there and back too', () => {
    const expectedDurationUs = 2 * Math.ceil((10 * GiB * 1_000_000) / 200_000_000)
    expect(replicas(served)).toMatchObject({ expectedDurationUs })
  })
})
