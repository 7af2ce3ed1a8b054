/** What the verdict rests on: waits, reversals, slow hours, peaks, and reasons in words. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { reversalsOf } from '../../reports/evidence/flapping.js'
import { peakHeats, quantile, roundMark } from '../../reports/evidence/peaks.js'
import { slowHours } from '../../reports/evidence/slower.js'
import { eachStanding, waitsByReason } from '../../reports/evidence/waits.js'
import { remedy, says } from '../../reports/reason-text.js'
import { type ReportInput, runsOf, spanOf } from '../../reports/run.js'
import { volumeId } from '../../src/core/model.js'
import type { DecisionRow } from '../../src/core/result.js'
import { anyInput } from './any-run.js'
import { reportInput } from './fixture.js'

const usual = reportInput()
const [detail] = usual.details
const [firstDecision] = detail.decisions
const hourUs = 3_600_000_000
const { atUs, volumes } = detail.volumeSeries

describe('waits', () => {
  test('all decisions of a volume together stand from the first one to the end', () => {
    const stood = new Map<string, number>()
    eachStanding(detail, ({ volume }, us) => stood.set(volume, (stood.get(volume) ?? 0) + us))
    const { endUs } = spanOf(detail)
    for (const [volume, us] of stood) {
      const first = detail.decisions.find(row => row.volume === volume)
      expect(us).toBe(endUs - (first?.atUs ?? 0))
    }
  })

  test('count volumes once, and those that still wait', () => {
    const row = (volume: string, at: number, own: Partial<DecisionRow>): DecisionRow => ({
      ...firstDecision,
      volume: volumeId(volume),
      verdict: 'blocked',
      reason: 'cooldown',
      atUs: atUs[at],
      ...own,
    })
    const decisions = [
      row('a', 1, {}),
      row('b', 1, {}),
      row('a', 3, { verdict: 'stay', reason: 'pinned' }),
      row('a', 5, {}),
      row('a', 6, { reason: 'snapshots' }),
    ]
    const last = atUs.length - 1
    expect(
      waitsByReason({ ...detail, decisions }).map(({ longest, ...wait }) => ({
        ...wait,
        of: longest.volume,
      })),
    ).toEqual([
      {
        reason: 'cooldown',
        names: new Set(['a', 'b']),
        volumes: 2,
        totalUs: (2 + 1 + last - 1) * hourUs,
        atEnd: 1,
        longestUs: (last - 1) * hourUs,
        of: 'b',
      },
      {
        reason: 'snapshots',
        names: new Set(['a']),
        volumes: 1,
        totalUs: (last - 6) * hourUs,
        atEnd: 1,
        longestUs: (last - 6) * hourUs,
        of: 'a',
      },
    ])
  })
})

describe('reversals', () => {
  const [one] = detail.migrations
  const there = {
    ...one,
    volume: 'a',
    fromTier: 'hot',
    toTier: 'warm',
    outcome: 'completed',
  } as const
  const from = { ...there, startedUs: 0, finishedUs: 0 }
  const back = (finishedUs: number) =>
    ({ ...from, fromTier: 'warm', toTier: 'hot', startedUs: finishedUs - 5, finishedUs }) as const

  test('are ways back within 48 hours', () => {
    expect(reversalsOf([from, back(48 * hourUs)])).toMatchObject([
      { volume: 'a', gapUs: 48 * hourUs - 5, wasDownward: true },
    ])
    expect(reversalsOf([from, back(48 * hourUs + 1)])).toEqual([])
  })

  test('are none when the way goes on, was of another volume, or was not completed', () => {
    expect(reversalsOf([from, { ...back(9), fromTier: 'warm', toTier: 'cold' }])).toEqual([])
    expect(reversalsOf([from, { ...back(9), volume: 'b' }])).toEqual([])
    expect(reversalsOf([from, { ...back(9), outcome: 'failed' }])).toEqual([])
    expect(reversalsOf([from, { ...back(9), fromTier: 'mixed' }])).toEqual([])
  })
})

describe('the hours at which a volume is slow', () => {
  /** The frozen run against itself, with a volume slower at some of its instants. */
  function slow(isSlow: (row: number) => boolean): string | null {
    const frozen = usual.details[1]
    const meanLatencyUs = frozen.volumeSeries.meanLatencyUs.slice()
    atUs.forEach((_, row) => {
      if (isSlow(row)) meanLatencyUs[row * volumes.length] += 10_000
    })
    const own = { ...frozen, volumeSeries: { ...frozen.volumeSeries, meanLatencyUs } }
    const input: ReportInput = { ...usual, details: [own, ...usual.details.slice(1)] }
    return slowHours(volumes[0], runsOf(input))
  }

  // An instant tells of the hour before it.
  test.each([
    ['daily 02–04 h', (row: number) => row % 24 === 3 || row % 24 === 4],
    ['daily 23–01 h', (row: number) => row % 24 === 0 || row % 24 === 1],
    ['daily 22–24 h', (row: number) => row % 24 === 23 || row % 24 === 0],
    ['on 2026-01-09, 02–03 h', (row: number) => row === 4 * 24 + 3],
    ['on 2 of 14 days, 02–03 h', (row: number) => row === 4 * 24 + 3 || row === 7 * 24 + 3],
  ])('%s', (words, isSlow) => {
    expect(slow(isSlow)).toBe(words)
  })

  test('are not told when it is slow all day, or never', () => {
    expect(slow(() => true)).toBeNull()
    expect(slow(() => false)).toBeNull()
  })

  test('are not told without a baseline or a volume of that name', () => {
    expect(slowHours(volumes[0], runsOf({ ...usual, baseline: null }))).toBeNull()
    expect(slowHours('nobody', runsOf(usual))).toBeNull()
  })
})

