/**
 * The modelled coder as the stripes port shows it: images, encoding, reading back, who serves. It
 * obeys absolute statements, and refuses what would lose a write or a replica too early; how long
 * its work takes is the devices' matter.
 */
import { codeName } from '../../src/core/code.js'
import type { CodedEvent } from '../../src/core/coded-event.js'
import type { Reply } from '../../src/core/command.js'
import { slotBytes, stripeGeometry, stripesOf } from '../../src/core/stripe.js'
import type { StripeCommand } from '../../src/core/stripe-command.js'
import type { FinishedTransfer, Leg } from '../data-path.js'
import type { ModelCluster } from '../mayastor/cluster.js'
import type { Rebuilds } from '../mayastor/rebuilds.js'
import { refused } from '../mayastor/refusal.js'
import { isHealthy } from '../mayastor/scheduler.js'
import type { ModelVolume } from '../mayastor/state.js'
import { shardLegs, sourceLegs } from './coded-legs.js'
import type { CodedStore } from './coded-store.js'
import { CoderJobs } from './coder-jobs.js'
import { CoderReturn } from './coder-return.js'
import { type ModelCoded, type ModelJob, newCoded } from './model-coded.js'

/** Requests are held no longer than it takes to encode and read back so many bytes. */
const mostHeldBytes = 1_073_741_824
/** The pace of a hold: the source, the shards and the reading back, one after another. */
const heldBytesPerUs = 200

type Do<Kind extends StripeCommand['kind']> = Extract<StripeCommand, { readonly kind: Kind }>

export class CoderPlane {
  /** Stripes that were encoded, again for every image that changed them, and their user bytes. */
  readonly encodedSoFar = { stripes: 0, bytes: 0 }
  private readonly jobs: CoderJobs
  private readonly wayBack: CoderReturn

  constructor(
    private readonly cluster: ModelCluster,
    readonly store: CodedStore,
    private readonly rebuilds: Rebuilds,
  ) {
    this.jobs = new CoderJobs(cluster, store.proving)
    this.wayBack = new CoderReturn(cluster, store, this.jobs, rebuilds)
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
        return this.wayBack.makeReplicas(volume, command)
      case 'restore':
        return this.wayBack.restore(volume)
      case 'serve-source':
        return this.wayBack.serveSource(volume)
      case 'drop-replicas':
        return this.wayBack.dropReplicas(volume)
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
    if (!isFor(coded, command)) return refused('conflict', 'it is encoded with another code')
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
    // Replicas that came since are no source, and the count is noted once.
    if (coded.image === null) return refused('already', 'the source is released')
    if (!this.store.isWhole(volume)) return refused('precondition', 'a shard is missing')
    this.rebuilds.stopAll(volume)
    for (const replica of volume.replicas) this.cluster.removeReplica(volume, replica, 'command')
    coded.replicaCount = volume.replicaCount
    volume.replicaCount = 0
    coded.image = null
    this.tell({ kind: 'source-released', volume: volume.id })
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
    const { volume, coded, kind, stripes } = ended
    if (kind === 'encode') {
      this.encodedSoFar.stripes += stripes
      this.encodedSoFar.bytes += stripes * (coded.geometry?.stripeBytes ?? 0)
      this.encoded(volume, coded)
    } else if (kind === 'read-back') this.wasReadBack(volume, coded)
    else this.wayBack.restored(volume, coded)
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

  private imageOf(volume: ModelVolume, image: string): ModelCoded | null {
    return volume.coded?.image?.name === image ? volume.coded : null
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

/** What stands there, if anything does, has the code that is asked for. */
function isFor({ coding }: ModelCoded, command: Do<'encode'>): boolean {
  if (coding === null) return true
  const { code, stripeBytes, policy } = command.coding
  const isSameShape = codeName(coding.code) === codeName(code) && coding.stripeBytes === stripeBytes
  return isSameShape && coding.policy === policy
}

type Untimed<Event> = Event extends unknown ? Omit<Event, 'atUs'> : never

const done: Reply = { kind: 'done', volume: null }
