/**
 * Small clusters for tests, a line for each thing: pools, nodes, volumes, policies, records, heat,
 * a round. What a test does not name has the usual value: online, published, synced, Mayastor 2.10.
 */
import { DecideMemory, type RoundInput } from '../../src/core/decide.js'
import { HeatTable } from '../../src/core/heat.js'
import { startStatus } from '../../src/core/intent.js'
import {
  type Cluster,
  nodeId,
  type Pool,
  policyName,
  poolId,
  type Replica,
  replicaId,
  type StorageNode,
  type Tier,
  type Volume,
  volumeId,
} from '../../src/core/model.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import {
  emptyOperatorRecord,
  type MigrationRecord,
  type MigrationSpec,
  type MigrationStatus,
  type MoveRecord,
  type Outcome,
} from '../../src/core/record.js'
import type { PolicyObject, StoragePolicySpec } from '../../src/core/resources.js'
import { defaultSettings } from '../../src/core/settings.js'

export const GiB = 1_073_741_824
export const second = 1_000_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour
/** An instant at which tests run: day 20 000 of the epoch, at noon. */
export const noon = 20_000 * day + 12 * hour

export function node(name: string, change: Partial<StorageNode> = {}): StorageNode {
  return {
    id: nodeId(name),
    status: 'online',
    version: '2.10.0',
    cordonLabels: [],
    draining: false,
    labels: {},
    ...change,
  }
}

/** A pool of a tier, by its label `storage-tier`; pool `hot-0` is on node `node-hot-0`. */
export function pool(name: string, tier: Tier | null, change: Partial<Pool> = {}): Pool {
  const labels = change.labels ?? (tier === null ? {} : { 'storage-tier': tier })
  return {
    id: poolId(name),
    node: nodeId(`node-${name}`),
    status: 'online',
    labels,
    conflictingLabels: [],
    schedulerLabels: labels,
    capacityBytes: 1000 * GiB,
    usedBytes: 0,
    committedBytes: 0,
    cordon: null,
    draining: false,
    iopsLimit: null,
    bandwidthLimit: null,
    ...change,
  }
}

export function replica(name: string, on: Pool, change: Partial<Replica> = {}): Replica {
  return {
    id: replicaId(name),
    pool: on.id,
    node: on.node,
    state: 'online',
    childState: 'online',
    rebuildPercent: null,
    healthy: true,
    allocatedBytes: 10 * GiB,
    snapshotBytes: 0,
    ...change,
  }
}

/** A published volume of 10 GiB with one synced replica in each of the pools. */
export function volume(name: string, on: readonly Pool[], change: Partial<Volume> = {}): Volume {
  return {
    id: volumeId(name),
    name: `pvc-${name}`,
    sizeBytes: 10 * GiB,
    thin: false,
    specStatus: 'created',
    status: 'online',
    replicaCount: on.length,
    replicas: on.map((one, index) => replica(`${name}-r${index}`, one)),
    target: { node: on[0]?.node ?? nodeId('nowhere'), state: 'online', rebuilds: 0 },
    operation: null,
    snapshots: 0,
    topology: { poolInclusion: {}, nodeInclusion: {}, nodeExclusion: {} },
    affinityGroup: null,
    labels: {},
    storageClass: 'mayastor',
    driver: 'io.openebs.csi-mayastor',
    claim: null,
    coded: null,
    ours: false,
    ...change,
  }
}

export function claim(change: Partial<NonNullable<Volume['claim']>> = {}): Volume['claim'] {
  return { namespace: 'default', name: 'data', pin: null, hold: false, ...change }
}

/** A cluster of these pools and volumes, on the nodes that the pools name. */
export function cluster(change: Partial<Cluster> & { readonly version?: string }): Cluster {
  const { version = '2.10.0', ...rest } = change
  const names = [...new Set((rest.pools ?? []).map(one => one.node))]
  const nodes = names.map(name => node(name, { version }))
  return { pools: [], nodes, volumes: [], waitingClaims: [], ...rest }
}

/** The documented default policy (500, 2000, 5000; all three tiers by `storage-tier`), changed. */
export function policy(
  change: Partial<StoragePolicySpec> = {},
  name = 'gold',
  object: Partial<PolicyObject> = {},
): PolicyObject {
  const usual = defaultPolicy(name)
  return { ...usual, ...object, spec: { ...usual.spec, ...change } }
}

