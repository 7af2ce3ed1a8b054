import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReportInput } from '../../reports/run.js'
import type { Topic } from '../../reports/statement.js'
import { plain } from '../../reports/text.js'
import { verdict } from '../../reports/verdict.js'
import { volumeId } from '../../src/core/model.js'
import type { DecisionRow, RunDetail, RunResult } from '../../src/core/result.js'
import { anyInput } from './any-run.js'
import { latencySummary, noLatency, reportInput } from './fixture.js'

const usual = reportInput()
const gib = 1_073_741_824
const tib = 1024 * gib

/** The usual run with something else in the first run's result, or in the first baseline's. */
function changed(own: Partial<RunResult>, base: Partial<RunResult> = {}): ReportInput {
  const [judged, frozen, ...others] = usual.document.runs
  const runs = [{ ...judged, ...own }, { ...frozen, ...base }, ...others]
  return { ...usual, document: { ...usual.document, runs } }
}

function withDetail(detail: Partial<RunDetail>, input = usual): ReportInput {
  const [judged, ...others] = input.details
  return { ...input, details: [{ ...judged, ...detail }, ...others] }
}

function said(input: ReportInput, topic: Topic): string | null {
  const statement = verdict(input).find(one => one.topic === topic)
  return statement === undefined ? null : plain(statement.text)
}

function markOf(input: ReportInput, topic: Topic): string | undefined {
  return verdict(input).find(one => one.topic === topic)?.mark
}

const [judged, frozen] = usual.document.runs
const cost = judged.cost ?? fail()

function fail(): never {
  throw new Error('the made-up run has a cost')
}

describe('what it costs', () => {
  test('rented: money a month against volumes left where they are', () => {
    expect(said(usual, 'cost')).toBe(
      'This policy costs $1,313 a month against $2,388 with volumes left where they are (−45 %, moving included).',
    )
    expect(markOf(usual, 'cost')).toBe('good')
  })

  test('dearer than before is bad news', () => {
    const input = changed({ cost: { ...cost, perMonth: 2500 } })
    expect(said(input, 'cost')).toContain('$2,500 a month against $2,388')
    expect(said(input, 'cost')).toContain('(+4.7 %, moving included)')
    expect(markOf(input, 'cost')).toBe('bad')
  })

  test('another baseline is called by its name', () => {
    expect(said(changed({}, { name: 'all-hot' }), 'cost')).toContain('with every volume on the hot')
    expect(said(changed({}, { name: 'b.yaml' }), 'cost')).toContain('in the run b.yaml')
  })

  test('requests lost in number outweigh the money', () => {
    const input = changed({ servedRequests: 800, lostRequests: 200 })
    expect(said(input, 'cost')).toContain('It loses 20 % of all requests.')
    expect(markOf(input, 'cost')).toBe('bad')
    const few = changed({ servedRequests: 1_000_000, lostRequests: 20 })
    expect(said(few, 'cost')).not.toContain('loses')
  })

  test('without prices bytes and operations speak', () => {
    expect(said(changed({ cost: null }, { cost: null }), 'cost')).toMatch(
      /^No prices are given\. The policy frees 9 TiB of hot, takes 2 TiB more on warm and takes 7 TiB more on cold against volumes left where they are: hot pools serve [\d,]+ → [\d,]+ IOPS\.$/,
    )
  })

  test('owned hardware frees capacity and saves no cash', () => {
    const owned = { ...cost, model: 'owned' as const }
    expect(said(changed({ cost: owned }, { cost: owned }), 'cost')).toMatch(
      /^The hardware is bought \(\$1,313 a month, used or not\): moving saves no cash\. The policy frees 9 TiB/,
    )
  })

  test('nothing worth moving is said, and so is nothing that could', () => {
    const still = { ...frozen.migrations }
    const quiet = withDetail({ decisions: [] }, changed({ migrations: still }))
    expect(said(quiet, 'cost')).toBe(
      'Nothing worth moving: every volume stayed on the tier where it stood. It costs $1,313 a month.',
    )
    expect(said(changed({ migrations: still }), 'cost')).toMatch(/^Nothing moved: what wanted to/)
  })

  test('alone there is nothing to compare with', () => {
    const alone: ReportInput = {
      ...usual,
      baseline: null,
      document: { ...usual.document, runs: [judged] },
    }
    expect(said(alone, 'cost')).toBe(
      'This policy costs $1,313 a month. It ran alone: with --against frozen there is something to compare it with.',
    )
    expect(said(alone, 'slower')).toBeNull()
  })
})

