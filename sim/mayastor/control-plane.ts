/**
 * The modelled control plane: Mayastor's rules for replica counts, placement, removal, rebuilds and
 * self-heal, with the staleness of its cache. It tells what really happened to a listener.
 */
import type { Reply } from '../../src/core/command.js'
import type { TruthEvent } from '../../src/core/event.js'
import { type ReplicaId, replicaId, type VolumeId } from '../../src/core/model.js'
import { type VersionRow, versionRow } from '../../src/core/versions.js'
import type { DataPath, FinishedCopy } from '../data-path.js'
import type { Engine } from '../engine/engine.js'
import { Cordons } from './cordons.js'
import { refused } from './refusal.js'
import { allocatedBytes, candidates, isHealthy, victim } from './scheduler.js'
import type { ModelNode, ModelPool, ModelReplica, ModelVolume } from './state.js'

/** Mayastor's reconcilers run so often; a faulted replica is replaced after ten minutes. */
const reconcileUs = 10_000_000
const partialRebuildWaitUs = 600_000_000

type By = 'command' | 'cluster' | 'person'

export interface ControlPlaneOptions {
  readonly maxRebuilds: number | null
  /** True while rebuilds fail by the scenario's faults. */
  readonly rebuildsFail: (atUs: number) => boolean
}

export class ControlPlane {
  /** Counts every change that a reader can see. */
  version = 0
  readonly cordons: Cordons
  private nextCopy = 0
  private readonly copies = new Map<number, { volume: ModelVolume; replica: ModelReplica }>()
  private readonly row: VersionRow
  private readonly byId = new Map<VolumeId, ModelVolume>()

  constructor(
    readonly nodes: readonly ModelNode[],
    readonly pools: readonly ModelPool[],
    readonly volumes: readonly ModelVolume[],
    private readonly engine: () => Engine,
    private readonly dataPath: DataPath,
    private readonly tell: (event: TruthEvent) => void,
    private readonly options: ControlPlaneOptions,
  ) {
    const answer = versionRow(nodes[0]?.version ?? '')
    if (answer.kind !== 'known' && answer.kind !== 'newer') throw new Error('unknown version')
    this.row = answer.row
    for (const volume of volumes) this.byId.set(volume.id, volume)
    const changed = (): void => {
      this.version += 1
    }
    this.cordons = new Cordons(nodes, pools, this.row, changed, (kind, what) =>
      this.tell({ kind, atUs: this.engine().nowUs, what, by: 'command' }),
    )
  }

  volume(id: VolumeId): ModelVolume | undefined {
    const volume = this.byId.get(id)
    return volume?.deleted === true ? undefined : volume
  }

  /** PUT /volumes/{id}/replica_count/{n}, with the answers and texts of the real one. */
  setReplicaCount(id: VolumeId, count: number): Reply {
    const volume = this.volume(id)
    if (volume === undefined) return refused('not-found', `Volume '${id}' not found`)
    const now = volume.replicaCount
    if (count === now) {
      return refused('precondition', `Replica count of Volume '${id}' is already ${now}`)
    }
    if (count < 1) return refused('precondition', 'The last replica of a volume cannot be removed')
    if (count > now + 1 || count < now - 1) {
      const text = 'Replica count only allowed to change by a maximum of one at a time'
      return refused('precondition', text)
    }
    return count > now ? this.scaleUp(volume) : this.scaleDown(volume)
  }

  private scaleUp(volume: ModelVolume): Reply {
    if (volume.target !== null && this.status(volume) !== 'online') {
      return refused('precondition', 'Replica count cannot be increased: the volume is not Online')
    }
    const pool = candidates(volume, this.pools)[0]
    if (pool === undefined) {
      return refused('no-pool', 'Not enough suitable pools available, 0/1')
    }
    volume.replicaCount += 1
    const replica = this.addReplica(volume, pool, 'command')
    this.changed(volume)
    if (this.rebuildsAreCapped()) {
      this.watch(volume)
      return refused('rebuild-cap', 'The maximum number of rebuilds was reached')
    }
    this.startRebuild(volume, replica)
    return { kind: 'done', volume: null }
  }

  private scaleDown(volume: ModelVolume): Reply {
    if (
      volume.spec.affinityGroup !== null &&
      volume.replicaCount === 2 &&
      !this.row.affinityGroupToOne
    ) {
      const text = 'RestrictedReplicaCount: a volume of an affinity group keeps two replicas'
      return refused('precondition', text)
    }
    volume.replicaCount -= 1
    const gone = victim(volume, volume.replicaCount, this.row)
    if (gone !== null && volume.replicas.length > volume.replicaCount) {
      this.removeReplica(volume, gone, 'command')
    } else {
      this.watch(volume)
    }
    this.changed(volume)
    return { kind: 'done', volume: null }
  }

