/** A run beside its baseline: who got slower, in which order, and which bytes came free. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Compared, compareRuns } from '../../../sim/results/compare.js'
import type { CodingResult } from '../../../src/core/coding-result.js'
import type { RunDetail, RunResult, VolumeSummary } from '../../../src/core/result.js'

interface Told {
  readonly p99Us: number | null
  readonly meanUs: number
  readonly requests: number
}

const told = fc.record({
  p99Us: fc.option(fc.integer({ min: 50, max: 3000 }), { nil: null }),
  meanUs: fc.integer({ min: 50, max: 3000 }),
  requests: fc.integer({ min: 0, max: 5 }),
})
const pairs = fc.array(fc.tuple(told, told), { maxLength: 40 })

const summary = { count: 0, mean: null, p50: null, p90: null, p99: null, p999: null, max: null }
const none = { hot: 0, warm: 0, cold: 0 }

const result: RunResult = {
  name: 'a',
  policy: 'a',
  grain: 'requests',
  historyHash: '',
  latencyUs: { all: summary, hot: summary, warm: summary, cold: summary },
  pools: [],
  servedRequests: 0,
  lostRequests: 0,
  overloadedMinutes: 0,
  tierVolumeSeconds: none,
  migrations: {
    decided: 0,
    completed: 0,
    failed: 0,
    rolledBack: 0,
    reversedWithin48h: 0,
    movedBytes: 0,
  },
  blocked: {},
  slower: [],
  slowerVolumes: null,
  erasureCoding: null,
  rebuilds: { replicas: 0, bytes: 0 },
  durability: [],
  cost: null,
  capacityFreedBytes: none,
  sloViolationMinutes: null,
  lowerBound: null,
  laws: { checked: 0, violations: [] },
  recordedLatencyUs: null,
  conditions: [],
}

function volume(name: string, { p99Us, meanUs, requests }: Told): VolumeSummary {
  return {
    volume: name,
    sizeBytes: 1,
    finalTier: 'hot',
    requests,
    readBytes: 0,
    writeBytes: 0,
    latencySumUs: meanUs * requests,
    latencyMaxUs: 0,
    p99Us,
    migrations: 0,
    reversals: 0,
    heldBackByCooldownUs: 0,
  }
}

function compared(volumes: readonly VolumeSummary[], usedBytes = none): Compared {
  const tierSeries = (['hot', 'warm', 'cold'] as const).flatMap(tier =>
    [0, usedBytes[tier]].map((used, atUs) => ({
      atUs,
      tier,
      volumes: 0,
      capacityBytes: 0,
      usedBytes: used,
      iops: 0,
      meanLatencyUs: null,
    })),
  )
  const detail: RunDetail = {
    name: 'a',
    policies: [],
    decisions: [],
    migrations: [],
    tierSeries,
    formSeries: [],
    volumeSeries: {
      volumes: [],
      atUs: [],
      heatIops: new Float32Array(),
      tier: new Uint8Array(),
      meanLatencyUs: new Float32Array(),
    },
    volumes,
  }
  return { result, detail }
}

/** The figure that the two are set side by side by, and the loss; null where nothing is known. */
function lossOf(now: Told, was: Told): number | null {
  if (now.p99Us !== null && was.p99Us !== null) return lossBetween(now.p99Us, was.p99Us)
  if (now.requests === 0 || was.requests === 0) return null
  return lossBetween(now.meanUs, was.meanUs)
}

function lossBetween(nowUs: number, wasUs: number): number | null {
  return 10 * nowUs >= 11 * wasUs && nowUs - wasUs >= 100 ? nowUs - wasUs : null
}

describe('slower volumes', () => {
  test('are those a tenth and 100 µs slower by p99, or by the mean, the worst first', () => {
    fc.assert(
      fc.property(pairs, drawn => {
        const run = compared(drawn.map(([now], at) => volume(`v${at}`, now)))
        const baseline = compared(drawn.map(([, was], at) => volume(`v${at}`, was)))
        const { slower, slowerVolumes } = compareRuns(run, baseline)
        const wanted = drawn
          .map(([now, was], at) => ({ name: `v${at}`, lossUs: lossOf(now, was) }))
          .filter(one => one.lossUs !== null)
          .sort((a, b) => (b.lossUs ?? 0) - (a.lossUs ?? 0) || (a.name < b.name ? -1 : 1))
        expect(slowerVolumes).toBe(wanted.length)
        expect(slower.map(one => one.volume)).toEqual(wanted.slice(0, 20).map(one => one.name))
      }),
    )
  })

  test('no run is slower than itself', () => {
    fc.assert(
      fc.property(pairs, drawn => {
        const run = compared(drawn.map(([now], at) => volume(`v${at}`, now)))
        expect(compareRuns(run, run)).toMatchObject({ slower: [], slowerVolumes: 0 })
      }),
    )
  })

  test.each([
    { wasUs: 1000, nowUs: 1100, is: true },
    { wasUs: 1000, nowUs: 1099, is: false },
    { wasUs: 100, nowUs: 200, is: true },
    { wasUs: 100, nowUs: 199, is: false },
  ])('from $wasUs to $nowUs µs: $is', ({ wasUs, nowUs, is }) => {
    const of = (p99Us: number): Compared =>
      compared([volume('v', { p99Us, meanUs: 1, requests: 1 })])
    expect(compareRuns(of(nowUs), of(wasUs)).slowerVolumes).toBe(is ? 1 : 0)
  })

  test('a volume that the baseline does not have is not compared', () => {
    const run = compared([volume('new', { p99Us: 9000, meanUs: 1, requests: 1 })])
    expect(compareRuns(run, compared([]))).toMatchObject({ slower: [], slowerVolumes: 0 })
  })
})

test('capacity that came free is the difference at the end, and may be negative', () => {
  const run = compared([], { hot: 10, warm: 0, cold: 70 })
  const baseline = compared([], { hot: 50, warm: 20, cold: 0 })
  const freed = compareRuns(run, baseline).capacityFreedBytes
  expect(freed).toEqual({ hot: 40, warm: 20, cold: -70 })
})

test('what coding frees is none of it', () => {
  const freedBytes = { hot: -3, warm: 0, cold: 30 }
  const coding = { savings: { byteSeconds: 0, freedBytes, money: null } }
  const plain = compared([], { hot: 10, warm: 0, cold: 60 })
  const used = { hot: 13, warm: 0, cold: 30 }
  const run = { ...compared([], used), result: codedResult(coding) }
  const none = { hot: 0, warm: 0, cold: 0 }
  expect(compareRuns(run, plain).capacityFreedBytes).toEqual(none)
  expect(compareRuns(plain, run).capacityFreedBytes).toEqual(none)
})

function codedResult(change: Pick<CodingResult, 'savings'>): RunResult {
  const conversions = { completed: 0, back: 0, undone: 0 }
  const erasureCoding: CodingResult = {
    encodedBytes: 0,
    stripes: 0,
    degradedReads: 0,
    repairedShards: 0,
    repairedBytes: 0,
    volumes: 1,
    userBytes: 0,
    codedBytes: 0,
    replicaBytes: 0,
    overhead: null,
    journalBytes: 0,
    conversions,
    degradedStripeSeconds: 0,
    endangeredStripes: 0,
    endangeredStripeSeconds: 0,
    lostStripes: 0,
    proved: null,
    ...change,
  }
  return { ...result, erasureCoding }
}
