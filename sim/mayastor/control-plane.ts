/**
 * The modelled control plane as its REST API shows it: replica counts, targets, cordons, with the
 * answers and texts of the real one (mayastor.md, section 2.4). What it sets going is in rebuilds,
 * reconciler and outages beside this file.
 */
import type { Reply } from '../../src/core/command.js'
import type { ReplicaEvent, TruthEvent } from '../../src/core/event.js'
import type { PoolStatus, VolumeId } from '../../src/core/model.js'
import { versionRow } from '../../src/core/versions.js'
import { type CodedOptions, CodedStore } from '../coding/coded-store.js'
import { CoderPlane } from '../coding/coder-plane.js'
import type { DataPath, FinishedTransfer } from '../data-path.js'
import type { Engine } from '../engine/engine.js'
import { ModelCluster } from './cluster.js'
import { Cordons } from './cordons.js'
import { Outages } from './outages.js'
import { type RebuildOptions, Rebuilds } from './rebuilds.js'
import { Reconciler } from './reconciler.js'
import { refused } from './refusal.js'
import { victim } from './removal.js'
import { allocatedBytes, candidates, groupClash, isHealthy } from './scheduler.js'
import type { ModelNode, ModelPool, ModelReplica, ModelVolume } from './state.js'

export interface ControlPlaneOptions extends RebuildOptions, CodedOptions {}

type Asker = 'command' | 'person'

export class ControlPlane {
  readonly cordons: Cordons
  readonly outages: Outages
  readonly rebuilds: Rebuilds
  readonly coder: CoderPlane
  private readonly cluster: ModelCluster
  private readonly reconciler: Reconciler

  constructor(
    nodes: readonly ModelNode[],
    pools: readonly ModelPool[],
    volumes: readonly ModelVolume[],
    engine: () => Engine,
    dataPath: DataPath,
    tell: (event: TruthEvent) => void,
    options: ControlPlaneOptions,
  ) {
    const answer = versionRow(nodes[0]?.version ?? '')
    if (answer.kind !== 'known' && answer.kind !== 'newer') throw new Error('unknown version')
    const cluster = new ModelCluster(nodes, pools, volumes, answer.row, engine, dataPath, tell)
    this.cluster = cluster
    this.rebuilds = new Rebuilds(cluster, options)
    this.reconciler = new Reconciler(cluster, this.rebuilds)
    const store = new CodedStore(cluster, options)
    this.coder = new CoderPlane(cluster, store, this.rebuilds)
    cluster.coded = store
    this.outages = new Outages(cluster, this.rebuilds, this.reconciler)
    this.cordons = new Cordons(cluster)
  }

  get nodes(): readonly ModelNode[] {
    return this.cluster.nodes
  }

  get pools(): readonly ModelPool[] {
    return this.cluster.pools
  }

  get volumes(): readonly ModelVolume[] {
    return this.cluster.volumes
  }

  /** Counts every change that a reader can see. */
  get version(): number {
    return this.cluster.version
  }

  get volumeVersions(): Float64Array {
    return this.cluster.volumeVersions
  }

  /** Replies tell whether a replica is healthy. */
  get tellsHealthy(): boolean {
    return this.cluster.row.tellsHealthy
  }

  volume(id: VolumeId): ModelVolume | undefined {
    return this.cluster.volume(id)
  }

  /** One operation at a time holds a volume; answers why it may not begin, or null. */
  begin(id: VolumeId, operation: string): Reply | null {
    const volume = this.volume(id)
    if (volume === undefined) return refused('not-found', `Volume '${id}' not found`)
    if (volume.operation !== null) {
      return refused('conflict', 'Conflicts with existing operation - please retry')
    }
    volume.operation = operation
    this.cluster.changed(volume)
    return null
  }

  end(id: VolumeId): void {
    const volume = this.volume(id)
    if (volume === undefined) return
    volume.operation = null
    this.cluster.changed(volume)
  }

  /** PUT /volumes/{id}/replica_count/{n}. */
  setReplicaCount(id: VolumeId, count: number, by: Asker = 'command'): Reply {
    const volume = this.volume(id)
    if (volume === undefined) return refused('not-found', `Volume '${id}' not found`)
    if (volume.coded?.serves === true) {
      return refused('precondition', `Volume '${id}' is served from its coded form`)
    }
    const now = volume.replicaCount
    if (count === now) {
      return refused('already', `Replica count of Volume '${id}' is already ${now}`)
    }
    if (count < 1) return refused('precondition', 'The last replica of a volume cannot be removed')
    if (count > now + 1 || count < now - 1) {
      const text = 'Replica count only allowed to change by a maximum of one at a time'
      return refused('precondition', text)
    }
    if (volume.target !== null && !volume.target.online) {
      return refused('busy', 'Volume target needs to be reconciled. Please retry')
    }
    const reply = count > now ? this.scaleUp(volume, by) : this.scaleDown(volume, by)
    this.cluster.changed(volume)
    return reply
  }

