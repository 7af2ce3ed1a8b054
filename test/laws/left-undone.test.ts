/** Laws 9 and 12: each thing that a finished history may have left undone, by name. */
import { describe, expect, it } from 'vitest'
import { type Arrival, arrivals, converged } from '../../src/core/laws.js'
import { policyName, type Tier, volumeId } from '../../src/core/model.js'
import { facts, finished, record, Tale, tiersPolicy, vol } from './histories.js'

const two = (): Tale => new Tale().volume('vol', ['hot-0', 'hot-1'])
const left = (tale: Tale, preservationMode = false): readonly string[] =>
  converged(tale.entries, preservationMode).map(one => one.text)

describe('law 9', () => {
  it('names the migration, the cordon and the volume, at the last instant', () => {
    const tale = two().record(record()).cordonNode('node-0').after(7)
    tale.replica('replica-removed', 'vol-r1', 'hot-1', 1, 'cluster')
    expect(converged(tale.entries, false)).toEqual([
      { law: 9, atUs: 7_000_000, text: 'vol-1 is not finished' },
      {
        law: 9,
        atUs: 7_000_000,
        text: 'node node-0 couchestor-vol-1 is still cordoned for vol-1',
      },
      { law: 9, atUs: 7_000_000, text: 'vol has 1 replicas and is meant to have 2' },
    ])
  })

  it('finds nothing where all was undone, and minds no cordon of people', () => {
    const tale = two().record(record()).cordonNode('node-0').record(finished(0))
    tale.cordon('cordon-cleared', 'node node-0 couchestor-vol-1')
    expect(left(tale.cordon('cordon-set', 'pool hot-0', 'person'))).toEqual([])
  })

  it('finds a command that had effect twice, and only a command, and only an adding', () => {
    const added = two().replica('replica-added', 'vol-r2', 'cold-2', 2)
    const gone = (tale: Tale): Tale => {
      tale.replica('replica-removed', 'vol-r2', 'cold-2', 2)
      return tale.replica('replica-removed', 'vol-r3', 'cold-3', 2)
    }
    expect(left(two().replica('replica-added', 'vol-r2', 'cold-2', 2))).toEqual([
      'vol has 3 replicas and is meant to have 2',
    ])
    const twice = gone(added.replica('replica-added', 'vol-r3', 'cold-3', 2))
    expect(left(twice)).toEqual(['vol-r3 of vol is one copy too many: a command had effect twice'])
    expect(left(twice, true), 'copies are added on purpose').toEqual([])
    const others = two()
      .replica('replica-added', 'vol-r2', 'cold-2', 2, 'cluster')
      .replica('replica-added', 'vol-r3', 'cold-3', 2, 'cluster')
      .replica('replica-synced', 'vol-r3', 'cold-3', 3)
    expect(left(gone(others))).toEqual([])
  })

  it('lets copies stay in preservation mode, and nothing else', () => {
    const tale = two().replica('replica-added', 'vol-r2', 'cold-2', 2)
    expect(left(tale, true)).toEqual([])
    expect(left(tale.record(record()).cordonNode('node-0'), true)).toEqual([
      'vol-1 is not finished',
      'node node-0 couchestor-vol-1 is still cordoned for vol-1',
    ])
  })
})

describe('law 12', () => {
  const { tierOf } = facts()
  const looking = (tale: Tale, change: Partial<Arrival> = {}): readonly unknown[] => {
    const wanted = new Map([[vol, 'cold' as const]])
    return arrivals(tale.entries, { wanted, tierOf, isTrue: () => false, ...change })
  }
  const decided = (
    on: readonly string[],
    verdict: 'move' | 'blocked',
    policy: typeof tiersPolicy | null = tiersPolicy,
  ): Tale =>
    new Tale().volume('vol', on).add({
      kind: 'decision',
      atUs: 5,
      operator: 'one',
      decision: {
        volume: vol,
        policy,
        verdict,
        from: 'hot',
        to: 'cold',
        reason: verdict === 'move' ? 'at-or-below-low' : 'tier-full',
        heatIops: 3,
        coverage: 1,
        numbers: {},
        names: [],
      },
    })

  it('names the volume, where it stands, and the last word on it', () => {
    const text = 'vol belongs on cold, stands on hot-1, and the last word on it is'
    expect(looking(decided(['cold-2', 'hot-1'], 'blocked'))).toEqual([
      { law: 12, atUs: 5, text: `${text} blocked: tier-full` },
    ])
    expect(looking(decided(['cold-2', 'hot-1'], 'move'), { isTrue: () => true })).toEqual([
      { law: 12, atUs: 5, text: `${text} move: at-or-below-low` },
    ])
  })

  it('holds for a volume that arrived, or that no policy says a word on', () => {
    expect(looking(decided(['cold-2', 'cold-3'], 'move'))).toEqual([])
    expect(looking(decided(['hot-0'], 'move', null))).toEqual([])
    const unseen = new Map<typeof vol, Tier>([[volumeId('other'), 'cold']])
    expect(looking(decided(['hot-0'], 'move'), { wanted: unseen })).toEqual([])
    expect(looking(two())).toEqual([])
  })

  it('sees tiers as the policy of the last word does', () => {
    const own = (policy: string): 'hot' | 'cold' => (policy === 'tiers' ? 'cold' : 'hot')
    const tale = decided(['hot-0'], 'move')
    expect(looking(tale, { tierOf: own })).toEqual([])
    const other = decided(['hot-0'], 'move', policyName('other'))
    expect(looking(other, { tierOf: own }).length).toBe(1)
  })
})
