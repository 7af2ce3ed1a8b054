/**
 * The modelled coder as the stripes port shows it: images, encoding, reading back, who serves. It
 * obeys absolute statements, and refuses what would lose a write or a replica too early; how long
 * its work takes is the devices' matter.
 */
import type { CodedEvent } from '../../src/core/coded-event.js'
import type { Reply } from '../../src/core/command.js'
import type { PoolId } from '../../src/core/model.js'
import { slotBytes, stripeGeometry, stripesOf } from '../../src/core/stripe.js'
import type { StripeCommand } from '../../src/core/stripe-command.js'
import type { FinishedTransfer, Leg } from '../data-path.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import { refused } from '../mayastor/refusal.js'
import { allocatedBytes, isHealthy } from '../mayastor/scheduler.js'
import type { ModelPool, ModelVolume } from '../mayastor/state.js'
import { dataLegs, replicaLegs, shardLegs, sourceLegs } from './coded-legs.js'
import type { CodedStore } from './coded-store.js'
import { CoderJobs } from './coder-jobs.js'
import { type ModelCoded, type ModelJob, newCoded } from './model-coded.js'

/** Requests are held no longer than it takes to encode and read back so many bytes. */
const mostHeldBytes = 1_073_741_824
/** The pace of a hold: the source, the shards and the reading back, one after another. */
const heldBytesPerUs = 200

type Do<Kind extends StripeCommand['kind']> = Extract<StripeCommand, { readonly kind: Kind }>

export class CoderPlane {
  private readonly jobs: CoderJobs

  constructor(
    private readonly cluster: ModelCluster,
    readonly store: CodedStore,
  ) {
    this.jobs = new CoderJobs(cluster)
  }

  perform(command: StripeCommand): Reply {
    const volume = this.cluster.volume(command.volume)
    if (volume === undefined) return refused('not-found', `Volume '${command.volume}' not found`)
    const reply = this.obey(volume, command)
    this.cluster.changed(volume)
    return reply
  }

  private obey(volume: ModelVolume, command: StripeCommand): Reply {
    switch (command.kind) {
      case 'make-image':
        return this.makeImage(volume, command)
      case 'encode':
        return this.encode(volume, command)
      case 'read-back':
        return this.readBack(volume, command)
      case 'serve-coded':
        return this.serveCoded(volume, command)
      case 'release-source':
        return this.releaseSource(volume)
      case 'make-replicas':
        return this.makeReplicas(volume, command)
      case 'restore':
        return this.restore(volume)
      case 'serve-source':
        return this.serveSource(volume)
      case 'drop-replicas':
        return this.dropReplicas(volume)
      case 'drop-coded':
        return this.dropCoded(volume)
    }
  }

  /** The volume was deleted, whatever it was in the middle of. */
  forget(volume: ModelVolume): void {
    this.jobs.stop(volume)
    if (volume.coded?.coding != null) this.store.remove(volume, volume.coded)
    volume.coded = null
  }

  private makeImage(volume: ModelVolume, { image }: Do<'make-image'>): Reply {
    if (!volume.replicas.some(isHealthy)) return refused('busy', 'no replica is healthy')
    const coded = volume.coded ?? newCoded(volume.replicaCount)
    if (coded.serves) return refused('precondition', 'the coded form serves already')
    if (coded.image?.name === image) return refused('already', `image ${image} is there`)
    volume.coded = coded
    this.jobs.stop(volume)
    const writes = this.cluster.dataPath.writes(volume.index)
    const changed = coded.image === null ? coded.stripes : writes - coded.image.writes
    coded.image = { name: image, writes }
    // Every write since the last image may have been to a stripe of its own.
    coded.encodedStripes = Math.max(0, coded.encodedStripes - changed)
    coded.readBackStripes = Math.min(coded.readBackStripes, coded.encodedStripes)
    this.tell({ kind: 'image-made', volume: volume.id, image, writes })
    return done
  }

  private encode(volume: ModelVolume, command: Do<'encode'>): Reply {
    const coded = this.imageOf(volume, command.image)
    if (coded === null) return refused('precondition', `image ${command.image} is not there`)
    if (coded.job !== null) return refused('already', 'it is being encoded')
    if (coded.coding === null && !this.place(volume, coded, command)) {
      return refused('no-pool', 'a pool has no room for its shards')
    }
    const { geometry, pools } = coded
    if (geometry === null) return refused('precondition', 'its stripes have no place')
    const left = coded.stripes - coded.encodedStripes
    if (left === 0) return this.encoded(volume, coded)
    const writes = shardLegs(geometry, pools)
    return this.begin(volume, 'encode', left, sourceLegs(volume), writes)
  }

