/**
 * The modelled cluster: its nodes, pools, volumes and replicas, the data path below them, and the
 * listener that is told what really happened. What acts on it is in the files beside this one.
 */
import type { ReplicaEvent, TruthEvent } from '../../src/core/event.js'
import { replicaId, type VolumeId } from '../../src/core/model.js'
import type { VersionRow } from '../../src/core/versions.js'
import type { CodedStore } from '../coding/coded-store.js'
import type { DataPath } from '../data-path.js'
import type { Engine } from '../engine/engine.js'
import { allocatedBytes, isHealthy } from './scheduler.js'
import type { ModelNode, ModelPool, ModelReplica, ModelVolume } from './state.js'

export class ModelCluster {
  /** Counts every change that a reader can see. */
  version = 0
  /** Where coded volumes' requests go, and what becomes of their shards; set when it is there. */
  coded: CodedStore | null = null
  private transfers = 0
  /** The same of each volume. */
  readonly volumeVersions: Float64Array
  private readonly byId = new Map<VolumeId, ModelVolume>()

  constructor(
    readonly nodes: readonly ModelNode[],
    readonly pools: readonly ModelPool[],
    readonly volumes: readonly ModelVolume[],
    readonly row: VersionRow,
    readonly engine: () => Engine,
    readonly dataPath: DataPath,
    readonly tell: (event: TruthEvent) => void,
  ) {
    this.volumeVersions = new Float64Array(volumes.length)
    for (const volume of volumes) this.byId.set(volume.id, volume)
  }

  get nowUs(): number {
    return this.engine().nowUs
  }

  /** A number that no other transfer has, whoever starts it. */
  transferId(): number {
    this.transfers += 1
    return this.transfers - 1
  }

  volume(id: VolumeId): ModelVolume | undefined {
    const volume = this.byId.get(id)
    return volume?.deleted === true ? undefined : volume
  }

  /** Tells the data path where the volume's requests go, and readers that it changed. */
  changed(volume: ModelVolume): void {
    this.volumeVersions[volume.index] += 1
    this.version += 1
    const readable = volume.replicas.filter(isHealthy).map(replica => replica.pool.index)
    const writable = volume.replicas
      .filter(replica => isHealthy(replica) || replica.copy !== null)
      .map(replica => replica.pool.index)
    const published = volume.target?.online === true && !volume.deleted
    const coded = published ? (this.coded?.route(volume) ?? null) : null
    this.dataPath.setRoute(volume.index, coded ?? { published, readable, writable })
  }

  addReplica(volume: ModelVolume, pool: ModelPool, by: ReplicaEvent['by']): ModelReplica {
    volume.created += 1
    const replica: ModelReplica = {
      id: replicaId(`${volume.name}-r${volume.created}`),
      pool,
      state: 'online',
      syncedSinceUs: null,
      wasSynced: null,
      wasLast: false,
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

  /** Its copy must have been stopped. */
  removeReplica(volume: ModelVolume, replica: ModelReplica, by: ReplicaEvent['by']): void {
    volume.replicas = volume.replicas.filter(one => one !== replica)
    replica.pool.usedBytes -= allocatedBytes(volume)
    replica.pool.committedBytes -= volume.sizeBytes
    replica.pool.replicas -= 1
    this.tellReplica('replica-removed', volume, replica, by)
  }

  tellReplica(
    kind: ReplicaEvent['kind'],
    volume: ModelVolume,
    replica: ModelReplica,
    by: ReplicaEvent['by'],
  ): void {
    this.tell({
      kind,
      atUs: this.nowUs,
      volume: volume.id,
      replica: replica.id,
      pool: replica.pool.id,
      healthy: volume.replicas.filter(isHealthy).length,
      rebuilds: volume.replicas.filter(one => one.copy !== null).length,
      by,
    })
  }
}
