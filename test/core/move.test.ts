/** A move before its copy runs, and after its end. */
import { describe, expect, it } from 'vitest'
import { replicaId } from '../../src/core/model.js'
import { minute, noon } from './cluster.js'
import {
  cold0,
  copy,
  each,
  faulted,
  first,
  halfMinute,
  next,
  noted,
  type Row,
  rebuilding,
  type Scene,
  second2,
  sent,
  stranger,
  told,
} from './move-scene.js'

const old = [first, second2]
const withCopy = [first, second2, copy]
const copying = [first, second2, rebuilding(copy, 40)]
const unpublished = { target: null }
const base = { replicas: old, count: 2 }
const tried = { attempts: 1, lastCommand: sent(minute) }

const whenPlanned: readonly Row[] = [
  ['adds a replica', base, 'add 3'],
  [
    'waits while the control plane works',
    { ...base, volume: { operation: 'Resize' } },
    'wait: the control plane works on Resize',
  ],
  [
    'waits while the volume is not online',
    { ...base, volume: { status: 'degraded' } },
    'wait: the volume itself needs repair',
  ],
  [
    'waits while a replica is not synced',
    { ...base, replicas: [first, faulted(second2)] },
    'wait: the volume itself needs repair',
  ],
  [
    'waits while a rebuild runs that is not ours',
    {
      ...base,
      volume: { target: { node: first.node ?? cold0.node, state: 'online', rebuilds: 1 } },
    },
    'wait: a rebuild runs on the volume',
  ],
  [
    'waits while an earlier replica is not trimmed',
    { replicas: withCopy, count: 2 },
    'wait: Mayastor has not trimmed an earlier replica yet',
  ],
  [
    'ends when its old replica is gone',
    { ...base, replicas: [second2, stranger] },
    'ended undone: changed-by-others',
  ],
  [
    'ends when its policy stops',
    { ...base, view: { stop: 'policy-stopped' } },
    'ended undone: policy-stopped',
  ],
  [
    'ends when a person cancels, before all else',
    { ...base, view: { stop: 'policy-stopped', undo: 'cancelled-by-person' } },
    'ended undone: cancelled-by-person',
  ],
  ['ends while unpublished', { ...base, volume: unpublished }, 'ended undone: unpublished'],
  [
    'waits while unpublished once a command was sent',
    { ...base, volume: unpublished, status: tried },
    'wait without slot: the volume is not published',
  ],
  [
    'ends when somebody raises the count',
    { replicas: old, count: 3 },
    'ended undone: changed-by-others',
  ],
  [
    'ends when somebody lowers the count',
    { replicas: [first], count: 1 },
    'ended undone: changed-by-others',
  ],
  ['takes a late effect for its own', { replicas: old, count: 3, status: tried }, 'note adding'],
  ['tries again after a minute', { ...base, status: tried }, 'add 3'],
  [
    'does not try again sooner',
    { ...base, status: { attempts: 1, lastCommand: sent(minute - 1) } },
    'wait: the last try is less than a minute old',
  ],
  [
    'gives up after five tries, when the effect of the last can no more come',
    { ...base, status: { attempts: 5, lastCommand: sent(halfMinute, 'no-pool') } },
    'wait: the last try is less than a minute old',
  ],
  [
    'gives up for want of a pool',
    { ...base, status: { attempts: 5, lastCommand: sent(minute, 'no-pool') } },
    'ended undone: no-pool-found',
  ],
  [
    'gives up for want of an effect',
    { ...base, status: { attempts: 5, lastCommand: sent(minute) } },
    'ended undone: no-pool-found',
  ],
  [
    'gives up when it is refused',
    { ...base, status: { attempts: 5, lastCommand: sent(minute, 'precondition') } },
    'ended undone: command-refused',
  ],
  ['tries a fifth time', { ...base, status: { attempts: 4, lastCommand: sent(minute) } }, 'add 3'],
]

const waiting = { replicas: old, count: 3 }
const timedOut = { progressedUs: noon - 30 * minute }

