/** Mayastor's replies in the words of the core: its half of volumes and pools, and its nodes. */
import {
  type Labels,
  type NodeId,
  nodeId,
  type Pool,
  type PoolCordon,
  type PoolId,
  poolId,
  type Replica,
  replicaId,
  type StorageNode,
  type Topology,
  type Volume,
  type VolumeTarget,
  volumeId,
} from '../../core/model.js'
import type { NodeReply, PoolReply, ReplicaReply, VolumeReply } from './replies.js'

/** What Kubernetes says of a volume is not in it. */
export type MayastorVolume = Omit<
  Volume,
  'name' | 'labels' | 'storageClass' | 'driver' | 'claim' | 'coded' | 'ours'
>

/** Labels of the control plane only; limits stand where labels of both sides are known. */
export type MayastorPool = Omit<
  Pool,
  'labels' | 'conflictingLabels' | 'iopsLimit' | 'bandwidthLimit'
>

type ByWord<State> = Readonly<Record<string, State>>

const volumeStates: ByWord<Volume['status']> = {
  Online: 'online',
  Degraded: 'degraded',
  Faulted: 'faulted',
  Shutdown: 'shutdown',
  ShuttingDown: 'shutdown',
}

const replicaStates: ByWord<Replica['state']> = {
  Online: 'online',
  Degraded: 'degraded',
  Faulted: 'faulted',
}

const poolStates: ByWord<Pool['status']> = {
  Online: 'online',
  Degraded: 'degraded',
  Faulted: 'faulted',
  Offline: 'offline',
  Suspected: 'suspected',
}

const nodeStates: ByWord<StorageNode['status']> = { Online: 'online', Offline: 'offline' }

const specStates: ByWord<Volume['specStatus']> = {
  Creating: 'creating',
  Created: 'created',
  Deleting: 'deleting',
  Deleted: 'deleted',
}

/** A word that is not known says nothing good. */
function stateOf<State>(states: ByWord<State>, word: string, otherwise: State): State {
  return Object.hasOwn(states, word) ? states[word] : otherwise
}

/** `labelsOf` gives the control plane's labels of a pool: an affinity key takes its value there. */
export function volumeOf(
  { spec, state }: VolumeReply,
  labelsOf: (pool: PoolId) => Labels | undefined,
): MayastorVolume {
  const children = state.target?.children ?? []
  const replicas = Object.entries(state.replica_topology)
    .map(([id, reply]) => replicaOf(id, reply, children, spec.size))
    .sort((one, other) => (one.id < other.id ? -1 : 1))
  return {
    id: volumeId(spec.uuid),
    sizeBytes: spec.size,
    // A snapshot makes a thick volume thin.
    thin: spec.thin || spec.as_thin === true,
    specStatus: stateOf(specStates, spec.status, 'creating'),
    status: stateOf(volumeStates, state.status, 'unknown'),
    replicaCount: spec.num_replicas,
    replicas,
    target: targetOf({ spec, state }),
    operation: spec.operation?.operation ?? null,
    snapshots: spec.num_snapshots,
    topology: topologyOf(spec.topology, replicas, labelsOf),
    affinityGroup: spec.affinity_group?.id ?? null,
  }
}

/** Published, but seen by nobody: its state is not known, and nothing of it counts as synced. */
function targetOf({ spec, state }: VolumeReply): VolumeTarget | null {
  const { target } = state
  if (target !== undefined && target !== null) {
    const { node, rebuilds } = target
    return { node: nodeId(node), state: stateOf(volumeStates, target.state, 'unknown'), rebuilds }
  }
  const { target: meant } = spec
  if (meant === undefined || meant === null) return null
  return { node: nodeId(meant.node), state: 'unknown', rebuilds: 0 }
}

type Children = readonly { readonly uri: string; readonly state: string }[]

function replicaOf(
  id: string,
  reply: ReplicaReply,
  children: Children,
  sizeBytes: number,
): Replica {
  const { node, pool, usage } = reply
  return {
    id: replicaId(id),
    pool: isNamed(pool) ? poolId(pool) : null,
    node: isNamed(node) ? nodeId(node) : null,
    state: stateOf(replicaStates, reply.state, 'unknown'),
    childState: childStateOf(id, reply, children),
    rebuildPercent: reply['rebuild-progress'] ?? null,
    healthy: reply.healthy ?? null,
    allocatedBytes: usage?.allocated ?? sizeBytes,
    snapshotBytes: usage?.allocated_snapshots ?? 0,
  }
}

