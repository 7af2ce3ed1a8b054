/** What the journal says of a volume’s past. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { policyName } from '../../src/core/model.js'
import { isRunning, neverMoved, nextName, Pasts, runningOf } from '../../src/core/past.js'
import type { MigrationRecord, Outcome } from '../../src/core/record.js'
import { day, ended, hour, noon, pool, running, volume } from './cluster.js'

const db = volume('db', [pool('hot-0', 'hot')])
const web = volume('web', [pool('hot-1', 'hot')])
const outcomes: readonly Outcome[] = [
  'completed',
  'rolled-back',
  'failed',
  'preserved',
  'cancelled',
  'gone',
  'abandoned',
  'refused',
]

function pastOf(records: readonly MigrationRecord[]) {
  const pasts = new Pasts()
  pasts.read(records)
  return pasts.of(db.id)
}
const at = (hours: number) => noon - hours * hour

describe('the past of a volume', () => {
  it('read again from changed records equals one read from the start', () => {
    const record = fc.record({
      of: fc.constantFrom(db, web),
      outcome: fc.option(fc.constantFrom(...outcomes)),
      hours: fc.nat(100),
    })
    const made = record.map(({ of, outcome, hours }) =>
      outcome === null
        ? running(of, 'cold', { status: { startedUs: at(hours % 3) } })
        : ended(of, 'cold', outcome, at(hours)),
    )
    fc.assert(
      fc.property(fc.array(made), fc.array(made), fc.nat(5), (first, second, kept) => {
        const pasts = new Pasts()
        pasts.read(first)
        const next = [...first.slice(0, kept), ...second]
        pasts.read(next)
        const fresh = new Pasts()
        fresh.read(next)
        for (const one of [db, web]) expect(pasts.of(one.id)).toEqual(fresh.of(one.id))
        expect(pasts.running()).toEqual(fresh.running())
        const ages = pasts.running().map(one => [one.status?.startedUs ?? 0, one.name] as const)
        const oldest = [...ages].sort(([a, one], [b, other]) => a - b || (one < other ? -1 : 1))
        expect(ages).toEqual(oldest)
        expect(new Set(pasts.running())).toEqual(new Set(next.filter(isRunning)))
      }),
    )
  })

  it('goes away with its records, and is not derived again while they are the same', () => {
    const pasts = new Pasts()
    const records = [ended(db, 'cold', 'completed', at(1)), running(web, 'cold')]
    pasts.read(records)
    const before = pasts.of(db.id)
    expect([pasts.runningOf(web.id), pasts.runningOf(db.id)]).toEqual([records[1], null])
    pasts.read([...records])
    expect(pasts.of(db.id)).toBe(before)
    pasts.read([])
    expect(pasts.of(db.id)).toBe(neverMoved)
    expect([pasts.running(), pasts.runningOf(web.id)]).toEqual([[], null])
  })

  it('of nobody is empty before anything was read', () => {
    expect(new Pasts().running()).toEqual([])
  })

  it('of one that never moved is empty', () => {
    expect(pastOf([])).toEqual(neverMoved)
    expect(pastOf([ended(web, 'cold', 'completed', at(1))])).toEqual(neverMoved)
  })

  it('has the last completed migration, whatever the order of the records', () => {
    const past = pastOf([
      ended(db, 'cold', 'completed', at(1)),
      ended(db, 'hot', 'completed', at(5)),
    ])
    expect(past.lastCompletedUs).toBe(at(1))
    expect(past.heldUntilUs).toBeNull()
  })

  it('counts failures since the last completed one', () => {
    const past = pastOf([
      ended(db, 'cold', 'failed', at(9)),
      ended(db, 'cold', 'completed', at(8)),
      ended(db, 'cold', 'failed', at(3), { spec: { fingerprint: 'a' } }),
      ended(db, 'cold', 'rolled-back', at(2), { spec: { fingerprint: 'a' } }),
    ])
    expect(past).toMatchObject({
      failures: 2,
      failuresAlike: 2,
      failedWith: 'a',
      lastFailedUs: at(2),
      lastCompletedUs: at(8),
    })
  })

  it('counts anew those that failed alike when what they rested on changed', () => {
    const fail = (fingerprint: string, hours: number) =>
      ended(db, 'cold', 'failed', at(hours), { spec: { fingerprint } })
    const past = pastOf([fail('a', 5), fail('a', 4), fail('b', 3), fail('b', 2), fail('b', 1)])
    expect(past).toMatchObject({ failures: 5, failuresAlike: 3, failedWith: 'b' })
  })

  it('forgets failures and preservation when a migration completes', () => {
    const past = pastOf([
      ended(db, 'cold', 'failed', at(5)),
      ended(db, 'cold', 'preserved', at(4)),
      ended(db, 'cold', 'completed', at(3)),
    ])
    expect(past).toEqual({ ...neverMoved, lastCompletedUs: at(3), lastNumber: 1 })
  })

  it.each(['cancelled', 'gone', 'abandoned', 'refused'] as const)(
    'is left alone by %s',
    outcome => {
      const past = pastOf([ended(db, 'cold', outcome, at(1))])
      expect(past).toEqual({ ...neverMoved, lastNumber: 1 })
    },
  )

  it('tells that it has its extra copies', () => {
    expect(pastOf([ended(db, 'cold', 'preserved', at(1))]).preserved).toBe(true)
    expect(pastOf([]).preserved).toBe(false)
  })

  it('is held by a person’s completed move, and by nothing else', () => {
    const person = { spec: { requestedBy: 'person' as const, holdForUs: 7 * day } }
    const held = ended(db, 'hot', 'completed', at(5), person)
    expect(pastOf([held]).heldUntilUs).toBe(at(5) + 7 * day)
    expect(pastOf([ended(db, 'hot', 'failed', at(5), person)]).heldUntilUs).toBeNull()
    const later = ended(db, 'cold', 'completed', at(1))
    expect(pastOf([held, later])).toMatchObject({
      heldUntilUs: at(5) + 7 * day,
      lastCompletedUs: at(1),
    })
  })

  it('has the record that runs: one that began before one that waits', () => {
    const waits: MigrationRecord = { ...running(db, 'hot', { name: 'please' }), status: null }
    const runs = running(db, 'cold')
    expect(pastOf([waits, runs]).running).toBe(runs)
    expect(pastOf([runs, waits]).running).toBe(runs)
    expect(pastOf([waits]).running).toBe(waits)
    expect(pastOf([ended(db, 'cold', 'completed', at(1))]).running).toBeNull()
  })
})

describe('the next name', () => {
  const named = (name: string) => ended(db, 'cold', 'completed', at(1), { name })

  it('is one above the highest number of the operator’s own', () => {
    const next = (...names: readonly string[]) => nextName(db.id, pastOf(names.map(named)))
    expect(next()).toBe('db-1')
    expect(next('db-1', 'db-10', 'db-9')).toBe('db-11')
    expect(next('mine', 'db-x', 'db-', 'db-1.5', 'db--3')).toBe('db-1')
    expect(next('web-7')).toBe('db-1')
  })
})

describe('the slots of a policy', () => {
  it('are those of its own running records', () => {
    const other = running(web, 'cold', { spec: { policy: policyName('silver') } })
    const records = [running(db, 'cold'), other]
    expect(runningOf(policyName('gold'), records)).toBe(1)
    expect(runningOf(policyName('none'), records)).toBe(0)
  })
})
