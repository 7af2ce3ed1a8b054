/**
 * Mayastor's reconcilers: every ten seconds they look after a volume that is not as it should be.
 * A replica whose pool came back is rebuilt in place; one that stayed away for ten minutes is
 * replaced; a missing one is made, wherever the volume's own topology allows it.
 */
import type { ModelCluster } from './cluster.js'
import type { Rebuilds } from './rebuilds.js'
import { victim } from './removal.js'
import { candidates, isHealthy } from './scheduler.js'
import type { ModelReplica, ModelVolume } from './state.js'

const reconcileUs = 10_000_000
const partialRebuildWaitUs = 600_000_000

export class Reconciler {
  constructor(
    private readonly cluster: ModelCluster,
    private readonly rebuilds: Rebuilds,
  ) {}

  /** Looks after the volume from the next pass on, until it is as it should be. */
  watch(volume: ModelVolume): void {
    if (volume.repairScheduled || volume.deleted) return
    volume.repairScheduled = true
    const engine = this.cluster.engine()
    const atUs = (Math.floor(engine.nowUs / reconcileUs) + 1) * reconcileUs
    engine.schedule(atUs, () => {
      volume.repairScheduled = false
      if (this.pass(volume)) this.watch(volume)
    })
  }

  /** A rebuild ended: those that waited for a slot are looked at again. */
  retryWaiting(): void {
    if (!this.rebuilds.haveLimit) return
    for (const volume of this.cluster.volumes) {
      if (volume.replicas.some(waitsForRebuild)) this.watch(volume)
    }
  }

  /** One pass; answers whether it must come again. */
  private pass(volume: ModelVolume): boolean {
    if (volume.deleted || volume.target === null) return false
    // Its coder looks after it, and its replicas are on their way in or out.
    if (volume.coded?.serves === true) return false
    const { cluster, rebuilds } = this
    const before = pictureOf(volume)
    for (const replica of volume.replicas) this.revive(volume, replica)
    this.trim(volume)
    if (volume.replicas.length < volume.replicaCount && volume.replicas.some(isHealthy)) {
      const pool = candidates(volume, cluster)[0]
      if (pool !== undefined) cluster.addReplica(volume, pool, 'cluster')
    }
    for (const replica of volume.replicas) {
      if (waitsForRebuild(replica) && !rebuilds.areCapped) rebuilds.start(volume, replica)
    }
    if (pictureOf(volume) !== before) cluster.changed(volume)
    return volume.replicas.length !== volume.replicaCount || volume.replicas.some(needsMore)
  }

  private revive(volume: ModelVolume, replica: ModelReplica): void {
    if (replica.state !== 'faulted') return
    const { cluster } = this
    if (replica.pool.status === 'online' && replica.pool.node.online) {
      replica.state = 'online'
      replica.faultedSinceUs = null
      if (replica.wasLast) this.returnWhole(volume, replica)
      return
    }
    // The last replica is never given up: nothing else holds the data.
    if (!volume.replicas.some(isHealthy)) return
    const awayUs = cluster.nowUs - (replica.faultedSinceUs ?? cluster.nowUs)
    if (awayUs < partialRebuildWaitUs) return
    if (candidates(volume, cluster).length > 0) this.drop(volume, replica)
  }

  private returnWhole(volume: ModelVolume, replica: ModelReplica): void {
    replica.wasLast = false
    replica.syncedSinceUs = this.cluster.nowUs
    this.cluster.tellReplica('replica-synced', volume, replica, 'cluster')
  }

  /** The count was lowered and nobody could be removed then. */
  private trim(volume: ModelVolume): void {
    while (volume.replicas.length > volume.replicaCount) {
      const gone = victim(volume, volume.replicaCount, this.cluster)
      if (gone === null) return
      this.drop(volume, gone)
    }
  }

  private drop(volume: ModelVolume, replica: ModelReplica): void {
    this.rebuilds.stop(replica)
    this.cluster.removeReplica(volume, replica, 'cluster')
  }
}

function waitsForRebuild(replica: ModelReplica): boolean {
  return replica.state === 'online' && replica.syncedSinceUs === null && replica.copy === null
}

function needsMore(replica: ModelReplica): boolean {
  return replica.state === 'faulted' || waitsForRebuild(replica)
}

/** What a pass may change, as text. */
function pictureOf(volume: ModelVolume): string {
  return volume.replicas.map(one => `${one.id}/${one.state}/${one.copy}`).join(',')
}
