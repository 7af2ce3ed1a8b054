/**
 * From the journal to the stripes, in the background: what a volume's journal held for its interval
 * leaves it stripe by stripe, in closed loop. A stripe of which every byte is new is written whole;
 * of any other the old bytes and parity are read, then the new written.
 */
import type { Stations } from '../devices/stations.js'
import { EventQueue } from '../engine/event-queue.js'
import type { CodedCounts } from './coded-counts.js'
import { firstPlace, type PlaceSet } from './coded-plan.js'
import type { CodedVolume } from './coded-volume.js'
import type { DirtyStripe } from './dirty-stripe.js'

/** As the journal of an ErasureCodingPolicy that says nothing of it. */
export const usualDestageIntervalUs = 30_000_000

/** What a stripe needs of its places. */
interface Patch {
  readonly reads: PlaceSet
  readonly writes: PlaceSet
  /** By place: bytes of the blocks that change there. */
  readonly bytes: Float64Array
}

export class Destage {
  private readonly queue = new EventQueue()
  private readonly waiting: (CodedVolume | null)[] = []
  private readonly free: number[] = []

  constructor(
    private readonly stations: Stations,
    private readonly counts: CodedCounts,
  ) {}

  get firstUs(): number {
    return this.queue.firstUs
  }

  /** Something lies in the volume's journal. */
  wake(own: CodedVolume, atUs: number): void {
    if (own.isAwake) return
    this.push(own, atUs + (own.route.destageIntervalUs ?? usualDestageIntervalUs))
  }

  /** The volume is coded no more. */
  forget(own: CodedVolume): void {
    const place = this.waiting.indexOf(own)
    if (place >= 0) this.waiting[place] = null
  }

  /** The next half of a stripe, at its own instant. */
  step(): void {
    const atUs = this.queue.firstUs
    const handle = this.queue.pop()
    const own = this.waiting[handle]
    this.waiting[handle] = null
    this.free.push(handle)
    if (own === null || own === undefined) return
    own.isAwake = false
    if (own.isPatching) this.finish(own, atUs)
    else this.begin(own, atUs)
  }

  /** The first stripe that leaves: its old bytes are read, or it is written whole. */
  private begin(own: CodedVolume, atUs: number): void {
    if (own.leaving.size === 0) {
      own.leaving = own.dirty
      own.dirty = new Map()
    }
    const [first] = own.leaving
    if (first === undefined) return
    const [stripe, dirty] = first
    if (!own.isReadable(stripe)) {
      this.keep(own, atUs)
      return
    }
    if (dirty.isWhole) {
      const { shardBytes } = own.route.geometry
      const bytes = new Float64Array(own.plan.places).fill(shardBytes)
      this.counts.destagedStripes += 1
      this.leave(own, stripe, this.visit(own, 1, own.plan.present, bytes, stripe, atUs))
      return
    }
    const patch = patchOf(own, stripe, dirty)
    own.isPatching = true
    this.push(own, this.visit(own, 0, patch.reads, patch.bytes, stripe, atUs))
  }

  /** Old bytes were read: the new ones are written. */
  private finish(own: CodedVolume, atUs: number): void {
    own.isPatching = false
    const [first] = own.leaving
    if (first === undefined) return
    const [stripe, dirty] = first
    if (!own.isReadable(stripe)) {
      this.keep(own, atUs)
      return
    }
    const { writes, bytes } = patchOf(own, stripe, dirty)
    const { dataShards } = own.plan
    for (let shard = 0; shard < dataShards; shard++) {
      if (dirty.touchedBytes(shard) > 0) this.counts.patchedShards += 1
    }
    this.leave(own, stripe, this.visit(own, 1, writes, bytes, stripe, atUs))
  }

  /** The stripe is out of the journal; the next one begins when it is written. */
  private leave(own: CodedVolume, stripe: number, doneUs: number): void {
    own.leaving.delete(stripe)
    if (own.leaving.size > 0) this.push(own, doneUs)
    else if (own.dirty.size > 0) this.wake(own, doneUs)
  }

  /** Too few shards are there: everything stays in the journal, and is tried again later. */
  private keep(own: CodedVolume, atUs: number): void {
    for (const [stripe, dirty] of own.leaving) {
      own.dirty.get(stripe)?.absorb(dirty)
      if (!own.dirty.has(stripe)) own.dirty.set(stripe, dirty)
    }
    own.leaving.clear()
    this.wake(own, atUs)
  }

  private visit(
    own: CodedVolume,
    operation: 0 | 1,
    places: PlaceSet,
    bytes: Float64Array,
    stripe: number,
    atUs: number,
  ): number {
    const { pools, geometry } = own.route
    const offset = stripe * geometry.shardBytes
    let doneUs = atUs
    for (let rest = places; rest !== 0; rest &= rest - 1) {
      const place = firstPlace(rest)
      const pool = pools[place]
      const size = bytes[place]
      const ownUs = this.stations.visit(pool, operation, size, atUs, own.destageStream, offset)
      if (ownUs > doneUs) doneUs = ownUs
      if (operation === 0) this.counts.destageReadBytes += size
      else this.counts.destageWriteBytes += size
    }
    return doneUs
  }

  private push(own: CodedVolume, atUs: number): void {
    const handle = this.free.pop() ?? this.waiting.length
    this.waiting[handle] = own
    own.isAwake = true
    this.queue.push(atUs, handle)
  }
}

/** Shards that were written patch themselves and the parity over them, all at once. */
function patchOf(own: CodedVolume, stripe: number, dirty: DirtyStripe): Patch {
  const { plan } = own
  const bytes = new Float64Array(plan.places).fill(dirty.parityBytes)
  let reads = 0
  let writes = 0
  let isDegraded = false
  for (let shard = 0; shard < plan.dataShards; shard++) {
    if (dirty.touchedBytes(shard) === 0) continue
    const cell = own.cell(stripe, shard)
    reads |= plan.patchReads[cell]
    writes |= plan.patchWrites[cell]
    if (plan.degraded[cell] === 1) isDegraded = true
  }
  // Where a lost shard is patched, others are read for it besides what changes of them.
  if (isDegraded) return { reads, writes, bytes }
  for (let shard = 0; shard < plan.dataShards; shard++) {
    const touched = dirty.touchedBytes(shard)
    if (touched > 0) bytes[firstPlace(plan.reads[own.cell(stripe, shard)])] = touched
  }
  return { reads, writes, bytes }
}
