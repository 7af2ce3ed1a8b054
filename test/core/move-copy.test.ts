/** A move whose copy runs, or is synced. */
import { describe, expect, it } from 'vitest'
import { minute, noon, replica } from './cluster.js'
import {
  cold0,
  cold1,
  copy,
  each,
  faulted,
  first,
  next,
  noted,
  type Row,
  rebuilding,
  second2,
  stranger,
} from './move-scene.js'

const old = [first, second2]
const withCopy = [first, second2, copy]
const copying = [first, second2, rebuilding(copy, 40)]
const unpublished = { target: null }
const seen = { replicas: withCopy, count: 3 }
const since = (agoUs: number) => ({ syncedSinceUs: noon - agoUs })

const whenSynced: readonly Row[] = [
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
  ['goes on when its policy stops', { ...seen, view: { stop: 'policy-stopped' } }, 'note syncing'],
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
]

const running = { replicas: copying, count: 3 }
const at = (progressPercent: number) => ({ progressPercent })
const stuck = { progressPercent: 40, progressedUs: noon - 30 * minute }

const whenCopying: readonly Row[] = [
  ['notes progress', { ...running, move: at(39) }, 'note syncing'],
  [
    'notes it once a minute',
    { ...running, move: { ...at(39), progressedUs: noon - minute + 1 } },
    'wait: the copy runs',
  ],
  [
    'notes it four times in a short timeout',
    { ...running, move: { ...at(39), progressedUs: noon - 5 }, view: { timeoutUs: 20 } },
    'note syncing',
  ],
  [
    'and not more often',
    { ...running, move: { ...at(39), progressedUs: noon - 4 }, view: { timeoutUs: 20 } },
    'wait: the copy runs',
  ],
  ['waits for more', { ...running, move: at(40) }, 'wait: the copy runs'],
  ['turns back without progress', { ...running, move: stuck }, 'note undoing: no-progress 0'],
  [
    'has a little longer',
    { ...running, move: { ...stuck, progressedUs: stuck.progressedUs + 1 } },
    'wait: the copy runs',
  ],
  [
    'waits for four percent of a large volume',
    { ...running, move: { ...stuck, expectedDurationUs: 750 * minute + 25 } },
    'wait: the copy runs',
  ],
  [
    'waits no longer than that',
    { ...running, move: { ...stuck, expectedDurationUs: 750 * minute } },
    'note undoing: no-progress 0',
  ],
  [
    'keeps the first reason',
    { ...running, move: stuck, status: { why: 'wrong-pool' } },
    'note undoing: wrong-pool 0',
  ],
  [
    'counts a new beginning',
    { ...running, move: at(41), status: { attempts: 3 } },
    'note syncing: 4',
  ],
  [
    'turns back at the fifth',
    { ...running, move: at(41), status: { attempts: 4 } },
    'note undoing: no-progress 0',
  ],
  [
    'waits while the rebuild is not told',
    { replicas: [...old, rebuilding(copy, null)], count: 3, move: at(41) },
    'wait: the copy runs',
  ],
  [
    'turns back when its policy stops',
    { ...running, view: { stop: 'policy-stopped' } },
    'note undoing: policy-stopped 0',
  ],
  [
    'turns back when it is cancelled',
    { ...running, view: { undo: 'snapshots' } },
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
  [
    'ends when somebody raises the count',
    { ...running, count: 4 },
    'ended done: changed-by-others',
  ],
  [
    'turns back when it is unpublished too long',
    { ...running, volume: unpublished, move: stuck },
    'note undoing: was-unpublished 0',
  ],
  [
    'waits while unpublished',
    { ...running, volume: unpublished },
    'wait without slot: the volume is not published',
  ],
]

describe('a move whose copy is synced', () => {
  each('syncing', whenSynced)

  it('writes down since when', () => {
    const intent = noted(next('syncing', seen))
    const progress = { syncedSinceUs: noon, progressedUs: noon, progressPercent: 100 }
    expect(intent.move).toMatchObject(progress)
    const broken = next('syncing', { ...seen, move: since(minute), volume: { status: 'degraded' } })
    expect(noted(broken).move.syncedSinceUs).toBeNull()
  })
})

describe('a move whose copy runs', () => {
  each('syncing', whenCopying)

  it('writes down its progress', () => {
    const further = { progressPercent: 40, progressedUs: noon, syncedSinceUs: null }
    expect(noted(next('syncing', { ...running, move: at(39) })).move).toMatchObject(further)
    expect(noted(next('syncing', { ...running, move: at(41) })).move).toMatchObject(further)
  })
})
