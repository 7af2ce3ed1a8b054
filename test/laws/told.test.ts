/** What the laws know of a history: every kind of entry, and what it changes. */
import { describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { Told } from '../../src/core/laws/told.js'
import { nodeId, poolId, volumeId } from '../../src/core/model.js'
import type { MigrationRecord } from '../../src/core/record.js'
import { finished, record, Tale, tiersPolicy, vol } from './histories.js'

/** What was told by the entries of a tale, and by more of them. */
function toldBy(tale: Tale, ...more: readonly HistoryEntry[]): Told {
  const told = new Told()
  for (const entry of [...tale.entries, ...more]) told.hear(entry)
  return told
}

const two = (): Tale => new Tale().volume('vol', ['hot-0', 'hot-1'])
const short = (): Tale => two().after(5).replica('replica-faulted', 'vol-r1', 'hot-1', 1, 'cluster')
const whole = (told: Told): boolean => told.notWhole.size === 0

describe('a volume', () => {
  it('is not whole from its first fault until all replicas are healthy again', () => {
    expect(whole(toldBy(two()))).toBe(true)
    const again = short().after(5).replica('replica-faulted', 'vol-r1', 'hot-1', 1, 'cluster')
    expect([...toldBy(again).notWhole]).toEqual([['volume vol', 5_000_000]])
    again.replica('replica-synced', 'vol-r1', 'hot-1', 2, 'cluster')
    expect(whole(toldBy(again))).toBe(true)
    expect(toldBy(again).healthy(vol)).toBe(2)
  })

  it('needs no repair while nobody has it published', () => {
    const unpublished = { kind: 'volume-unpublished', atUs: 6, volume: vol } as const
    const published = { kind: 'volume-published', atUs: 7, volume: vol } as const
    expect(whole(toldBy(short(), unpublished))).toBe(true)
    expect([...toldBy(short(), unpublished, published).notWhole]).toEqual([['volume vol', 7]])
  })

  it('is forgotten when it is deleted', () => {
    const told = toldBy(short(), { kind: 'volume-deleted', atUs: 6, volume: vol })
    expect(told.volumes.size).toBe(0)
    expect(whole(told)).toBe(true)
    told.hear({ kind: 'record', atUs: 7, operator: 'one', record: finished(7) })
    expect(told.volumes.size).toBe(0)
  })

  it('is not made by entries that are about none, nor its replicas by what happens to them', () => {
    const condition = { condition: 'x', holds: true, text: '', policy: null } as const
    const told = toldBy(new Tale(), { kind: 'condition', atUs: 0, operator: 'one', ...condition })
    expect(told.volumes.size).toBe(0)
    const unknown = two()
      .replica('replica-synced', 'vol-r9', 'hot-1', 2)
      .replica('replica-faulted', 'vol-r8', 'hot-1', 2)
    expect(toldBy(unknown).volume(vol).replicas.size).toBe(2)
    expect(toldBy(unknown).volume(vol).lastFaultUs).toBe(0)
  })
})

describe('the replicas that a volume is meant to have', () => {
  const three = record({ status: { intendedReplicas: 3 } })
  const set = (atUs: number, by: 'command' | 'person', count = 4): HistoryEntry => {
    return { kind: 'replica-count-set', atUs, volume: vol, count, by }
  }

  it('are what it was made with, or what a person set, and not what a command did', () => {
    expect(toldBy(two()).intended(vol)).toBe(2)
    expect(toldBy(two(), set(1, 'person')).intended(vol)).toBe(4)
    expect(toldBy(two(), set(1, 'command')).intended(vol)).toBe(2)
  })

  it('are what its running migration says, unless a person set them after its start', () => {
    const tale = two().record(three)
    expect(toldBy(tale).intended(vol)).toBe(3)
    expect(toldBy(tale, set(0, 'person')).intended(vol)).toBe(3)
    expect(toldBy(tale, set(1, 'person')).intended(vol)).toBe(4)
    expect(toldBy(two().record({ ...three, status: null })).intended(vol)).toBe(2)
  })

  it('decide at once whether it is whole', () => {
    const tale = two().after(3).record(three)
    expect([...toldBy(tale).notWhole]).toEqual([['volume vol', 3_000_000]])
    expect(whole(toldBy(tale.record(finished(3))))).toBe(true)
  })
})

describe('a migration', () => {
  const heard = (told: Told, one: MigrationRecord, atUs = 9): Told => {
    told.hear({ kind: 'record', atUs, operator: 'one', record: one })
    return told
  }

  it('runs from its first record, claimed or not, until it is finished', () => {
    const told = heard(toldBy(two()), { ...record(), status: null })
    expect([...told.running.keys()]).toEqual(['vol-1'])
    expect(told.runningOf.get(vol)).toBe('vol-1')
    told.hear({ kind: 'looked-again', atUs: 9, operator: 'one', migration: 'vol-1', wanted: 'hot' })
    expect(told.looked.get('vol-1')).toBe('hot')
    heard(told, finished(9))
    expect(told.running.size + told.runningOf.size + told.looked.size).toBe(0)
  })

  it('that is finished leaves a later one of its volume running', () => {
    const told = heard(heard(toldBy(two()), record()), record({ name: 'vol-2' }))
    expect(heard(told, finished(9)).runningOf.get(vol)).toBe('vol-2')
  })

  it('is completed when its record says, else when it was told, and only if it is', () => {
    const last = (one: MigrationRecord): number | null =>
      heard(toldBy(two()), one).volume(vol).lastCompletedUs
    expect(last(finished(4))).toBe(4)
    expect(last(finished(4, { status: { finishedUs: null } }))).toBe(9)
    expect(last(finished(4, { status: { outcome: 'failed' } }))).toBeNull()
    expect(heard(new Told(), record()).volumes.size).toBe(0)
    expect(heard(new Told(), finished(4)).volumes.size).toBe(0)
  })
})

describe('nodes and pools', () => {
  const node = (name: string, atUs: number, status: 'online' | 'offline', draining = false) =>
    ({ kind: 'node-changed', atUs, node: nodeId(name), status, draining }) as const
  const pool = (name: string, atUs: number, status: 'online' | 'faulted') =>
    ({ kind: 'pool-changed', atUs, pool: poolId(name), status }) as const

  it('are each whole again by a word about themselves', () => {
    const told = toldBy(
      new Tale(),
      node('a', 1, 'offline'),
      node('b', 2, 'online', true),
      pool('a', 3, 'faulted'),
      node('c', 4, 'online'),
      pool('c', 4, 'online'),
    )
    const all = [
      ['node a', 1],
      ['node b', 2],
      ['pool a', 3],
    ]
    expect([...told.notWhole]).toEqual(all)
    told.hear(node('a', 5, 'online', true))
    expect([...told.notWhole], 'since the first sign').toEqual(all)
    told.hear(node('a', 6, 'online'))
    told.hear(node('b', 6, 'online'))
    told.hear(pool('a', 6, 'online'))
    expect(whole(told)).toBe(true)
  })
})

describe('what people and operators do', () => {
  it('a policy is stopped since the first word, until it is switched on', () => {
    const word = (atUs: number, starts: boolean): HistoryEntry => {
      return { kind: 'policy-changed', atUs, policy: tiersPolicy, starts }
    }
    const told = toldBy(new Tale(), word(1, false), word(2, false))
    expect([...told.stopped]).toEqual([[tiersPolicy, 1]])
    expect(told.started.size).toBe(0)
    told.hear(word(3, true))
    expect(told.stopped.size).toBe(0)
    expect([...told.started]).toEqual([tiersPolicy])
  })

  it('a pause counts from its first word until it is resumed', () => {
    const told = toldBy(new Tale(), { kind: 'paused', atUs: 1 }, { kind: 'paused', atUs: 2 })
    expect(told.pausedUs).toBe(1)
    told.hear({ kind: 'resumed', atUs: 3 })
    expect(told.pausedUs).toBeNull()
  })

  it('cordons belong to the migration of the command, and none to a person', () => {
    const ours = toldBy(new Tale().cordonNode('node-0'))
    const name = 'node node-0 couchestor-vol-1'
    expect(ours.cordons.get(name)).toEqual({ sinceUs: 0, migration: 'vol-1' })
    ours.hear({ kind: 'cordon-set', atUs: 1, what: name, by: 'person' })
    expect(ours.cordons.get(name)).toEqual({ sinceUs: 1, migration: null })
    ours.hear({ kind: 'cordon-cleared', atUs: 2, what: name, by: 'command' })
    expect(ours.cordons.size).toBe(0)
  })

  it('only commands that set a cordon are kept as such', () => {
    const scopes = { replicas: true, snapshots: false, restores: false, import: false }
    const pool = poolId('hot-0')
    const tale = new Tale().command({ kind: 'uncordon-pool', pool, scopes })
    expect(toldBy(tale).cordonCommands.size).toBe(0)
    tale.command({ kind: 'cordon-pool', pool, scopes })
    expect([...toldBy(tale).cordonCommands]).toEqual([['pool hot-0', 'vol-1']])
  })

  it('a replica stands on a pool until it is removed', () => {
    const tale = two().replica('replica-removed', 'vol-r1', 'hot-1', 1)
    const told = toldBy(tale)
    expect([...told.onPool(poolId('hot-0')).values()]).toEqual([volumeId('vol')])
    expect(told.onPool(poolId('hot-1')).size).toBe(0)
  })
})