describe('marks for a policy', () => {
  test('come from the highest heat of each volume, rising', () => {
    const peaks = peakHeats(detail)
    expect(peaks.length).toBe(volumes.length)
    for (let at = 1; at < peaks.length; at++)
      expect(peaks[at]).toBeGreaterThanOrEqual(peaks[at - 1])
    expect(peaks[peaks.length - 1]).toBe(
      detail.volumeSeries.heatIops.reduce((most, heat) => (heat > most ? heat : most), 0),
    )
  })

  test('have two digits and are never above the figure', () => {
    expect([roundMark(424), roundMark(99), roundMark(12_345), roundMark(0.2)]).toEqual([
      420, 99, 12_000, 1,
    ])
  })

  test('a quantile lies among the values, and rises with its share', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, part) => {
          const rising = values.sort((a, b) => a - b)
          const found = quantile(rising, part) ?? -1
          const below = rising.filter(value => value <= found * (1 + 1e-12)).length
          expect(below).toBeGreaterThanOrEqual(Math.floor(part * (rising.length - 1)) + 1)
          const above = rising[Math.ceil(part * (rising.length - 1))]
          expect(found).toBeLessThanOrEqual(above * (1 + 1e-12))
          // Between two values mathjs rounds, so that equal ones differ in their last digit.
          const lower = quantile(rising, part / 2) ?? 0
          expect(found * (1 + 1e-12)).toBeGreaterThanOrEqual(lower)
        },
      ),
    )
    expect(quantile([], 0.5)).toBeNull()
    expect(quantile([5, 7, 20], 0.75)).toBe(13.5)
  })
})

describe('reasons in words', () => {
  const decision: DecisionRow = {
    ...firstDecision,
    verdict: 'blocked',
    from: 'cold',
    to: 'hot',
    reason: 'tier-full',
    numbers: { sizeBytes: 1024 ** 4, roomBytes: 12 * 1024 ** 3, missingBytes: 1012 * 1024 ** 3 },
    names: ['hot-1'],
  }

  test('carry figures with their units', () => {
    expect(says(decision)).toContain('No hot pool has room for 1 TiB')
    expect(remedy(decision)).toContain('1,012 GiB')
    const cooldown: DecisionRow = {
      ...decision,
      reason: 'cooldown',
      numbers: { sinceS: 9, cooldownS: 86_400, remainingS: 86_391 },
    }
    expect(says(cooldown)).toBe('It moved 9 s ago; the cooldown of 24 h is not over.')
    expect(remedy(cooldown)).toBe('A shorter cooldownPeriod, or 24 h more.')
  })

  test('have no braces left, whatever the decision', () => {
    fc.assert(
      fc.property(anyInput, input => {
        for (const row of input.details.flatMap(one => one.decisions)) {
          const bare: DecisionRow = { ...row, names: ['pool'], numbers: {} }
          expect(says(bare)).not.toMatch(/[{}]|undefined/)
          expect(remedy(bare)).not.toMatch(/[{}]|undefined/)
        }
      }),
    )
  })
})
