/** A move that removes the old replica. */
import { describe, expect, it } from 'vitest'
import { minute, noon } from './cluster.js'
import {
  copy,
  each,
  faulted,
  first,
  halfMinute,
  next,
  noted,
  type Row,
  rebuilding,
  second2,
  sent,
  stranger,
} from './move-scene.js'

const old = [first, second2]
const withCopy = [first, second2, copy]
const copying = [first, second2, rebuilding(copy, 40)]
const unpublished = { target: null }
const seen = { replicas: withCopy, count: 3 }
const recently = { attempts: 1, lastCommand: sent(halfMinute) }
const lowered = { status: { attempts: 1, lastCommand: sent(4 * minute) } }

const whenRemoving: readonly Row[] = [
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
    'ends when the old one went at its word and somebody raised the count again',
    {
      replicas: [second2, copy, stranger],
      count: 3,
      status: { lastCommand: { ...sent(5 * minute), removes: first.id } },
    },
    'ended done: changed-by-others',
  ],
  [
    'removes the spare where its word was refused',
    {
      replicas: [second2, copy, stranger],
      count: 3,
      status: { lastCommand: { ...sent(5 * minute, 'precondition'), removes: first.id } },
    },
    'remove stranger 2',
  ],
  [
    'ends where the effect of its word is not known',
    {
      replicas: [second2, copy, stranger],
      count: 3,
      status: { lastCommand: { ...sent(5 * minute, 'unknown'), removes: first.id } },
    },
    'ended done: changed-by-others',
  ],
  [
    'removes the spare where its word was about another one',
    {
      replicas: [second2, copy, stranger],
      count: 3,
      status: { lastCommand: { ...sent(5 * minute), removes: second2.id } },
    },
    'remove stranger 2',
  ],
  [
    'removes the old one while it is there, whatever was sent before',
    {
      replicas: [first, second2, copy],
      count: 3,
      status: { lastCommand: { ...sent(5 * minute), removes: first.id } },
    },
    'remove old-0 2',
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
]

describe('a move that removes the old replica', () => {
  each('removing', whenRemoving)

  it('counts anew from when it looks at the copy again', () => {
    const intent = noted(next('removing', { ...seen, replicas: copying }))
    expect(intent.move).toMatchObject({ syncedSinceUs: null, progressedUs: noon })
  })
})
