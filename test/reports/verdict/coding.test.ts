/** What the verdict says of coding, and codes beside copies. */
import { describe, expect, test } from 'vitest'
import { codesTable } from '../../../reports/codes-table.js'
import { reportPage } from '../../../reports/page.js'
import { likeliest, repairTraffic, runsTable } from '../../../reports/runs-table.js'
import { verdict } from '../../../reports/verdict.js'
import type { CodingResult, DurabilityRow } from '../../../src/core/coding-result.js'
import { changed, markOf, said, usual } from '../changed.js'
import { runResult } from '../fixture.js'

const tib = 1024 ** 4

const coding: CodingResult = {
  encodedBytes: 120 * tib,
  stripes: 120 * 1024 * 1024,
  degradedReads: 1234,
  repairedShards: 2_000_000,
  repairedBytes: 3 * tib,
  volumes: 120,
  userBytes: 120 * tib,
  codedBytes: 180 * tib,
  replicaBytes: 360 * tib,
  overhead: { coded: 1.5, replicas: 3 },
  journalBytes: tib / 1024,
  conversions: { completed: 124, back: 4, undone: 0 },
  degradedStripeSeconds: 7200,
  endangeredStripes: 5000,
  endangeredStripeSeconds: 7200,
  lostStripes: 0,
  proved: null,
  savings: {
    byteSeconds: 180 * tib * 3600,
    freedBytes: { hot: -tib, warm: 0, cold: 181 * tib },
    money: { total: 12_000, perMonth: 1000 },
  },
}

const row = (code: string, lossProbabilityPerYear: number): DurabilityRow => ({
  code,
  volumes: 120,
  lossProbabilityPerYear,
  lostBytesPerByteYear: lossProbabilityPerYear / 120,
  repairBytesPerSecond: 1024 ** 2,
  repairRateFrom: 'repairs',
})

const of = (change: Partial<CodingResult>) => changed({ erasureCoding: { ...coding, ...change } })

describe('the sentence on coding', () => {
  test('names space, repairs, danger and money', () => {
    const input = of({})
    expect(said(input, 'coding')).toBe(
      '120 volumes are coded: 180 TiB raw instead of 360 TiB. 4 went back to replicas. ' +
        '1,234 degraded reads; 2M shards made again, 3 TiB of traffic. ' +
        'Stripes were one loss from danger 5k times, 2 stripe-hours in all. ' +
        'It saves $1,000 a month.',
    )
    expect(markOf(input, 'coding')).toBe('good')
  })

  test('is not there where no policy names a code', () => {
    expect(verdict(usual).map(one => one.topic)).not.toContain('coding')
  })

  test('says that nothing qualified', () => {
    const none = { completed: 0, back: 0, undone: 0 }
    const input = of({ volumes: 0, conversions: none })
    expect(said(input, 'coding')).toMatch(/^No volume qualified/)
    expect(markOf(input, 'coding')).toBe('plain')
  })

  test.each([
    {
      what: 'undone conversions',
      change: { conversions: { ...coding.conversions, undone: 3 } },
      words: '4 went back to replicas; 3 conversions were undone.',
    },
    { what: 'no repair', change: { repairedShards: 0 }, words: 'no shard had to be made again.' },
    {
      what: 'no danger',
      change: { endangeredStripes: 0 },
      words: 'No stripe was one loss from danger.',
    },
    { what: 'a loss', change: { lostStripes: 2 }, words: ' 2 stripes are beyond repair.' },
    {
      what: 'bytes without prices',
      change: { savings: { ...coding.savings, money: null } },
      words: 'It frees 180 TiB.',
    },
    {
      what: 'bytes that are owned',
      change: { savings: { ...coding.savings, money: { total: 0, perMonth: 0 } } },
      words: 'It frees 180 TiB.',
    },
    {
      what: 'what costs more',
      change: { savings: { ...coding.savings, money: { total: -9, perMonth: -5 } } },
      words: 'It costs $5.00 a month.',
    },
  ])('tells of $what', ({ change, words }) => {
    expect(said(of(change), 'coding')).toContain(words)
  })

  test('is bad news when a stripe is lost, and none when nothing is saved', () => {
    expect(markOf(of({ lostStripes: 1 }), 'coding')).toBe('bad')
    const money = { total: -9, perMonth: -5 }
    expect(markOf(of({ savings: { ...coding.savings, money } }), 'coding')).toBe('plain')
  })
})

describe('codes beside copies', () => {
  const durability = [row('rs-4-2', 9.14e-9), row('replicas-3', 1e-9)]
  const input = changed({ erasureCoding: coding, durability })

  test('a run’s code has what happened, its copies what they would have been', () => {
    const { rows } = codesTable(input)
    expect(rows).toEqual([
      ['policy', 'rs-4-2', '1.50', '$1,000', '3 TiB', '2 h', '9.1e-9', '7.6e-11', '1 MiB/s'],
      ['policy', 'replicas-3', '3.00', '–', '–', '–', '1e-9', '8.3e-12', '1 MiB/s'],
    ])
  })

  test('a rate that was not measured says so', () => {
    const devices = { ...row('rs-4-2', 1e-9), repairRateFrom: 'devices' as const }
    const { rows } = codesTable(changed({ erasureCoding: coding, durability: [devices] }))
    expect(rows[0].at(-1)).toBe('1 MiB/s (devices)')
  })

  test('are shown only where a run names a code', () => {
    expect(codesTable(changed({ durability })).rows).toEqual([])
    expect(reportPage(usual)).not.toContain('id="coding"')
    expect(reportPage(input)).toContain('id="coding"')
    const titles = (of: typeof input) => runsTable(of).columns.map(column => column.title)
    expect(titles(usual)).not.toContain('Loss a year')
    expect(titles(input)).toEqual(expect.arrayContaining(['Repaired', 'Loss a year']))
  })

  test('a run answers for its code where it codes, else for its copies', () => {
    expect(likeliest({ ...runResult, erasureCoding: coding, durability })).toBe('9.1e-9')
    expect(likeliest({ ...runResult, durability })).toBe('9.1e-9')
    expect(likeliest({ ...runResult, durability: [durability[1]] })).toBe('1e-9')
    expect(likeliest(runResult)).toBe('–')
  })

  test('repair traffic is that of shards and of replicas', () => {
    const rebuilds = { replicas: 2, bytes: 7 }
    expect(repairTraffic({ ...runResult, rebuilds })).toBe(7)
    expect(repairTraffic({ ...runResult, rebuilds, erasureCoding: coding })).toBe(3 * tib + 7)
  })
})
