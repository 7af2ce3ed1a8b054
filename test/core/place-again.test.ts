/** A place for the next move of a migration that runs. */
import { describe, expect, it } from 'vitest'
import { startConversion } from '../../src/core/conversion-state.js'
import { survey } from '../../src/core/landscape.js'
import type { Volume } from '../../src/core/model.js'
import type { Placement } from '../../src/core/place.js'
import { placeAgain, planAgain } from '../../src/core/place-again.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import { coding } from '../sim/cold-world.js'
import {
  cluster,
  GiB,
  heat,
  move,
  policy,
  pool,
  round,
  running,
  tierSelector,
  volume,
} from './cluster.js'
import { codedForm, codedVolume, reedSolomon } from './coded.js'
import { cold0, cold1, copy, first, hot0, hot1, v } from './migration-scene.js'

interface Scene {
  readonly record?: MigrationRecord
  readonly others?: readonly MigrationRecord[]
  readonly volume?: Volume
  readonly policies?: readonly PolicyObject[]
  readonly version?: string
  readonly pools?: Parameters<typeof cluster>[0]['pools']
  readonly iops?: number
  readonly headroomPercent?: number
}

const record = running(v, 'cold')

function again(scene: Scene): Placement {
  const seen = scene.volume ?? v
  const pools = scene.pools ?? [hot0, hot1, cold0, cold1]
  const world = cluster({ pools, volumes: [seen], version: scene.version ?? '2.10.0' })
  const policies = scene.policies ?? [policy()]
  const input = round({
    cluster: world,
    policies,
    heat: heat({ v: scene.iops ?? 0 }),
    settings: { headroomPercent: scene.headroomPercent ?? 85 },
  })
  const own = scene.record ?? record
  return placeAgain(input, survey(world, policies, null), own, seen, [own, ...(scene.others ?? [])])
}

function poolsOf(placement: Placement): readonly string[] | string {
  return placement.kind === 'accepted' ? placement.pools : placement.reason
}

describe('a place for the next move', () => {
  it('is not taken by what the migration itself has promised', () => {
    const planned = move(first, { accepted: [cold0.id, cold1.id], state: 'planned' })
    const own = running(v, 'cold', { status: { moves: [planned] } })
    expect(poolsOf(again({ record: own }))).toEqual(['cold-0', 'cold-1'])
    const other = { ...own, name: 'w-1' }
    expect(poolsOf(again({ record: own, others: [other] }))).toBe('bandwidth-taken')
  })

  it('is looked for with the tiers of the migration’s policy, not of another', () => {
    const swapped = policy(
      { hotPoolSelector: tierSelector('cold'), coldPoolSelector: tierSelector('hot') },
      'mirror',
    )
    const policies = [swapped, policy()]
    expect(poolsOf(again({ policies }))).toEqual(['cold-0', 'cold-1'])
    const unnamed = running(v, 'hot', { spec: { policy: null } })
    expect(poolsOf(again({ policies, record: unnamed }))).toEqual(['cold-0', 'cold-1'])
  })

  it('is none without a policy', () => {
    const placement = again({ policies: [] })
    expect(placement).toEqual({ kind: 'blocked', reason: 'no-policy', names: [], numbers: {} })
  })

  it.each([
    ['2.6.0', 'too-old'],
    ['next', 'unreadable'],
  ])('is none on version %s', (version, kind) => {
    const placement = again({ version })
    expect(placement).toEqual({
      kind: 'blocked',
      reason: 'cannot-steer',
      names: [kind],
      numbers: {},
    })
  })

  it('is there on a newer version', () => {
    expect(poolsOf(again({ version: '2.12.0' }))).toEqual(['cold-0', 'cold-1'])
  })

  it('needs the room that the settings leave, and the IOPS that the volume brings', () => {
    expect(poolsOf(again({ headroomPercent: 1 }))).toBe('tier-full')
    expect(poolsOf(again({ headroomPercent: 3 }))).toEqual(['cold-0', 'cold-1'])
    const limited = [cold0, cold1].map(one => ({
      ...one,
      iopsLimit: { value: 900, source: 'label' as const },
    }))
    const pools = [hot0, hot1, ...limited]
    expect(poolsOf(again({ pools, iops: 1000 }))).toEqual(['cold-0', 'cold-1'])
    expect(poolsOf(again({ pools, iops: 1800 }))).toBe('pool-would-saturate')
  })

  it('is not needed for a replica that preservation mode keeps', () => {
    const kept = move(first, { toReplica: copy.id, toPool: cold0.id, state: 'kept' })
    const third = { ...v, replicas: [...v.replicas, copy], replicaCount: 3 }
    const own = running(v, 'cold', { status: { moves: [kept] } })
    expect(poolsOf(again({ record: own, volume: third }))).toEqual(['cold-1'])
    expect(poolsOf(again({ volume: third }))).toBe('no-node-free')
    const done = running(v, 'cold', { status: { moves: [{ ...kept, state: 'done' }] } })
    expect(poolsOf(again({ record: done, volume: third }))).toBe('no-node-free')
  })

  it('is for the volume as it is now', () => {
    const grown = volume('v', [hot0, hot1], { sizeBytes: 2000 * GiB })
    expect(poolsOf(again({ volume: grown }))).toBe('tier-full')
    expect(poolsOf(again({ pools: [hot0, hot1, pool('hot-2', 'hot')] }))).toBe('no-pool')
  })
})

