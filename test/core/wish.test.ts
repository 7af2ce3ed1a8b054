import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecideMemory, decide, wantedTier } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import type { Pool, Tier, Volume } from '../../src/core/model.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import {
  claim,
  cluster,
  ended,
  heat,
  hour,
  minute,
  noon,
  policy,
  pool,
  replica,
  round,
  volume,
} from './cluster.js'

const hot = [0, 1, 2].map(index => pool(`hot-${index}`, 'hot'))
const warm = [0, 1, 2].map(index => pool(`warm-${index}`, 'warm'))
const cold = [0, 1, 2].map(index => pool(`cold-${index}`, 'cold'))
const pools: readonly Pool[] = [...hot, ...warm, ...cold]
const onHot = volume('db', [hot[0], hot[1]])

interface Asked {
  readonly of?: Volume
  readonly iops?: number
  readonly coverage?: number
  readonly spec?: Partial<StoragePolicySpec>
  readonly on?: readonly Pool[]
}

/** What is said of one volume in its first round. */
function said({ of = onHot, iops = 0, coverage = 1, spec = {}, on = pools }: Asked = {}): Decision {
  const output = decide(
    round({
      cluster: cluster({ pools: on, volumes: [of] }),
      policies: [policy(spec)],
      heat: heat({ [of.id]: iops }, noon, coverage),
    }),
  )
  expect(output.decisions).toHaveLength(1)
  return output.decisions[0]
}

describe('a volume by its heat', () => {
  it.each<[readonly Pool[], number, Decision['verdict'], Tier | null, Decision['reason']]>([
    [[hot[0], hot[1]], 0, 'move', 'cold', 'at-or-below-low'],
    [[hot[0], hot[1]], 1000, 'move', 'warm', 'below-warm'],
    [[hot[0], hot[1]], 3000, 'stay', null, 'hot-above-warm'],
    [[warm[0], warm[1]], 1000, 'stay', null, 'between-watermarks'],
    [[cold[0], cold[1]], 3000, 'move', 'warm', 'at-or-above-warm'],
    [[cold[0], cold[1]], 6000, 'move', 'hot', 'at-or-above-high'],
    [[cold[0], cold[1]], 100, 'stay', null, 'cold-below-warm'],
  ])('on %o at %d IOPS', (on, iops, verdict, to, reason) => {
    const decision = said({ of: volume('db', on), iops })
    expect(decision).toMatchObject({ verdict, to, reason, heatIops: iops, coverage: 1 })
    expect(decision.from).toBe(on[0].labels['storage-tier'])
  })

  it('has the marks among its numbers, the warm one only where it is on', () => {
    expect(said().numbers).toEqual({ highIops: 5000, warmIops: 2000, lowIops: 500 })
    const off = said({ spec: { warmWatermarkIops: 0 } })
    expect(off.numbers).toEqual({ highIops: 5000, lowIops: 500 })
    expect([off.policy, off.volume]).toEqual(['gold', 'db'])
  })
})

describe('unknown heat', () => {
  it('never moves a volume that heat decides about', () => {
    const on = fc.constantFrom(hot, warm, cold)
    const coverage = fc.integer({ min: 0, max: 95 }).map(slots => slots / 120)
    fc.assert(
      fc.property(on, fc.nat(10_000), coverage, (tier, iops, covered) => {
        const decision = said({ of: volume('db', tier), iops, coverage: covered })
        expect(decision).toMatchObject({
          verdict: 'blocked',
          reason: 'unknown-heat',
          to: null,
          heatIops: null,
        })
        expect(decision.numbers.minimumCoveragePercent).toBe(80)
        expect(decision.numbers.coveragePercent).toBe(Math.floor((covered * 12_000) / 120))
        expect(decision.names).toEqual([tier[0].node])
      }),
    )
  })

  it('begins below the least coverage, and not at it', () => {
    expect(said({ coverage: 0.8 }).verdict).toBe('move')
    expect(said({ coverage: 95 / 120 }).reason).toBe('unknown-heat')
    expect(said({ coverage: 0.5, spec: { minimumCoveragePercent: 50 } }).verdict).toBe('move')
  })

  it('is every heat while Prometheus cannot be read', () => {
    const table = heat({ db: 0 })
    table.available = false
    const seen = cluster({ pools, volumes: [onHot] })
    const { decisions } = decide(round({ cluster: seen, heat: table }))
    expect(decisions).toMatchObject([
      { verdict: 'blocked', reason: 'metrics-unavailable', heatIops: null, coverage: 0 },
    ])
  })
})

