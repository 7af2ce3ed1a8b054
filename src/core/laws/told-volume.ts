/** What a history tells of one volume, its replicas and the cordons around it. */
import type { PoolId, ReplicaId } from '../model.js'

export interface ToldReplica {
  readonly pool: PoolId
  synced: boolean
  syncedUs: number
}

export interface ToldVolume {
  readonly replicas: Map<ReplicaId, ToldReplica>
  sizeBytes: number
  allocatedBytes: number
  published: boolean
  /** What a person last set, or what it was made with, and when. */
  replicaCount: number
  countedUs: number
  rebuilds: number
  lastFaultUs: number
  lastCompletedUs: number | null
  /** The last replica count that an operator asked for. */
  asked: AskedCount | null
}

export interface AskedCount {
  readonly atUs: number
  readonly migration: string | null
  readonly readUs: number
}

export interface ToldCordon {
  readonly sinceUs: number
  /** The migration whose command set it; null where a person did. */
  readonly migration: string | null
}

export function newVolume(): ToldVolume {
  return {
    replicas: new Map(),
    sizeBytes: 0,
    allocatedBytes: 0,
    published: true,
    replicaCount: 0,
    countedUs: Number.NEGATIVE_INFINITY,
    rebuilds: 0,
    lastFaultUs: Number.NEGATIVE_INFINITY,
    lastCompletedUs: null,
    asked: null,
  }
}
