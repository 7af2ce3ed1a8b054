/**
 * The answer of a simulation as data: the document that scripts read (couchestor.simulation/v1)
 * and the rows behind it. Types only; a missing figure is null, never zero.
 */
import type { CodingResult, DurabilityRow, FormSeriesRow, RebuildResult } from './coding-result.js'
import type { Decision } from './decision.js'
import type { Tier, VolumeTier } from './model.js'
import type { PolicyObject } from './resources.js'

export interface LatencySummary {
  readonly count: number
  readonly mean: number | null
  readonly p50: number | null
  readonly p90: number | null
  readonly p99: number | null
  readonly p999: number | null
  readonly max: number | null
}

export interface Assumption {
  readonly name: string
  readonly value: string | number
  readonly source: string
}

export interface LawViolation {
  readonly law: number
  readonly atUs: number
  readonly text: string
}

/** Latencies of one pool, reads and writes apart: a write counts for its slowest replica. */
export interface PoolLatency {
  readonly pool: string
  readonly tier: Tier | null
  readonly reads: LatencySummary
  readonly writes: LatencySummary
}

export type ByTier<Value> = Readonly<Record<Tier, Value>>

/** Money is a decimal rounded to six places from exact sums. */
export interface Cost {
  readonly currency: string
  /**
   * Rented bytes are paid while they are taken; owned ones are paid already: moving saves no cash.
   */
  readonly model: 'rented' | 'owned'
  readonly asOf: string
  readonly storage: number
  readonly access: number
  readonly migration: number
  readonly total: number
  readonly perMonth: number
}

export interface SlowerVolume {
  readonly volume: string
  readonly p99Us: number | null
  readonly baselineP99Us: number | null
  /** Mean latencies: what there is at the series grain. */
  readonly meanUs: number | null
  readonly baselineMeanUs: number | null
}

export interface RunResult {
  readonly name: string
  readonly policy: string
  readonly grain: 'requests' | 'series'
  readonly historyHash: string
  readonly latencyUs: ByTier<LatencySummary> & { readonly all: LatencySummary }
  /** Pools that answered anything, in the scenario's order. */
  readonly pools: readonly PoolLatency[]
  readonly servedRequests: number
  readonly lostRequests: number
  readonly overloadedMinutes: number
  readonly tierVolumeSeconds: ByTier<number>
  readonly migrations: {
    readonly decided: number
    readonly completed: number
    readonly failed: number
    readonly rolledBack: number
    readonly reversedWithin48h: number
    readonly movedBytes: number
  }
  /** Volumes, not rounds, by reason code. */
  readonly blocked: Readonly<Record<string, number>>
  /** The worst twenty against the first baseline, worst first. */
  readonly slower: readonly SlowerVolume[]
  /** How many volumes got slower in all; null where nothing is compared with. */
  readonly slowerVolumes: number | null
  /** Null where no policy of the run names a code. */
  readonly erasureCoding: CodingResult | null
  readonly rebuilds: RebuildResult
  /** Of each code of the run and the replicas that it replaces; none where no code is known. */
  readonly durability: readonly DurabilityRow[]
  readonly cost: Cost | null
  readonly capacityFreedBytes: ByTier<number>
  readonly sloViolationMinutes: number | null
  readonly lowerBound: { readonly cost: number; readonly ratio: number } | null
  readonly laws: { readonly checked: number; readonly violations: readonly LawViolation[] }
  /** Recorded response times of the trace, where it carries them, beside the model's. */
  readonly recordedLatencyUs: LatencySummary | null
  readonly conditions: readonly { readonly condition: string; readonly text: string }[]
}

export interface TraceTotals {
  readonly requests: number
  readonly reads: number | null
  readonly writes: number | null
  readonly readBytes: number | null
  readonly writeBytes: number | null
  readonly volumes: number
}

export interface SimulationDocument {
  readonly schema: 'couchestor.simulation/v1'
  readonly couchestor: string
  readonly seed: number
  readonly scenario: string
  readonly trace: TraceTotals
  readonly wallSeconds: number
  readonly requestsPerSecond: number
  readonly assumptions: readonly Assumption[]
  readonly runs: readonly RunResult[]
  /**
   * sha256 over the ordered rows of each Parquet file: their bytes may differ, their content not.
   */
  readonly digests: {
    readonly decisions: string
    readonly migrations: string
    readonly series: string
  }
}

/** One change of a volume's decision. */
export interface DecisionRow extends Decision {
  readonly atUs: number
}

/** How a volume is kept. */
export type Form = 'replicated' | 'coded'

/** One finished or unfinished migration. */
export interface MigrationRow {
  readonly name: string
  readonly volume: string
  readonly fromTier: VolumeTier
  readonly toTier: Tier
  readonly fromForm: Form
  readonly toForm: Form
  readonly requestedBy: string
  readonly reason: string
  readonly heatIops: number | null
  readonly sizeBytes: number
  readonly startedUs: number
  /** Null while it ran at the end. */
  readonly finishedUs: number | null
  readonly outcome: string | null
  readonly why: string | null
  readonly message: string
}

/** The state of one tier in one interval of the run. */
export interface TierSeriesRow {
  readonly atUs: number
  readonly tier: Tier
  readonly volumes: number
  readonly capacityBytes: number
  readonly usedBytes: number
  /** Operations a second of the volumes that stand on the tier; copies are nobody's operations. */
  readonly iops: number
  readonly meanLatencyUs: number | null
}

/** Codes of tiers in a volume series. */
export const tierCodes: readonly VolumeTier[] = ['hot', 'warm', 'cold', 'mixed', 'outside']

/**
 * Heat and tier of every volume at instants of the run, as columns: row = instant × volumes +
 * volume.
 */
export interface VolumeSeries {
  readonly volumes: readonly string[]
  readonly atUs: readonly number[]
  /** Operations a second over the policy's window; NaN is unknown. */
  readonly heatIops: Float32Array
  /** Index into `tierCodes`. */
  readonly tier: Uint8Array
  /** Mean latency since the instant before; NaN where nothing was served. */
  readonly meanLatencyUs: Float32Array
}

/** What one volume went through in one run. */
export interface VolumeSummary {
  readonly volume: string
  readonly sizeBytes: number
  readonly finalTier: VolumeTier
  readonly requests: number
  readonly readBytes: number
  readonly writeBytes: number
  readonly latencySumUs: number
  readonly latencyMaxUs: number
  readonly p99Us: number | null
  readonly migrations: number
  readonly reversals: number
  /** Time a volume spent on a slower tier than its heat asked for because of a cooldown. */
  readonly heldBackByCooldownUs: number
}

/**
 * Everything behind one run's result: what the Parquet files, explain and the report are made from.
 */
export interface RunDetail {
  readonly name: string
  /** The policies of this run in the scenario's order: `policies.0` is the first. */
  readonly policies: readonly PolicyObject[]
  readonly decisions: readonly DecisionRow[]
  readonly migrations: readonly MigrationRow[]
  readonly tierSeries: readonly TierSeriesRow[]
  readonly formSeries: readonly FormSeriesRow[]
  readonly volumeSeries: VolumeSeries
  readonly volumes: readonly VolumeSummary[]
}
