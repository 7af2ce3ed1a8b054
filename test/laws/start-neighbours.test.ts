/** Laws 3 to 6: the start that just breaks one, and its neighbour that just does not. */
import { describe, expect, it } from 'vitest'
import type { Command } from '../../src/core/command.js'
import type { LawFacts } from '../../src/core/laws.js'
import { policyName, poolId, type Tier, type VolumeTier, volumeId } from '../../src/core/model.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import {
  facts,
  finished,
  move,
  type RecordChange,
  record,
  second,
  Tale,
  tiersPolicy,
} from './histories.js'

type Spec = NonNullable<RecordChange['spec']>

const other = { name: 'b-1', spec: { volume: volumeId('b') } }
const third = { name: 'c-1', spec: { volume: volumeId('c') } }
const asked = { requestedBy: 'person', policy: null } as const
const done = move({ state: 'done', finishedUs: 1 })

/** A start, told at once. */
function start(tale: Tale, change: RecordChange = {}): Tale {
  return tale.record(record({ atUs: tale.nowUs, ...change }))
}

/** A second move of a migration that has one behind it. */
function further(known: LawFacts, spec: Spec, between: (tale: Tale) => Tale): Tale {
  const tale = start(new Tale(known), { spec }).record(record({ spec, status: { moves: [done] } }))
  return between(tale).record(record({ spec, status: { moves: [done, move()] } }))
}

describe('a start', () => {
  it('is judged by the one who makes it: within a second, and before it is finished', () => {
    const told = (after: number): number => new Tale().after(after).record(record()).stakes(3)
    expect(told(1)).toBe(3)
    expect(told(1.000001)).toBe(0)
    expect(new Tale().record(finished(0)).stakes(3)).toBe(0)
    expect(new Tale().record({ ...record(), status: null }).stakes(3)).toBe(0)
  })

  it('is no further move, nor is the first move one', () => {
    const unclaimed = new Tale().record({ ...record(), status: null })
    const first = unclaimed.record(record({ status: { moves: [move()] } }))
    expect(first.stakes(5) + first.stakes(6)).toBe(0)
  })
})

describe('a further move', () => {
  it('is judged once, at the record that plans it', () => {
    const two = record({ status: { moves: [done, move()] } })
    const tale = further(facts(), {}, known => known)
    const stakes = [tale.stakes(5), tale.stakes(6)]
    tale.record(two).record(record({ status: { moves: [done] } }))
    expect([tale.stakes(5), tale.stakes(6)]).toEqual(stakes)
  })
})

describe('law 3', () => {
  it('counts those of the operator, claimed or not', () => {
    const tale = new Tale(facts({ spec: { maxConcurrentMigrations: 9 } }))
    tale.record({ ...record(), status: null }).record(record(other))
    expect(tale.broken).toEqual([])
    expect(tale.record(record(third)).texts).toEqual(['c-1 is number 3 of 2'])
  })

  it('counts those of the policy, and not what others started', () => {
    const known = facts({
      spec: { maxConcurrentMigrations: 1 },
      settings: { maxConcurrentMigrations: 9 },
    })
    const tale = new Tale(known).record(record({ spec: asked })).record(record(other))
    expect(tale.broken).toEqual([])
    expect(tale.record(record(third)).texts).toEqual(['c-1 is number 2 of 1 of policy tiers'])
  })

  it('names what the volume runs already', () => {
    const tale = new Tale().record(record()).record(record({ name: 'vol-2' }))
    expect(tale.texts).toEqual(['vol runs vol-1 already'])
  })
})

describe('a policy among others', () => {
  /** The first policy of the list is not the one that starts. */
  const behind = (first: Parameters<typeof defaultPolicy>[0], spec: object): LawFacts => {
    const known = facts()
    const policy = defaultPolicy(first)
    return {
      ...known,
      policies: [{ ...policy, spec: { ...policy.spec, ...spec } }, ...known.policies],
    }
  }

  it('is judged by its own word', () => {
    expect(start(new Tale(behind('other', { enabled: false }))).broken).toEqual([])
    const limits = { maxConcurrentMigrations: 0 }
    expect(start(new Tale(behind('other', limits))).broken).toEqual([])
  })
})

describe('law 4', () => {
  const day = 86_400
  const again = (after: number, spec: Spec = {}): Tale => {
    const tale = new Tale().volume('vol', ['hot-0', 'hot-1']).record(record()).record(finished(0))
    return start(tale.after(after), { name: 'vol-2', spec })
  }

  it('ends with the last microsecond of the cooldown', () => {
    expect(again(day).broken).toEqual([])
    expect(again(day - 0.000001).texts).toEqual([
      `vol-2 started at ${day * second - 1}, within the cooldown until ${day * second}`,
    ])
  })

  it('needs a policy', () => {
    expect(again(1, { policy: null }).stakes(4)).toBe(0)
    expect(again(1, { policy: policyName('unknown') }).stakes(4)).toBe(0)
  })
})

