import { describe, expect, it } from 'vitest'
import { arrivals, converged, firstDifference, laws } from '../../src/core/laws.js'
import { poolId, replicaId, volumeId } from '../../src/core/model.js'
import {
  facts,
  finished,
  gibibyte,
  move,
  record,
  second,
  Tale,
  tiersPolicy,
  vol,
} from './histories.js'

const toReplica = replicaId('vol-r2')
const toPool = poolId('cold-2')
const removing = move({ state: 'removing', toReplica, toPool })
const syncing = move({ state: 'syncing', toReplica, toPool })
const undoing = move({ state: 'undoing', toReplica, toPool })

/** A copy of ours stands synced on cold-2 beside the two on hot, and step four is next. */
function readyToRemove(known = facts()): Tale {
  return new Tale(known)
    .volume('vol', ['hot-0', 'hot-1'])
    .record(record())
    .record(record({ status: { moves: [move()] } }))
    .record(record({ status: { moves: [move({ state: 'adding' })] } }))
    .count(3)
    .replica('replica-added', 'vol-r2', 'cold-2', 2)
    .record(record({ status: { moves: [syncing] } }))
    .replica('replica-synced', 'vol-r2', 'cold-2', 3, 'cluster')
    .after(120)
    .record(record({ status: { moves: [removing] } }))
    .cordonNode('node-0')
    .count(2)
}

