/**
 * A run made up for the report's tests: 60 volumes over 14 days, each with a life of its own,
 * under a small watermark policy. It goes through no simulator: the report has to take any run.
 */
import type { ReportInput } from '../../reports/run.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import type { PolicyObject, StoragePolicySpec } from '../../src/core/resources.js'
import type {
  LatencySummary,
  RunDetail,
  RunResult,
  SimulationDocument,
} from '../../src/core/result.js'
import { detailOf, type FleetOptions } from './fleet.js'

export const usual: FleetOptions = {
  volumes: 60,
  instants: 14 * 24 + 1,
  intervalUs: 3_600_000_000,
  name: volume =>
    `${['db', 'web', 'batch', 'logs', 'home', 'ci'][volume % 6]}-${Math.floor(volume / 6)}`,
}

const gib = 1_073_741_824

export function policyOf(changes: Partial<StoragePolicySpec> = {}): PolicyObject {
  const policy = defaultPolicy('default')
  return { ...policy, spec: { ...policy.spec, ...changes } }
}

export const noLatency: LatencySummary = {
  count: 0,
  mean: null,
  p50: null,
  p90: null,
  p99: null,
  p999: null,
  max: null,
}

export function latencySummary(p99Us: number): LatencySummary {
  return {
    count: 1_000_000,
    mean: p99Us / 4,
    p50: p99Us / 6,
    p90: p99Us / 2,
    p99: p99Us,
    p999: p99Us * 3,
    max: p99Us * 20,
  }
}

export const runResult: RunResult = {
  name: 'policy',
  policy: 'default',
  grain: 'requests',
  historyHash: '0f'.repeat(32),
  latencyUs: {
    all: latencySummary(4200),
    hot: latencySummary(700),
    warm: latencySummary(1300),
    cold: latencySummary(14_000),
  },
  pools: [],
  servedRequests: 4_000_000,
  lostRequests: 0,
  overloadedMinutes: 0,
  tierVolumeSeconds: { hot: 1, warm: 1, cold: 1 },
  migrations: {
    decided: 40,
    completed: 38,
    failed: 1,
    rolledBack: 1,
    reversedWithin48h: 6,
    movedBytes: 12.4 * 1024 * gib,
  },
  blocked: { cooldown: 9, 'tier-full': 3 },
  slower: [],
  slowerVolumes: null,
  erasureCoding: null,
  rebuilds: { replicas: 0, bytes: 0 },
  durability: [],
  cost: {
    currency: 'USD',
    model: 'rented',
    asOf: '2026-01-01',
    storage: 560,
    access: 12.5,
    migration: 40.2,
    total: 612.7,
    perMonth: 1312.93,
  },
  capacityFreedBytes: { hot: 9 * 1024 * gib, warm: -2 * 1024 * gib, cold: -7 * 1024 * gib },
  sloViolationMinutes: null,
  lowerBound: null,
  laws: { checked: 412, violations: [] },
  recordedLatencyUs: null,
  conditions: [],
}

export function documentOf(runs: readonly RunResult[]): SimulationDocument {
  return {
    schema: 'couchestor.simulation/v1',
    couchestor: '0.1.0',
    seed: 42,
    scenario: 'quick-start',
    trace: {
      requests: 4_000_000,
      reads: 1_600_000,
      writes: 2_400_000,
      readBytes: 65_000_000_000,
      writeBytes: 98_000_000_000,
      volumes: 60,
    },
    wallSeconds: 3.2,
    requestsPerSecond: 1_250_000,
    assumptions: [
      { name: 'device', value: 'nvme-gen4', source: 'WD SN655 data sheet' },
      { name: 'device', value: 'hdd-7200', source: 'Seagate Exos X18 data sheet' },
      { name: 'replicas', value: 2, source: 'the scenario' },
    ],
    runs,
    digests: { decisions: 'd', migrations: 'm', series: 's' },
  }
}

/** Policy, frozen and all-hot, with details that belong together. */
export function reportInput(options: FleetOptions = usual): ReportInput {
  const judged = detailOf('policy', options, policyOf())
  const frozen = detailOf('frozen', options, null)
  const allHot = detailOf('all-hot', options, null, 0)
  const { cost } = runResult
  const still = { ...runResult.migrations, decided: 0, completed: 0, failed: 0 }
  const unmoved = { ...still, rolledBack: 0, reversedWithin48h: 0, movedBytes: 0 }
  const runs: readonly RunResult[] = [
    { ...runResult, slower: slowerOf(judged, frozen), slowerVolumes: 36 },
    {
      ...runResult,
      name: 'frozen',
      policy: 'frozen',
      migrations: unmoved,
      blocked: {},
      latencyUs: { ...runResult.latencyUs, all: latencySummary(1900) },
      capacityFreedBytes: { hot: 0, warm: 0, cold: 0 },
      cost: cost && { ...cost, migration: 0, storage: 1102, total: 1114.5, perMonth: 2388.2 },
    },
    {
      ...runResult,
      name: 'all-hot',
      policy: 'all-hot',
      migrations: unmoved,
      blocked: {},
      latencyUs: {
        all: latencySummary(800),
        hot: latencySummary(800),
        warm: noLatency,
        cold: noLatency,
      },
      cost: cost && { ...cost, migration: 0, storage: 1700, total: 1712.5, perMonth: 3669.6 },
    },
  ]
  return {
    document: documentOf(runs),
    details: [judged, frozen, allHot],
    description: 'A synthetic fleet of 60 volumes over 14 days.',
    baseline: 1,
    poolGroups: [
      { path: 'cluster.pools.0', tier: 'hot', pools: 3, capacityBytes: 4096 * gib },
      { path: 'cluster.pools.1', tier: 'warm', pools: 3, capacityBytes: 8192 * gib },
      { path: 'cluster.pools.2', tier: 'cold', pools: 6, capacityBytes: 20_480 * gib },
    ],
  }
}

function slowerOf(after: RunDetail, before: RunDetail): RunResult['slower'] {
  const rows = after.volumes.map((volume, index) => {
    const base = before.volumes[index]
    return {
      volume: volume.volume,
      p99Us: volume.p99Us,
      baselineP99Us: base.p99Us,
      meanUs: volume.latencySumUs / volume.requests,
      baselineMeanUs: base.latencySumUs / base.requests,
    }
  })
  const slower = rows.filter(row => (row.p99Us ?? 0) > (row.baselineP99Us ?? 0) * 1.1)
  slower.sort(
    (a, b) => (b.p99Us ?? 0) / (b.baselineP99Us ?? 1) - (a.p99Us ?? 0) / (a.baselineP99Us ?? 1),
  )
  return slower.slice(0, 20)
}
