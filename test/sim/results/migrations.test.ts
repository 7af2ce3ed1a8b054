/** What is counted of migrations, and which of them turned an earlier one back. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  conversionCounts,
  migrationCounts,
  migrationRows,
  reversalsByVolume,
} from '../../../sim/results/migrations.js'
import { type Tier, tiers, type VolumeTier, volumeId } from '../../../src/core/model.js'
import type { MigrationRecord, MigrationStatus, Outcome } from '../../../src/core/record.js'
import type { MigrationRow } from '../../../src/core/result.js'

const hourUs = 3_600_000_000

function row(change: Partial<MigrationRow>): MigrationRow {
  return {
    name: 'v-1',
    volume: 'v',
    fromTier: 'hot',
    toTier: 'cold',
    fromForm: 'replicated',
    toForm: 'replicated',
    requestedBy: 'policy',
    reason: 'at-or-below-low',
    heatIops: 1,
    sizeBytes: 1,
    startedUs: 0,
    finishedUs: 0,
    outcome: 'completed',
    why: null,
    message: '',
    ...change,
  }
}

const down = (hours: number): MigrationRow =>
  row({ fromTier: 'hot', toTier: 'cold', finishedUs: hours * hourUs })
const up = (hours: number): MigrationRow =>
  row({ fromTier: 'cold', toTier: 'hot', finishedUs: hours * hourUs })

describe('reversals', () => {
  test.each([
    { what: 'down and up', rows: [down(0), up(47)], count: 1 },
    { what: 'at the last moment', rows: [down(0), up(48)], count: 1 },
    { what: 'too late', rows: [down(0), up(49)], count: 0 },
    { what: 'the same way twice', rows: [down(0), down(1)], count: 0 },
    { what: 'there and back and there', rows: [down(0), up(1), down(2)], count: 2 },
    {
      what: 'part of the way back',
      rows: [down(0), row({ fromTier: 'cold', toTier: 'warm', finishedUs: hourUs })],
      count: 1,
    },
    {
      what: 'one that failed between',
      rows: [down(0), row({ ...up(1), outcome: 'failed' }), up(2)],
      count: 1,
    },
    {
      what: 'one that only failed',
      rows: [down(0), row({ ...up(1), outcome: 'failed' })],
      count: 0,
    },
    { what: 'from two tiers', rows: [down(0), row({ ...up(1), fromTier: 'mixed' })], count: 0 },
    { what: 'of another volume', rows: [down(0), row({ ...up(1), volume: 'w' })], count: 0 },
  ])('$what: $count', ({ rows, count }) => {
    const all = [...reversalsByVolume(rows).values()]
    expect(all.reduce((sum, one) => sum + one, 0)).toBe(count)
    expect(migrationCounts(rows, 0).reversedWithin48h).toBe(count)
  })

  test('a volume has one less than completed migrations at the most', () => {
    const anyRow = fc
      .record({
        volume: fc.constantFrom('a', 'b'),
        fromTier: fc.constantFrom<VolumeTier>(...tiers, 'mixed', 'outside'),
        toTier: fc.constantFrom<Tier>(...tiers),
        outcome: fc.constantFrom<Outcome>('completed', 'failed', 'rolled-back'),
        finishedUs: fc.nat(100).map(hours => hours * hourUs),
      })
      .map(row)
    fc.assert(
      fc.property(fc.array(anyRow), drawn => {
        const rows = [...drawn].sort((a, b) => (a.finishedUs ?? 0) - (b.finishedUs ?? 0))
        for (const [volume, count] of reversalsByVolume(rows)) {
          const own = rows.filter(one => one.volume === volume && one.outcome === 'completed')
          expect(count).toBeLessThan(own.length)
        }
      }),
    )
  })
})

test('each migration is counted once, by how it ended', () => {
  const outcomes: readonly (Outcome | null)[] = [
    'completed',
    'preserved',
    'failed',
    'refused',
    'gone',
    'abandoned',
    'cancelled',
    'rolled-back',
    null,
  ]
  const rows = outcomes.map((outcome, at) => row({ volume: `v${at}`, outcome }))
  expect(migrationCounts(rows, 77)).toEqual({
    decided: 9,
    completed: 2,
    failed: 5,
    rolledBack: 1,
    reversedWithin48h: 0,
    movedBytes: 77,
  })
})

const status: MigrationStatus = {
  protocol: 1,
  epoch: 1,
  phase: 'finished',
  outcome: 'failed',
  why: 'rebuild-failed',
  intendedReplicas: 2,
  originalReplicas: [],
  addedReplicas: [],
  moves: [],
  conversion: null,
  cordons: [],
  lastCommand: null,
  attempts: 0,
  holdsSlot: false,
  startedUs: 5,
  finishedUs: 9,
  message: 'words',
}
const record = (name: string, own: MigrationStatus | null): MigrationRecord => ({
  name,
  version: '1',
  deleting: false,
  spec: {
    volume: volumeId('v'),
    fromTier: 'hot',
    toTier: 'cold',
    toForm: 'replicated',
    releaseSource: false,
    holdForUs: 0,
    policy: null,
    reason: 'at-or-below-low',
    requestedBy: 'person',
    sizeBytes: 3,
    fingerprint: '',
    heatIops: null,
  },
  status: own,
})

test('rows are in the order of their starts, and one that is not taken up has no outcome', () => {
  const rows = migrationRows([
    record('late', { ...status, startedUs: 8 }),
    record('b', status),
    record('a', status),
    record('waiting', null),
  ])
  expect(rows.map(one => one.name)).toEqual(['waiting', 'a', 'b', 'late'])
  expect(rows[0]).toMatchObject({ outcome: null, finishedUs: null, why: null, message: '' })
  expect(rows[1]).toMatchObject({
    outcome: 'failed',
    why: 'rebuild-failed',
    startedUs: 5,
    finishedUs: 9,
    message: 'words',
    sizeBytes: 3,
    requestedBy: 'person',
  })
})

test('conversions are counted by their way and their end; what runs is none', () => {
  const form = fc.constantFrom('replicated' as const, 'coded' as const)
  const end = fc.constantFrom('completed', 'rolled-back', 'cancelled', null)
  const drawn = fc.array(fc.record({ fromForm: form, toForm: form, outcome: end }))
  fc.assert(
    fc.property(drawn, changes => {
      const rows = changes.map(row)
      const { completed, back, undone } = conversionCounts(rows)
      const converted = rows.filter(one => one.fromForm !== one.toForm && one.outcome !== null)
      expect(completed + back + undone).toBe(converted.length)
      const done = converted.filter(one => one.outcome === 'completed')
      expect(completed).toBe(done.filter(one => one.toForm === 'coded').length)
      expect(back).toBe(done.filter(one => one.toForm === 'replicated').length)
    }),
  )
})
