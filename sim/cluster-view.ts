/**
 * The control plane as a reader sees it. Child states and rebuild progress are
 * as old as Mayastor's last poll (every 30 s); the rest is fresh. The same object is given again
 * while nothing that can be seen changed.
 */
import { mayastorDriver } from '../src/core/landscape.js'
import type {
  Cluster,
  Observation,
  Pool,
  Replica,
  StorageNode,
  Volume,
  WaitingClaim,
} from '../src/core/model.js'
import type { PolicyObject } from '../src/core/resources.js'
import type { Engine } from './engine/engine.js'
import type { ControlPlane } from './mayastor/control-plane.js'
import { allocatedBytes } from './mayastor/scheduler.js'
import type { ModelNode, ModelPool, ModelReplica, ModelVolume } from './mayastor/state.js'

const pollUs = 30_000_000

export class ClusterView {
  /** The last picture of each volume, the version that it shows, and the poll: -1, any. */
  private readonly pictures: (Volume | undefined)[] = []
  private readonly versions: Float64Array
  private readonly polls: Float64Array
  /** Volumes whose picture still changes with the next poll. */
  private readonly unsettled = new Set<ModelVolume>()
  /** By id, as every inventory lists them: where things are equal, the first one is taken. */
  private readonly modelPools: readonly ModelPool[]
  private readonly modelNodes: readonly ModelNode[]
  private cluster: Cluster | null = null
  private clusterVersion = -1
  private clusterPoll = -1
  private pools: readonly Pool[] = []
  private nodes: readonly StorageNode[] = []
  private seen: readonly Volume[] = []
  /** Versions of the volumes that the list shows, and where it shows them. */
  private readonly seenVersions: Float64Array
  private readonly places: Int32Array
  private waitingClaims: readonly WaitingClaim[] = []

  constructor(
    private readonly control: ControlPlane,
    private readonly engine: Engine,
    private policies: readonly PolicyObject[],
  ) {
    this.modelPools = [...control.pools].sort(byId)
    this.modelNodes = [...control.nodes].sort(byId)
    const volumes = control.volumes.length
    this.versions = new Float64Array(volumes).fill(-1)
    this.polls = new Float64Array(volumes)
    this.seenVersions = new Float64Array(volumes).fill(-1)
    this.places = new Int32Array(volumes)
  }

  /** A person applied or deleted a policy. */
  applyPolicies(policies: readonly PolicyObject[]): void {
    this.policies = policies
  }

  /** Claims that wait for their volumes from now on. */
  setWaitingClaims(claims: readonly WaitingClaim[]): void {
    this.waitingClaims = claims
    this.cluster = null
  }

  observe(): Observation<PolicyObject> {
    const atUs = this.engine.nowUs
    const poll = Math.floor(atUs / pollUs)
    const { version } = this.control
    const isSettled = poll === this.clusterPoll || this.unsettled.size === 0
    const stands = version === this.clusterVersion && isSettled
    if (this.cluster === null || !stands) this.cluster = this.look(poll)
    this.clusterVersion = version
    this.clusterPoll = poll
    const knownUpToUs = { mayastor: poll * pollUs, kubernetes: atUs }
    return { atUs, knownUpToUs, cluster: this.cluster, policies: this.policies }
  }

  volume(model: ModelVolume): Volume {
    return this.pictureOf(model, Math.floor(this.engine.nowUs / pollUs))
  }

  private look(poll: number): Cluster {
    const { waitingClaims } = this
    this.pools = shown(this.modelPools, this.pools, showsPool, poolOf)
    this.nodes = shown(this.modelNodes, this.nodes, showsNode, nodeOf)
    this.seen = this.seenVolumes(poll)
    return { pools: this.pools, nodes: this.nodes, volumes: this.seen, waitingClaims }
  }

  /** A new list only where a volume looks other than before, or came or went. */
  private seenVolumes(poll: number): readonly Volume[] {
    const { seenVersions, places } = this
    const { volumes, volumeVersions } = this.control
    const stale = [...this.unsettled]
    this.unsettled.clear()
    for (let index = 0; index < volumes.length; index++) {
      if (seenVersions[index] !== volumeVersions[index]) stale.push(volumes[index])
    }
    seenVersions.set(volumeVersions)
    if (this.seen.length === 0 || stale.some(model => model.deleted)) return this.listAnew(poll)
    let now: Volume[] | null = null
    for (const model of stale) {
      const picture = this.pictureOf(model, poll)
      const place = places[model.index]
      if (this.seen[place] === picture) continue
      now ??= this.seen.slice()
      now[place] = picture
    }
    return now ?? this.seen
  }

  private listAnew(poll: number): readonly Volume[] {
    const there = this.control.volumes.filter(model => !model.deleted).sort(byId)
    there.forEach((model, place) => {
      this.places[model.index] = place
    })
    return there.map(model => this.pictureOf(model, poll))
  }

  private pictureOf(model: ModelVolume, poll: number): Volume {
    const { index } = model
    const version = this.control.volumeVersions[index]
    const known = this.versions[index] === version ? this.pictures[index] : undefined
    // What was settled stays so until it changes.
    if (known !== undefined && this.polls[index] === -1) return known
    const works = model.coded !== null && model.coded.job !== null
    const moving = works || model.replicas.some(replica => !isSettled(replica, poll))
    if (moving) this.unsettled.add(model)
    if (known !== undefined && moving && this.polls[index] === poll) return known
    const picture = volumeOf(model, poll, this.control)
    this.pictures[index] = picture
    this.versions[index] = version
    this.polls[index] = moving ? poll : -1
    return picture
  }
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1
}