const fromBest: readonly Replica['state'][] = ['online', 'degraded', 'faulted', 'unknown']

/** The topology and the target's own list may be of different age: the worse of both counts. */
function childStateOf(id: string, reply: ReplicaReply, children: Children): Replica['childState'] {
  const told = reply['child-status']
  if (told === undefined || told === null) return null
  const state = stateOf(replicaStates, told, 'unknown')
  const child = children.find(one => one.uri.includes(id))
  if (child === undefined) return state
  const other = stateOf(replicaStates, child.state, 'unknown')
  return fromBest.indexOf(other) > fromBest.indexOf(state) ? other : state
}

function isNamed(name: string | null | undefined): name is string {
  return name !== undefined && name !== null && name !== ''
}

/** No node carries it: a volume that names its nodes one by one is not moved. */
const namedNodes = 'explicit-node-topology'

function topologyOf(
  topology: VolumeReply['spec']['topology'],
  replicas: readonly Replica[],
  labelsOf: (pool: PoolId) => Labels | undefined,
): Topology {
  const pools = topology?.pool_topology?.labelled
  const nodes = topology?.node_topology?.labelled
  const allowed = topology?.node_topology?.explicit?.allowed_nodes ?? []
  const named: Labels = allowed.length === 0 ? {} : { [namedNodes]: allowed.join(' ') }
  return {
    poolInclusion: {
      ...affinityOf(pools?.affinity_key ?? [], replicas, labelsOf),
      ...pools?.inclusion,
    },
    nodeInclusion: { ...nodes?.inclusion, ...named },
    nodeExclusion: nodes?.exclusion ?? {},
  }
}

/** The first replica chose the value of each affinity key; the others must have the same. */
function affinityOf(
  keys: readonly string[],
  replicas: readonly Replica[],
  labelsOf: (pool: PoolId) => Labels | undefined,
): Labels {
  const known = replicas
    .map(({ pool }) => (pool === null ? undefined : labelsOf(pool)))
    .find(labels => labels !== undefined)
  return Object.fromEntries(keys.map(key => [key, known?.[key] ?? '']))
}

export function poolOf({ id, spec, state }: PoolReply): MayastorPool {
  const isSettled = spec?.status === 'Created'
  return {
    id: poolId(id),
    node: nodeId(state?.node ?? spec?.node ?? ''),
    status: isSettled ? stateOf(poolStates, state?.status ?? '', 'unknown') : 'unknown',
    schedulerLabels: spec?.labels ?? {},
    capacityBytes: state?.capacity ?? 0,
    usedBytes: state?.used ?? 0,
    committedBytes: state?.committed ?? state?.used ?? 0,
    cordon: cordonOf(spec),
    draining: isThere(spec?.cordonDrain?.draining) || isThere(spec?.cordonDrain?.drained),
  }
}

function isThere(value: object | null | undefined): boolean {
  return value !== undefined && value !== null
}

function cordonOf(spec: PoolReply['spec']): PoolCordon | null {
  const cordoned = spec?.cordonDrain?.cordoned
  if (cordoned === undefined || cordoned === null) return null
  const scopes = {
    replicas: cordoned.replicas === true,
    snapshots: cordoned.snapshots === true,
    restores: cordoned.restores === true,
    import: cordoned.import === true,
  }
  return Object.values(scopes).some(Boolean) ? scopes : null
}

export function nodeOf({ id, spec, state }: NodeReply): StorageNode {
  const held = spec?.cordondrainstate
  const drain = held?.drainingstate ?? held?.drainedstate
  const labels = [
    ...(held?.cordonedstate?.cordonlabels ?? []),
    ...(drain?.cordonlabels ?? []),
    ...(drain?.drainlabels ?? []),
  ]
  const version = state?.version ?? spec?.version ?? ''
  const name: NodeId = nodeId(id)
  return {
    id: name,
    status: stateOf(nodeStates, state?.status ?? '', 'unknown'),
    version,
    cordonLabels: labels,
    draining: isThere(drain),
    labels: spec?.labels ?? {},
  }
}
