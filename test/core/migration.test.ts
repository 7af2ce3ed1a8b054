/** The migration around and within its moves. */
import { describe, expect, it } from 'vitest'
import { protocol } from '../../src/core/record.js'
import { coding } from '../sim/cold-world.js'
import { minute, move, noon, policy, pool, replica, running } from './cluster.js'
import { codedForm, codedVolume, reedSolomon } from './coded.js'
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
const moved = { ...v, replicas: [other, copy] }
const done = move(first, { ...taken, state: 'done' })
const syncing = move(first, { ...taken, state: 'syncing', progressedUs: noon })
const person = { requestedBy: 'person', policy: null, heatIops: null } as const
const asked = { ...running(v, 'cold', { spec: person }), status: null }

const ofAny: readonly Row[] = [
  [
    'sends nothing while the operator may not',
    { view: { sendsNothing: true } },
    'wait: the operator sends no commands',
  ],
  [
    'does not even end then',
    { view: { sendsNothing: true }, volume: null },
    'wait: the operator sends no commands',
  ],
  ['ends with its volume', { volume: null }, 'gone: volume-gone'],
  [
    'waits while its volume is deleted',
    { volume: { ...v, specStatus: 'deleting' } },
    'wait without slot: the volume is deleting',
  ],
  [
    'is left to the newer version that wrote it',
    { record: { status: { protocol: protocol + 1 } } },
    'wait without slot: a newer version wrote the record',
  ],
  [
    'is given up when its format is too old',
    { record: { status: { protocol: protocol - 2 } } },
    'abandoned: unknown-protocol',
  ],
  [
    'goes on in the format before',
    { record: { status: { protocol: protocol - 1 } } },
    'write moving planned',
  ],
]

describe('any migration', () => {
  each(ofAny)
})

const restored = { ...running(v, 'cold'), status: null }

const form = codedForm(reedSolomon(1, 1), [cold0, cold1], { replicaCount: 2 })

const withoutStatus: readonly Row[] = [
  ['of a policy is given up', { exactly: restored }, 'abandoned: without-status'],
  ['of a person is taken up', { exactly: asked }, 'write claimed no move'],
  [
    'waits its turn',
    { exactly: asked, view: { ahead: 'v-1' } },
    'wait without slot: v-1 goes first',
  ],
  [
    'that was deleted again is cancelled',
    { exactly: { ...asked, deleting: true } },
    'cancelled: cancelled-by-person',
  ],
  [
    'that asks for a coded form is refused where no policy names a code',
    { exactly: { ...asked, spec: { ...asked.spec, toForm: 'coded' } } },
    'refused: no-coding',
  ],
]

describe('an object without status', () => {
  each(withoutStatus)

  it('that asks for what is there already has arrived', () => {
    const there = { ...asked, spec: { ...asked.spec, toForm: 'coded' as const } }
    const intent = next({ exactly: there, volume: codedVolume('v', form) })
    expect(told(intent)).toBe('completed: null')
    const half = { ...v, coded: { ...form, serves: false } }
    expect(told(next({ exactly: there, volume: half }))).toBe('refused: no-coding')
  })

  it('of a coded volume asks for replicas, on the pools that are found', () => {
    const intent = next({
      exactly: { ...asked, spec: { ...asked.spec, toTier: 'hot' } },
      volume: codedVolume('v', form),
    })
    const plan = { kind: 'restore', pools: ['hot-0', 'hot-1'] }
    const status = {
      phase: 'claimed',
      intendedReplicas: 2,
      conversion: { plan, step: 'making-replicas' },
    }
    expect(intent).toMatchObject({ kind: 'write', record: { status } })
  })

  it('of a volume whose policy names a code is taken up with its places', () => {
    const policies = [
      policy({ ecPolicyRef: 'coding' }, 'gold', {
        coding: coding({ dataShards: 1, parityShards: 1 }),
      }),
    ]
    const intent = next({
      exactly: { ...asked, spec: { ...asked.spec, toForm: 'coded' } },
      policies,
    })
    const plan = { kind: 'code', pools: ['cold-0', 'cold-1'] }
    const conversion = { plan, step: 'imaging', pass: 1, progressedUs: noon }
    expect(intent).toMatchObject({ kind: 'write', record: { status: { conversion } } })
  })

  it('starts with what the volume is', () => {
    const intent = next({ exactly: asked })
    expect(intent.kind === 'write' && intent.record.status).toEqual({
      protocol,
      epoch: 7,
      phase: 'claimed',
      outcome: null,
      why: null,
      intendedReplicas: 2,
      originalReplicas: [first.id, other.id],
      addedReplicas: [],
      moves: [],
      conversion: null,
      cordons: [],
      lastCommand: null,
      attempts: 0,
      holdsSlot: true,
      startedUs: noon,
      finishedUs: null,
      message: '',
    })
  })

  it('ends with a status of its own', () => {
    const intent = next({ exactly: restored })
    expect(intent.kind === 'finish' && intent.record.status).toMatchObject({
      protocol,
      epoch: 7,
      phase: 'finished',
      intendedReplicas: 0,
      originalReplicas: [],
      addedReplicas: [],
      moves: [],
      cordons: [],
      lastCommand: null,
      attempts: 0,
      holdsSlot: false,
      startedUs: noon,
      finishedUs: noon,
      message: '',
    })
  })
})

