/**
 * A fleet of a thousand volumes over thirty days at five minutes, on six nodes with three tiers.
 */

import { stream } from '../sim/engine/stream.js'
import type { Scenario, ScenarioPool, ScenarioVolume } from '../sim/scenario/model.js'
import { usualCoding } from '../sim/scenario/usual-coding.js'
import { type NodeId, nodeId, poolId, type Tier } from '../src/core/model.js'
import { defaultPolicy } from '../src/core/parse-policy.js'
import type { PolicyObject } from '../src/core/resources.js'
import { defaultSettings } from '../src/core/settings.js'
import type { FleetSpec } from '../traces/fleet.js'

const gibibyte = 1_073_741_824
const dayUs = 86_400_000_000
export const intervalUs = 300_000_000

const nodes = 6
/** Pools of one node. */
const shelves = [
  { tier: 'hot', device: 'nvme-gen4', pools: 1, capacityBytes: 15_360 * gibibyte },
  { tier: 'warm', device: 'sas-ssd', pools: 3, capacityBytes: 15_360 * gibibyte },
  { tier: 'cold', device: 'hdd-7200', pools: 3, capacityBytes: 22_000 * gibibyte },
] as const

export interface Month {
  readonly scenario: Scenario
  readonly policies: readonly PolicyObject[]
  readonly fleet: FleetSpec
}

export function monthOf(volumes: number, days: number, seed: number): Month {
  const usual = defaultPolicy('default')
  // A disk serves 200 operations a second: the lowest mark lies well below. A day below it before a
  // volume goes down: a database at night is not cold.
  const spec = {
    ...usual.spec,
    lowWatermarkIops: 10,
    warmWatermarkIops: 100,
    coolingPeriodUs: dayUs,
  }
  const policies = [{ ...usual, spec }]
  const scenario: Scenario = {
    name: 'month',
    description: 'A synthetic fleet for the benchmark.',
    seed,
    startUs: 0,
    untilUs: days * dayUs,
    mayastor: '2.10',
    pools: Array.from({ length: nodes }, (_, node) => poolsOf(nodeId(`node-${node}`))).flat(),
    volumes: volumesOf(volumes, seed),
    policies,
    codingPolicies: [],
    coding: usualCoding,
    workload: [],
    // One round an interval, also while a migration runs; two scrapes make one point of heat.
    loop: {
      ...defaultSettings,
      roundIntervalUs: intervalUs,
      scrapeIntervalUs: intervalUs / 2,
      syncPollIntervalUs: intervalUs,
    },
    prices: null,
    slo: {},
    faults: [],
    watch: [],
    assumptions: [],
  }
  return { scenario, policies, fleet: fleetSpec(scenario, days) }
}

function poolsOf(node: NodeId): readonly ScenarioPool[] {
  return shelves.flatMap(shelf =>
    Array.from({ length: shelf.pools }, (_, number) => ({
      id: poolId(`${node}-${shelf.device}-${number}`),
      node,
      device: shelf.device,
      capacityBytes: shelf.capacityBytes,
      labels: { 'storage-tier': shelf.tier },
      deviceOverrides: {},
      iopsLimit: null,
      bandwidthLimitBytesPerSecond: null,
    })),
  )
}

/** Most begin on the warm tier; the policy finds the rest out. */
function volumesOf(count: number, seed: number): readonly ScenarioVolume[] {
  const draw = stream(seed, 'sizes')
  return Array.from({ length: count }, (_, number) => {
    const place: Tier = number % 10 === 0 ? 'hot' : 'warm'
    return {
      name: `volume-${number}`,
      group: 'volume',
      sizeBytes: (20 + draw.integer(100)) * gibibyte,
      replicas: 3,
      thin: false,
      place,
      labels: {},
      storageClass: 'mayastor',
      pin: null,
      hold: false,
      snapshots: 0,
      affinityGroup: null,
      poolInclusion: {},
      publishedAtStart: true,
    }
  })
}

function fleetSpec(scenario: Scenario, days: number): FleetSpec {
  return {
    volumes: scenario.volumes.map(volume => volume.name),
    startUs: 0,
    intervalUs,
    lengthUs: days * dayUs,
    shares: [
      { kind: 'idle', share: 45, iops: 600, begins: 0.17, ends: 0.17 },
      { kind: 'diurnal', share: 25, iops: 1500, begins: 0.17, ends: 0.17 },
      { kind: 'bursty', share: 10, iops: 4000, begins: 0.17, ends: 0.17 },
      { kind: 'batch', share: 10, iops: 3000, begins: 0.17, ends: 0.17 },
      { kind: 'decaying', share: 10, iops: 6000, begins: 0.17, ends: 0.17 },
    ],
    seed: scenario.seed,
  }
}