  private scaleUp(volume: ModelVolume, by: Asker): Reply {
    const { cluster } = this
    if (volume.target !== null && this.status(volume) !== 'online') {
      return refused('precondition', 'Replica count cannot be increased: the volume is not Online')
    }
    if (volume.snapshots > 0 && !cluster.row.scalesSnapshotted) {
      return refused('precondition', 'UpgradeRequiredToRebuild: the volume has snapshots')
    }
    const pool = candidates(volume, cluster)[0]
    if (pool === undefined) {
      return refused('no-pool', 'Not enough suitable pools available, 0/1')
    }
    this.setCount(volume, volume.replicaCount + 1, by)
    const replica = cluster.addReplica(volume, pool, by)
    if (this.rebuilds.areCapped) {
      this.reconciler.watch(volume)
      return refused('rebuild-cap', 'The maximum number of rebuilds was reached')
    }
    this.rebuilds.start(volume, replica)
    return { kind: 'done', volume: null }
  }

  private scaleDown(volume: ModelVolume, by: Asker): Reply {
    const { cluster } = this
    const wanted = volume.replicaCount - 1
    const gone = victim(volume, wanted, cluster)
    if (volume.spec.affinityGroup !== null && wanted === 1) {
      if (!cluster.row.affinityGroupToOne || groupClash(volume, gone, cluster)) {
        const text = 'RestrictedReplicaCount: a volume of an affinity group keeps two replicas'
        return refused('precondition', text)
      }
    }
    this.setCount(volume, wanted, by)
    if (gone !== null && volume.replicas.length > wanted) this.removeReplica(volume, gone, by)
    // The call succeeds and removes nobody: the reconciler trims the volume later.
    else this.reconciler.watch(volume)
    return { kind: 'done', volume: null }
  }

  private setCount(volume: ModelVolume, count: number, by: Asker): void {
    volume.replicaCount = count
    const atUs = this.cluster.nowUs
    this.cluster.tell({ kind: 'replica-count-set', atUs, volume: volume.id, count, by })
  }

  private removeReplica(volume: ModelVolume, replica: ModelReplica, by: ReplicaEvent['by']): void {
    this.rebuilds.stop(replica)
    this.cluster.removeReplica(volume, replica, by)
  }

  transferFinished(transfer: FinishedTransfer): void {
    const rebuild = this.rebuilds.finished(transfer)
    if (rebuild === null) {
      this.coder.transferFinished(transfer)
      return
    }
    const { volume, replica, fails } = rebuild
    const { cluster } = this
    if (fails) {
      cluster.tellReplica('replica-faulted', volume, replica, 'cluster')
      this.removeReplica(volume, replica, 'cluster')
      this.reconciler.watch(volume)
    } else {
      replica.syncedSinceUs = transfer.atUs
      cluster.tellReplica('replica-synced', volume, replica, 'cluster')
    }
    cluster.changed(volume)
    this.reconciler.retryWaiting()
  }

  publish(volume: ModelVolume, node: ModelNode | null): void {
    volume.target = node
    const kind = node === null ? 'volume-unpublished' : 'volume-published'
    this.cluster.tell({ kind, atUs: this.cluster.nowUs, volume: volume.id })
    if (node === null) this.rebuilds.stopAll(volume)
    this.cluster.changed(volume)
    this.reconciler.watch(volume)
  }

  remove(volume: ModelVolume): void {
    this.rebuilds.stopAll(volume)
    this.coder.forget(volume)
    for (const replica of volume.replicas) this.cluster.removeReplica(volume, replica, 'person')
    volume.deleted = true
    this.cluster.changed(volume)
    this.cluster.tell({ kind: 'volume-deleted', atUs: this.cluster.nowUs, volume: volume.id })
  }

  setPool(pool: ModelPool, status: PoolStatus): void {
    this.outages.setPool(pool, status)
  }

  /** A volume as it is made: its replicas stand synced, its target on the first one's node. */
  create(volume: ModelVolume, pools: readonly ModelPool[], published: boolean): void {
    const { cluster } = this
    const atUs = cluster.nowUs
    const { id, replicaCount, sizeBytes } = volume
    const allocated = allocatedBytes(volume)
    cluster.tell({
      kind: 'volume-created',
      atUs,
      volume: id,
      replicaCount,
      sizeBytes,
      allocatedBytes: allocated,
    })
    for (const pool of pools) {
      const replica = cluster.addReplica(volume, pool, 'person')
      replica.syncedSinceUs = atUs
      cluster.tellReplica('replica-synced', volume, replica, 'person')
    }
    const first = volume.replicas[0]
    if (published && first !== undefined) volume.target = first.pool.node
    else cluster.tell({ kind: 'volume-unpublished', atUs, volume: id })
    cluster.changed(volume)
  }

  /** Volume status as its target sees it; without one, as the version reports it. */
  status(volume: ModelVolume): 'online' | 'degraded' | 'faulted' {
    if (volume.coded?.serves === true) {
      return this.coder.store.counts(volume).lost > 0 ? 'faulted' : 'online'
    }
    if (volume.target === null && !this.tellsHealthy) {
      return volume.replicas.length >= volume.replicaCount ? 'online' : 'degraded'
    }
    const healthy = volume.replicas.filter(isHealthy).length
    if (healthy === 0) return 'faulted'
    return healthy < volume.replicaCount ? 'degraded' : 'online'
  }
}
