/** The first move of a migration, preservation mode, and which replica leaves. */
import { describe, expect, it } from 'vitest'
import { versionRows } from '../../src/core/versions.js'
import { minute, move, noon, policy, replica, tierSelector, volume as volumeOn } from './cluster.js'
import {
  cold0,
  cold1,
  copy,
  each,
  first,
  hot0,
  hot1,
  next,
  other,
  pools,
  type Row,
  type Scene,
  told,
  v,
} from './migration-scene.js'

const taken = { toReplica: copy.id, toPool: cold0.id, accepted: [cold0.id, cold1.id] }
const withCopy = { ...v, replicas: [first, other, copy], replicaCount: 3 }
const done = move(first, { ...taken, state: 'done' })
const person = { requestedBy: 'person', policy: null, heatIops: null } as const

const off = policy({ enabled: false })

const beforeTheFirst: readonly Row[] = [
  ['plans it', {}, 'write moving planned'],
  [
    'is over when all stands there already',
    { volume: { ...v, replicas: volumeOn('v', [cold0, cold1]).replicas } },
    'completed: null',
  ],
  [
    'waits while a replica is missing',
    { volume: { ...v, replicas: [copy] } },
    'wait: a replica of it is missing, or its place is not known',
  ],
  [
    'waits while a place is not known',
    { volume: { ...v, replicas: [first, { ...other, pool: null }] } },
    'wait: a replica of it is missing, or its place is not known',
  ],
  ['ends when the policy is disabled', { policies: [off] }, 'cancelled: policy-stopped'],
  [
    'ends when the policy goes into dry run',
    { policies: [policy({ dryRun: true })] },
    'cancelled: policy-stopped',
  ],
  ['ends when the policy is gone', { policies: [] }, 'cancelled: policy-stopped'],
  [
    'ends when the policy is in error',
    {
      policies: [
        policy({}, 'gold', {
          problems: [{ code: 'FIELD_INVALID', path: 'spec', message: 'wrong', hint: 'right' }],
        }),
      ],
    },
    'cancelled: policy-stopped',
  ],
  ['ends when it is deleted', { record: { deleting: true } }, 'cancelled: cancelled-by-person'],
  ['ends when a snapshot is made', { volume: { ...v, snapshots: 1 } }, 'cancelled: snapshots'],
  [
    'goes on with snapshots that are left behind',
    { volume: { ...v, snapshots: 1 }, policies: [policy({ snapshots: 'LeaveBehind' })] },
    'write moving planned',
  ],
  [
    'goes on with them for a person',
    { volume: { ...v, snapshots: 1 }, record: { spec: person } },
    'write moving planned',
  ],
  [
    'goes on for a person when the policy stops',
    { policies: [off], record: { spec: person } },
    'write moving planned',
  ],
  [
    'ends when somebody changed the count',
    { volume: { ...v, replicaCount: 1 } },
    'cancelled: changed-by-others',
  ],
  [
    'ends when the volume is unpublished',
    { volume: { ...v, target: null } },
    'cancelled: unpublished',
  ],
  ['ends on unknown heat', { view: { wanted: () => null } }, 'cancelled: unknown-heat'],
  [
    'ends when it is no longer wanted',
    { view: { wanted: () => 'hot' } },
    'cancelled: no-longer-wanted',
  ],
  [
    'goes on whatever the heat for a person',
    { record: { spec: { ...person, heatIops: 1 } }, view: { wanted: () => null } },
    'write moving planned',
  ],
  [
    'goes on whatever the heat when it did not rest on it',
    { record: { spec: { heatIops: null } }, view: { wanted: () => null } },
    'write moving planned',
  ],
  [
    'waits for a whole cluster',
    { view: { notWhole: () => 'node a is offline' } },
    'wait: node a is offline',
  ],
  ['is refused without a place', { cluster: { pools: [hot0, hot1] } }, 'refused: no-pool'],
  [
    'is refused by a version that steers nothing',
    { cluster: { version: '2.8.0' } },
    'refused: cannot-steer',
  ],
  [
    'is refused by a version that is not known',
    { cluster: { version: 'next' } },
    'refused: cannot-steer',
  ],
  [
    'is refused without a policy that knows the tiers',
    { record: { spec: person }, policies: [] },
    'refused: no-policy',
  ],
]

describe('before its first move a migration', () => {
  each(beforeTheFirst)

  it('plans the move of a remote replica', () => {
    const intent = next()
    expect(intent.kind === 'write' && intent.record.status?.moves).toEqual([
      {
        fromReplica: other.id,
        fromPool: hot1.id,
        accepted: ['cold-0', 'cold-1'],
        toReplica: null,
        toPool: null,
        state: 'planned',
        progressPercent: 0,
        progressedUs: noon,
        syncedSinceUs: null,
        startedUs: noon,
        finishedUs: null,
        expectedDurationUs: 53_687_092,
      },
    ])
    expect(intent.kind === 'write' && intent.record.status).toMatchObject({
      attempts: 0,
      holdsSlot: true,
    })
  })

  it('plans the local one when no other leaves, and the first by name of several', () => {
    const [cold] = volumeOn('v', [cold1]).replicas
    const local = next({ volume: { ...v, replicas: [first, { ...cold, id: other.id }] } })
    expect(local.kind === 'write' && local.record.status?.moves[0].fromReplica).toBe(first.id)
    const elsewhere = { node: cold1.node, state: 'online', rebuilds: 0 } as const
    const remote = next({ volume: { ...v, target: elsewhere, replicas: [other, first] } })
    expect(remote.kind === 'write' && remote.record.status?.moves[0].fromReplica).toBe(first.id)
  })
})

