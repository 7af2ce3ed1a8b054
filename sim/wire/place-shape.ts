/** Pools and nodes as the REST API shows them. */
import type { NodeStatus, Pool, PoolStatus, StorageNode } from '../../src/core/model.js'

type Shape = Readonly<Record<string, unknown>>

/** The API has four words for a pool (OpenAPI document, PoolStatus). */
const poolStatuses: Readonly<Record<PoolStatus, string>> = {
  online: 'Online',
  degraded: 'Degraded',
  faulted: 'Faulted',
  offline: 'Unknown',
  suspected: 'Unknown',
  unknown: 'Unknown',
}

const nodeStatuses: Readonly<Record<NodeStatus, string>> = {
  online: 'Online',
  offline: 'Offline',
  unknown: 'Unknown',
}

export function poolShape(pool: Pool): Shape {
  const { id, node, cordon } = pool
  const disks = [`aio:///dev/disk/by-id/${id}`]
  return {
    id,
    spec: {
      id,
      node,
      disks,
      labels: pool.schedulerLabels,
      status: 'Created',
      ...(cordon === null ? {} : { cordonDrain: { cordoned: cordon } }),
    },
    state: {
      id,
      node,
      disks,
      status: poolStatuses[pool.status],
      capacity: pool.capacityBytes,
      used: pool.usedBytes,
      committed: pool.committedBytes,
    },
  }
}

export function nodeShape(node: StorageNode): Shape {
  const { id, version } = node
  const grpcEndpoint = `${id}:10124`
  const cordoned = cordonState(node)
  return {
    id,
    spec: {
      id,
      grpcEndpoint,
      labels: node.labels,
      ...(cordoned === null ? {} : { cordondrainstate: cordoned }),
      version,
    },
    state: { id, grpcEndpoint, status: nodeStatuses[node.status], version },
  }
}

/** One of three, as the API has it; a drain is under a label of somebody's own. */
function cordonState({ draining, cordonLabels }: StorageNode): Shape | null {
  if (draining) return { drainingstate: { cordonlabels: cordonLabels, drainlabels: ['drain'] } }
  return cordonLabels.length === 0 ? null : { cordonedstate: { cordonlabels: cordonLabels } }
}