describe('what of the volume itself holds it back', () => {
  it.each<[string, Asked, Decision['reason'], readonly string[]]>([
    ['unpublished', { of: { ...onHot, target: null } }, 'unpublished', []],
    ['a hold', { of: { ...onHot, claim: claim({ hold: true }) } }, 'held', []],
    ['an operation', { of: { ...onHot, operation: 'Publish' } }, 'volume-busy', ['Publish']],
    ['a spec', { of: { ...onHot, specStatus: 'deleting' } }, 'volume-busy', ['deleting']],
    ['a status', { of: { ...onHot, status: 'degraded' } }, 'volume-busy', ['it is degraded']],
    ['snapshots', { of: { ...onHot, snapshots: 2 } }, 'snapshots', []],
  ])('%s', (_, asked, reason, names) => {
    const decision = said(asked)
    expect(decision).toMatchObject({ verdict: 'blocked', reason, names })
    expect(decision.to).toBe(reason === 'unpublished' ? null : 'cold')
    if (reason === 'snapshots') expect(decision.numbers.snapshots).toBe(2)
  })

  it('is no snapshot where the policy leaves them behind', () => {
    const of = { ...onHot, snapshots: 2 }
    expect(said({ of, spec: { snapshots: 'LeaveBehind' } }).verdict).toBe('move')
  })

  it('is a replica in a pool of no tier', () => {
    const stray = pool('stray', null)
    const decision = said({ of: volume('db', [hot[0], stray]), on: [...pools, stray] })
    expect(decision).toMatchObject({ reason: 'outside-tiers', from: 'outside', names: ['stray'] })
  })

  it('does not hold back one that stays', () => {
    expect(said({ of: { ...onHot, snapshots: 2, operation: 'x' }, iops: 3000 }).verdict).toBe(
      'stay',
    )
  })
})

describe('what of the policy holds it back', () => {
  it('is another policy that selects it too', () => {
    const seen = cluster({ pools, volumes: [onHot] })
    const policies = [policy({}, 'gold'), policy({}, 'silver')]
    const { decisions } = decide(round({ cluster: seen, policies, heat: heat({ db: 0 }) }))
    expect(decisions).toMatchObject([
      { verdict: 'blocked', reason: 'policy-conflict', names: ['gold', 'silver'], policy: 'gold' },
    ])
  })

  it('is a pool in two of its tiers, or a problem of its own', () => {
    const both = policy().spec.hotPoolSelector
    const twice = said({ spec: { warmPoolSelector: both }, of: volume('db', [cold[0]]) })
    expect(twice).toMatchObject({ reason: 'policy-error', to: null })
    expect(twice.names).toEqual(hot.map(one => `pool ${one.id} is in two tiers`))
    const path = 'spec.lowWatermarkIOPS'
    const problem = {
      code: 'FIELD_INVALID' as const,
      path,
      message: 'is no figure',
      hint: 'give one',
    }
    const policies = [policy({}, 'gold', { problems: [problem] })]
    const seen = cluster({ pools, volumes: [onHot] })
    const { decisions } = decide(round({ cluster: seen, policies, heat: heat({ db: 0 }) }))
    expect(decisions).toMatchObject([
      { reason: 'policy-error', names: ['spec.lowWatermarkIOPS: is no figure'] },
    ])
  })
})

describe('what the version cannot steer', () => {
  const of = (version: string, change: Partial<Volume> = {}) => {
    const seen = cluster({ pools, volumes: [{ ...onHot, ...change }], version })
    return decide(round({ cluster: seen, heat: heat({ db: 0 }) })).decisions[0]
  }

  it.each(['2.7.3', '2.8.0', '1.0.5', 'main'])('%s moves nothing', version => {
    expect(of(version)).toMatchObject({
      verdict: 'blocked',
      reason: 'cannot-steer',
      to: 'cold',
      names: [version],
    })
  })

  it.each(['2.9.0', '2.10.1', '2.15.0'])('%s moves', version => {
    expect(of(version)).toMatchObject({ verdict: 'move', to: 'cold' })
  })

  it('is the way back to one replica of an affinity group, before 2.10', () => {
    const single = { replicaCount: 1, replicas: [onHot.replicas[0]], affinityGroup: 'ring' }
    expect(of('2.9.0', single)).toMatchObject({
      reason: 'affinity-group',
      to: 'cold',
      names: ['ring'],
    })
    expect(of('2.10.0', single).verdict).toBe('move')
    expect(of('2.9.0', { ...single, affinityGroup: null }).verdict).toBe('move')
    expect(of('2.9.0', { affinityGroup: 'ring' }).verdict).toBe('move')
  })
})

