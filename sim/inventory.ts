/**
 * The inventory port: the control plane as a reader sees it. Child states and rebuild progress are
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
import type { Inventory } from '../src/ports.js'
import type { Engine, Party } from './engine/engine.js'
import type { AnswerFate } from './faults/fault-plan.js'
import type { PortLatency } from './latency.js'
import type { ControlPlane } from './mayastor/control-plane.js'
import { allocatedBytes } from './mayastor/scheduler.js'
import type { ModelNode, ModelPool, ModelReplica, ModelVolume } from './mayastor/state.js'

const pollUs = 30_000_000
/** A read that is not answered is given up after so long. */
const deadlineUs = 10_000_000

export class ClusterView {
  private readonly volumes: (Volume | undefined)[] = []
  private readonly versions: number[] = []
  private readonly polls: number[] = []
  private cluster: Cluster | null = null
  private clusterVersion = -1
  private clusterPoll = -1
  private pools: readonly Pool[] = []
  private seen: readonly Volume[] = []
  private waitingClaims: readonly WaitingClaim[] = []
  /** Volumes whose picture still changes with the next poll. */
  private unsettled = true

  constructor(
    private readonly control: ControlPlane,
    private readonly engine: Engine,
    private policies: readonly PolicyObject[],
  ) {}

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
    const stands = version === this.clusterVersion && (poll === this.clusterPoll || !this.unsettled)
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
    this.unsettled = false
    const { control } = this
    const pools = control.pools.map((pool, index) => keep(poolOf(pool), this.pools[index]))
    this.pools = pools
    const { waitingClaims } = this
    const volumes = this.seenVolumes(poll)
    return { pools, nodes: control.nodes.map(nodeOf), volumes, waitingClaims }
  }

  /** A new list only where a volume looks other than before, or came or went. */
  private seenVolumes(poll: number): readonly Volume[] {
    const before = this.seen
    let now: Volume[] | null = null
    let count = 0
    for (const model of this.control.volumes) {
      if (model.deleted) continue
      const picture = this.pictureOf(model, poll)
      if (now === null && before[count] !== picture) now = before.slice()
      if (now !== null) now[count] = picture
      count += 1
    }
    const seen = now ?? before
    this.seen = seen.length > count ? seen.slice(0, count) : seen
    return this.seen
  }

  private pictureOf(model: ModelVolume, poll: number): Volume {
    const known = this.volumes[model.index]
    const same = this.versions[model.index] === model.version
    // What was settled stays so until it changes.
    if (known !== undefined && same && this.polls[model.index] === -1) return known
    const works = model.coded !== null && model.coded.job !== null
    const moving = works || model.replicas.some(replica => !isSettled(replica, poll))
    if (moving) this.unsettled = true
    if (known !== undefined && same && moving && this.polls[model.index] === poll) return known
    const picture = volumeOf(model, poll, this.control)
    this.volumes[model.index] = picture
    this.versions[model.index] = model.version
    this.polls[model.index] = moving ? poll : -1
    return picture
  }
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

function poolOf(pool: ModelPool): Pool {
  const { limitSource: source } = pool
  return {
    id: pool.id,
    node: pool.node.id,
    status: pool.node.online ? pool.status : 'unknown',
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

function keep(pool: Pool, before: Pool | undefined): Pool {
  const same =
    before !== undefined &&
    before.usedBytes === pool.usedBytes &&
    before.committedBytes === pool.committedBytes &&
    before.cordon === pool.cordon &&
    before.labels === pool.labels &&
    before.status === pool.status
  return same ? before : pool
}

/** The inventory port of one party. */
export function inventoryOf(
  view: ClusterView,
  control: ControlPlane,
  engine: Engine,
  party: Party,
  latency: PortLatency,
  doors: { readonly kubernetes: () => AnswerFate; readonly mayastor: () => AnswerFate },
): Inventory {
  return {
    observe() {
      const fate = doors.kubernetes()
      if (fate.kind === 'lost') {
        return party.call(deadlineUs, () => unavailable('the API server does not answer'))
      }
      return party.call(latency.observeUs + fate.delayUs, () => {
        return { kind: 'observed', observation: view.observe() }
      })
    },
    volume(id) {
      const fate = doors.mayastor()
      if (fate.kind === 'lost') {
        return party.call(deadlineUs, () => unavailable('Mayastor does not answer'))
      }
      return party.call(latency.readUs + fate.delayUs, () => {
        const model = control.volume(id)
        if (model === undefined) return { kind: 'gone' }
        return { kind: 'volume', volume: view.volume(model), atUs: engine.nowUs }
      })
    },
  }
}

function unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
  return { kind: 'unavailable', why }
}