  copyFinished(copy: FinishedCopy): void {
    const running = this.copies.get(copy.id)
    if (running === undefined) return
    const { volume, replica } = running
    this.copies.delete(copy.id)
    replica.copy = null
    if (this.options.rebuildsFail(copy.atUs)) {
      this.dropReplica(volume, replica, 'replica-faulted')
      this.watch(volume)
    } else {
      replica.syncedSinceUs = copy.atUs
      this.tellReplica('replica-synced', volume, replica, 'cluster')
    }
    this.changed(volume)
    this.retryWaiting()
  }

  /** A node or pool went away: its replicas are faulted, targets move to another node. */
  setPoolDown(pool: ModelPool, down: boolean, status: ModelPool['status']): void {
    pool.status = status
    this.dataPath.setPoolDown(pool.index, down)
    for (const volume of this.volumes) {
      for (const replica of volume.replicas) {
        if (replica.pool !== pool) continue
        if (down) this.fault(volume, replica)
        else this.watch(volume)
      }
    }
    this.version += 1
  }

  setNode(
    node: ModelNode,
    change: { readonly online?: boolean; readonly draining?: boolean },
  ): void {
    if (change.draining !== undefined) node.draining = change.draining
    if (change.online !== undefined) node.online = change.online
    if (change.online === false) {
      for (const volume of this.volumes) {
        if (volume.target === node) this.moveTarget(volume)
      }
    }
    this.version += 1
  }

  publish(volume: ModelVolume, node: ModelNode | null): void {
    volume.target = node
    this.tell({
      kind: node === null ? 'volume-unpublished' : 'volume-published',
      atUs: this.engine().nowUs,
      volume: volume.id,
    })
    for (const replica of volume.replicas) if (node === null) this.stopRebuild(replica)
    this.changed(volume)
    this.watch(volume)
  }

  /** Volume status as its target sees it. */
  status(volume: ModelVolume): 'online' | 'degraded' | 'faulted' {
    const healthy = volume.replicas.filter(isHealthy).length
    if (healthy === 0) return 'faulted'
    return healthy < volume.replicaCount ? 'degraded' : 'online'
  }

  rebuilds(volume: ModelVolume): number {
    return volume.replicas.filter(replica => replica.copy !== null).length
  }

  copiedPercent(replica: ModelReplica, volume: ModelVolume): number {
    if (replica.copy === null) return 0
    const copied = this.dataPath.copiedBytes(replica.copy)
    return Math.min(99, Math.floor((copied * 100) / Math.max(1, allocatedBytes(volume))))
  }

  addReplica(volume: ModelVolume, pool: ModelPool, by: By): ModelReplica {
    volume.created += 1
    const replica: ModelReplica = {
      id: replicaId(`${volume.name}-r${volume.created}`),
      pool,
      state: 'online',
      syncedSinceUs: null,
      copy: null,
      faultedSinceUs: null,
      shownPercent: 0,
      shownPoll: -1,
    }
    volume.replicas = [...volume.replicas, replica]
    pool.usedBytes += allocatedBytes(volume)
    pool.committedBytes += volume.sizeBytes
    pool.replicas += 1
    this.tellReplica('replica-added', volume, replica, by)
    return replica
  }

  private removeReplica(volume: ModelVolume, replica: ModelReplica, by: By): void {
    this.forget(volume, replica)
    this.tellReplica('replica-removed', volume, replica, by)
  }

  private dropReplica(
    volume: ModelVolume,
    replica: ModelReplica,
    kind: 'replica-faulted' | 'replica-removed',
  ): void {
    this.forget(volume, replica)
    this.tellReplica(kind, volume, replica, 'cluster')
  }

  private forget(volume: ModelVolume, replica: ModelReplica): void {
    this.stopRebuild(replica)
    volume.replicas = volume.replicas.filter(one => one !== replica)
    replica.pool.usedBytes -= allocatedBytes(volume)
    replica.pool.committedBytes -= volume.sizeBytes
    replica.pool.replicas -= 1
  }

  private startRebuild(volume: ModelVolume, replica: ModelReplica): void {
    const source = volume.replicas.find(isHealthy)
    if (volume.target === null || source === undefined || replica.copy !== null) return
    const id = this.nextCopy
    this.nextCopy += 1
    replica.copy = id
    this.copies.set(id, { volume, replica })
    const bytes = allocatedBytes(volume)
    const copy = { id, sourcePool: source.pool.index, targetPool: replica.pool.index, bytes }
    this.dataPath.startCopy(copy, this.engine().nowUs)
  }

