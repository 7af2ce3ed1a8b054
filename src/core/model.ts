/**
 * The words of the domain as types: tiers, pools, nodes, volumes, replicas, and the observation
 * that holds them together. Times are integer microseconds since the Unix epoch; sizes are bytes.
 */

import type { CodedForm } from './coded-form.js'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type VolumeId = Branded<'VolumeId'>
export type PoolId = Branded<'PoolId'>
export type NodeId = Branded<'NodeId'>
export type ReplicaId = Branded<'ReplicaId'>
export type PolicyName = Branded<'PolicyName'>

export const volumeId = (text: string): VolumeId => text as VolumeId
export const poolId = (text: string): PoolId => text as PoolId
export const nodeId = (text: string): NodeId => text as NodeId
export const replicaId = (text: string): ReplicaId => text as ReplicaId
export const policyName = (text: string): PolicyName => text as PolicyName

/** A class of pools, fastest first. */
export const tiers = ['hot', 'warm', 'cold'] as const
export type Tier = (typeof tiers)[number]

/**
 * The tier of a volume is that of all its replicas, else `mixed`; `outside` when a replica's pool
 * is in no tier.
 */
export type VolumeTier = Tier | 'mixed' | 'outside'

export type Labels = Readonly<Record<string, string>>

/** What a pool cordon keeps away (Mayastor 2.10, PUT /pools/{id}/cordon). */
export interface PoolCordon {
  readonly replicas: boolean
  readonly snapshots: boolean
  readonly restores: boolean
  readonly import: boolean
}

/** A limit of a pool, and who says so: the decision repeats it. */
export interface Limit {
  readonly value: number
  readonly source: 'label' | 'scenario' | 'preset'
}

export type PoolStatus = 'online' | 'degraded' | 'faulted' | 'offline' | 'suspected' | 'unknown'

export interface Pool {
  readonly id: PoolId
  readonly node: NodeId
  readonly status: PoolStatus
  /** Labels of the REST API and of the DiskPool's metadata, together. */
  readonly labels: Labels
  /**
   * Keys that carry two different values on the two sides: the pool is ineligible, a condition says
   * so.
   */
  readonly conflictingLabels: readonly string[]
  /**
   * The control plane's own labels alone: what Mayastor's scheduler compares with a volume's
   * topology.
   */
  readonly schedulerLabels: Labels
  readonly capacityBytes: number
  readonly usedBytes: number
  /** Sum of the full sizes of all replicas, thin ones included. */
  readonly committedBytes: number
  readonly cordon: PoolCordon | null
  readonly draining: boolean
  /** Sustainable IOPS and bytes a second for a mixed load; null where nobody says. */
  readonly iopsLimit: Limit | null
  readonly bandwidthLimit: Limit | null
}

export type NodeStatus = 'online' | 'offline' | 'unknown'

export interface StorageNode {
  readonly id: NodeId
  readonly status: NodeStatus
  /** Mayastor's version as the node tells it, for instance `2.10.0`. */
  readonly version: string
  /** Owner tags of the node's cordons; the node is cordoned while there is one. */
  readonly cordonLabels: readonly string[]
  readonly draining: boolean
  readonly labels: Labels
}

export type ReplicaState = 'online' | 'degraded' | 'faulted' | 'unknown'

export interface Replica {
  readonly id: ReplicaId
  /** Null while the control plane does not say where it is. */
  readonly pool: PoolId | null
  readonly node: NodeId | null
  readonly state: ReplicaState
  /** The target's child: null while the target does not know this replica. */
  readonly childState: ReplicaState | null
  /** Percent of a running rebuild; null when none runs. */
  readonly rebuildPercent: number | null
  /** False is never taken for healthy; null where the version does not tell. */
  readonly healthy: boolean | null
  readonly allocatedBytes: number
  readonly snapshotBytes: number
}

export type VolumeStatus = 'online' | 'degraded' | 'faulted' | 'shutdown' | 'unknown'

export interface VolumeTarget {
  readonly node: NodeId
  readonly state: VolumeStatus
  /** Rebuilds that run on this target now. */
  readonly rebuilds: number
}

/**
 * What a volume's own topology asks of pools and nodes. An empty value means: the key, whatever its
 * value.
 */
export interface Topology {
  readonly poolInclusion: Labels
  readonly nodeInclusion: Labels
  readonly nodeExclusion: Labels
}

export interface Claim {
  readonly namespace: string
  readonly name: string
  readonly pin: Tier | null
  readonly hold: boolean
}

export interface Volume {
  readonly id: VolumeId
  /** The PersistentVolume's name, `pvc-` and the uuid for volumes made by CSI. */
  readonly name: string
  readonly sizeBytes: number
  readonly thin: boolean
  readonly specStatus: 'created' | 'creating' | 'deleting' | 'deleted'
  readonly status: VolumeStatus
  /** The replica count that the control plane is told to keep. */
  readonly replicaCount: number
  readonly replicas: readonly Replica[]
  /** Null while unpublished. */
  readonly target: VolumeTarget | null
  /** An operation of the control plane in flight, for instance `SetReplica`. */
  readonly operation: string | null
  readonly snapshots: number
  readonly topology: Topology
  readonly affinityGroup: string | null
  /** The PersistentVolume's labels and the claim's; the claim's win. */
  readonly labels: Labels
  readonly storageClass: string | null
  /** CSI driver of the PersistentVolume. */
  readonly driver: string
  readonly claim: Claim | null
  /** Null: it has no coded form. */
  readonly coded: CodedForm | null
  /** Carries our own shards or journal: belongs to no policy. */
  readonly ours: boolean
}

/**
 * A claim of a Mayastor class that still waits for its volume: no window is opened in its first
 * five minutes.
 */
export interface WaitingClaim {
  readonly namespace: string
  readonly name: string
  readonly sinceUs: number
  readonly waitsForFirstConsumer: boolean
}

/**
 * What the cluster looks like. The inventory gives the same object again while nothing changed,
 * so that what is derived from it is derived once.
 */
export interface Cluster {
  readonly pools: readonly Pool[]
  readonly nodes: readonly StorageNode[]
  readonly volumes: readonly Volume[]
  readonly waitingClaims: readonly WaitingClaim[]
}

/** One consistent snapshot of the world; it says, source by source, up to when it is known. */
export interface Observation<Policy> {
  readonly atUs: number
  readonly knownUpToUs: { readonly mayastor: number; readonly kubernetes: number }
  readonly cluster: Cluster
  readonly policies: readonly Policy[]
}