describe('a pin', () => {
  const pinned = (pin: Tier, change: Partial<Volume> = {}) => ({
    ...onHot,
    claim: claim({ pin }),
    ...change,
  })

  it('ignores watermarks and unknown heat', () => {
    expect(said({ of: pinned('hot') })).toMatchObject({ verdict: 'stay', reason: 'pinned' })
    expect(said({ of: pinned('cold'), iops: 9999, coverage: 0 })).toMatchObject({
      verdict: 'move',
      to: 'cold',
      reason: 'pinned-elsewhere',
    })
    expect(said({ of: pinned('warm'), iops: 9999 })).toMatchObject({ to: 'warm' })
  })

  it('gives way to a hold and to what Mayastor cannot do', () => {
    const held = { claim: claim({ pin: 'cold', hold: true }) }
    expect(said({ of: { ...onHot, ...held } }).reason).toBe('held')
    expect(said({ of: pinned('cold', { snapshots: 1 }) }).reason).toBe('snapshots')
  })

  it('finishes a mixed volume', () => {
    const of = { ...volume('db', [hot[0], cold[0]]), claim: claim({ pin: 'hot' }) }
    expect(said({ of })).toMatchObject({ from: 'mixed', to: 'hot', reason: 'pinned-elsewhere' })
  })
})

describe('a mixed volume', () => {
  it('goes back home when it is wanted there, and on when it is wanted elsewhere', () => {
    const of = volume('db', [hot[0], hot[1], cold[2]])
    expect(said({ of, iops: 3000 })).toMatchObject({
      from: 'mixed',
      to: 'hot',
      reason: 'drift-return',
    })
    expect(said({ of, iops: 100 })).toMatchObject({
      from: 'mixed',
      to: 'cold',
      reason: 'mixed-finish',
    })
    expect(said({ of, iops: 1000 })).toMatchObject({ to: 'warm', reason: 'mixed-finish' })
    const colder = volume('db', [cold[0], cold[1], hot[2]])
    expect(said({ of: colder, iops: 6000 })).toMatchObject({ to: 'hot', reason: 'mixed-finish' })
    expect(said({ of: colder, iops: 100 })).toMatchObject({ to: 'cold', reason: 'drift-return' })
  })

  it('is not finished downward while it cools, and returned on heat that is a lower bound', () => {
    const of = volume('db', [hot[0], hot[1], cold[2]])
    expect(said({ of, spec: { coolingPeriodUs: hour } })).toMatchObject({
      reason: 'cooling',
      to: 'cold',
    })
    const limit = { value: 300, source: 'label' as const }
    const on = [{ ...hot[0], iopsLimit: limit }, ...pools.slice(1)]
    const back = { verdict: 'move', to: 'hot', reason: 'drift-return' }
    expect(said({ of, on, iops: 490 })).toMatchObject(back)
  })
})

describe('a baseline', () => {
  it('needs no heat, and names itself', () => {
    const spec = { algorithm: 'AllCold' as const }
    expect(said({ spec, coverage: 0, iops: 9999 })).toMatchObject({
      verdict: 'move',
      to: 'cold',
      reason: 'baseline-move',
      names: ['AllCold'],
    })
    expect(said({ spec, of: volume('db', [cold[0]]) })).toMatchObject({
      verdict: 'stay',
      reason: 'baseline-stay',
      names: ['AllCold'],
    })
    expect(said({ spec: { algorithm: 'Frozen' }, iops: 0 }).names).toEqual(['Frozen'])
    expect(said({ iops: 3000 }).names).toEqual([])
  })

  it('ignores the cooling period and saturated pools', () => {
    const limit = { value: 10, source: 'label' as const }
    const on = [...hot.map(one => ({ ...one, iopsLimit: limit })), ...warm, ...cold]
    const spec = { algorithm: 'AllCold' as const, coolingPeriodUs: hour }
    expect(said({ spec, on, iops: 1000 })).toMatchObject({ verdict: 'move', to: 'cold' })
  })
})