  private stopRebuild(replica: ModelReplica): void {
    if (replica.copy === null) return
    this.dataPath.stopCopy(replica.copy)
    this.copies.delete(replica.copy)
    replica.copy = null
  }

  private fault(volume: ModelVolume, replica: ModelReplica): void {
    this.stopRebuild(replica)
    for (const other of volume.replicas) {
      // A copy whose source went away starts again from another one.
      if (other.copy !== null) this.stopRebuild(other)
    }
    replica.state = 'faulted'
    replica.syncedSinceUs = null
    replica.faultedSinceUs = this.engine().nowUs
    this.tellReplica('replica-faulted', volume, replica, 'cluster')
    this.changed(volume)
    this.watch(volume)
  }

  private moveTarget(volume: ModelVolume): void {
    const other = this.nodes.find(node => node.online && node !== volume.target)
    if (other !== undefined) volume.target = other
    this.changed(volume)
  }

  private rebuildsAreCapped(): boolean {
    return this.options.maxRebuilds !== null && this.copies.size >= this.options.maxRebuilds
  }

  private retryWaiting(): void {
    if (this.options.maxRebuilds === null) return
    for (const volume of this.volumes) {
      if (volume.replicas.some(one => one.syncedSinceUs === null && one.copy === null))
        this.watch(volume)
    }
  }

  /** Looks after a volume that is not as it should be, at the reconcilers' pace. */
  watch(volume: ModelVolume): void {
    if (volume.repairScheduled || volume.deleted) return
    volume.repairScheduled = true
    const atUs = (Math.floor(this.engine().nowUs / reconcileUs) + 1) * reconcileUs
    this.engine().schedule(atUs, () => {
      volume.repairScheduled = false
      if (this.reconcile(volume)) this.watch(volume)
    })
  }

  /** One reconciler's pass; answers whether it must come again. */
  private reconcile(volume: ModelVolume): boolean {
    if (volume.deleted || volume.target === null) return false
    const nowUs = this.engine().nowUs
    for (const replica of [...volume.replicas]) {
      if (replica.state !== 'faulted') continue
      if (replica.pool.status === 'online' && replica.pool.node.online) {
        replica.state = 'online'
        replica.faultedSinceUs = null
      } else if (nowUs - (replica.faultedSinceUs ?? nowUs) >= partialRebuildWaitUs) {
        this.replace(volume, replica)
      }
    }
    this.trim(volume)
    if (volume.replicas.length < volume.replicaCount) {
      const pool = candidates(volume, this.pools)[0]
      if (pool !== undefined) this.addReplica(volume, pool, 'cluster')
    }
    for (const replica of volume.replicas) {
      const waits = replica.state === 'online' && replica.syncedSinceUs === null
      if (waits && replica.copy === null && !this.rebuildsAreCapped()) {
        this.startRebuild(volume, replica)
      }
    }
    this.changed(volume)
    return this.needsMore(volume)
  }

  private replace(volume: ModelVolume, replica: ModelReplica): void {
    const pool = candidates(volume, this.pools)[0]
    if (pool !== undefined) this.dropReplica(volume, replica, 'replica-removed')
  }

  private trim(volume: ModelVolume): void {
    while (volume.replicas.length > volume.replicaCount) {
      const gone = victim(volume, volume.replicaCount, this.row)
      if (gone === null) return
      this.dropReplica(volume, gone, 'replica-removed')
    }
  }

  private needsMore(volume: ModelVolume): boolean {
    return (
      volume.replicas.length !== volume.replicaCount ||
      volume.replicas.some(
        replica =>
          replica.state === 'faulted' || (replica.syncedSinceUs === null && replica.copy === null),
      )
    )
  }

  /** Tells the data path where the volume's requests go, and readers that it changed. */
  changed(volume: ModelVolume): void {
    volume.version += 1
    this.version += 1
    const readable = volume.replicas.filter(isHealthy).map(replica => replica.pool.index)
    const writable = volume.replicas
      .filter(replica => isHealthy(replica) || replica.copy !== null)
      .map(replica => replica.pool.index)
    this.dataPath.setRoute(volume.index, { published: volume.target !== null, readable, writable })
  }

  private tellReplica(
    kind: 'replica-added' | 'replica-synced' | 'replica-faulted' | 'replica-removed',
    volume: ModelVolume,
    replica: ModelReplica,
    by: By,
  ): void {
    const healthy = volume.replicas.filter(isHealthy).length
    const own: ReplicaId = replica.id
    this.tell({
      kind,
      atUs: this.engine().nowUs,
      volume: volume.id,
      replica: own,
      pool: replica.pool.id,
      healthy,
      rebuilds: this.rebuilds(volume),
      by,
    })
  }
}
