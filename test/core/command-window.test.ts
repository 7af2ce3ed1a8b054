/** The commands of a move: what is cordoned for them, and what stands in the record first. */
import { describe, expect, it } from 'vitest'
import { replicaId } from '../../src/core/model.js'
import { ourScopes } from '../../src/core/steer.js'
import { minute, move, node, noon, policy, pool, replica, volume } from './cluster.js'
import {
  cold0,
  cold1,
  copy,
  first,
  hot0,
  hot1,
  next,
  other,
  pools,
  type Scene,
  told,
  v,
} from './migration-scene.js'

const planned = move(first, { accepted: [cold0.id], progressedUs: noon - minute })
const taken = { toReplica: copy.id, toPool: cold0.id, accepted: [cold0.id] }
const removing = move(first, { ...taken, state: 'removing' })
const undoing = move(first, { ...taken, state: 'undoing' })
const withCopy = { ...v, replicas: [first, other, copy], replicaCount: 3 }

function adds(scene: Scene = {}): Scene {
  return { ...scene, record: { status: { moves: [planned], ...scene.record?.status } } }
}

function removes(scene: Scene = {}): Scene {
  return { volume: withCopy, ...scene, record: { status: { moves: [removing] } } }
}

describe('the window in which a replica is added', () => {
  it('leaves Mayastor the accepted pools alone', () => {
    const intent = next(adds({ cluster: { pools: [...pools, pool('hot-2', 'hot')] } }))
    expect(told(intent)).toBe('add 3')
    expect(intent.kind === 'window' && intent.cordons).toEqual([
      { kind: 'pool', pool: 'hot-2', before: null, ours: ourScopes },
    ])
    expect(intent.kind === 'window' && intent.record.status?.cordons).toEqual(
      intent.kind === 'window' ? intent.cordons : null,
    )
  })

  it('is in the record before it is opened', () => {
    const intent = next(
      adds({ record: { status: { attempts: 1, lastCommand: { text: '', atUs: 0 } } } }),
    )
    const status = intent.kind === 'window' ? intent.record.status : null
    expect(status).toMatchObject({
      phase: 'moving',
      attempts: 2,
      epoch: 7,
      holdsSlot: true,
      lastCommand: { text: 'replica_count = 3, into cold-0, cold-1', atUs: noon },
    })
    expect(status?.moves).toEqual([
      { ...planned, accepted: [cold0.id, cold1.id], state: 'adding', progressedUs: noon },
    ])
  })

  it('counts what stands there before as none of its doing', () => {
    const spare = replica('spare', hot1)
    const added = replica('added', cold1)
    const intent = next(
      adds({
        cluster: { pools: [...pools, pool('cold-2', 'cold')] },
        volume: { ...v, replicas: [first, spare, added], replicaCount: 3 },
        record: {
          status: {
            intendedReplicas: 3,
            originalReplicas: [first.id, other.id],
            addedReplicas: [added.id],
          },
        },
      }),
    )
    const status = intent.kind === 'window' ? intent.record.status : null
    expect(status?.originalReplicas).toEqual([first.id, other.id, replicaId('spare')])
  })

  it.each<readonly [string, Scene, string]>([
    [
      'waits for a whole cluster',
      adds({ view: { notWhole: () => 'pool p is faulted' } }),
      'wait: pool p is faulted',
    ],
    [
      'waits for a version',
      adds({ view: { version: null } }),
      'wait: the version of Mayastor is not known',
    ],
    [
      'waits for a drain',
      adds({ cluster: { pools: [hot0, { ...hot1, draining: true }, cold0, cold1] } }),
      'wait: pool hot-1 is draining',
    ],
    [
      'is planned anew when the place is gone',
      adds({ cluster: { pools: [hot0, hot1] } }),
      'write claimed no move',
    ],
    [
      'is given up when the place is gone after a try',
      adds({
        cluster: { pools: [hot0, hot1] },
        record: { status: { attempts: 1, lastCommand: { text: '', atUs: 0 } } },
      }),
      'rolled-back: no-pool',
    ],
  ])('%s', (_, scene, expected) => {
    expect(told(next(scene))).toBe(expected)
  })

  it('is not opened for a volume of an affinity group that could not go back', () => {
    const single = volume('v', [hot0], { affinityGroup: 'ns/sts' })
    const brothers = [cold0, cold1].map((on, index) =>
      volume(`w-${index}`, [on], { affinityGroup: 'ns/sts' }),
    )
    const scene: Scene = {
      volume: single,
      record: { status: { intendedReplicas: 1, originalReplicas: [first.id] } },
    }
    const barred = { volumes: [single, ...brothers] }
    expect(told(next({ ...scene, cluster: barred }))).toBe('failed: affinity-group')
    expect(told(next({ ...scene, cluster: { ...barred, version: '2.9.0' } }))).toBe(
      'failed: affinity-group',
    )
    const half = next({ ...scene, cluster: { volumes: [single, brothers[0]] } })
    expect(half.kind === 'write' && half.record.status?.moves[0].accepted).toEqual(['cold-1'])
  })
})