/** What is shown of the models: the same list while none of them looks other than before. */
function shown<Model, Picture>(
  models: readonly Model[],
  before: readonly Picture[],
  shows: (picture: Picture, model: Model) => boolean,
  pictureOf: (model: Model) => Picture,
): readonly Picture[] {
  let now: Picture[] | null = null
  for (let place = 0; place < models.length; place++) {
    const model = models[place]
    if (place < before.length && shows(before[place], model)) continue
    now ??= before.slice()
    now[place] = pictureOf(model)
  }
  return now ?? before
}

/** A replica whose picture no later poll will change by itself. */
function isSettled(replica: ModelReplica, poll: number): boolean {
  return replica.copy === null && shownSynced(replica, poll) === (replica.syncedSinceUs !== null)
}

/** Synced shows with the first poll after it became true, and until the first after it was lost. */
function shownSynced(replica: ModelReplica, poll: number): boolean {
  const polledUs = poll * pollUs
  const { syncedSinceUs, wasSynced } = replica
  if (syncedSinceUs !== null && syncedSinceUs <= polledUs) return true
  return wasSynced !== null && wasSynced.sinceUs <= polledUs && polledUs < wasSynced.untilUs
}

function volumeOf(model: ModelVolume, poll: number, control: ControlPlane): Volume {
  const { spec } = model
  const replicas = model.replicas.map(replica => replicaOf(replica, model, poll, control))
  const status = statusOf(model, replicas, control)
  const rebuilds = control.rebuilds.count(model)
  const target = model.target === null ? null : { node: model.target.id, state: status, rebuilds }
  return {
    id: model.id,
    name: model.name,
    sizeBytes: model.sizeBytes,
    thin: spec.thin,
    specStatus: 'created',
    status,
    replicaCount: model.replicaCount,
    replicas,
    target,
    operation: model.operation,
    snapshots: model.snapshots,
    topology: { poolInclusion: spec.poolInclusion, nodeInclusion: {}, nodeExclusion: {} },
    affinityGroup: spec.affinityGroup,
    labels: spec.labels,
    storageClass: spec.storageClass,
    driver: mayastorDriver,
    claim: { namespace: 'default', name: model.name, pin: spec.pin, hold: spec.hold },
    coded: control.coder.store.form(model),
    ours: false,
  }
}

function statusOf(
  model: ModelVolume,
  replicas: readonly Replica[],
  control: ControlPlane,
): Volume['status'] {
  if (model.target === null) return control.status(model)
  if (!model.target.online) return 'unknown'
  if (model.coded?.serves === true) return control.status(model)
  const online = replicas.filter(replica => replica.childState === 'online').length
  if (online === 0) return 'faulted'
  return online < model.replicaCount ? 'degraded' : 'online'
}

function replicaOf(
  replica: ModelReplica,
  model: ModelVolume,
  poll: number,
  control: ControlPlane,
): Replica {
  const synced = shownSynced(replica, poll)
  if (replica.shownPoll !== poll) {
    replica.shownPercent = control.rebuilds.copiedPercent(replica, model)
    replica.shownPoll = poll
  }
  const state = replica.state === 'faulted' && !synced ? 'faulted' : 'online'
  const child = synced ? 'online' : state === 'faulted' ? 'faulted' : 'degraded'
  return {
    id: replica.id,
    pool: replica.pool.id,
    node: replica.pool.node.id,
    state,
    childState: model.target === null ? null : child,
    rebuildPercent: replica.copy === null || synced ? null : replica.shownPercent,
    healthy: control.tellsHealthy ? synced : null,
    allocatedBytes: allocatedBytes(model),
    snapshotBytes: 0,
  }
}

function nodeOf(node: ModelNode): StorageNode {
  return {
    id: node.id,
    status: node.online ? 'online' : 'offline',
    version: node.version,
    cordonLabels: [...node.cordonLabels],
    draining: node.draining,
    labels: {},
  }
}

function showsNode(node: StorageNode, model: ModelNode): boolean {
  return (
    node.status === (model.online ? 'online' : 'offline') &&
    node.version === model.version &&
    node.draining === model.draining &&
    node.cordonLabels.length === model.cordonLabels.length &&
    node.cordonLabels.every((label, place) => label === model.cordonLabels[place])
  )
}

function poolOf(pool: ModelPool): Pool {
  const { limitSource: source } = pool
  return {
    id: pool.id,
    node: pool.node.id,
    status: statusOfPool(pool),
    labels: pool.labels,
    conflictingLabels: [],
    schedulerLabels: pool.labels,
    capacityBytes: pool.capacityBytes,
    usedBytes: pool.usedBytes,
    committedBytes: pool.committedBytes,
    cordon: pool.cordon,
    draining: false,
    iopsLimit: { value: pool.iopsLimit, source },
    bandwidthLimit: { value: pool.bandwidthLimit, source },
  }
}

function showsPool(pool: Pool, model: ModelPool): boolean {
  return (
    pool.usedBytes === model.usedBytes &&
    pool.committedBytes === model.committedBytes &&
    pool.cordon === model.cordon &&
    pool.labels === model.labels &&
    pool.status === statusOfPool(model)
  )
}

function statusOfPool(pool: ModelPool): Pool['status'] {
  return pool.node.online ? pool.status : 'unknown'
}
