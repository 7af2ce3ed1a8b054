import { describe, expect, it } from 'vitest'
import { replicaId } from '../../src/core/model.js'
import type { MoveIntent } from '../../src/core/move-view.js'
import { minute, noon, replica } from './cluster.js'
import {
  cold0,
  cold1,
  copy,
  faulted,
  first,
  halfMinute,
  next,
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

function noted(intent: MoveIntent) {
  if (intent.kind !== 'note') throw new Error(told(intent))
  return intent
}

function each(
  state: Parameters<typeof next>[0],
  rows: readonly (readonly [string, Scene, string])[],
): void {
  it.each(rows)('%s', (_, scene, expected) => {
    expect(told(next(state, scene))).toBe(expected)
  })
}

describe('a move that is planned', () => {
  const base = { replicas: old, count: 2 }
  const tried = { attempts: 1, lastCommand: sent(minute) }
  each('planned', [
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
    [
      'tries a fifth time',
      { ...base, status: { attempts: 4, lastCommand: sent(minute) } },
      'add 3',
    ],
  ])

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
  const waiting = { replicas: old, count: 3 }
  const timedOut = { progressedUs: noon - 30 * minute }
  each('adding', [
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
  ])

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

describe('a move whose copy is synced', () => {
  const seen = { replicas: withCopy, count: 3 }
  const since = (agoUs: number) => ({ syncedSinceUs: noon - agoUs })
  each('syncing', [
    ['notes it', seen, 'note syncing'],
    ['waits a minute', { ...seen, move: since(minute - 1) }, 'wait: synced, seen once'],
    ['removes the old replica then', { ...seen, move: since(minute) }, 'note removing: 0'],
    [
      'keeps the old one in preservation mode',
      { ...seen, move: since(minute), view: { preserve: true } },
      'ended kept: null',
    ],
    [
      'does so even when it is cancelled',
      { ...seen, move: since(minute), view: { preserve: true, undo: 'cancelled-by-person' } },
      'ended kept: null',
    ],
    [
      'turns back when it is cancelled',
      { ...seen, view: { undo: 'cancelled-by-person' } },
      'note undoing: cancelled-by-person 0',
    ],
    [
      'goes on when its policy stops',
      { ...seen, view: { stop: 'policy-stopped' } },
      'note syncing',
    ],
    [
      'begins the minute anew when the volume is not whole',
      { ...seen, move: since(minute), volume: { status: 'degraded' } },
      'note syncing',
    ],
    [
      'waits, whatever the time, until the volume is whole',
      { replicas: [first, faulted(second2), copy], count: 3, move: { progressedUs: 0 } },
      'wait without slot: the copy is synced, the volume itself is not whole',
    ],
    [
      'is not whole while another rebuild runs',
      { ...seen, volume: { target: { node: cold0.node, state: 'online', rebuilds: 1 } } },
      'wait without slot: the copy is synced, the volume itself is not whole',
    ],
  ])

  it('writes down since when', () => {
    const intent = noted(next('syncing', seen))
    const progress = { syncedSinceUs: noon, progressedUs: noon, progressPercent: 100 }
    expect(intent.move).toMatchObject(progress)
    const broken = next('syncing', { ...seen, move: since(minute), volume: { status: 'degraded' } })
    expect(noted(broken).move.syncedSinceUs).toBeNull()
  })
})

describe('a move whose copy runs', () => {
  const seen = { replicas: copying, count: 3 }
  const at = (progressPercent: number) => ({ progressPercent })
  const stuck = { progressPercent: 40, progressedUs: noon - 30 * minute }
  each('syncing', [
    ['notes progress', { ...seen, move: at(39) }, 'note syncing'],
    ['waits for more', { ...seen, move: at(40) }, 'wait: the copy runs'],
    ['turns back without progress', { ...seen, move: stuck }, 'note undoing: no-progress 0'],
    [
      'has a little longer',
      { ...seen, move: { ...stuck, progressedUs: stuck.progressedUs + 1 } },
      'wait: the copy runs',
    ],
    [
      'keeps the first reason',
      { ...seen, move: stuck, status: { why: 'wrong-pool' } },
      'note undoing: wrong-pool 0',
    ],
    [
      'counts a new beginning',
      { ...seen, move: at(41), status: { attempts: 3 } },
      'note syncing: 4',
    ],
    [
      'turns back at the fifth',
      { ...seen, move: at(41), status: { attempts: 4 } },
      'note undoing: no-progress 0',
    ],
    [
      'waits while the rebuild is not told',
      { replicas: [...old, rebuilding(copy, null)], count: 3, move: at(41) },
      'wait: the copy runs',
    ],
    [
      'turns back when its policy stops',
      { ...seen, view: { stop: 'policy-stopped' } },
      'note undoing: policy-stopped 0',
    ],
    [
      'turns back when it is cancelled',
      { ...seen, view: { undo: 'snapshots' } },
      'note undoing: snapshots 0',
    ],
    [
      'waits for another copy',
      { replicas: old, count: 3 },
      'wait: the copy went away, and another has not been made yet',
    ],
    [
      'waits for it only so long',
      { replicas: old, count: 3, move: stuck },
      'note undoing: no-progress 0',
    ],
    [
      'turns back without one',
      { replicas: old, count: 3, view: { stop: 'policy-stopped' } },
      'note undoing: policy-stopped 0',
    ],
    ['follows it', { replicas: [...old, replica('again', cold1)], count: 3 }, 'note syncing: 1'],
    [
      'follows it four times',
      { replicas: [...old, replica('again', cold1)], count: 3, status: { attempts: 4 } },
      'note undoing: no-progress 0',
    ],
    [
      'turns back when it lands wrong',
      { replicas: [...old, stranger], count: 3 },
      'note undoing: wrong-pool 0',
    ],
    [
      'ends where it is when somebody lowers the count',
      { replicas: [first, copy], count: 2 },
      'ended done: changed-by-others',
    ],
    [
      'ends undone when that took its copy',
      { replicas: old, count: 2 },
      'ended undone: changed-by-others',
    ],
    ['ends when somebody raises the count', { ...seen, count: 4 }, 'ended done: changed-by-others'],
    [
      'turns back when it is unpublished too long',
      { ...seen, volume: unpublished, move: stuck },
      'note undoing: was-unpublished 0',
    ],
    [
      'waits while unpublished',
      { ...seen, volume: unpublished },
      'wait without slot: the volume is not published',
    ],
  ])

  it('writes down its progress', () => {
    const further = { progressPercent: 40, progressedUs: noon, syncedSinceUs: null }
    expect(noted(next('syncing', { ...seen, move: at(39) })).move).toMatchObject(further)
    expect(noted(next('syncing', { ...seen, move: at(41) })).move).toMatchObject(further)
  })
})

describe('a move that removes the old replica', () => {
  const seen = { replicas: withCopy, count: 3 }
  const recently = { attempts: 1, lastCommand: sent(halfMinute) }
  const lowered = { status: { attempts: 1, lastCommand: sent(4 * minute) } }
  each('removing', [
    ['does so', seen, 'remove old-0 2'],
    [
      'waits for the last try',
      { ...seen, status: recently },
      'wait: the last try is less than a minute old',
    ],
    [
      'tries again',
      { ...seen, status: { attempts: 4, lastCommand: sent(minute) } },
      'remove old-0 2',
    ],
    [
      'turns back after five tries',
      { ...seen, status: { attempts: 5, lastCommand: sent(minute) } },
      'note undoing: replica-not-removed 0',
    ],
    [
      'waits while the control plane works',
      { ...seen, volume: { operation: 'Resize' } },
      'wait: the control plane works on Resize',
    ],
    ['looks at the copy again', { ...seen, replicas: copying }, 'note syncing'],
    [
      'looks at the volume again',
      { replicas: [first, faulted(second2), copy], count: 3 },
      'note syncing',
    ],
    ['looks for a copy that went away', { replicas: old, count: 3 }, 'note syncing'],
    [
      'keeps it once preservation mode is on',
      { ...seen, view: { preserve: true } },
      'ended kept: null',
    ],
    [
      'turns back when a snapshot is made',
      { ...seen, view: { undo: 'snapshots' } },
      'note undoing: snapshots 0',
    ],
    [
      'goes on when its policy stops',
      { ...seen, view: { stop: 'policy-stopped' } },
      'remove old-0 2',
    ],
    [
      'removes the spare of an old one that died',
      { replicas: [second2, copy, stranger], count: 3 },
      'remove stranger 2',
    ],
    [
      'removes nothing that it does not know',
      {
        replicas: [second2, copy, stranger],
        count: 3,
        status: { originalReplicas: [first.id, second2.id, stranger.id] },
      },
      'wait without slot: it is not known which replica is one too many',
    ],
    ['is done', { replicas: [second2, copy], count: 2 }, 'ended done: null'],
    ['sees that its copy went', { replicas: old, count: 2 }, 'ended undone: wrong-victim'],
    ['sees that another went', { replicas: [first, copy], count: 2 }, 'ended done: wrong-victim'],
    ['sees that both went', { replicas: [second2], count: 2 }, 'ended undone: changed-by-others'],
    [
      'waits for the trimming',
      { replicas: withCopy, count: 2, ...lowered },
      'wait: Mayastor trims the replica later',
    ],
    [
      'waits five minutes for it',
      { replicas: withCopy, count: 2, status: { attempts: 1, lastCommand: sent(5 * minute) } },
      'ended done: replica-not-removed',
    ],
    [
      'ends without a command that it knows',
      { replicas: withCopy, count: 2 },
      'ended done: replica-not-removed',
    ],
    [
      'waits while unpublished',
      { ...seen, volume: unpublished },
      'wait without slot: the volume is not published',
    ],
    [
      'is done while unpublished',
      { replicas: [second2, copy], count: 2, volume: unpublished },
      'ended done: null',
    ],
    [
      'ends when somebody sets another count',
      { replicas: withCopy, count: 1 },
      'ended done: changed-by-others',
    ],
  ])

  it('counts anew from when it looks at the copy again', () => {
    const intent = noted(next('removing', { ...seen, replicas: copying }))
    expect(intent.move).toMatchObject({ syncedSinceUs: null, progressedUs: noon })
  })
})

describe('a move that is over', () => {
  it.each(['done', 'kept', 'undone'] as const)('%s stays so', state => {
    const intent = next(state, { replicas: [second2, copy], count: 2 })
    expect(told(intent)).toBe(`ended ${state}: null`)
  })
})
