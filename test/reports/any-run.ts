/**
 * Any run that the types allow, hostile names included: what the report must take without a crash.
 */
import fc from 'fast-check'
import type { ReportInput } from '../../reports/run.js'
import type { CodingResult, DurabilityRow, FormSeriesRow } from '../../src/core/coding-result.js'
import { policyName, tiers, volumeId } from '../../src/core/model.js'
import { type ReasonCode, reasons } from '../../src/core/reasons.js'
import type {
  Cost,
  DecisionRow,
  LatencySummary,
  MigrationRow,
  RunDetail,
  RunResult,
  TierSeriesRow,
  VolumeSummary,
} from '../../src/core/result.js'
import { documentOf, policyOf, runResult } from './fixture.js'

export const hostileNames = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "x' onmouseover='alert(1)",
  '</title></style><b>',
  '&lt;&amp;<!--',
  ']]>-->{y}`z`$&',
  '\u001b[31mred\u001b[0m\u0007',
  'line\nbreak\r\ttab',
  'right\u202eleft\u2066mark',
  'half\ud800pair',
  '',
  '   ',
  'a'.repeat(300),
] as const

const name = fc.oneof(fc.constantFrom(...hostileNames), fc.stringMatching(/^[a-m]{1,6}-\d$/))
const startUs = 1_767_571_200_000_000
const amount = fc.oneof(
  fc.constantFrom(0, 1, 999.5, 1e15),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
)
const maybe = fc.option(amount)
const tier = fc.constantFrom(...tiers)
const volumeTier = fc.constantFrom(...tiers, 'mixed' as const, 'outside' as const)
const reason = fc.constantFrom(...(Object.keys(reasons) as ReasonCode[]))
const atUs = fc.integer({ min: 0, max: 20 }).map(hours => startUs + hours * 3_600_000_000)
const numbers = fc.dictionary(
  fc.constantFrom('highIops', 'lowIops', 'sizeBytes', 'missingBytes', 'remainingS', 'limit'),
  amount,
)

const summary: fc.Arbitrary<LatencySummary> = fc.record({
  count: fc.nat(),
  mean: maybe,
  p50: maybe,
  p90: maybe,
  p99: maybe,
  p999: maybe,
  max: maybe,
})

const decision: fc.Arbitrary<DecisionRow> = fc.record({
  atUs,
  volume: name.map(volumeId),
  policy: fc.constantFrom(policyName('default'), null),
  verdict: fc.constantFrom('stay' as const, 'move' as const, 'blocked' as const),
  from: volumeTier,
  to: fc.option(tier),
  reason,
  heatIops: maybe,
  coverage: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  numbers,
  names: fc.array(name, { maxLength: 2 }),
})

const migration: fc.Arbitrary<MigrationRow> = fc.record({
  name,
  volume: name,
  fromTier: volumeTier,
  toTier: tier,
  fromForm: fc.constantFrom('replicated' as const, 'coded' as const),
  toForm: fc.constantFrom('replicated' as const, 'coded' as const),
  requestedBy: fc.constantFrom('policy', 'person', 'drift'),
  reason,
  heatIops: maybe,
  sizeBytes: fc.nat(),
  startedUs: atUs,
  finishedUs: fc.option(atUs),
  outcome: fc.constantFrom('completed', 'failed', 'rolled-back', null),
  why: fc.option(reason),
  message: name,
})

const tierRow: fc.Arbitrary<TierSeriesRow> = fc.record({
  atUs,
  tier,
  volumes: fc.nat(100),
  capacityBytes: fc.nat(),
  usedBytes: fc.nat(),
  iops: amount,
  meanLatencyUs: maybe,
})

const formRow: fc.Arbitrary<FormSeriesRow> = fc.record({
  atUs,
  replicaBytes: fc.nat(),
  codedBytes: fc.nat(),
  journalBytes: fc.nat(),
  savedBytes: fc.integer(),
})

const volume = (own: string): fc.Arbitrary<VolumeSummary> =>
  fc.record({
    volume: fc.constant(own),
    sizeBytes: fc.nat(),
    finalTier: volumeTier,
    requests: fc.nat(),
    readBytes: fc.nat(),
    writeBytes: fc.nat(),
    latencySumUs: amount,
    latencyMaxUs: amount,
    p99Us: maybe,
    migrations: fc.nat(9),
    reversals: fc.nat(9),
    heldBackByCooldownUs: fc.nat(),
  })