describe('a pool that is saturated', () => {
  const limit = (value: number) => ({ value, source: 'label' as const })

  it('makes heat a lower bound: nothing goes down on it', () => {
    const on = [{ ...hot[0], iopsLimit: limit(400) }, ...pools.slice(1)]
    // Each write lands on both replicas, each read on one: 200 + 100 operations of 400.
    expect(said({ on, iops: 400 }).verdict).toBe('move')
    // 0.95 of the limit of 400: 507 operations give 380.
    const busy = said({ on: [{ ...hot[0], iopsLimit: limit(315) }, ...pools.slice(1)], iops: 400 })
    expect(busy).toMatchObject({ verdict: 'stay', reason: 'lower-bound', names: ['hot-0'] })
    const just = said({ on: [{ ...hot[0], iopsLimit: limit(316) }, ...pools.slice(1)], iops: 400 })
    expect(just.verdict).toBe('move')
  })

  it('holds nothing back from going up', () => {
    const on = [...hot, ...warm, ...cold.map(one => ({ ...one, iopsLimit: limit(100) }))]
    expect(said({ on, of: volume('db', [cold[0]]), iops: 6000 })).toMatchObject({ to: 'hot' })
  })
})

describe('the cooling period', () => {
  const spec = { coolingPeriodUs: 3 * hour }

  /** Reasons of one volume, a round an hour, from heats in order; null: nobody can read them. */
  function reasonsOf(heats: readonly (number | null)[], change: Partial<StoragePolicySpec> = {}) {
    const memory = new DecideMemory()
    const seen = cluster({ pools, volumes: [onHot] })
    const policies = [policy({ ...spec, ...change })]
    let last = ''
    return heats.map((iops, index) => {
      const nowUs = noon + index * hour
      const table = heat({ db: iops ?? 0 }, nowUs)
      table.available = iops !== null
      const input = round({ cluster: seen, policies, nowUs, memory, heat: table })
      const decided = decide({ ...input, settings: { ...input.settings, dryRun: true } })
      last = decided.decisions[0]?.reason ?? last
      return last
    })
  }

  it('asks for heat at or below the mark for that long without interruption', () => {
    expect(reasonsOf([100, 100, 100, 100])).toEqual(['cooling', 'cooling', 'cooling', 'dry-run'])
    expect(reasonsOf([100, 100, 3000, 100, 100, 100, 100])).toEqual([
      'cooling',
      'cooling',
      'hot-above-warm',
      'cooling',
      'cooling',
      'cooling',
      'dry-run',
    ])
  })

  it('begins again after unknown heat', () => {
    expect(reasonsOf([100, 100, null, 100, 100, 100, 100]).slice(3)).toEqual([
      'cooling',
      'cooling',
      'cooling',
      'dry-run',
    ])
  })

  it('counts for each mark on its own', () => {
    expect(reasonsOf([1000, 1000, 100, 100, 100, 100])).toEqual([
      'cooling',
      'cooling',
      'cooling',
      'cooling',
      'cooling',
      'dry-run',
    ])
    expect(reasonsOf([100, 100, 1000, 1000])).toEqual(['cooling', 'cooling', 'cooling', 'dry-run'])
  })

  it('is over at once when it is not set', () => {
    expect(reasonsOf([100], { coolingPeriodUs: 0 })).toEqual(['dry-run'])
  })

  it('tells how long it has been and how long it still is', () => {
    const memory = new DecideMemory()
    const seen = cluster({ pools, volumes: [onHot] })
    const inputs = [0, 90 * minute].map(later => {
      const nowUs = noon + later
      const table = heat({ db: 100 }, nowUs)
      return round({ cluster: seen, policies: [policy(spec)], nowUs, memory, heat: table })
    })
    expect(decide(inputs[0]).decisions[0]).toMatchObject({
      reason: 'cooling',
      numbers: { belowS: 0, coolingS: 10_800, remainingS: 10_800 },
    })
    memory.volumes[0].toldReason = null
    expect(decide(inputs[1]).decisions[0].numbers).toMatchObject({ belowS: 5400, remainingS: 5400 })
  })

  it('does not count while heat is a lower bound', () => {
    const memory = new DecideMemory()
    const limit = { value: 100, source: 'label' as const }
    const busy = [...hot.map(one => ({ ...one, iopsLimit: limit })), ...warm, ...cold]
    const decideAt = (index: number, on: readonly Pool[]) => {
      const nowUs = noon + index * hour
      const seen = cluster({ pools: on, volumes: [onHot] })
      const table = heat({ db: 400 }, nowUs)
      const output = decide(
        round({ cluster: seen, policies: [policy(spec)], nowUs, memory, heat: table }),
      )
      return output.decisions[0]?.reason
    }
    expect(decideAt(0, pools)).toBe('cooling')
    expect(decideAt(2, busy)).toBeUndefined()
    expect(decideAt(4, pools)).toBeUndefined()
    expect(decideAt(6, pools)).toBeUndefined()
    expect(decideAt(7, pools)).toBe('at-or-below-low')
  })

  it('does not count while a migration runs or no policy selects the volume', () => {
    for (const away of [{ records: 1 }, { policies: 1 }]) {
      const memory = new DecideMemory()
      const seen = cluster({ pools, volumes: [onHot] })
      const runs = ended(onHot, 'cold', 'cancelled', noon)
      const record = {
        ...runs,
        status: runs.status && { ...runs.status, phase: 'moving' as const },
      }
      const none = policy({ ...spec, storageClassName: 'other' })
      const decideAt = (index: number, isAway: boolean) => {
        const nowUs = noon + index * hour
        return decide(
          round({
            cluster: seen,
            nowUs,
            memory,
            heat: heat({ db: 100 }, nowUs),
            policies: [isAway && away.policies ? none : policy(spec)],
            records: isAway && away.records ? [record] : [],
          }),
        ).decisions[0]?.reason
      }
      expect(decideAt(0, false)).toBe('cooling')
      expect(decideAt(2, true)).toBeUndefined()
      expect(decideAt(4, false)).toBeUndefined()
      expect(decideAt(7, false)).toBe('at-or-below-low')
    }
  })
})