describe('the window in which a replica is removed', () => {
  it('names its victim by the cordon of its node', () => {
    const intent = next(removes())
    expect(told(intent)).toBe('remove 2')
    expect(intent.kind === 'window' && intent.cordons).toEqual([
      { kind: 'node', node: 'node-hot-0', label: 'couchestor-v-1' },
    ])
    const status = intent.kind === 'window' ? intent.record.status : null
    expect(status).toMatchObject({
      phase: 'moving',
      attempts: 1,
      lastCommand: { text: 'replica_count = 2, v-r0 on node-hot-0 goes', atUs: noon },
      cordons: [{ kind: 'node', node: 'node-hot-0', label: 'couchestor-v-1' }],
    })
  })

  it.each<readonly [string, Scene, string]>([
    [
      'is not opened where the version steers no victim',
      removes({ cluster: { version: '2.8.0' } }),
      'wait without slot: Mayastor cannot be told whom to remove',
    ],
    [
      'is not opened while the version is not known',
      removes({ view: { version: null } }),
      'wait without slot: Mayastor cannot be told whom to remove',
    ],
    [
      'waits for the victim’s node',
      removes({ volume: { ...withCopy, replicas: [{ ...first, node: null }, other, copy] } }),
      'wait: the victim’s node is not known',
    ],
    [
      'waits for a foreign cordon',
      removes({
        cluster: {
          nodes: pools.map(one => node(one.node, one === hot1 ? { cordonLabels: ['drill'] } : {})),
        },
      }),
      'wait without slot: node node-hot-1 of another replica is cordoned too',
    ],
    [
      'waits for a drain',
      removes({ cluster: { pools: [hot0, { ...hot1, draining: true }, cold0, cold1] } }),
      'wait without slot: pool hot-1 is draining',
    ],
  ])('%s', (_, scene, expected) => {
    expect(told(next(scene))).toBe(expected)
  })

  it('names the copy on the way back', () => {
    const intent = next({ volume: withCopy, record: { status: { moves: [undoing] } } })
    expect(intent.kind === 'window' && intent.cordons).toEqual([
      { kind: 'node', node: 'node-cold-0', label: 'couchestor-v-1' },
    ])
    expect(intent.kind === 'window' && intent.record.status?.phase).toBe('rolling-back')
  })
})

describe('taking a copy back', () => {
  it('needs no window, and is in the record first', () => {
    const rebuilding = { ...copy, childState: 'degraded', rebuildPercent: 3 } as const
    const intent = next({
      volume: { ...withCopy, replicas: [first, other, rebuilding] },
      record: { status: { moves: [undoing] } },
      policies: [policy()],
    })
    expect(told(intent)).toBe('take back 2')
    expect(intent.kind === 'take-back' && intent.record.status).toMatchObject({
      phase: 'rolling-back',
      attempts: 1,
      lastCommand: { text: 'replica_count = 2, an unsynced copy goes first', atUs: noon },
    })
  })
})