const whenAdding: readonly Row[] = [
  ['waits for the replica', waiting, 'wait: the new replica has not been made yet'],
  ['is planned again when nothing happened', { replicas: old, count: 2 }, 'note planned'],
  ['sees its copy', { replicas: copying, count: 3 }, 'note syncing: 0'],
  [
    'waits for the pool of its copy',
    { replicas: [...old, { ...copy, pool: null }], count: 3 },
    'wait: the new replica’s pool is not known yet',
  ],
  [
    'does not wait for it for ever',
    { replicas: [...old, { ...copy, pool: null }], count: 3, move: timedOut },
    'note undoing: no-progress 0',
  ],
  [
    'turns back from a wrong pool',
    { replicas: [...old, stranger], count: 3 },
    'note undoing: wrong-pool 0',
  ],
  [
    'prefers a replica in an accepted pool',
    { replicas: [...old, stranger, copy], count: 3 },
    'note syncing: 0',
  ],
  ['turns back without progress', { ...waiting, move: timedOut }, 'note undoing: no-progress 0'],
  [
    'turns back when its policy stops',
    { ...waiting, view: { stop: 'policy-stopped' } },
    'note undoing: policy-stopped 0',
  ],
  [
    'turns back when a snapshot is made',
    { ...waiting, view: { undo: 'snapshots' } },
    'note undoing: snapshots 0',
  ],
  [
    'waits while unpublished',
    { ...waiting, volume: unpublished },
    'wait without slot: the volume is not published',
  ],
  [
    'turns back when it is unpublished too long',
    { ...waiting, volume: unpublished, move: timedOut },
    'note undoing: was-unpublished 0',
  ],
  [
    'ends when somebody sets another count',
    { replicas: old, count: 4 },
    'ended undone: changed-by-others',
  ],
]

describe('a move that is planned', () => {
  each('planned', whenPlanned)

  it('ends now', () => {
    const intent = next('planned', { ...base, view: { stop: 'policy-stopped' } })
    expect(intent.kind === 'ended' && intent.move.finishedUs).toBe(noon)
  })

  it('counts the time without progress from the late effect', () => {
    const intent = noted(next('planned', { replicas: old, count: 3, status: tried }))
    expect(intent.move.progressedUs).toBe(noon)
  })
})

describe('a move that adds', () => {
  each('adding', whenAdding)

  it('writes down where its copy landed', () => {
    const status = { addedReplicas: [replicaId('earlier')], attempts: 3 }
    const intent = noted(next('adding', { replicas: [...old, copy], count: 3, status }))
    expect(intent.move).toMatchObject({
      toReplica: copy.id,
      toPool: cold0.id,
      progressedUs: noon,
      progressPercent: 0,
      syncedSinceUs: null,
    })
    expect(intent.status?.addedReplicas).toEqual(['earlier', 'copy'])
    const wrong = noted(next('adding', { replicas: [...old, stranger], count: 3, status }))
    expect(wrong.status?.addedReplicas).toEqual(['earlier', 'stranger'])
    expect(wrong.move.toPool).toBe(stranger.pool)
  })

  it('does not take the copy of an earlier move for its own', () => {
    const status = { attempts: 1, lastCommand: sent(minute) }
    for (const state of ['done', 'kept'] as const) {
      const earlier = {
        toReplica: copy.id,
        toPool: cold0.id,
        state,
        fromReplica: replicaId('gone'),
      }
      const scene: Scene = { replicas: [first, copy], count: 3, status }
      const moves = [{ ...noted(next('adding', { replicas: copying, count: 3 })).move, ...earlier }]
      const intent = next('adding', { ...scene, status: { ...status, moves } })
      expect(told(intent)).toBe('wait: the new replica has not been made yet')
    }
  })
})

describe('a move that is over', () => {
  it.each(['done', 'kept', 'undone'] as const)('%s stays so', state => {
    const intent = next(state, { replicas: [second2, copy], count: 2 })
    expect(told(intent)).toBe(`ended ${state}: null`)
  })
})
