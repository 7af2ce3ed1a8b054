/** A scenario after parsing: every unit resolved, every count expanded, every default said. */
import type { Labels, NodeId, PoolId, Tier } from '../../src/core/model.js'
import type { ErasureCodingPolicyObject, PolicyObject } from '../../src/core/resources.js'
import type { Assumption } from '../../src/core/result.js'
import type { OperatorSettings } from '../../src/core/settings.js'
import type { EngineName } from '../../src/ec/codec.js'
import type { FleetShare } from '../../traces/fleet.js'

export interface ScenarioPool {
  readonly id: PoolId
  readonly node: NodeId
  /** Name of a device preset (sim/devices/presets.ts). */
  readonly device: string
  readonly capacityBytes: number
  readonly labels: Labels
  /** Overrides of the preset's figures, by the preset's own key. */
  readonly deviceOverrides: Readonly<Record<string, number>>
  /** Limits for placement; null: the preset's figures. */
  readonly iopsLimit: number | null
  readonly bandwidthLimitBytesPerSecond: number | null
}

export interface ScenarioVolume {
  /** `db-0`, `db-1`, … for a group `db` with a count. */
  readonly name: string
  readonly group: string
  readonly sizeBytes: number
  readonly replicas: number
  readonly thin: boolean
  /** Tier or label selector value where the replicas stand at the start. */
  readonly place: Tier
  readonly labels: Labels
  readonly storageClass: string
  readonly pin: Tier | null
  readonly hold: boolean
  readonly snapshots: number
  readonly affinityGroup: string | null
  readonly poolInclusion: Labels
  readonly publishedAtStart: boolean
}

/** How the trace's volumes become the scenario's. */
export interface Spread {
  /** Group of volumes. */
  readonly over: string
  /**
   * `volume`: the trace's volumes in order, one to one or round robin; `block-range`: by byte
   * offset.
   */
  readonly by: 'volume' | 'block-range'
}

export type Workload =
  | {
      readonly kind: 'trace'
      readonly file: string
      readonly format: string | null
      /** As --columns takes them; null: the format tells. */
      readonly columns: string | null
      readonly event: 'D' | 'Q' | 'C'
      readonly unit: string | null
      /** Null: the name of the metric tells. */
      readonly rates: boolean | null
      readonly spread: Spread
      readonly rate: number
    }
  | {
      readonly kind: 'synthetic'
      readonly over: string
      readonly intervalUs: number
      readonly shares: readonly FleetShare[]
      readonly rate: number
    }

/** So many in so many. */
export interface Chance {
  readonly numerator: number
  readonly denominator: number
}

export type Fault = { readonly atUs: number; readonly forUs: number } & (
  | { readonly kind: 'prometheus'; readonly how: 'down' | 'slow' | 'partial' }
  | { readonly kind: 'exporter'; readonly node: NodeId; readonly how: 'gap' | 'reset' | 'zero' }
  | { readonly kind: 'node'; readonly node: NodeId; readonly how: 'offline' | 'draining' }
  /** A lost one comes back empty: what stood on it is gone. */
  | { readonly kind: 'pool'; readonly pool: PoolId; readonly how: 'offline' | 'faulted' | 'lost' }
  /** Of the stripes with a shard on the pool, `numerator` in `denominator` lose it, or it flips. */
  | ({ readonly kind: 'shards'; readonly pool: PoolId; readonly how: 'lost' | 'flipped' } & Chance)
  /** Rebuilds that start in the time fail after half of their bytes. */
  | { readonly kind: 'rebuild'; readonly how: 'fails' }
  /**
   * Of the answers of one source, `numerator` in `denominator` are lost (the command took effect)
   * or slow.
   */
  | ({
      readonly kind: 'answers'
      readonly from: 'mayastor' | 'kubernetes'
      readonly how: 'lost' | 'slow'
    } & Chance)
  /** The operator is killed at this instant and a new one starts `forUs` later. */
  | { readonly kind: 'operator'; readonly how: 'crash' }
)

/** How coded volumes are modelled; what they are coded with stands in the policies. */
export interface CodingSettings {
  /** Stripes that are really encoded; the others are charged the same virtual cost. */
  readonly sample: Chance
  /** Null: the best that is here for the code. */
  readonly engine: EngineName | null
  readonly threads: number
  /** Null: those of a GiB of user data. */
  readonly stripesPerGroup: number | null
  /** Null: as fast as the pools allow. */
  readonly repairBytesPerSecond: number | null
  readonly journalTier: Tier
}

export interface Prices {
  readonly asOf: string
  readonly currency: string
  readonly model: 'rented' | 'owned'
  /** Rented: money per GiB and month (30 days), by tier. */
  readonly perGiBMonth: Readonly<Record<Tier, number>>
  /** Owned: purchase money per GiB, lifetime in years, watts per TiB, money per kWh. */
  readonly owned: {
    readonly perGiB: Readonly<Record<Tier, number>>
    readonly lifetimeYears: number
    readonly wattsPerTiB: Readonly<Record<Tier, number>>
    readonly perKwh: number
  } | null
  readonly perMillionRequests: Readonly<Record<Tier, number>>
  readonly movedPerGiB: number
}

export interface Scenario {
  readonly name: string
  /** Words for the reader, for instance that the data is synthetic. */
  readonly description: string
  readonly seed: number
  readonly startUs: number
  /** Length of the run; null: until the trace ends. */
  readonly untilUs: number | null
  readonly mayastor: '2.7' | '2.8' | '2.9' | '2.10'
  readonly pools: readonly ScenarioPool[]
  readonly volumes: readonly ScenarioVolume[]
  readonly policies: readonly PolicyObject[]
  /** The manifests that StoragePolicies name with ecPolicyRef. */
  readonly codingPolicies: readonly ErasureCodingPolicyObject[]
  readonly coding: CodingSettings
  readonly workload: readonly Workload[]
  /** Flags of the operator live: the same keys under `loop:` in a scenario. */
  readonly loop: OperatorSettings
  readonly prices: Prices | null
  /** p99 latency that each tier should keep, microseconds. */
  readonly slo: Readonly<Partial<Record<Tier, number>>>
  readonly faults: readonly Fault[]
  /** Names of volumes that get a latency histogram of their own whatever their rank. */
  readonly watch: readonly string[]
  readonly assumptions: readonly Assumption[]
}
