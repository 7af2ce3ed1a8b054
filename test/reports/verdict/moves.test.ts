/** Moves, what was held back, and how far to trust it all. */
import { describe, expect, test } from 'vitest'
import { volumeId } from '../../../src/core/model.js'
import type { DecisionRow } from '../../../src/core/result.js'
import { changed, markOf, said, usual, withDetail } from '../changed.js'
import { latencySummary } from '../fixture.js'

const tib = 1024 ** 4

describe('moves', () => {
  test('are counted with their bytes and reversals', () => {
    const migrations = {
      decided: 12,
      completed: 12,
      failed: 0,
      rolledBack: 0,
      reversedWithin48h: 0,
      movedBytes: 1.5 * tib,
    }
    const input = withDetail({ migrations: [] }, changed({ migrations }))
    expect(said(input, 'moves')).toBe('12 moves, 1.5 TiB, none of them reversed within 48 h.')
    expect(markOf(input, 'moves')).toBe('plain')
  })

  test('that failed say why', () => {
    const [row] = usual.details[0].migrations
    const failed = { ...row, outcome: 'failed', why: 'no-pool-found' }
    const input = withDetail({ migrations: [failed, failed, { ...failed, why: 'no-progress' }] })
    expect(said(input, 'moves')).toContain(
      'Of 40 begun, 1 failed (2 no-pool-found, 1 no-progress) and 1 was rolled back.',
    )
    expect(markOf(input, 'moves')).toBe('bad')
  })
})

describe('held back', () => {
  const [first] = usual.details[0].decisions
  const { atUs } = usual.details[0].volumeSeries
  const row = (volume: string, reason: DecisionRow['reason'], from: number): DecisionRow => ({
    ...first,
    volume: volumeId(volume),
    reason,
    verdict: 'blocked',
    to: 'hot',
    atUs: atUs[from],
  })

  test('by something that does not pass, and by time', () => {
    const decisions = [
      row('a', 'tier-full', 2),
      row('b', 'tier-full', 2),
      row('c', 'no-node-free', 2),
      row('d', 'cooldown', 2),
    ]
    expect(said(withDetail({ decisions }), 'held-back')).toBe(
      [
        '3 volumes wanted to move and could not: 2 tier-full and 1 no-node-free. 1 had to',
        'wait: 1 cooldown.',
      ].join(' '),
    )
  })

  test('a wait of less than an hour is none', () => {
    const stay: DecisionRow = { ...row('a', 'between-watermarks', 3), verdict: 'stay', to: null }
    const short = { ...row('a', 'tier-full', 2), atUs: atUs[3] - 3_599_000_000 }
    expect(said(withDetail({ decisions: [short, stay] }), 'held-back')).toBe(
      'No volume that wanted to move was held back.',
    )
    const long = { ...short, atUs: atUs[3] - 3_600_000_000 }
    expect(said(withDetail({ decisions: [long, stay] }), 'held-back')).toContain('1 tier-full')
  })

  test('only by time: everything came in the end', () => {
    expect(said(withDetail({ decisions: [row('d', 'cooldown', 2)] }), 'held-back')).toBe(
      'Every volume that wanted to move could, in time. 1 had to wait: 1 cooldown.',
    )
  })
})

describe('trust', () => {
  test('tells of coverage, presets and overload', () => {
    expect(said(usual, 'trust')).toBe(
      [
        'Heat was known throughout; devices are modelled from data sheets (nvme-gen4 and',
        'hdd-7200); no pool was overloaded.',
      ].join(' '),
    )
    const input = changed({
      overloadedMinutes: 300,
      conditions: [{ condition: 'WatermarksReachable', text: 'warm 2000 is above 424 IOPS' }],
    })
    expect(said(input, 'trust')).toContain('pools were overloaded for 5 h in all')
    expect(said(input, 'trust')).toContain('Watermark unreachable: warm 2000 is above 424 IOPS.')
    expect(markOf(input, 'trust')).toBe('bad')
  })

  test('recorded response times stand beside the model’s', () => {
    const recordedLatencyUs = { ...latencySummary(1800), count: 113_872 }
    expect(said(changed({ recordedLatencyUs }), 'trust')).toContain(
      [
        'The trace recorded 113,872 response times: p50 300 µs recorded, 700 µs modelled;',
        'p99 1.8 ms recorded, 4.2 ms modelled.',
      ].join(' '),
    )
  })

  test('unknown heat is told as a share of the time', () => {
    const [first] = usual.details[0].decisions
    const { atUs } = usual.details[0].volumeSeries
    const unknown: DecisionRow = {
      ...first,
      atUs: atUs[2],
      verdict: 'blocked',
      to: null,
      reason: 'unknown-heat',
    }
    const known: DecisionRow = { ...first, atUs: atUs[169], verdict: 'stay' }
    const decisions = [unknown, { ...known, reason: 'between-watermarks' as const }]
    expect(said(withDetail({ decisions }), 'trust')).toContain('Heat was known 50 % of the time')
  })
})