describe('the tier that a volume deserves now', () => {
  const wanted = (of: Volume, iops: number, change: Partial<Parameters<typeof round>[0]> = {}) => {
    const seen = cluster({ pools, volumes: [of] })
    const input = round({ cluster: seen, heat: heat({ [of.id]: iops }), ...change })
    return wantedTier(input, of.id)
  }

  it('is by its heat, whatever holds it back', () => {
    expect(wanted(onHot, 0)).toBe('cold')
    expect(wanted(onHot, 3000)).toBe('hot')
    expect(wanted({ ...onHot, claim: claim({ hold: true }) }, 0)).toBe('cold')
    expect(wanted(onHot, 0, { policies: [policy({ coolingPeriodUs: hour })] })).toBe('cold')
    const records = [ended(onHot, 'hot', 'completed', noon - minute)]
    expect(wanted(onHot, 0, { records })).toBe('cold')
    expect(wanted({ ...onHot, claim: claim({ pin: 'warm' }) }, 0)).toBe('warm')
    const mixed = volume('db', [hot[0], hot[1], cold[0]])
    expect(wanted(mixed, 3000)).toBe('hot')
  })

  it('is not known without heat, without a policy, and of a volume that is gone', () => {
    const blind = heat({ db: 0 }, noon, 0.1)
    expect(wanted(onHot, 0, { heat: blind })).toBeNull()
    expect(wanted({ ...onHot, storageClass: 'other' }, 0)).toBeNull()
    const input = round({ cluster: cluster({ pools, volumes: [onHot] }), heat: heat({ db: 0 }) })
    expect(wantedTier(input, volume('gone', []).id)).toBeNull()
  })

  it('leaves no trace in the memory', () => {
    const seen = cluster({ pools, volumes: [onHot] })
    const policies = [policy({ coolingPeriodUs: hour })]
    const input = round({ cluster: seen, policies, heat: heat({ db: 0 }) })
    wantedTier(input, onHot.id)
    expect(input.memory.volumes[0].downSinceUs).toBeNull()
  })
})

describe('a replica of which nobody says where it is', () => {
  it('keeps the volume where it is', () => {
    const replicas = [onHot.replicas[0], replica('r1', hot[1], { pool: null, node: null })]
    const decision = said({ of: { ...onHot, replicas } })
    expect(decision).toMatchObject({ reason: 'outside-tiers', names: ['replica r1'] })
  })
})
