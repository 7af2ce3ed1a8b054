/** A move on its way back. */
import { describe, expect, it } from 'vitest'
import { minute, replica } from './cluster.js'
import {
  cold1,
  copy,
  each,
  faulted,
  first,
  halfMinute,
  next,
  type Row,
  rebuilding,
  second2,
  sent,
  stranger,
} from './move-scene.js'

const old = [first, second2]
const withCopy = (percent: number | null) => [first, second2, rebuilding(copy, percent)]
const synced = { replicas: [first, second2, copy], count: 3 }
const wrong = { toReplica: stranger.id, toPool: stranger.pool }
const unpublished = { target: null }

const whenUndoing: readonly Row[] = [
  ['takes an unsynced copy back', { replicas: withCopy(0), count: 3 }, 'take back 2'],
  [
    'takes it back while it is far from synced',
    { replicas: withCopy(89), count: 3 },
    'take back 2',
  ],
  ['steers once it is nearly synced', { replicas: withCopy(90), count: 3 }, 'remove copy 2'],
  [
    'steers while its progress is not told',
    { replicas: withCopy(null), count: 3 },
    'remove copy 2',
  ],
  ['steers once it is synced', synced, 'remove copy 2'],
  ['takes a faulted copy back', { replicas: [...old, faulted(copy)], count: 3 }, 'take back 2'],
  [
    'takes a copy back that its target has given up',
    { replicas: [...old, { ...rebuilding(copy, null), childState: 'faulted' }], count: 3 },
    'take back 2',
  ],
  ['lowers a count without a replica', { replicas: old, count: 3 }, 'take back 2'],
  [
    'waits until the others are synced',
    { replicas: [first, faulted(second2), copy], count: 3 },
    'wait without slot: the rollback waits until the others are healthy',
  ],
  [
    'does not count its copy among them',
    { replicas: [first, copy], count: 3 },
    'wait without slot: the rollback waits until the others are healthy',
  ],
  [
    'waits for the last try',
    { ...synced, status: { attempts: 1, lastCommand: sent(halfMinute) } },
    'wait: the last try is less than a minute old',
  ],
  [
    'tries again',
    { ...synced, status: { attempts: 4, lastCommand: sent(minute) } },
    'remove copy 2',
  ],
  [
    'gives up after five tries',
    { ...synced, status: { attempts: 5, lastCommand: sent(minute) } },
    'ended undone: replica-not-removed',
  ],
  [
    'waits while the control plane works',
    { ...synced, volume: { operation: 'Resize' } },
    'wait: the control plane works on Resize',
  ],
  [
    'waits while unpublished',
    { ...synced, volume: unpublished },
    'wait without slot: the volume is not published',
  ],
  ['is undone', { replicas: old, count: 2 }, 'ended undone: null'],
  [
    'is undone while unpublished',
    { replicas: old, count: 2, volume: unpublished },
    'ended undone: null',
  ],
  ['sees that another went', { replicas: [second2, copy], count: 2 }, 'ended done: wrong-victim'],
  [
    'waits for the trimming',
    { ...synced, count: 2, status: { attempts: 1, lastCommand: sent(4 * minute) } },
    'wait: Mayastor trims the replica later',
  ],
  [
    'waits five minutes for it',
    { ...synced, count: 2, status: { attempts: 1, lastCommand: sent(5 * minute) } },
    'ended undone: replica-not-removed',
  ],
  [
    'follows another copy',
    { replicas: [...old, replica('again', cold1)], count: 3 },
    'note undoing',
  ],
  [
    'ends when somebody sets another count',
    { ...synced, count: 4 },
    'ended done: changed-by-others',
  ],
  [
    'keeps a synced copy in preservation mode',
    { ...synced, view: { preserve: true } },
    'ended kept: null',
  ],
  [
    'keeps none that a command on its way may still remove',
    {
      ...synced,
      view: { preserve: true },
      status: { attempts: 1, lastCommand: sent(halfMinute) },
    },
    'wait: the last try is less than a minute old',
  ],
  [
    'takes an unsynced one back in it',
    { replicas: withCopy(10), count: 3, view: { preserve: true } },
    'take back 2',
  ],
  [
    'removes one outside the target tier in it',
    { replicas: [...old, stranger], count: 3, move: wrong, view: { preserve: true } },
    'remove stranger 2',
  ],
]

describe('a move on its way back', () => {
  each('undoing', whenUndoing)

  it('writes down the copy that it follows', () => {
    const another = replica('again', cold1)
    const status = { addedReplicas: [copy.id] }
    const intent = next('undoing', { replicas: [...old, another], count: 3, status })
    expect(intent.kind === 'note' && intent.move).toMatchObject({
      toReplica: another.id,
      toPool: cold1.id,
    })
    expect(intent.kind === 'note' && intent.status?.addedReplicas).toEqual(['copy', 'again'])
  })
})
