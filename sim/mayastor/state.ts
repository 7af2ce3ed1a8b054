/** What the modelled control plane knows: nodes, pools, volumes, replicas, as mutable records. */
import type {
  Labels,
  NodeId,
  PoolCordon,
  PoolId,
  PoolStatus,
  ReplicaId,
  VolumeId,
} from '../../src/core/model.js'
import type { ModelCoded } from '../coding/model-coded.js'
import type { ScenarioVolume } from '../scenario/model.js'

export interface ModelNode {
  readonly id: NodeId
  version: string
  online: boolean
  draining: boolean
  readonly cordonLabels: string[]
}

export interface ModelPool {
  readonly index: number
  readonly id: PoolId
  readonly node: ModelNode
  readonly capacityBytes: number
  labels: Labels
  status: PoolStatus
  cordon: PoolCordon | null
  usedBytes: number
  committedBytes: number
  replicas: number
  /** Limits for placement, and who says so. */
  readonly iopsLimit: number
  readonly bandwidthLimit: number
  readonly limitSource: 'scenario' | 'preset'
}

export interface ModelReplica {
  readonly id: ReplicaId
  readonly pool: ModelPool
  state: 'online' | 'faulted'
  /** Since when its data is whole; null while it is not. */
  syncedSinceUs: number | null
  /** The last time that it was whole and is no more: until the next poll it still looks so. */
  wasSynced: { readonly sinceUs: number; readonly untilUs: number } | null
  /** It was the last healthy one when it went away: its data is whole when it comes back. */
  wasLast: boolean
  /** The running copy that fills it. */
  copy: number | null
  /** Since when it has been faulted. */
  faultedSinceUs: number | null
  /** Progress as Mayastor's cache shows it, and the poll it stems from. */
  shownPercent: number
  shownPoll: number
}

export interface ModelVolume {
  readonly index: number
  readonly id: VolumeId
  readonly name: string
  readonly spec: ScenarioVolume
  sizeBytes: number
  replicaCount: number
  replicas: ModelReplica[]
  /** Null: it has no coded form. */
  coded: ModelCoded | null
  /** Null while unpublished. */
  target: ModelNode | null
  operation: string | null
  snapshots: number
  deleted: boolean
  /** When the next try to repair it is due; a volume that is whole has none. */
  repairScheduled: boolean
  created: number
}
