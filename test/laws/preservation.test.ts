/** Law 8: what may be taken back in preservation mode, and how many copies it adds. */
import { describe, expect, it } from 'vitest'
import type { MigrationRecord } from '../../src/core/record.js'
import { facts, readyToRemove, record, removing, Tale } from './histories.js'

const preserving = facts({ settings: { preservationMode: true } })
const moving = record({ status: { moves: [removing] } })
const taken = ['vol-r2 of vol was removed in preservation mode']

/** A copy of ours on a pool beside the old two, synced so many seconds before the last look. */
function beside(pool: string, syncedFor: number | null, running: MigrationRecord | null): Tale {
  const tale = new Tale(preserving).volume('vol', ['hot-0', 'cold-3']).after(600)
  if (running !== null) tale.record(running)
  tale.replica('replica-added', 'vol-r2', pool, 2)
  if (syncedFor !== null) tale.replica('replica-synced', 'vol-r2', pool, 3, 'cluster')
  tale.after(syncedFor ?? 60).count(2, running === null ? null : 'vol-1')
  return tale.replica('replica-removed', 'vol-r2', pool, 2)
}

describe('in preservation mode', () => {
  it('a copy in the tier goes while unsynced, or so late that it could still look so', () => {
    expect(beside('cold-2', null, moving).broken).toEqual([])
    expect(beside('cold-2', 29.999999, moving).broken).toEqual([])
    expect(beside('cold-2', 30, moving).texts).toEqual(taken)
  })

  it('a synced copy outside the tier goes, and one that belongs to no policy', () => {
    expect(beside('hot-1', 600, moving).broken).toEqual([])
    const asked = { policy: null, requestedBy: 'person' } as const
    expect(beside('cold-2', 600, { ...moving, spec: { ...moving.spec, ...asked } }).broken).toEqual(
      [],
    )
  })

  it('nothing goes that no running migration has added', () => {
    expect(beside('cold-2', null, null).texts).toEqual(taken)
    expect(beside('cold-2', null, { ...record(), status: null }).texts).toEqual(taken)
    const old = readyToRemove(preserving).replica('replica-faulted', 'vol-r1', 'hot-1', 2)
    expect(old.replica('replica-removed', 'vol-r1', 'hot-1', 2).texts).toEqual([
      'vol-r1 of vol was removed in preservation mode',
    ])
  })

  it('a copy goes where no command asked for it', () => {
    const tale = new Tale(preserving).volume('vol', ['hot-0', 'hot-1']).record(moving)
    tale.replica('replica-added', 'vol-r2', 'cold-2', 2)
    tale.replica('replica-synced', 'vol-r2', 'cold-2', 3, 'cluster')
    expect(tale.replica('replica-removed', 'vol-r2', 'cold-2', 2).broken).toEqual([])
    expect(tale.stakes(8)).toBe(2)
  })

  it('says how many copies are too many', () => {
    const tale = readyToRemove(preserving)
    tale.replica('replica-added', 'vol-r3', 'cold-3', 3)
    expect(tale.replica('replica-added', 'vol-r4', 'cold-4', 3).texts).toEqual([
      'vol has 3 extra copies and is meant to have 2 replicas',
    ])
  })

  it('copies of the cluster or a person are no business of ours', () => {
    const tale = readyToRemove(preserving).replica('replica-added', 'vol-r3', 'cold-3', 3)
    for (const by of ['cluster', 'person'] as const) {
      tale.replica('replica-added', `vol-r${by === 'person' ? 5 : 4}`, 'cold-4', 3, by)
    }
    expect(tale.broken).toEqual([])
  })
})
