/** The way back from the coded form: new replicas, every stripe decoded into them, who serves. */
import type { Reply } from '../../src/core/command.js'
import type { PoolId } from '../../src/core/model.js'
import type { StripeCommand } from '../../src/core/stripe-command.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import type { Rebuilds } from '../mayastor/rebuilds.js'
import { refused } from '../mayastor/refusal.js'
import { allocatedBytes, isHealthy } from '../mayastor/scheduler.js'
import type { ModelPool, ModelVolume } from '../mayastor/state.js'
import { dataLegs, replicaLegs } from './coded-legs.js'
import { type CodedStore, isDown } from './coded-store.js'
import type { CoderJobs } from './coder-jobs.js'
import type { ModelCoded } from './model-coded.js'

type Do<Kind extends StripeCommand['kind']> = Extract<StripeCommand, { readonly kind: Kind }>

const done: Reply = { kind: 'done', volume: null }

export class CoderReturn {
  constructor(
    private readonly cluster: ModelCluster,
    private readonly store: CodedStore,
    private readonly jobs: CoderJobs,
    private readonly rebuilds: Rebuilds,
  ) {}

  makeReplicas(volume: ModelVolume, command: Do<'make-replicas'>): Reply {
    const { coded } = volume
    if (coded?.serves !== true) return refused('precondition', 'the coded form does not serve')
    if (volume.replicas.length > 0) return refused('already', 'it has replicas')
    const pools = this.poolsOf(command.pools)
    const bytes = allocatedBytes(volume)
    const able = pools.filter(pool => !isDown(pool) && pool.usedBytes + bytes <= pool.capacityBytes)
    if (able.length === 0 || able.length < command.pools.length) {
      return refused('no-pool', 'a pool is away, or has no room for a replica')
    }
    volume.replicaCount = pools.length
    for (const pool of pools) this.cluster.addReplica(volume, pool, 'command')
    coded.restoredStripes = 0
    coded.restoredFrom = this.cluster.dataPath.writes(volume.index)
    return done
  }

  restore(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded?.geometry == null || volume.replicas.length === 0 || coded.restoredFrom === null) {
      return refused('precondition', 'it has no new replicas')
    }
    if (coded.job !== null) return refused('already', 'it is being restored')
    const isAway = (pool: ModelPool): boolean => this.store.isAway(volume, pool)
    const reads = dataLegs(coded.geometry, coded.pools, isAway)
    if (reads === null) return refused('busy', 'too few shards can be read')
    const left = coded.stripes - coded.restoredStripes
    this.jobs.start(volume, 'restore', left, reads, replicaLegs(volume))
    return done
  }

  serveSource(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded?.serves !== true) return refused('already', 'the replicas serve')
    const { replicas, replicaCount } = volume
    const whole = replicas.length >= Math.max(1, replicaCount) && replicas.every(isHealthy)
    if (!whole || coded.restoredStripes < coded.stripes || coded.restoredFrom === null) {
      return refused('precondition', 'the replicas do not hold every stripe')
    }
    coded.serves = false
    const atUs = this.cluster.nowUs
    this.cluster.tell({ kind: 'replicas-serve', atUs, volume: volume.id })
    return done
  }

  dropReplicas(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded?.serves !== true) return refused('precondition', 'the replicas serve')
    const { lost } = this.store.counts(volume)
    if (lost > 0) return refused('precondition', `${lost} stripes are lost, and may be in them`)
    this.jobs.stop(volume)
    this.rebuilds.stopAll(volume)
    for (const replica of volume.replicas) this.cluster.removeReplica(volume, replica, 'command')
    volume.replicaCount = 0
    coded.restoredFrom = null
    return done
  }

  restored(volume: ModelVolume, coded: ModelCoded): void {
    coded.restoredStripes = coded.stripes
    for (const replica of volume.replicas) {
      replica.syncedSinceUs = this.cluster.nowUs
      this.cluster.tellReplica('replica-synced', volume, replica, 'command')
    }
    const { nowUs: atUs } = this.cluster
    const { stripes } = coded
    this.cluster.tell({ kind: 'stripes-restored', atUs, volume: volume.id, stripes })
  }

  private poolsOf(ids: readonly PoolId[]): readonly ModelPool[] {
    return ids.flatMap(id => this.cluster.pools.find(pool => pool.id === id) ?? [])
  }
}