export function tierSelector(tier: string): StoragePolicySpec['hotPoolSelector'] {
  return { matchLabels: { 'storage-tier': tier }, matchExpressions: [] }
}

export function move(from: Replica, change: Partial<MoveRecord> = {}): MoveRecord {
  return {
    fromReplica: from.id,
    fromPool: from.pool ?? poolId('nowhere'),
    accepted: [],
    toReplica: null,
    toPool: null,
    state: 'planned',
    progressPercent: 0,
    progressedUs: noon,
    syncedSinceUs: null,
    startedUs: noon,
    finishedUs: null,
    expectedDurationUs: 0,
    ...change,
  }
}

interface RecordChange {
  readonly name?: string
  readonly version?: string
  readonly deleting?: boolean
  readonly spec?: Partial<MigrationSpec>
  readonly status?: Partial<MigrationStatus>
}

/** A policy's migration of the volume that runs: claimed, no move yet. */
export function running(of: Volume, toTier: Tier, change: RecordChange = {}): MigrationRecord {
  return {
    name: change.name ?? `${of.id}-1`,
    version: change.version ?? '1',
    deleting: change.deleting ?? false,
    spec: {
      volume: of.id,
      fromTier: 'hot',
      toTier,
      toForm: 'replicated',
      releaseSource: false,
      holdForUs: 7 * day,
      policy: policyName('gold'),
      reason: 'at-or-below-low',
      requestedBy: 'policy',
      sizeBytes: of.sizeBytes,
      fingerprint: '',
      heatIops: 0,
      ...change.spec,
    },
    status: {
      ...startStatus(of, noon - hour, 1),
      ...change.status,
    },
  }
}

/** A migration of the volume that ended so, at that instant. */
export function ended(
  of: Volume,
  toTier: Tier,
  outcome: Outcome,
  finishedUs: number,
  change: RecordChange = {},
): MigrationRecord {
  const status = { phase: 'finished' as const, outcome, finishedUs, holdsSlot: false }
  return running(of, toTier, { ...change, status: { ...status, ...change.status } })
}

/**
 * Heat of volumes by name, read and write alike, wholly covered up to an instant, over the sampling
 * window of one hour. `coverage` leaves out the oldest part of the window.
 */
export function heat(
  iops: Readonly<Record<string, number>>,
  untilUs: number = noon,
  coverage = 1,
  windowUs: number = hour,
): HeatTable {
  const table = new HeatTable(15 * second)
  const window = table.window(windowUs)
  const { stepUs, slots } = window
  const newest = Math.floor(untilUs / stepUs)
  const points = Math.floor(slots * coverage) + 1
  const series = Object.keys(iops).flatMap(name =>
    (['read', 'write'] as const).map(operation => ({
      volume: volumeId(name),
      node: nodeId('node'),
      operation,
    })),
  )
  const rows = series.flatMap((one, index) =>
    Array.from({ length: points }, (_, point) => ({
      index,
      instantUs: (newest - points + 1 + point) * stepUs,
      value: (point * iops[one.volume] * stepUs) / second / 2,
    })),
  )
  window.absorb(
    {
      series,
      count: rows.length,
      seriesIndex: Uint32Array.from(rows, row => row.index),
      instantUs: Float64Array.from(rows, row => row.instantUs),
      value: Float64Array.from(rows, row => row.value),
    },
    newest * stepUs,
  )
  table.available = true
  return table
}

interface RoundChange extends Partial<Omit<RoundInput, 'observation' | 'settings'>> {
  readonly cluster: Cluster
  readonly policies?: readonly PolicyObject[]
  readonly settings?: Partial<RoundInput['settings']>
}

/** What one round is given: at noon, nothing in the journal, the default settings and policy. */
export function round(change: RoundChange): RoundInput {
  const { cluster: seen, policies = [policy()], settings, ...rest } = change
  const nowUs = rest.nowUs ?? noon
  return {
    nowUs,
    heat: heat({}, nowUs),
    records: [],
    operator: emptyOperatorRecord,
    memory: new DecideMemory(),
    ...rest,
    observation: {
      atUs: nowUs,
      knownUpToUs: { mayastor: nowUs, kubernetes: nowUs },
      cluster: seen,
      policies,
    },
    settings: { ...defaultSettings, ...settings },
  }
}