const half = (scene: Scene): Scene => ({
  volume: moved,
  ...scene,
  record: { ...scene.record, status: { moves: [done], ...scene.record?.status } },
})

const betweenMoves: readonly Row[] = [
  ['plans the next', half({}), 'write moving planned'],
  [
    'waits on unknown heat',
    half({ view: { wanted: () => null } }),
    'wait without slot: which tier it deserves is not known now',
  ],
  [
    'ends when it is no longer wanted',
    half({ view: { wanted: () => 'warm' } }),
    'cancelled: no-longer-wanted',
  ],
  [
    'waits while unpublished',
    half({ volume: { ...moved, target: null } }),
    'wait without slot: the volume is not published',
  ],
  [
    'waits without a place',
    half({ cluster: { pools: [hot0, hot1, cold0] } }),
    'wait without slot: no-node-free',
  ],
  [
    'ends when it moved too often',
    half({ record: { status: { moves: Array(10).fill(done) } } }),
    'failed: replica-not-removed',
  ],
  [
    'still goes on before',
    half({ record: { status: { moves: Array(9).fill(done) } } }),
    'write moving planned',
  ],
]

describe('between two moves a migration', () => {
  each(betweenMoves)
})

const inMove = { moves: [syncing] }

const withinMove: readonly Row[] = [
  [
    'notes what the move notes',
    { volume: withCopy, record: { status: inMove } },
    'write moving syncing',
  ],
  [
    'turns back when it is deleted',
    { volume: withCopy, record: { status: inMove, deleting: true } },
    'write rolling-back undoing',
  ],
  [
    'waits as long as the policy says',
    {
      volume: {
        ...withCopy,
        replicas: [first, other, { ...copy, childState: 'degraded', rebuildPercent: 0 }],
      },
      record: { status: { moves: [{ ...syncing, progressedUs: noon - 10 * minute }] } },
      policies: [policy({ migrationTimeoutUs: 10 * minute })],
    },
    'write rolling-back undoing',
  ],
  [
    'waits half an hour for a person',
    {
      volume: {
        ...withCopy,
        replicas: [first, other, { ...copy, childState: 'degraded', rebuildPercent: 0 }],
      },
      record: {
        spec: person,
        status: { moves: [{ ...syncing, progressedUs: noon - 30 * minute + 1 }] },
      },
      policies: [],
    },
    'wait: the copy runs',
  ],
]

describe('within a move a migration', () => {
  each(withinMove)

  it('keeps a copy in the target tier, in whatever pool, in preservation mode', () => {
    const undoing = move(first, { ...taken, accepted: [cold1.id], state: 'undoing' })
    const scene = { volume: withCopy, record: { status: { moves: [undoing] } } }
    expect(told(next({ ...scene, view: { preservationMode: true } }))).toBe('write moving kept')
    expect(told(next(scene))).toBe('remove 2')
  })

  it('keeps no copy outside the target tier, though it is synced', () => {
    const warm = pool('warm-0', 'warm')
    const astray = replica('copy', warm)
    const undoing = move(first, { ...taken, toPool: warm.id, state: 'undoing' })
    const intent = next({
      volume: { ...withCopy, replicas: [first, other, astray] },
      record: { status: { moves: [undoing] } },
      cluster: { pools: [...pools, warm] },
      view: { preservationMode: true },
    })
    expect(told(intent)).toBe('remove 2')
  })

  it('of a person goes on with snapshots that the policy skips', () => {
    const scene = { volume: { ...withCopy, snapshots: 1 } }
    const asked = { status: inMove, spec: { requestedBy: 'person' as const } }
    expect(told(next({ ...scene, record: asked }))).toBe('write moving syncing')
    expect(told(next({ ...scene, record: { status: inMove } }))).toBe('write rolling-back undoing')
  })
})