test('a broken law comes first', () => {
  const violation = { law: 4, atUs: 0, text: 'db-1 moved within its cooldown' }
  const input = changed({ laws: { checked: 9, violations: [violation, violation, violation] } })
  const [first] = verdict(input)
  expect(first.topic).toBe('laws')
  expect(plain(first.text)).toBe(
    'Law 4 was broken: db-1 moved within its cooldown. And 2 more violations. This is a defect of CoucheStor: do not rely on what follows, and report it.',
  )
})

describe('latency', () => {
  test('p99 before and after, with one unit', () => {
    expect(said(usual, 'latency')).toBe('p99 over all volumes 1.9 → 4.2 ms.')
    expect(markOf(usual, 'latency')).toBe('bad')
  })

  test('a series has means', () => {
    const all = { ...noLatency, count: 9, mean: 1100 }
    const own = { ...judged.latencyUs, all }
    const before = { ...judged.latencyUs, all: { ...all, mean: 950 } }
    const input = changed({ grain: 'series', latencyUs: own }, { latencyUs: before })
    expect(said(input, 'latency')).toBe(
      'Mean latency over all volumes 0.95 → 1.1 ms (a series has no percentiles).',
    )
  })

  test('faster is good, a hair slower is neither', () => {
    const all = (p99Us: number) => ({
      latencyUs: { ...judged.latencyUs, all: latencySummary(p99Us) },
    })
    expect(markOf(changed(all(1000)), 'latency')).toBe('good')
    expect(markOf(changed(all(1950)), 'latency')).toBe('plain')
  })

  test('lost requests and missed objectives are told', () => {
    const input = changed({ lostRequests: 1, sloViolationMinutes: 90 }, { sloViolationMinutes: 0 })
    expect(said(input, 'latency')).toContain('1 request was lost: no healthy replica')
    expect(said(input, 'latency')).toContain('The latency objective was missed for 90 min')
    expect(said(changed({ sloViolationMinutes: 0 }), 'latency')).toContain('was never missed')
  })
})

describe('slower volumes', () => {
  test('are counted, and the worst is named with its figures', () => {
    const worst = {
      volume: 'batch-0',
      p99Us: 14_000,
      baselineP99Us: 900,
      meanUs: null,
      baselineMeanUs: null,
    }
    expect(said(changed({ slower: [worst], slowerVolumes: 7 }), 'slower')).toMatch(
      /^7 volumes got slower; the worst: batch-0, 0\.9 → 14 ms/,
    )
    const mean = { ...worst, p99Us: null, meanUs: 20_000, baselineMeanUs: 100 }
    expect(said(changed({ slower: [mean], slowerVolumes: 1 }), 'slower')).toMatch(
      /^1 volume got slower: batch-0, 100 µs → 20 ms in the mean/,
    )
  })

  test('none is good news', () => {
    const input = changed({ slower: [], slowerVolumes: 0 })
    expect(said(input, 'slower')).toBe('No volume got slower.')
    expect(markOf(input, 'slower')).toBe('good')
  })
})

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
      '3 volumes wanted to move and could not: 2 tier-full and 1 no-node-free. 1 had to wait: 1 cooldown.',
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
      'Heat was known throughout; devices are modelled from data sheets (nvme-gen4 and hdd-7200); no pool was overloaded.',
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
      'The trace recorded 113,872 response times: p50 300 µs recorded, 700 µs modelled; p99 1.8 ms recorded, 4.2 ms modelled.',
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

test('a sweep tells the cheapest and the fastest of its settings', () => {
  const [own, base] = usual.document.runs
  const path = 'policies.0.spec.coolingPeriod'
  const runs = [
    { ...own, name: `${path}=0s` },
    {
      ...own,
      name: `${path}=6h`,
      cost: { ...cost, perMonth: 1200 },
      latencyUs: { ...own.latencyUs, all: latencySummary(9000) },
    },
    base,
  ]
  const [detail, frozenDetail] = usual.details
  const input: ReportInput = {
    ...usual,
    baseline: 2,
    document: { ...usual.document, runs },
    details: [detail, detail, frozenDetail],
  }
  expect(said(input, 'sweep')).toBe(
    'Of 2 settings coolingPeriod=6h is the cheapest ($1,200 a month) and coolingPeriod=0s the fastest (p99 4.2 ms).',
  )
  expect(said(input, 'cost')).toMatch(/^coolingPeriod=0s costs \$1,313 a month/)
  expect(said(usual, 'sweep')).toBeNull()
})

test('of any run every sentence is whole: no broken figure, and a full stop at the end', () => {
  fc.assert(
    fc.property(anyInput, input => {
      for (const { text } of verdict(input)) {
        expect(plain(text)).not.toMatch(/\b(?:NaN|undefined|Infinity|null)\b/)
        expect(plain(text)).toMatch(/[.!?]$/)
      }
    }),
  )
})
