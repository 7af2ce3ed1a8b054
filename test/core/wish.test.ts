/** One volume’s wish, by its heat, its pins and what of it or its policy is in the way. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import type { Pool, Tier, Volume } from '../../src/core/model.js'
import { claim, cluster, heat, hour, policy, pool, replica, round, volume } from './cluster.js'

import { type Asked, cold, hot, onHot, pools, said, warm } from './saying.js'

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

describe('a volume that nobody measures', () => {
  it('has no coverage, and is not moved', () => {
    const seen = cluster({ pools, volumes: [onHot] })
    const { decisions } = decide(round({ cluster: seen, heat: heat({ other: 0 }) }))
    expect(decisions).toMatchObject([
      { reason: 'unknown-heat', coverage: null, heatIops: null, numbers: { coveragePercent: 0 } },
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

describe('a replica of which nobody says where it is', () => {
  it('keeps the volume where it is', () => {
    const replicas = [onHot.replicas[0], replica('r1', hot[1], { pool: null, node: null })]
    const decision = said({ of: { ...onHot, replicas } })
    expect(decision).toMatchObject({ reason: 'outside-tiers', names: ['replica r1'] })
  })
})