  /** Takes the room of all shards, all at once or not at all. */
  private place(volume: ModelVolume, coded: ModelCoded, command: Do<'encode'>): boolean {
    const { coding } = command
    const geometry = stripeGeometry(coding.code, coding.stripeBytes)
    const stripes = stripesOf(geometry, volume.sizeBytes)
    const bytesPerPool = stripes * slotBytes(geometry)
    const pools = command.pools.flatMap(id => this.cluster.pools.find(pool => pool.id === id) ?? [])
    const roomy = pools.every(pool => pool.usedBytes + bytesPerPool <= pool.capacityBytes)
    if (pools.length !== command.pools.length || !roomy) return false
    Object.assign(coded, { coding, geometry, stripes, pools })
    this.store.add(volume, coded)
    this.tell({
      kind: 'shards-placed',
      volume: volume.id,
      code: coding.code,
      pools: command.pools,
      stripes,
      bytesPerPool,
    })
    return true
  }

  private readBack(volume: ModelVolume, { image }: Do<'read-back'>): Reply {
    const coded = this.imageOf(volume, image)
    if (coded?.geometry == null || coded.encodedStripes < coded.stripes) {
      return refused('precondition', `not every stripe holds image ${image}`)
    }
    if (coded.job !== null) return refused('already', 'it is being read back')
    const left = coded.stripes - coded.readBackStripes
    if (left === 0) return this.wasReadBack(volume, coded)
    const reads = [...sourceLegs(volume), ...shardLegs(coded.geometry, coded.pools)]
    return this.begin(volume, 'read-back', left, reads, [])
  }

  private serveCoded(volume: ModelVolume, { image, replicas }: Do<'serve-coded'>): Reply {
    const coded = this.imageOf(volume, image)
    if (coded?.verified?.name !== image || coded.geometry === null) {
      return refused('precondition', `image ${image} was not read back`)
    }
    if (coded.serves) return refused('already', 'it serves')
    if (volume.replicaCount !== replicas) return refused('conflict', 'its replica count changed')
    if (!this.store.isWhole(volume)) return refused('precondition', 'a shard is missing')
    const { geometry } = coded
    const writes = this.cluster.dataPath.writes(volume.index)
    const heldWrites = writes - coded.verified.writes
    const heldBytes = Math.min(coded.stripes, heldWrites) * geometry.stripeBytes
    if (heldBytes > mostHeldBytes) {
      return refused('precondition', `${heldWrites} writes came since image ${image}`)
    }
    coded.serves = true
    const heldUs = Math.ceil(heldBytes / heldBytesPerUs)
    this.tell({ kind: 'coded-serves', volume: volume.id, image, writes, heldWrites, heldUs })
    return done
  }

