/** Nodes and pools that go away and come back, and what becomes of replicas and targets then. */
import type { PoolStatus } from '../../src/core/model.js'
import type { ModelCluster } from './cluster.js'
import type { Rebuilds } from './rebuilds.js'
import type { Reconciler } from './reconciler.js'
import { isCordoned, isHealthy } from './scheduler.js'
import type { ModelNode, ModelPool, ModelReplica, ModelVolume } from './state.js'

export class Outages {
  constructor(
    private readonly cluster: ModelCluster,
    private readonly rebuilds: Rebuilds,
    private readonly reconciler: Reconciler,
  ) {}

  setPool(pool: ModelPool, status: PoolStatus): void {
    const { cluster } = this
    if (pool.status === status) return
    const isDown = status !== 'online' && status !== 'degraded'
    pool.status = status
    cluster.version += 1
    cluster.tell({ kind: 'pool-changed', atUs: cluster.nowUs, pool: pool.id, status })
    cluster.dataPath.setPoolDown(pool.index, isDown)
    cluster.coded?.poolChanged(pool)
    for (const volume of cluster.volumes) {
      for (const replica of volume.replicas) {
        if (replica.pool !== pool) continue
        if (isDown) this.fault(volume, replica)
        else this.reconciler.watch(volume)
      }
    }
  }

  /** What stood on the pool is gone: no replica of it is whole when the pool is back. */
  losePool(pool: ModelPool): void {
    for (const volume of this.cluster.volumes) {
      for (const replica of volume.replicas) if (replica.pool === pool) replica.wasLast = false
    }
  }

  /** It comes back with nothing on it: its replicas are made anew, where there is room. */
  emptyPool(pool: ModelPool): void {
    for (const volume of this.cluster.volumes) {
      const gone = volume.replicas.filter(replica => replica.pool === pool)
      if (gone.length === 0) continue
      for (const replica of gone) {
        this.rebuilds.stop(replica)
        this.cluster.removeReplica(volume, replica, 'cluster')
      }
      this.cluster.changed(volume)
      this.reconciler.watch(volume)
    }
  }

  setNode(node: ModelNode, online: boolean): void {
    if (node.online === online) return
    node.online = online
    this.tellNode(node)
    for (const volume of this.cluster.volumes) {
      if (volume.target !== node) continue
      if (online) this.reconciler.watch(volume)
      else this.moveTarget(volume)
      this.cluster.changed(volume)
    }
  }

  /** Drains move targets only, never replicas (mayastor.md, section 2.2). */
  drainNode(node: ModelNode, draining: boolean): void {
    if (node.draining === draining) return
    node.draining = draining
    this.tellNode(node)
    if (!draining) return
    for (const volume of this.cluster.volumes) if (volume.target === node) this.moveTarget(volume)
  }

  private tellNode(node: ModelNode): void {
    const { cluster } = this
    cluster.version += 1
    cluster.tell({
      kind: 'node-changed',
      atUs: cluster.nowUs,
      node: node.id,
      status: node.online ? 'online' : 'offline',
      draining: node.draining,
    })
  }

  /** A copy whose destination goes away is dropped, and another one is made somewhere else. */
  private fault(volume: ModelVolume, replica: ModelReplica): void {
    const { cluster, rebuilds } = this
    const wasCopied = replica.copy !== null
    rebuilds.stop(replica)
    rebuilds.stopFrom(volume, replica.pool)
    replica.state = 'faulted'
    const { syncedSinceUs: sinceUs } = replica
    if (sinceUs !== null) replica.wasSynced = { sinceUs, untilUs: cluster.nowUs }
    replica.syncedSinceUs = null
    if (sinceUs !== null) replica.wasLast = !volume.replicas.some(isHealthy)
    replica.faultedSinceUs ??= cluster.nowUs
    cluster.tellReplica('replica-faulted', volume, replica, 'cluster')
    if (wasCopied) cluster.removeReplica(volume, replica, 'cluster')
    cluster.changed(volume)
    this.reconciler.watch(volume)
  }

  /** The new target knows nothing of the old one's copies: they start again. */
  private moveTarget(volume: ModelVolume): void {
    const other = this.cluster.nodes.find(node => node.online && !isCordoned(node))
    if (other === undefined) return
    this.rebuilds.stopAll(volume)
    volume.target = other
    this.cluster.changed(volume)
    this.reconciler.watch(volume)
  }
}
