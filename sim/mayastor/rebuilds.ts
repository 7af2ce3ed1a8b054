/**
 * Rebuilds: full copies that the target of a volume runs from a healthy replica into a new one.
 * They end with their target, with their source or with their destination; nobody throttles them.
 */
import type { FinishedTransfer } from '../data-path.js'
import type { ModelCluster } from './cluster.js'
import { allocatedBytes, isHealthy } from './scheduler.js'
import type { ModelPool, ModelReplica, ModelVolume } from './state.js'

interface Rebuild {
  readonly volume: ModelVolume
  readonly replica: ModelReplica
  readonly source: ModelPool
  /** It began while the scenario lets rebuilds fail: half of its bytes are copied. */
  readonly fails: boolean
}

export interface RebuildOptions {
  /** Rebuilds that may run in the whole cluster at once; null: no limit. */
  readonly maxRebuilds: number | null
  readonly rebuildsFail: (atUs: number) => boolean
}

export type FinishedRebuild = Rebuild

export class Rebuilds {
  private readonly copies = new Map<number, Rebuild>()

  constructor(
    private readonly cluster: ModelCluster,
    private readonly options: RebuildOptions,
  ) {}

  get areCapped(): boolean {
    const { maxRebuilds } = this.options
    return maxRebuilds !== null && this.copies.size >= maxRebuilds
  }

  get haveLimit(): boolean {
    return this.options.maxRebuilds !== null
  }

  count(volume: ModelVolume): number {
    return volume.replicas.filter(replica => replica.copy !== null).length
  }

  start(volume: ModelVolume, replica: ModelReplica): void {
    const { cluster } = this
    const source = volume.replicas.find(isHealthy)
    if (volume.target?.online !== true || source === undefined || replica.copy !== null) return
    const id = cluster.transferId()
    replica.copy = id
    const atUs = cluster.nowUs
    const fails = this.options.rebuildsFail(atUs)
    this.copies.set(id, { volume, replica, source: source.pool, fails })
    const whole = allocatedBytes(volume)
    const bytes = fails ? Math.max(1, Math.floor(whole / 2)) : whole
    const reads = [{ pool: source.pool.index, share: 1 }]
    const writes = [{ pool: replica.pool.index, share: 1 }]
    cluster.dataPath.startTransfer({ id, bytes, reads, writes }, atUs)
  }

  stop(replica: ModelReplica): void {
    if (replica.copy === null) return
    this.cluster.dataPath.stopTransfer(replica.copy)
    this.copies.delete(replica.copy)
    replica.copy = null
  }

  stopAll(volume: ModelVolume): void {
    for (const replica of volume.replicas) this.stop(replica)
  }

  /** Copies of the volume that read from the pool start again from another replica. */
  stopFrom(volume: ModelVolume, source: ModelPool): void {
    for (const replica of volume.replicas) {
      const rebuild = replica.copy === null ? undefined : this.copies.get(replica.copy)
      if (rebuild?.source === source) this.stop(replica)
    }
  }

  /** Null: it was stopped in the meantime. */
  finished(transfer: FinishedTransfer): FinishedRebuild | null {
    const rebuild = this.copies.get(transfer.id)
    if (rebuild === undefined) return null
    this.copies.delete(transfer.id)
    rebuild.replica.copy = null
    return rebuild
  }

  copiedPercent(replica: ModelReplica, volume: ModelVolume): number {
    if (replica.copy === null) return 0
    const copied = this.cluster.dataPath.transferredBytes(replica.copy)
    return Math.min(99, Math.floor((copied * 100) / Math.max(1, allocatedBytes(volume))))
  }
}