const preserve = { preservationMode: true }
const kept = move(first, { ...taken, state: 'kept', finishedUs: noon - minute })
const second = replica('copy-1', cold1)
const keptToo = move(other, { toReplica: second.id, toPool: cold1.id, state: 'kept' })
const both = { ...v, replicas: [first, other, copy, second], replicaCount: 4 }
const status = { moves: [kept] }

const whenPreserving: readonly Row[] = [
  [
    'goes on with the next copy',
    { volume: withCopy, record: { status }, view: preserve },
    'write moving planned',
  ],
  [
    'ends with all its copies',
    { volume: both, record: { status: { moves: [kept, keptToo] } }, view: preserve },
    'preserved: null',
  ],
  [
    'ends with what it could add',
    {
      volume: withCopy,
      record: { status },
      view: preserve,
      cluster: { pools: [hot0, hot1, cold0] },
    },
    'preserved: no-node-free',
  ],
  [
    'is refused where it can add nothing',
    { view: preserve, cluster: { pools: [hot0, hot1] } },
    'refused: no-pool',
  ],
  [
    'has no more copies than replicas, whatever replaced them',
    {
      volume: { ...both, replicas: [replica('x', hot0), replica('y', hot1), copy, second] },
      record: { status: { moves: [kept, keptToo] } },
      view: preserve,
    },
    'preserved: null',
  ],
  [
    'ends when somebody changed the count',
    { volume: v, record: { status }, view: preserve },
    'cancelled: changed-by-others',
  ],
  [
    'is completed where nothing had to be added',
    { volume: { ...v, replicas: volumeOn('v', [cold0, cold1]).replicas }, view: preserve },
    'completed: null',
  ],
  [
    'takes the old replica up again when the mode ends',
    { volume: withCopy, record: { status } },
    'write claimed syncing',
  ],
]

describe('in preservation mode a migration', () => {
  each(whenPreserving)

  it('takes up the last one that was kept', () => {
    const moves = [kept, keptToo, { ...done, state: 'done' as const }]
    const intent = next({ volume: both, record: { status: { moves, attempts: 3 } } })
    const after = intent.kind === 'write' ? intent.record.status : null
    expect(after?.moves.map(one => one.state)).toEqual(['kept', 'done', 'syncing'])
    expect(after?.moves[2]).toEqual({
      ...keptToo,
      state: 'syncing',
      progressedUs: noon,
      syncedSinceUs: null,
      finishedUs: null,
    })
    expect(after?.attempts).toBe(0)
  })

  it('needs no new place for what is kept', () => {
    const fourth = { volume: withCopy, record: { status }, view: preserve }
    const intent = next({ ...fourth, cluster: { pools: [...pools] } })
    expect(intent.kind === 'write' && intent.record.status?.moves[1].fromReplica).toBe(other.id)
  })
})

describe('which replica leaves', () => {
  const fromOf = (scene: Scene) => {
    const intent = next(scene)
    return intent.kind === 'write' ? intent.record.status?.moves.at(-1)?.fromReplica : told(intent)
  }

  it('is none that has its copy', () => {
    const kept = move(other, { ...taken, state: 'kept' })
    const status = { moves: [kept] }
    expect(fromOf({ volume: withCopy, record: { status }, view: preserve })).toBe(first.id)
  })

  it('is the first by name, however they are told', () => {
    const elsewhere = { node: cold1.node, state: 'online', rebuilds: 0 } as const
    expect(fromOf({ volume: { ...v, target: elsewhere } })).toBe(first.id)
    expect(fromOf({ volume: { ...v, target: elsewhere, replicas: [other, first] } })).toBe(first.id)
  })

  it('is one outside the tier as the migration’s own policy has it', () => {
    const mirror = policy(
      { hotPoolSelector: tierSelector('cold'), coldPoolSelector: tierSelector('hot') },
      'mirror',
    )
    expect(fromOf({ policies: [mirror, policy()] })).toBe(other.id)
    expect(
      told(next({ policies: [policy(), mirror], record: { spec: { policy: mirror.name } } })),
    ).toBe('completed: null')
  })

  it('is one outside the tier as the volume’s policy has it, where a person names none', () => {
    const stranger = volumeOn('a', [hot0], { storageClass: 'other' })
    const scene = { record: { spec: { ...person, fromTier: 'hot' as const } } }
    expect(fromOf({ ...scene, cluster: { volumes: [stranger, v] } })).toBe(other.id)
    const cold = { ...v, replicas: volumeOn('v', [cold0, cold1]).replicas }
    const there = next({ ...scene, volume: cold, cluster: { volumes: [stranger, cold] } })
    expect(told(there)).toBe('completed: null')
  })

  it('is none where Mayastor can be told nothing, whatever place there is', () => {
    const found = { leavesFirst: other.id, pools: [cold0.id], expectedDurationUs: 1 }
    const place = () => ({ kind: 'accepted' as const, ...found })
    const row = versionRows[3]
    const refused = (change: Partial<typeof row> | null) =>
      told(next({ view: { place, version: change === null ? null : { ...row, ...change } } }))
    expect(refused({})).toBe('write moving planned')
    expect(refused(null)).toBe('refused: cannot-steer')
    expect(refused({ steersVictim: false })).toBe('refused: cannot-steer')
    expect(refused({ steersDestination: 'nothing' })).toBe('refused: cannot-steer')
  })
})
