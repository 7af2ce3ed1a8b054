/** Small clusters for tests: a few nodes, pools and volumes whose heat is a table of steps. */

import type { PortLatency } from '../../sim/latency.js'
import { lawFactsOf } from '../../sim/law-facts.js'
import { Operators } from '../../sim/operators.js'
import { placeVolumes } from '../../sim/placement.js'
import { poolTiers } from '../../sim/pool-tiers.js'
import type {
  Chance,
  Fault,
  Scenario,
  ScenarioPool,
  ScenarioVolume,
} from '../../sim/scenario/model.js'
import { usualCoding } from '../../sim/scenario/usual-coding.js'
import { World } from '../../sim/world.js'
import type { Decision } from '../../src/core/decision.js'
import { type LawWatch, laws, watchLaws } from '../../src/core/laws.js'
import { nodeId, poolId, type Tier, volumeId } from '../../src/core/model.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import type {
  ErasureCodingPolicyObject,
  PolicyObject,
  StoragePolicySpec,
} from '../../src/core/resources.js'
import { defaultSettings, type OperatorSettings } from '../../src/core/settings.js'
import type { SeriesBatch, SeriesSource } from '../../traces/batch.js'
import { Person } from './person.js'

export const second = 1_000_000
export const minute = 60 * second
export const hour = 60 * minute
export const gibibyte = 1_073_741_824

export interface SmallPool {
  readonly tier: Tier
  readonly node: number
  readonly capacityGiB?: number
}

export interface SmallVolume {
  readonly place: Tier
  readonly replicas: number
  readonly sizeGiB?: number
  /** Operations a second from a minute on; the first begins at 0. */
  readonly heat: readonly { readonly fromMinute: number; readonly iops: number }[]
  readonly change?: Partial<ScenarioVolume>
}

export interface SmallScenario {
  readonly pools: readonly SmallPool[]
  readonly volumes: readonly SmallVolume[]
  readonly lengthMinutes: number
  readonly mayastor?: Scenario['mayastor']
  readonly policy?: Partial<StoragePolicySpec>
  /** Stripes that are really encoded; else none. */
  readonly sample?: Chance
  /** Codes cold volumes. */
  readonly coding?: ErasureCodingPolicyObject
  readonly loop?: Partial<OperatorSettings>
  readonly faults?: readonly Fault[]
  readonly seed?: number
  readonly latency?: PortLatency
}

export interface SmallWorld {
  readonly world: World
  readonly operators: Operators
  readonly person: Person
  readonly watch: LawWatch
  readonly policy: PolicyObject
  readonly scenario: Scenario
  /** Runs on to a minute of virtual time. */
  run(toMinute: number): Promise<void>
  /** Does something at a minute of virtual time. */
  at(minuteOfRun: number, action: () => void): void
}

const intervalUs = minute

/** Marks 100, 50 and 10; a window of five minutes; a cooldown of twenty. */
export function smallPolicy(change: Partial<StoragePolicySpec> = {}): PolicyObject {
  const policy = defaultPolicy('tiers')
  return {
    ...policy,
    spec: {
      ...policy.spec,
      highWatermarkIops: 100,
      warmWatermarkIops: 50,
      lowWatermarkIops: 10,
      samplingWindowUs: 5 * minute,
      cooldownPeriodUs: 20 * minute,
      migrationTimeoutUs: 10 * minute,
      ...change,
    },
  }
}

function codedBy(policy: PolicyObject, coding?: ErasureCodingPolicyObject): PolicyObject {
  if (coding === undefined) return policy
  return { ...policy, spec: { ...policy.spec, ecPolicyRef: coding.name }, coding }
}

export function smallWorld(small: SmallScenario): SmallWorld {
  const policy = codedBy(smallPolicy(small.policy), small.coding)
  const scenario = scenarioOf(small)
  const policies = [policy]
  const placement = placeVolumes(
    scenario.volumes,
    scenario.pools,
    poolTiers(scenario.pools, policies),
  )
  if (placement.kind === 'impossible') throw new Error(`no place for ${placement.volume.name}`)
  const watch = watchLaws(lawFactsOf(scenario, policies))
  const world = new World({
    scenario,
    policies,
    placement: placement.pools,
    source: heatSource(small),
    watched: [],
    watch: watch.hear,
    ...(small.latency === undefined ? {} : { latency: small.latency }),
  })
  const operators = new Operators(world, scenario.loop)
  return {
    world,
    operators,
    person: new Person(world),
    watch,
    policy,
    scenario,
    async run(toMinute) {
      await world.engine.run(toMinute * minute)
      if (operators.defect !== null) throw operators.defect
    },
    at(minuteOfRun, action) {
      world.engine.schedule(Math.floor(minuteOfRun * minute), action)
    },
  }
}