describe('volumes that came and went since the round’s observation', () => {
  it('neither lend their heat to others nor stand in the way', () => {
    const limited = { ...cold0, iopsLimit: { value: 900, source: 'label' as const } }
    const pools = [hot0, hot1, limited, cold1]
    const idle = volume('idle', [hot1])
    const busy = volume('busy', [cold0])
    const before = cluster({ pools, volumes: [idle, v, busy] })
    const input = round({ cluster: before, heat: heat({ idle: 0, v: 0, busy: 1000 }) })
    input.memory.look(input.observation)
    const place = (volumes: readonly Volume[]): readonly string[] | string => {
      const now = survey(cluster({ pools, volumes }), input.observation.policies, null)
      return poolsOf(placeAgain(input, now, record, v, [record]))
    }
    expect(place([v, busy])).toBe('pool-would-saturate')
    expect(place([volume('new', [hot1]), v, busy])).toBe('pool-would-saturate')
    expect(place([v, idle])).toEqual(['cold-0', 'cold-1'])
  })
})

describe('the pools of a conversion that a person asked for', () => {
  const pools = [hot0, hot1, cold0, cold1]
  const narrow = coding({ dataShards: 1, parityShards: 1 })
  const gold = policy({ ecPolicyRef: 'coding' }, 'gold', { coding: narrow })
  const served = codedVolume('v', codedForm(reedSolomon(1, 1), [cold0, cold1], { replicaCount: 2 }))

  function plan(
    own: MigrationRecord,
    of: Volume,
    policies = [gold],
    others: readonly MigrationRecord[] = [],
  ) {
    const world = cluster({ pools, volumes: [of] })
    const input = round({ cluster: world, policies })
    const placement = planAgain(input, survey(world, policies, null), own, of, [own, ...others])
    return placement.kind === 'blocked' ? placement.reason : placement.plan
  }

  const coded = running(v, 'cold', { spec: { toForm: 'coded', policy: null } })
  const back = running(v, 'hot', { spec: { policy: null } })

  it('are those of its shards, or of its replicas', () => {
    expect(plan(coded, v)).toMatchObject({ kind: 'code', pools: ['cold-0', 'cold-1'] })
    expect(plan(back, served)).toEqual({ kind: 'restore', pools: ['hot-0', 'hot-1'] })
  })

  it('are looked for with the policy of the volume, and with no other', () => {
    const other = { ...v, storageClass: 'other' }
    expect(plan(coded, other)).toBe('no-policy')
    const named = running(v, 'cold', { spec: { toForm: 'coded', policy: gold.name } })
    expect(plan(named, other)).toMatchObject({ kind: 'code' })
    expect(plan(coded, v, [policy()])).toBe('no-coding')
  })

  it('are not taken by what it promised itself, but by what others did', () => {
    const wanted = plan(coded, v)
    if (typeof wanted === 'string') throw new Error(wanted)
    const status = { conversion: startConversion(wanted, 0) }
    const own = running(v, 'cold', { spec: { toForm: 'coded', policy: null }, status })
    expect(plan(own, v)).toMatchObject({ kind: 'code' })
    expect(plan(coded, v, [gold], [{ ...own, name: 'w-1' }])).toBe('bandwidth-taken')
  })
})
