/** Laws 3 to 6: histories that break them, and some that just do not. */
import { describe, expect, it } from 'vitest'
import { volumeId } from '../../src/core/model.js'
import { facts, finished, move, record, second, Tale, tiersPolicy, toPool } from './histories.js'

describe('law 3', () => {
  const other = { name: 'b-1', spec: { volume: volumeId('b') } }
  const third = { name: 'c-1', spec: { volume: volumeId('c') } }

  it('one more than the policy allows', () => {
    const tale = new Tale(facts({ settings: { maxConcurrentMigrations: 9 } }))
    tale.record(record()).record(record(other))
    expect(tale.broken).toEqual([])
    expect(tale.record(record(third)).broken).toEqual([3])
  })

  it('one more than the operator allows', () => {
    const tale = new Tale(facts({ spec: { maxConcurrentMigrations: 9 } }))
    tale.record(record()).record(record(other))
    expect(tale.record(record(third)).broken).toEqual([3])
  })

  it('two of one volume', () => {
    expect(new Tale().record(record()).record(record({ name: 'vol-2' })).broken).toEqual([3])
  })

  it('holds when one gave its slot back', () => {
    const tale = new Tale().record(record()).record(record(other))
    tale.record(record({ status: { holdsSlot: false } }))
    expect(tale.record(record(third)).broken).toEqual([])
  })
})

describe('law 4', () => {
  const hour = 3600
  const again = { name: 'vol-2', atUs: 2 * hour * second }
  const moved = (): Tale =>
    new Tale()
      .volume('vol', ['hot-0', 'hot-1'])
      .record(record())
      .record(finished(0))
      .after(2 * hour)

  it('a policy starts one within the cooldown', () => {
    expect(moved().record(record(again)).broken).toEqual([4])
  })

  it('people, pins and drift are exempt', () => {
    for (const spec of [
      { requestedBy: 'person' as const },
      { requestedBy: 'drift' as const },
      { reason: 'pinned-elsewhere' },
    ]) {
      expect(moved().record(record({ ...again, spec })).broken).toEqual([])
    }
  })

  it('holds after it', () => {
    const tale = moved().after(22 * hour)
    expect(tale.record(record({ ...again, atUs: tale.nowUs })).broken).toEqual([])
    expect(tale.stakes(4)).toBe(1)
  })
})

describe('law 5', () => {
  it.each([
    ['dry-run', facts({ spec: { dryRun: true } })],
    ['disabled', facts({ spec: { enabled: false } })],
  ])('a policy that is %s starts one', (_, known) => {
    expect(new Tale(known).record(record()).broken).toEqual([5])
  })

  it('a policy that nobody knows starts one', () => {
    const { policies, ...rest } = facts()
    expect(policies.length).toBe(1)
    expect(new Tale({ ...rest, policies: [] }).record(record()).broken).toEqual([5])
  })

  it('a policy goes on with another move after it was stopped', () => {
    const done = move({ state: 'done', finishedUs: 1 })
    const tale = new Tale()
      .volume('vol', ['hot-0', 'hot-1'])
      .record(record())
      .record(record({ status: { moves: [done] } }))
    tale.add({ kind: 'policy-changed', atUs: 0, policy: tiersPolicy, starts: false }).after(90)
    tale.add({ kind: 'looked-again', atUs: 0, operator: 'one', migration: 'vol-1', wanted: 'cold' })
    expect(tale.record(record({ status: { moves: [done, move()] } })).broken).toEqual([5])
  })

  it('a command other than undoing cordons is sent with --dry-run, or while paused', () => {
    const undo = { kind: 'uncordon-pool', pool: toPool, scopes: allScopes } as const
    const dry = new Tale(facts({ settings: { dryRun: true } })).command(undo)
    expect(dry.broken).toEqual([])
    expect(dry.count(3).broken).toEqual([5])
    const paused = new Tale().add({ kind: 'paused', atUs: 0 }).after(90).command(undo)
    expect(paused.broken).toEqual([])
    expect(paused.command({ kind: 'cordon-pool', pool: toPool, scopes: allScopes }).broken).toEqual(
      [5],
    )
  })
})

const allScopes = { replicas: true, snapshots: false, restores: false, import: false }

describe('law 6', () => {
  it('a policy starts downward on unknown heat', () => {
    expect(new Tale().record(record({ spec: { heatIops: null } })).broken).toEqual([6])
  })

  it('upward, pinned or asked for, it does not matter', () => {
    for (const spec of [
      { fromTier: 'cold', toTier: 'hot' } as const,
      { reason: 'pinned-elsewhere' },
      { requestedBy: 'person' as const },
    ]) {
      expect(new Tale().record(record({ spec: { heatIops: null, ...spec } })).broken).toEqual([])
    }
  })

  it('a further move is planned although heat had become unknown', () => {
    const done = move({ state: 'done', finishedUs: 1 })
    const tale = new Tale().volume('vol', ['hot-0', 'hot-1']).record(record())
    tale.record(record({ status: { moves: [done] } })).after(60)
    tale.add({ kind: 'looked-again', atUs: 0, operator: 'one', migration: 'vol-1', wanted: null })
    expect(tale.record(record({ status: { moves: [done, move()] } })).broken).toEqual([6])
  })
})
