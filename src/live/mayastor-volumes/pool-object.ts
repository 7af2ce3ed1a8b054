/**
 * DiskPool objects as pools, and what follows of their nodes. A pool that cannot be read stands
 * there all the same, in an unknown state: Mayastor may choose it, so that nothing moves beside it.
 */
import {
  type NodeId,
  nodeId,
  type PoolId,
  type PoolStatus,
  poolId,
  type StorageNode,
} from '../../core/model.js'
import { behindObjects } from '../../core/versions.js'
import type { KubernetesObject } from '../../kubernetes/api.js'
import type { MayastorPool, MayastorVolume } from '../mayastor/model.js'
import { checkOf, count, object, record, text } from '../shape.js'

export interface PoolReading {
  readonly pool: MayastorPool
  /** Null: it could be read. */
  readonly refused: { readonly field: string; readonly why: string } | null
}

const check = checkOf(
  object(
    {
      metadata: object({ name: text }, { deletionTimestamp: text }),
      spec: object({ node: text }, { topology: object({}, { labelled: record(text) }) }),
      status: object({ capacity: count, used: count }, { pool_status: text, state: text }),
    },
    {},
  ),
)

const states: Readonly<Record<string, PoolStatus>> = {
  Online: 'online',
  Degraded: 'degraded',
  Faulted: 'faulted',
  Offline: 'offline',
  Suspected: 'suspected',
}

export function poolOfObject(raw: KubernetesObject): PoolReading {
  const checked = check(raw)
  const id = poolId(raw.metadata.name)
  if (checked.kind === 'invalid') {
    const { field, why } = checked
    return { pool: { ...unread, id }, refused: { field, why } }
  }
  const { metadata, spec, status } = checked.value
  // Mayastor's own word, where both are there.
  const word = status.pool_status ?? status.state ?? ''
  const told = Object.hasOwn(states, word) ? states[word] : 'unknown'
  const pool: MayastorPool = {
    ...unread,
    id,
    node: nodeId(spec.node),
    status: typeof metadata.deletionTimestamp === 'string' ? 'unknown' : told,
    schedulerLabels: spec.topology?.labelled ?? {},
    capacityBytes: status.capacity,
    usedBytes: status.used,
    committedBytes: status.used,
  }
  return { pool, refused: null }
}

const unread: Omit<MayastorPool, 'id'> = {
  node: nodeId(''),
  status: 'unknown',
  schedulerLabels: {},
  capacityBytes: 0,
  usedBytes: 0,
  committedBytes: 0,
  cordon: null,
  draining: false,
}

/** What replicas may grow to is not told: it is added up from the volumes. */
export function withCommitted(
  pools: readonly MayastorPool[],
  volumes: readonly MayastorVolume[],
): readonly MayastorPool[] {
  const sums = new Map<PoolId | null, number>()
  for (const { replicas, sizeBytes } of volumes) {
    for (const { pool } of replicas) sums.set(pool, (sums.get(pool) ?? 0) + sizeBytes)
  }
  return pools.map(pool => ({
    ...pool,
    committedBytes: Math.max(pool.usedBytes, sums.get(pool.id) ?? 0),
  }))
}

/** A node is online while a pool of it is; cordons, drains and versions are not told. */
export function nodesOf(pools: readonly MayastorPool[]): readonly StorageNode[] {
  const online = new Map<NodeId, boolean>()
  for (const { node, status } of pools) {
    if (node !== '') online.set(node, online.get(node) === true || status === 'online')
  }
  return [...online].map(([id, isOnline]) => ({
    id,
    status: isOnline ? 'online' : 'unknown',
    version: behindObjects.version,
    cordonLabels: [],
    draining: false,
    labels: {},
  }))
}
