/** Laws 1, 2 and 8: histories that break them, and some that just do not. */
import { describe, expect, it } from 'vitest'
import {
  facts,
  move,
  readyToRemove,
  record,
  second,
  syncing,
  Tale,
  toReplica,
  undoing,
  vol,
} from './histories.js'

describe('law 1', () => {
  it('a healthy replica goes and too few are left', () => {
    const tale = readyToRemove()
    tale.replica('replica-faulted', 'vol-r1', 'hot-1', 2, 'cluster')
    expect(tale.replica('replica-removed', 'vol-r0', 'hot-0', 1).broken).toEqual([1])
  })

  it('holds when what goes was not healthy', () => {
    const tale = readyToRemove()
    tale.replica('replica-faulted', 'vol-r0', 'hot-0', 2, 'cluster')
    expect(tale.replica('replica-removed', 'vol-r0', 'hot-0', 2).broken).toEqual([])
  })

  it('goes by what a person has set since', () => {
    const tale = readyToRemove().after(1)
    tale.add({ kind: 'replica-count-set', atUs: tale.nowUs, volume: vol, count: 3, by: 'person' })
    expect(tale.replica('replica-removed', 'vol-r0', 'hot-0', 2).broken).toEqual([1])
  })
})

describe('law 2', () => {
  it('an old replica goes before its replacement is synced', () => {
    const tale = new Tale()
      .volume('vol', ['hot-0', 'hot-1'])
      .record(record())
      .record(record({ status: { moves: [syncing] } }))
      .replica('replica-added', 'vol-r2', 'cold-2', 2)
      .after(60)
      .count(2)
    expect(tale.replica('replica-removed', 'vol-r0', 'hot-0', 1).broken).toEqual([1, 2])
  })

  it('the replacement stands outside the target tier', () => {
    const tale = new Tale()
      .volume('vol', ['hot-0', 'cold-3'])
      .record(record())
      .record(record({ status: { moves: [move({ state: 'removing', toReplica })] } }))
      .replica('replica-added', 'vol-r2', 'hot-1', 2)
      .replica('replica-synced', 'vol-r2', 'hot-1', 3)
      .after(60)
      .count(2)
    expect(tale.replica('replica-removed', 'vol-r0', 'hot-0', 2).broken).toEqual([2])
  })

  it('a rebuild runs on the volume', () => {
    const tale = readyToRemove()
    expect(tale.replica('replica-removed', 'vol-r0', 'hot-0', 2, 'command', 1).broken).toEqual([2])
  })

  it('the volume was not read right before', () => {
    const tale = readyToRemove().count(2, 'vol-1', 110 * second)
    expect(tale.replica('replica-removed', 'vol-r0', 'hot-0', 2).broken).toEqual([2])
  })

  it('an unsynced copy is taken back while an old replica is broken', () => {
    const tale = new Tale()
      .volume('vol', ['hot-0', 'hot-1'])
      .record(record())
      .record(record({ status: { moves: [undoing] } }))
      .replica('replica-added', 'vol-r2', 'cold-2', 2)
      .replica('replica-faulted', 'vol-r1', 'hot-1', 1, 'cluster')
      .after(60)
      .count(2)
    expect(tale.replica('replica-removed', 'vol-r2', 'cold-2', 1).broken).toEqual([2])
  })

  it('a synced copy is taken back and nothing steers who goes', () => {
    const tale = readyToRemove().cordon('cordon-cleared', 'node node-0 couchestor-vol-1')
    tale
      .record(record({ status: { moves: [undoing] } }))
      .after(60)
      .count(2)
    expect(tale.replica('replica-removed', 'vol-r2', 'cold-2', 2).broken).toEqual([2])
  })

  it('excludes a fault that could not be seen when the volume was read', () => {
    const tale = readyToRemove().replica('replica-faulted', 'vol-r2', 'cold-2', 2, 'cluster')
    expect(tale.replica('replica-removed', 'vol-r2', 'cold-2', 2).broken).toEqual([])
    expect(tale.stakes(2)).toBe(0)
  })
})

describe('law 8', () => {
  const preserving = facts({ settings: { preservationMode: true } })

  it('a replica that was there before is removed', () => {
    const tale = readyToRemove(preserving).replica('replica-removed', 'vol-r0', 'hot-0', 2)
    expect(tale.broken).toEqual([8])
  })

  it('a synced copy in the target tier is removed', () => {
    const tale = readyToRemove(preserving).replica('replica-removed', 'vol-r2', 'cold-2', 2)
    expect(tale.broken).toEqual([8])
  })

  it('more extra copies than the volume is meant to have replicas', () => {
    const tale = readyToRemove(preserving).replica('replica-added', 'vol-r3', 'cold-3', 3)
    expect(tale.broken).toEqual([])
    expect(tale.replica('replica-added', 'vol-r4', 'cold-4', 3).broken).toEqual([8])
  })
})
