/**
 * A volume as the REST API shows it: made from what the inventory port gives, so that both tell the
 * same, as old as each other.
 */
import type { Replica, ReplicaState, Volume, VolumeStatus } from '../../src/core/model.js'
import type { Identity } from './identity.js'

type Shape = Readonly<Record<string, unknown>>

const volumeStatuses: Readonly<Record<VolumeStatus, string>> = {
  online: 'Online',
  degraded: 'Degraded',
  faulted: 'Faulted',
  shutdown: 'Shutdown',
  unknown: 'Unknown',
}

const replicaStates: Readonly<Record<ReplicaState, string>> = {
  online: 'Online',
  degraded: 'Degraded',
  faulted: 'Faulted',
  unknown: 'Unknown',
}

/** Mayastor's own prefix of NVMe names. */
const nqn = 'nqn.2019-05.io.openebs'

export function volumeShape(volume: Volume, identity: Identity): Shape {
  return { spec: specShape(volume, identity), state: stateShape(volume, identity) }
}

function specShape(volume: Volume, identity: Identity): Shape {
  const { target, affinityGroup, operation } = volume
  const inclusion = volume.topology.poolInclusion
  return {
    uuid: identity.ofVolume(volume.id),
    size: volume.sizeBytes,
    num_replicas: volume.replicaCount,
    status: 'Created',
    policy: { self_heal: true },
    thin: volume.thin,
    as_thin: volume.thin || volume.snapshots > 0,
    num_snapshots: volume.snapshots,
    ...(target === null ? {} : { target: { node: target.node, protocol: 'nvmf' } }),
    topology: {
      node_topology: { labelled: { exclusion: {}, inclusion: {} } },
      pool_topology: { labelled: { exclusion: {}, inclusion } },
    },
    ...(affinityGroup === null ? {} : { affinity_group: { id: affinityGroup } }),
    ...(operation === null ? {} : { operation: { operation } }),
  }
}

function stateShape(volume: Volume, identity: Identity): Shape {
  const topology = volume.replicas.map((replica): [string, Shape] => [
    identity.ofReplica(volume.id, replica.id),
    replicaShape(replica, volume),
  ])
  return {
    uuid: identity.ofVolume(volume.id),
    size: volume.sizeBytes,
    status: volumeStatuses[volume.status],
    ...(volume.target === null ? {} : { target: targetShape(volume, identity) }),
    replica_topology: Object.fromEntries(topology),
    usage: usageShape(volume),
  }
}

function targetShape(volume: Volume, identity: Identity): Shape {
  const { target } = volume
  const uuid = identity.ofVolume(volume.id)
  return {
    uuid: identity.ofTarget(volume.id),
    node: target?.node,
    state: volumeStatuses[target?.state ?? 'unknown'],
    protocol: 'nvmf',
    size: volume.sizeBytes,
    rebuilds: target?.rebuilds ?? 0,
    deviceUri: `nvmf://${target?.node}:8420/${nqn}:${uuid}`,
    children: volume.replicas.flatMap(replica => childShape(replica, volume, identity)),
  }
}

function childShape(replica: Replica, volume: Volume, identity: Identity): readonly Shape[] {
  const { childState, rebuildPercent, node } = replica
  if (childState === null) return []
  const uuid = identity.ofReplica(volume.id, replica.id)
  const isLocal = node === volume.target?.node
  const device = isLocal ? `bdev:///${uuid}` : `nvmf://${node}:8420/${nqn}:${uuid}`
  return [
    {
      uri: `${device}?uuid=${uuid}`,
      state: replicaStates[childState],
      ...(rebuildPercent === null ? {} : { rebuildProgress: rebuildPercent }),
    },
  ]
}

function replicaShape(replica: Replica, volume: Volume): Shape {
  const { node, pool, state, childState, rebuildPercent, healthy, allocatedBytes } = replica
  return {
    node,
    pool,
    state: replicaStates[state],
    ...(childState === null ? {} : { 'child-status': replicaStates[childState] }),
    ...(rebuildPercent === null ? {} : { 'rebuild-progress': rebuildPercent }),
    ...(healthy === null ? {} : { healthy }),
    usage: {
      capacity: volume.sizeBytes,
      allocated: allocatedBytes,
      allocated_snapshots: replica.snapshotBytes,
      allocated_all_snapshots: 0,
    },
  }
}

function usageShape(volume: Volume): Shape {
  const { replicas, sizeBytes } = volume
  const largest = replicas.reduce((most, one) => Math.max(most, one.allocatedBytes), 0)
  const all = replicas.reduce((sum, one) => sum + one.allocatedBytes, 0)
  return {
    capacity: sizeBytes,
    allocated: largest,
    allocated_replica: largest,
    allocated_snapshots: 0,
    allocated_all_snapshots: 0,
    total_allocated: all,
    total_allocated_replicas: all,
    total_allocated_snapshots: 0,
  }
}