const anyDetail: fc.Arbitrary<RunDetail> = fc
  .tuple(fc.uniqueArray(name, { maxLength: 4 }), fc.nat(5))
  .chain(([volumes, instants]) => {
    const cells = volumes.length * instants
    const cell = fc.oneof(fc.constantFrom(Number.NaN, 0, 1e9), fc.float({ min: 0, max: 9000 }))
    const column = fc.array(cell, { minLength: cells, maxLength: cells })
    const place = fc.array(fc.nat(4), { minLength: cells, maxLength: cells })
    return fc.record({
      name,
      policies: fc.constantFrom([], [policyOf()], [policyOf({ warmWatermarkIops: 0 })]),
      decisions: fc
        .array(decision, { maxLength: 12 })
        .map(rows => rows.sort((a, b) => a.atUs - b.atUs)),
      migrations: fc.array(migration, { maxLength: 6 }),
      formSeries: fc.array(formRow, { maxLength: 6 }),
      tierSeries: fc.array(tierRow, { maxLength: 6 }),
      volumeSeries: fc.record({
        volumes: fc.constant(volumes),
        atUs: fc.constant(Array.from({ length: instants }, (_, at) => startUs + at * 3.6e9)),
        heatIops: column.map(values => new Float32Array(values)),
        tier: place.map(values => new Uint8Array(values)),
        meanLatencyUs: column.map(values => new Float32Array(values)),
      }),
      volumes: fc.tuple(...volumes.map(volume)),
    })
  })

const anyCost: fc.Arbitrary<Cost> = fc.record({
  currency: fc.constantFrom('USD', 'EUR', 'CHF'),
  model: fc.constantFrom('rented' as const, 'owned' as const),
  asOf: fc.constant('2026-01-01'),
  storage: amount,
  access: amount,
  migration: amount,
  total: amount,
  perMonth: amount,
})

const byTier = fc.record({ hot: fc.integer(), warm: fc.integer(), cold: fc.integer() })

const size = fc.constantFrom(0, 1, 4096, 1.5e14)

const anyCoding: fc.Arbitrary<CodingResult> = fc.record({
  encodedBytes: size,
  stripes: fc.nat(),
  degradedReads: fc.nat(),
  repairedShards: fc.nat(),
  repairedBytes: size,
  volumes: fc.nat(99),
  userBytes: size,
  codedBytes: size,
  replicaBytes: size,
  overhead: fc.option(fc.record({ coded: amount, replicas: amount })),
  journalBytes: size,
  conversions: fc.record({ completed: fc.nat(9), back: fc.nat(9), undone: fc.nat(9) }),
  degradedStripeSeconds: amount,
  endangeredStripes: fc.nat(),
  endangeredStripeSeconds: amount,
  lostStripes: fc.nat(9),
  proved: fc.option(fc.record({ stripes: fc.nat(), bytes: size, rebuiltShards: fc.nat(9) })),
  savings: fc.record({
    byteSeconds: fc.constantFrom(-1e18, 0, 3e21),
    freedBytes: byTier,
    money: fc.option(fc.record({ total: fc.integer(), perMonth: fc.integer() })),
  }),
})

const anyDurability: fc.Arbitrary<DurabilityRow> = fc.record({
  code: fc.constantFrom('rs-4-2', 'lrc-12-2-2', 'replicas-3'),
  volumes: fc.nat(99),
  lossProbabilityPerYear: fc.constantFrom(0, 1.23e-12, 1),
  lostBytesPerByteYear: fc.constantFrom(0, 1.23e-12, 1),
  repairBytesPerSecond: amount,
  repairRateFrom: fc.constantFrom('repairs' as const, 'devices' as const),
})

const figures = fc.record({
  erasureCoding: fc.option(anyCoding),
  rebuilds: fc.record({ replicas: fc.nat(9), bytes: size }),
  durability: fc.array(anyDurability, { maxLength: 3 }),
  name,
  grain: fc.constantFrom('requests' as const, 'series' as const),
  latencyUs: fc.record({ all: summary, hot: summary, warm: summary, cold: summary }),
  pools: fc.constant([]),
  servedRequests: fc.nat(),
  lostRequests: fc.nat(9),
  overloadedMinutes: fc.nat(99),
  slower: fc.array(
    fc.record({
      volume: name,
      p99Us: maybe,
      baselineP99Us: maybe,
      meanUs: maybe,
      baselineMeanUs: maybe,
    }),
    { maxLength: 3 },
  ),
  slowerVolumes: fc.option(fc.nat(99)),
  cost: fc.option(anyCost),
  capacityFreedBytes: byTier,
  sloViolationMinutes: fc.option(fc.nat(99)),
  laws: fc.record({
    checked: fc.nat(9),
    violations: fc.array(fc.record({ law: fc.nat(16), atUs, text: name }), { maxLength: 2 }),
  }),
  recordedLatencyUs: fc.option(summary),
  conditions: fc.array(fc.record({ condition: name, text: name }), { maxLength: 2 }),
})

const anyResult: fc.Arbitrary<RunResult> = figures.map(own => ({ ...runResult, ...own }))

export const anyInput: fc.Arbitrary<ReportInput> = fc.integer({ min: 1, max: 3 }).chain(runs =>
  fc
    .record({
      results: fc.array(anyResult, { minLength: runs, maxLength: runs }),
      details: fc.array(anyDetail, { minLength: runs, maxLength: runs }),
      scenario: name,
      description: name,
      baseline: fc.option(fc.nat(runs - 1)),
    })
    .map(({ results, details, scenario, description, baseline }) => ({
      document: { ...documentOf(results), scenario },
      details,
      description,
      baseline: baseline === 0 ? null : baseline,
      poolGroups: [{ path: 'cluster.pools.0', tier: 'cold', pools: 2, capacityBytes: 4096 }],
    })),
)