it('has all sixteen laws, in order', () => {
  expect(laws.map(law => law.number)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
})

it('finds nothing wrong with a move as it should be', () => {
  const tale = readyToRemove().replica('replica-removed', 'vol-r0', 'hot-0', 2)
  tale.cordon('cordon-cleared', 'node node-0 couchestor-vol-1')
  expect(tale.broken).toEqual([])
  expect([1, 2, 3, 5, 6, 7, 13, 16].filter(law => tale.stakes(law) === 0)).toEqual([])
})

it('counts nothing for laws about coded volumes while there are none', () => {
  const tale = readyToRemove()
  expect(tale.stakes(11) + tale.stakes(15)).toBe(0)
})

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

describe('law 7', () => {
  it('a cordon stands for longer than a window', () => {
    const tale = new Tale().record(record()).after(1).cordonNode('node-0').after(60)
    expect(tale.record(record()).broken).toEqual([])
    expect(tale.after(1).record(record()).broken).toEqual([7])
    expect(tale.after(1).record(record()).broken, 'once').toEqual([7])
  })

  it('holds while no operator runs, and for a round after the next one began', () => {
    const tale = new Tale().record(record()).cordonNode('node-0')
    tale.add({ kind: 'crash', atUs: tale.nowUs, operator: 'one' }).after(3600)
    tale.add({ kind: 'restart', atUs: tale.nowUs, operator: 'two' })
    expect(tale.after(119).record(record()).broken).toEqual([])
    expect(tale.after(2).record(record()).broken).toEqual([7])
  })

  it('the next operator sends something else first', () => {
    const tale = new Tale().record(record()).cordonNode('node-0').after(10)
    tale.add({ kind: 'crash', atUs: tale.nowUs, operator: 'one' }).after(10)
    tale.add({ kind: 'restart', atUs: tale.nowUs, operator: 'one' })
    expect(tale.count(3).broken).toEqual([7])
  })

  it('two windows stand at once', () => {
    const tale = new Tale().record(record()).cordonNode('node-0').cordonNode('node-1', 'b-1')
    expect(tale.broken).toEqual([7])
  })

  it('a foreign cordon is cleared', () => {
    const tale = new Tale().cordon('cordon-set', 'pool hot-0', 'person')
    expect(tale.cordon('cordon-cleared', 'pool hot-0').broken).toEqual([7])
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

describe('law 9', () => {
  it.each([
    ['a migration that nobody finished', (tale: Tale) => tale.record(record())],
    ['a cordon of ours', (tale: Tale) => tale.record(finished(0)).cordonNode('node-0')],
    ['an orphan replica', (tale: Tale) => tale.replica('replica-added', 'vol-r2', 'cold-2', 2)],
  ])('%s is left', (_, end) => {
    const tale = end(new Tale().volume('vol', ['hot-0', 'hot-1']))
    expect(converged(tale.entries, false).length).toBe(1)
  })

  it('a command had effect twice', () => {
    const tale = new Tale().volume('vol', ['hot-0', 'hot-1'])
    tale
      .replica('replica-added', 'vol-r2', 'cold-2', 2)
      .replica('replica-added', 'vol-r3', 'cold-3', 2)
    tale.replica('replica-removed', 'vol-r2', 'cold-2', 2)
    tale.replica('replica-removed', 'vol-r3', 'cold-3', 2)
    expect(converged(tale.entries, false).map(one => one.law)).toEqual([9])
  })
})

describe('law 12', () => {
  const wanted = new Map([[vol, 'cold' as const]])
  const { tierOf } = facts()
  const told = (verdict: 'move' | 'blocked', reason: 'at-or-below-low' | 'tier-full'): Tale =>
    new Tale().volume('vol', ['hot-0', 'hot-1']).add({
      kind: 'decision',
      atUs: 0,
      operator: 'one',
      decision: {
        volume: vol,
        policy: tiersPolicy,
        verdict,
        from: 'hot',
        to: 'cold',
        reason,
        heatIops: 3,
        coverage: 1,
        numbers: {},
        names: [],
      },
    })

  it('a volume neither arrived nor says truly why not', () => {
    const moving = arrivals(told('move', 'at-or-below-low').entries, {
      wanted,
      tierOf,
      isTrue: () => true,
    })
    expect(moving.map(one => one.law)).toEqual([12])
    const blocked = told('blocked', 'tier-full').entries
    expect(arrivals(blocked, { wanted, tierOf, isTrue: () => false }).length).toBe(1)
    expect(arrivals(blocked, { wanted, tierOf, isTrue: () => true })).toEqual([])
  })
})

describe('law 13', () => {
  const plan = { status: { moves: [move()] } }

  it('a move is planned into a pool without room', () => {
    const tale = new Tale()
      .volume('vol', ['hot-0', 'hot-1'], 60 * gibibyte)
      .volume('fat', ['cold-2', 'cold-4'], 30 * gibibyte)
      .after(60)
      .record(record({ spec: { sizeBytes: 60 * gibibyte } }))
    const full = { ...plan, spec: { sizeBytes: 60 * gibibyte } }
    expect(tale.record(record(full)).broken).toEqual([13])
    expect(tale.stakes(13)).toBe(2)
  })

  it('a copy runs into the pool already', () => {
    const other = { name: 'b-1', spec: { volume: volumeId('b') } }
    const into = move({ state: 'syncing', toPool })
    const tale = new Tale().volume('vol', ['hot-0', 'hot-1']).volume('b', ['hot-0']).after(60)
    tale.record(record(other)).record(record({ ...other, status: { moves: [into] } }))
    expect(tale.record(record()).record(record(plan)).broken).toEqual([13])
  })
})

describe('law 14', () => {
  it('two histories part at a line, or where one ends', () => {
    expect(firstDifference(['a', 'b'], ['a', 'b'])).toBeNull()
    expect(firstDifference(['a', 'b'], ['a', 'c'])).toEqual({ line: 2, left: 'b', right: 'c' })
    expect(firstDifference(['a'], ['a', 'b'])).toEqual({ line: 2, left: null, right: 'b' })
    expect(firstDifference(['a', 'b'], ['a'])).toEqual({ line: 2, left: 'b', right: null })
  })
})

describe('law 16', () => {
  const adding = record({ status: { moves: [move({ state: 'adding' })] } })
  const ready = (): Tale =>
    new Tale().volume('vol', ['hot-0', 'hot-1']).record(record()).record(adding)

  it.each([
    [
      'a node is away',
      (tale: Tale) =>
        tale.add({
          kind: 'node-changed',
          atUs: 0,
          node: facts().pools[0].node,
          status: 'offline',
          draining: false,
        }),
    ],
    [
      'a node drains',
      (tale: Tale) =>
        tale.add({
          kind: 'node-changed',
          atUs: 0,
          node: facts().pools[0].node,
          status: 'online',
          draining: true,
        }),
    ],
    [
      'a pool is away',
      (tale: Tale) =>
        tale.add({ kind: 'pool-changed', atUs: 0, pool: poolId('hot-0'), status: 'faulted' }),
    ],
    [
      'a volume needs repair',
      (tale: Tale) => tale.replica('replica-faulted', 'vol-r1', 'hot-1', 1, 'cluster'),
    ],
  ])('a move starts while %s', (_, breaks) => {
    const soon = breaks(ready()).after(40).count(3)
    expect(soon.broken, 'it could not be seen yet').toEqual([])
    expect(breaks(ready()).after(46).count(3).broken).toEqual([16])
  })
})