describe('law 5', () => {
  const pausedAt100 = (): Tale => {
    const tale = new Tale().after(100)
    return tale.add({ kind: 'paused', atUs: tale.nowUs })
  }

  it('gives a pause a minute to be heard, to the microsecond', () => {
    expect(start(pausedAt100().after(60)).broken).toEqual([])
    expect(start(pausedAt100().after(60.000001), { spec: asked }).texts).toEqual([
      'vol-1 went on while the operator is paused',
    ])
    const resumed = pausedAt100().after(90).add({ kind: 'resumed', atUs: 0 })
    expect(start(resumed).broken).toEqual([])
  })

  it('keeps everybody still with --dry-run', () => {
    const dry = facts({ settings: { dryRun: true } })
    expect(start(new Tale(dry), { spec: asked }).texts).toEqual([
      'vol-1 went on while the operator runs with --dry-run',
    ])
  })

  it('gives a stopped policy a minute, and lets one go on that a person switched on', () => {
    const word = (tale: Tale, starts: boolean): Tale =>
      tale.add({ kind: 'policy-changed', atUs: tale.nowUs, policy: tiersPolicy, starts })
    const stopped = (): Tale => word(new Tale().after(100), false)
    expect(start(stopped().after(60)).broken).toEqual([])
    expect(start(stopped().after(60.000001)).texts).toEqual([
      'vol-1: its policy tiers starts nothing',
    ])
    for (const spec of [{ enabled: false }, { dryRun: true }]) {
      expect(start(word(new Tale(facts({ spec })), true)).broken).toEqual([])
      expect(start(new Tale(facts({ spec }))).texts).toEqual([
        'vol-1: its policy tiers starts nothing',
      ])
    }
    const spec = { requestedBy: 'person' } as const
    expect(start(stopped().after(90), { spec }).broken, 'a person asked').toEqual([])
    const drift = { requestedBy: 'drift', policy: null } as const
    expect(start(stopped().after(90), { spec: drift }).broken, 'no policy').toEqual([])
  })

  it('lets a person’s migration end in a pause, and a policy’s not', () => {
    const pause = (tale: Tale): Tale => tale.add({ kind: 'paused', atUs: 0 }).after(61)
    const spec = { heatIops: null, fromTier: 'cold', toTier: 'hot' } as const
    expect(further(facts(), { ...spec, ...asked }, pause).broken).toEqual([])
    expect(further(facts(), spec, pause).broken).toEqual([5])
  })

  it('names the command, and lets cordons and labels be undone', () => {
    const pool = poolId('hot-0')
    const dry = facts({ settings: { dryRun: true } })
    const said = (command: Command): readonly string[] => new Tale(dry).command(command).texts
    expect(said({ kind: 'label-pool', pool, key: 'k', value: 'v' })).toEqual([
      'label-pool was sent while the operator runs with --dry-run',
    ])
    expect(said({ kind: 'unlabel-pool', pool, key: 'k' })).toEqual([])
    const late = pausedAt100()
    expect(late.after(60).count(3).broken).toEqual([])
    expect(late.after(1).count(3).texts).toEqual([
      'set-replica-count was sent while the operator is paused',
    ])
  })
})

describe('law 6', () => {
  const blind = (fromTier: VolumeTier, toTier: Tier): Tale =>
    new Tale().record(record({ spec: { heatIops: null, fromTier, toTier } }))

  it.each([
    ['hot', 'warm'],
    ['hot', 'cold'],
    ['warm', 'cold'],
    ['mixed', 'warm'],
    ['mixed', 'cold'],
    ['outside', 'warm'],
    ['outside', 'cold'],
  ] as const)('%s to %s goes down', (from, to) => {
    expect(blind(from, to).texts).toEqual(['vol-1 goes down on unknown heat'])
  })

  it.each([
    ['cold', 'warm'],
    ['cold', 'hot'],
    ['warm', 'hot'],
    ['mixed', 'hot'],
    ['outside', 'hot'],
  ] as const)('%s to %s does not', (from, to) => {
    expect(blind(from, to).stakes(6)).toBe(0)
  })

  it('is at stake for policies that decide by heat, and while some heat was known', () => {
    const cold = facts({ spec: { algorithm: 'AllCold' } })
    expect(new Tale(cold).record(record({ spec: { heatIops: null } })).stakes(6)).toBe(0)
    const unknown = further(cold, {}, tale => tale)
    expect(unknown.stakes(6)).toBe(0)
    expect(further(facts(), { heatIops: null }, tale => tale).stakes(6)).toBe(1)
    expect(further(facts(), {}, tale => tale).broken).toEqual([6])
    const looked = { kind: 'looked-again', atUs: 0, operator: 'one', migration: 'vol-1' } as const
    const wanted = (tier: Tier) => (tale: Tale) => tale.add({ ...looked, wanted: tier })
    expect(further(facts(), {}, wanted('cold')).broken).toEqual([])
    expect(further(facts(), {}, wanted('warm')).broken).toEqual([6])
  })
})