  private releaseSource(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded?.serves !== true) return refused('precondition', 'the source serves')
    if (!this.store.isWhole(volume)) return refused('precondition', 'a shard is missing')
    this.removeReplicas(volume)
    coded.replicaCount = volume.replicaCount
    volume.replicaCount = 0
    coded.image = null
    this.tell({ kind: 'source-released', volume: volume.id })
    return done
  }

  private makeReplicas(volume: ModelVolume, command: Do<'make-replicas'>): Reply {
    const { coded } = volume
    if (coded?.serves !== true) return refused('precondition', 'the coded form does not serve')
    if (volume.replicas.length > 0) return refused('already', 'it has replicas')
    const pools = this.poolsOf(command.pools)
    const bytes = allocatedBytes(volume)
    if (pools.some(pool => pool.usedBytes + bytes > pool.capacityBytes)) {
      return refused('no-pool', 'a pool has no room for a replica')
    }
    volume.replicaCount = pools.length
    for (const pool of pools) this.cluster.addReplica(volume, pool, 'command')
    coded.restoredStripes = 0
    coded.restoredFrom = this.cluster.dataPath.writes(volume.index)
    return done
  }

  private restore(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded?.geometry == null || volume.replicas.length === 0 || coded.restoredFrom === null) {
      return refused('precondition', 'it has no new replicas')
    }
    if (coded.job !== null) return refused('already', 'it is being restored')
    const isAway = (pool: ModelPool): boolean => this.store.isAway(volume, pool)
    const reads = dataLegs(coded.geometry, coded.pools, isAway)
    if (reads === null) return refused('busy', 'too few shards can be read')
    const left = coded.stripes - coded.restoredStripes
    return this.begin(volume, 'restore', left, reads, replicaLegs(volume))
  }

  private serveSource(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded?.serves !== true) return refused('already', 'the replicas serve')
    const whole = volume.replicas.length > 0 && volume.replicas.every(isHealthy)
    if (!whole || coded.restoredStripes < coded.stripes || coded.restoredFrom === null) {
      return refused('precondition', 'the replicas do not hold every stripe')
    }
    coded.serves = false
    this.tell({ kind: 'replicas-serve', volume: volume.id })
    return done
  }

  private dropReplicas(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded?.serves !== true) return refused('precondition', 'the replicas serve')
    this.jobs.stop(volume)
    this.removeReplicas(volume)
    volume.replicaCount = 0
    coded.restoredFrom = null
    return done
  }

  private dropCoded(volume: ModelVolume): Reply {
    const { coded } = volume
    if (coded === null) return refused('already', 'it has no coded form')
    if (coded.serves) return refused('precondition', 'the coded form serves')
    this.jobs.stop(volume)
    if (coded.coding !== null) this.store.remove(volume, coded)
    volume.coded = null
    this.tell({ kind: 'coded-dropped', volume: volume.id })
    return done
  }

  /** A transfer of the coder's ended; false: it is none of its. */
  transferFinished(transfer: FinishedTransfer): boolean {
    const ended = this.jobs.finished(transfer)
    if (ended === null) return this.store.transferFinished(transfer)
    const { volume, coded, kind } = ended
    if (kind === 'encode') this.encoded(volume, coded)
    else if (kind === 'read-back') this.wasReadBack(volume, coded)
    else this.restored(volume, coded)
    this.cluster.changed(volume)
    return true
  }

  private begin(
    volume: ModelVolume,
    kind: ModelJob['kind'],
    stripes: number,
    reads: readonly Leg[],
    writes: readonly Leg[],
  ): Reply {
    this.jobs.start(volume, kind, stripes, reads, writes)
    return done
  }

  private encoded(volume: ModelVolume, coded: ModelCoded): Reply {
    coded.encodedStripes = coded.stripes
    this.tellStripes('stripes-encoded', volume, coded)
    return done
  }

  private wasReadBack(volume: ModelVolume, coded: ModelCoded): Reply {
    coded.readBackStripes = coded.stripes
    coded.verified = coded.image
    this.tellStripes('stripes-read-back', volume, coded)
    return done
  }

  private restored(volume: ModelVolume, coded: ModelCoded): void {
    coded.restoredStripes = coded.stripes
    for (const replica of volume.replicas) {
      replica.syncedSinceUs = this.cluster.nowUs
      this.cluster.tellReplica('replica-synced', volume, replica, 'command')
    }
    this.tell({ kind: 'stripes-restored', volume: volume.id, stripes: coded.stripes })
  }

  private removeReplicas(volume: ModelVolume): void {
    for (const replica of volume.replicas) this.cluster.removeReplica(volume, replica, 'command')
  }

  private imageOf(volume: ModelVolume, image: string): ModelCoded | null {
    return volume.coded?.image?.name === image ? volume.coded : null
  }

  private poolsOf(ids: readonly PoolId[]): readonly ModelPool[] {
    return ids.flatMap(id => this.cluster.pools.find(pool => pool.id === id) ?? [])
  }

  private tellStripes(
    kind: 'stripes-encoded' | 'stripes-read-back',
    { id }: ModelVolume,
    coded: ModelCoded,
  ): void {
    const image = coded.image?.name ?? ''
    this.tell({ kind, volume: id, image, stripes: coded.stripes })
  }

  private tell(event: Untimed<CodedEvent>): void {
    this.cluster.tell({ ...event, atUs: this.cluster.nowUs })
  }
}

type Untimed<Event> = Event extends unknown ? Omit<Event, 'atUs'> : never

const done: Reply = { kind: 'done', volume: null }
