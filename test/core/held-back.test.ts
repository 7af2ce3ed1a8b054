/** What of a volume’s past holds it back: cooldown, back-off, failures, a person’s move. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/core/decide.js'
import type { Decision } from '../../src/core/decision.js'
import { backOffUs, fingerprint } from '../../src/core/held-back.js'
import { survey } from '../../src/core/landscape.js'
import type { Pool, Volume } from '../../src/core/model.js'
import type { MigrationRecord, Outcome } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import {
  claim,
  cluster,
  day,
  ended,
  heat,
  hour,
  noon,
  policy,
  pool,
  replica,
  round,
  second,
  volume,
} from './cluster.js'

const hot = [0, 1, 2].map(index => pool(`hot-${index}`, 'hot'))
const cold = [0, 1].map(index => pool(`cold-${index}`, 'cold'))
const pools: readonly Pool[] = [...hot, ...cold]
const db = volume('db', [hot[0]])
const gold = policy()

interface Asked {
  readonly of?: Volume
  readonly policies?: readonly PolicyObject[]
  readonly on?: readonly Pool[]
  readonly nowUs?: number
  readonly preservationMode?: boolean
  readonly iops?: number
}

function said(records: readonly MigrationRecord[], asked: Asked = {}): Decision {
  const { of = db, policies = [gold], on = pools, nowUs = noon, iops = 0 } = asked
  const { decisions } = decide(
    round({
      cluster: cluster({ pools: on, volumes: [of] }),
      policies,
      records,
      nowUs,
      heat: heat({ db: iops }, nowUs),
      settings: { preservationMode: asked.preservationMode ?? false },
    }),
  )
  expect(decisions).toHaveLength(1)
  return decisions[0]
}
const ago = (us: number, outcome: Outcome = 'completed', change = {}) =>
  ended(db, 'hot', outcome, noon - us, change)
const print = (policies: readonly PolicyObject[] = [gold], on = pools, of = db) => {
  const landscape = survey(cluster({ pools: on, volumes: [of] }), policies, null)
  return fingerprint(landscape.volumes[0], landscape.views[0], 'cold')
}

describe('the cooldown', () => {
  it('counts from the last completed migration, whatever its policy', () => {
    fc.assert(
      fc.property(fc.nat(48 * 3600), fc.constantFrom(null, 'other'), (ageS, name) => {
        const policyName = name === null ? null : policy({}, name).name
        const decision = said([ago(ageS * second, 'completed', { spec: { policy: policyName } })])
        const isOver = ageS * second >= 24 * hour
        expect(decision.reason).toBe(isOver ? 'at-or-below-low' : 'cooldown')
        if (isOver) return
        expect(decision).toMatchObject({ verdict: 'blocked', to: 'cold', names: [] })
        expect(decision.numbers).toMatchObject({
          sinceS: ageS,
          cooldownS: 86_400,
          remainingS: 86_400 - ageS,
        })
      }),
    )
  })

  it('is over at its last microsecond, and not before', () => {
    expect(said([ago(day)]).verdict).toBe('move')
    expect(said([ago(day - 1)]).reason).toBe('cooldown')
  })

  it('is none for a pin and for repair of drift', () => {
    const pinned = { ...db, claim: claim({ pin: 'cold' as const }) }
    expect(said([ago(hour)], { of: pinned })).toMatchObject({ verdict: 'move', to: 'cold' })
    const drifted = volume('db', [hot[0], hot[1], cold[0]])
    expect(said([ago(hour)], { of: drifted, iops: 6000 }).reason).toBe('drift-return')
    expect(said([ago(hour)], { of: drifted }).reason).toBe('cooldown')
  })
})

describe('a person’s move', () => {
  const asked = (holdForUs: number) =>
    ago(2 * day, 'completed', { spec: { requestedBy: 'person', holdForUs } })

  it('keeps the policy away for as long as it says', () => {
    expect(said([asked(7 * day)])).toMatchObject({
      verdict: 'blocked',
      reason: 'held-by-request',
      to: 'cold',
    })
    expect(said([asked(7 * day)]).numbers.remainingS).toBe(5 * 86_400)
    expect(said([asked(7 * day)]).names).toEqual([])
    expect(said([asked(2 * day)]).verdict).toBe('move')
    expect(said([asked(2 * day + 1)]).reason).toBe('held-by-request')
  })

  it('gives way to a pin', () => {
    const pinned = { ...db, claim: claim({ pin: 'cold' as const }) }
    expect(said([asked(7 * day)], { of: pinned }).verdict).toBe('move')
  })
})

describe('the back-off', () => {
  it('is a 24th of the cooldown, doubled with each failure, up to the cooldown', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 24, max: 1e12 }),
        fc.integer({ min: 1, max: 40 }),
        (cooldown, n) => {
          const first = Math.floor(cooldown / 24)
          const waits = backOffUs(cooldown, n)
          expect(waits).toBeLessThanOrEqual(cooldown)
          if (n === 1) expect(waits).toBe(first)
          else expect(waits).toBe(Math.min(cooldown, 2 * backOffUs(cooldown, n - 1)))
        },
      ),
    )
    expect([1, 2, 3, 4, 5, 6].map(n => backOffUs(day, n) / hour)).toEqual([1, 2, 4, 8, 16, 24])
  })

  it('counts from the last failure', () => {
    const failures = [ago(5 * hour, 'failed'), ago(hour, 'rolled-back')]
    const decision = said(failures)
    expect(decision).toMatchObject({ verdict: 'blocked', reason: 'back-off', to: 'cold' })
    expect(decision.numbers).toMatchObject({ failures: 2, remainingS: 3600 })
    expect(decision.names).toEqual([])
    expect(said(failures, { nowUs: noon + hour }).verdict).toBe('move')
    expect(said(failures, { nowUs: noon + hour - 1 }).reason).toBe('back-off')
  })
})

describe('repeated failure', () => {
  const five = (fingerprintText: string, count = 5) =>
    Array.from({ length: count }, (_, index) =>
      ago((30 - index) * day, 'failed', { spec: { fingerprint: fingerprintText } }),
    )

  it('blocks after five, for as long as nothing changes', () => {
    expect(said(five(print()))).toMatchObject({
      verdict: 'blocked',
      reason: 'repeated-failure',
      to: 'cold',
      names: [],
      numbers: { failures: 5 },
    })
    expect(said(five(print(), 4)).verdict).toBe('move')
  })

  it('is lifted by other pools, another policy or other replicas', () => {
    const records = five(print())
    expect(said(records, { on: [...pools, pool('cold-2', 'cold')] }).verdict).toBe('move')
    expect(said(records, { policies: [{ ...gold, generation: 2 }] }).verdict).toBe('move')
    const other = { ...db, replicas: [replica('other', hot[0])] }
    expect(said(records, { of: other }).verdict).toBe('move')
    expect(said(records, { on: [...pools, pool('hot-3', 'hot')] }).reason).toBe('repeated-failure')
  })

  it('begins to count anew then, while the back-off goes on', () => {
    const changed = [...five('before'), ago(hour, 'failed', { spec: { fingerprint: print() } })]
    expect(said(changed)).toMatchObject({ reason: 'back-off', numbers: { failures: 6 } })
    expect(said(changed, { nowUs: noon + day }).verdict).toBe('move')
  })

  it('goes away with a completed migration', () => {
    expect(said([...five(print()), ago(2 * day)]).verdict).toBe('move')
  })

  it('knows policies, pools and replicas apart', () => {
    const others = [
      print([policy({}, 'silver')]),
      print([{ ...gold, generation: 2 }]),
      print([gold], hot),
      print([gold], pools, { ...db, replicas: [replica('x', hot[0]), replica('y', hot[1])] }),
      print(),
    ]
    expect(new Set(others).size).toBe(others.length)
    expect(print()).toBe('gold/1/cold-0,cold-1/db-r0')
    expect(print([gold], hot, volume('db', [hot[0], hot[1]]))).toBe('gold/1//db-r0,db-r1')
  })
})

describe('preservation mode', () => {
  const preserved = [ago(day, 'preserved')]
  const mixed = volume('db', [hot[0], cold[0]])

  it('leaves a volume that has its extra copies', () => {
    expect(said(preserved, { of: mixed, preservationMode: true })).toMatchObject({
      verdict: 'blocked',
      reason: 'preservation-mode',
      to: 'cold',
    })
    expect(said(preserved, { of: mixed }).reason).toBe('mixed-finish')
    expect(said([], { of: mixed, preservationMode: true }).reason).toBe('mixed-finish')
  })
})