/** Violations as lines, to compare with none. */
export function broken(watch: LawWatch): readonly string[] {
  return watch.result().violations.map(one => `${one.law} at ${one.atUs}: ${one.text}`)
}

/** The last decision of each volume. */
export function lastDecisions(small: SmallWorld): ReadonlyMap<string, Decision> {
  const last = new Map<string, Decision>()
  for (const entry of small.world.history.entries) {
    if (entry.kind === 'decision') last.set(entry.decision.volume, entry.decision)
  }
  return last
}

export function tierOfVolume(small: SmallWorld, index: number): readonly string[] {
  const { volumes } = small.world.control
  return volumes[index].replicas.map(replica => replica.pool.id.replace(/-\d+$/, ''))
}

export const theLaw = (number: number): string => `law ${number}: ${laws[number - 1].says}`

export const volumeOf = (index: number): ReturnType<typeof volumeId> => volumeId(`vol-${index}`)

export function scenarioOf(small: SmallScenario): Scenario {
  return {
    name: 'small',
    description: '',
    seed: small.seed ?? 1,
    startUs: 0,
    untilUs: small.lengthMinutes * minute,
    mayastor: small.mayastor ?? '2.10',
    pools: small.pools.map(poolOf),
    volumes: small.volumes.map(volumeSpec),
    policies: [],
    codingPolicies: small.coding === undefined ? [] : [small.coding],
    // Threads are for the tests that are about them.
    coding: { ...usualCoding, sample: small.sample ?? { numerator: 0, denominator: 1 } },
    workload: [],
    loop: { ...defaultSettings, codedFormMounts: true, ...small.loop },
    prices: null,
    slo: {},
    faults: small.faults ?? [],
    watch: [],
    assumptions: [],
  }
}

const devices: Readonly<Record<Tier, string>> = {
  hot: 'nvme-gen4',
  warm: 'sata-ssd',
  cold: 'hdd-7200',
}

function poolOf(pool: SmallPool, index: number): ScenarioPool {
  return {
    id: poolId(`${pool.tier}-${index}`),
    node: nodeId(`node-${pool.node}`),
    device: devices[pool.tier],
    capacityBytes: (pool.capacityGiB ?? 500) * gibibyte,
    labels: { 'storage-tier': pool.tier },
    deviceOverrides: {},
    iopsLimit: null,
    bandwidthLimitBytesPerSecond: null,
  }
}

function volumeSpec(volume: SmallVolume, index: number): ScenarioVolume {
  return {
    name: volumeOf(index),
    group: 'vol',
    sizeBytes: (volume.sizeGiB ?? 4) * gibibyte,
    replicas: volume.replicas,
    thin: false,
    place: volume.place,
    labels: {},
    storageClass: 'mayastor',
    pin: null,
    hold: false,
    snapshots: 0,
    affinityGroup: null,
    poolInclusion: {},
    publishedAtStart: true,
    ...volume.change,
  }
}

export function heatSource(small: SmallScenario): SeriesSource {
  const count = small.volumes.length
  let step = 0
  return {
    grain: 'series',
    volumes: small.volumes.map((_, index) => volumeOf(index)),
    intervalUs,
    points: small.lengthMinutes * count,
    firstUs: 0,
    lastUs: small.lengthMinutes * minute,
    next() {
      if (step >= small.lengthMinutes) return null
      const batch = batchAt(small.volumes, step)
      step += 1
      return batch
    },
    rewind() {
      step = 0
    },
    close() {},
  }
}

function batchAt(volumes: readonly SmallVolume[], step: number): SeriesBatch {
  const operations = volumes.map(volume => {
    const now = volume.heat.filter(part => part.fromMinute <= step)
    return (now[now.length - 1]?.iops ?? 0) * 60
  })
  return {
    startUs: step * intervalUs,
    count: volumes.length,
    volume: Uint32Array.from(volumes, (_, index) => index),
    reads: Float64Array.from(operations, all => Math.floor(all / 2)),
    writes: Float64Array.from(operations, all => all - Math.floor(all / 2)),
    readBytes: Float64Array.from(operations, all => Math.floor(all / 2) * 4096),
    writeBytes: Float64Array.from(operations, all => (all - Math.floor(all / 2)) * 4096),
  }
}
