/**
 * Some consecutive stripes of a volume in a place of the ring: what was read of them, what of that
 * is believed, and what can be made again of the rest. A block counts only when it is `good`: its
 * checksum is that of a trailer that belongs there, or it was made again from blocks that are good.
 */
import { allShards, membersOf, type ShardSet, shardsOf } from '../../core/code.js'
import { readsFor } from '../../core/rebuild.js'
import { crc32c } from '../checksum.js'
import type { Coder, Place } from '../coder.js'
import {
  blockChecksum,
  firstGeneration,
  type SlotIdentity,
  trailerEnd,
  trailerFault,
} from '../container/slot-page.js'
import { type BlockState, blockStates } from './findings.js'
import { blockOffset, pageOffset, slotOffset } from './layout.js'
import { buffersOf, type PlaceBuffers } from './place-buffers.js'
import type { CodedVolume } from './volume.js'

const good = blockStates.indexOf('good')
const made = blockStates.indexOf('made')

/** Shards to make, and those to make them from. */
interface Making {
  readonly wanted: ShardSet
  readonly reads: ShardSet
}

export class Batch {
  readonly #states: Uint8Array
  readonly #buffers: PlaceBuffers
  readonly #shards: number
  readonly #blocks: number
  bytesRead = 0

  constructor(
    readonly volume: CodedVolume,
    readonly coder: Coder,
    readonly place: Place,
    readonly first: number,
    readonly stripes: number,
  ) {
    this.#shards = shardsOf(volume.header.geometry.code)
    this.#blocks = volume.header.geometry.blocksPerShard
    this.#states = new Uint8Array(stripes * this.#shards * this.#blocks)
    this.#buffers = buffersOf(volume.header.geometry, place)
    this.#buffers.clearPages(stripes)
    for (const { pool, file, state } of volume.containers) {
      const fault = state === 'foreign' ? 'foreign' : 'missing'
      if (file === null) this.#markShard(pool, fault)
    }
  }

  stateOf(stripe: number, shard: number, block: number): BlockState {
    return blockStates[this.#states[this.#at(stripe, shard, block)]]
  }

  /** The page of a slot as it was read; zeroes where it was not. */
  page(stripe: number, shard: number): Uint8Array {
    return this.#buffers.page(stripe, shard)
  }

  identity(stripe: number, shard: number): SlotIdentity {
    const { volume, epoch } = this.volume.header
    const generation = firstGeneration
    return { volume, stripe: this.first + stripe, shard, generation, epoch }
  }

  /** Shards whose block of this word was read, or looked for, and is not good. */
  badOf(stripe: number, block: number): ShardSet {
    return this.#setOf(stripe, block, state => state > made)
  }

  goodOf(stripe: number, block: number): ShardSet {
    return this.#setOf(stripe, block, state => state === good || state === made)
  }

  /** Shards whose block was bad, and was made again. */
  madeOf(stripe: number, block: number): ShardSet {
    return this.#setOf(stripe, block, state => state === made)
  }

  /** Reads all slots of these shards, one call a pool, and finds out what of them is good. */
  async load(shards: ShardSet): Promise<void> {
    const wanted = membersOf(shards).filter(shard => this.volume.containers[shard].file !== null)
    const read = await Promise.all(wanted.map(shard => this.#readSlots(shard)))
    const present = wanted.filter((_, index) => read[index] !== null)
    if (present.length > 0) {
      const set = present.reduce((all, shard) => all | (1 << shard), 0)
      await this.coder.check(this.place, this.stripes, set)
    }
    for (const [index, shard] of wanted.entries()) {
      const bytes = read[index]
      if (bytes === null) await this.#loadOneByOne(shard)
      else this.#judgeSlots(shard, bytes)
    }
  }

  /** Reads one block and its trailer. */
  async loadBlock(stripe: number, shard: number, block: number): Promise<void> {
    const { file } = this.volume.containers[shard]
    if (file === null) return
    const { geometry } = this.volume.header
    const target = this.place.block(stripe, shard, block)
    const page = this.page(stripe, shard)
    const global = this.first + stripe
    const [bytes, trailer] = await Promise.allSettled([
      file.readv([target], blockOffset(geometry, global, block)),
      file.readv([page], pageOffset(geometry, global)),
    ])
    if (bytes.status === 'rejected' || trailer.status === 'rejected') {
      this.#mark(stripe, shard, block, 'unreadable')
      return
    }
    this.bytesRead += bytes.value + trailer.value
    const isWhole = bytes.value === target.length && trailer.value >= trailerEnd(block)
    if (isWhole) this.#judge(stripe, shard, block, crc32c(target))
    else this.#mark(stripe, shard, block, 'short')
  }

  /**
   * Makes the wanted blocks good, reading what that takes; answers for each stripe and block which
   * shards of it are lost.
   */
  async mend(wanted: ShardSet): Promise<readonly (readonly ShardSet[])[]> {
    const stripes = Array.from({ length: this.stripes }, (_, stripe) => stripe)
    const alike = this.#alike(stripes, wanted)
    if (alike !== null) {
      await this.coder.rebuildStripes(this.place, this.stripes, alike.reads, alike.wanted)
      for (const stripe of stripes) this.#acceptStripe(stripe, alike.wanted)
    }
    return Promise.all(stripes.map(stripe => this.#mendStripe(stripe, wanted)))
  }

  async #mendStripe(stripe: number, wanted: ShardSet): Promise<readonly ShardSet[]> {
    const alike = this.#alike([stripe], wanted)
    if (alike !== null) {
      await this.coder.rebuild(this.place, stripe, null, alike.reads, alike.wanted)
      this.#acceptStripe(stripe, alike.wanted)
    }
    const lost: ShardSet[] = []
    for (let block = 0; block < this.#blocks; block++) {
      lost.push(await this.mendWord(stripe, block, wanted))
    }
    return lost
  }

  async mendWord(stripe: number, block: number, wanted: ShardSet): Promise<ShardSet> {
    let lost: ShardSet = 0
    for (;;) {
      const bad = this.badOf(stripe, block)
      const missing = wanted & bad & ~lost
      if (missing === 0) return lost
      const present = allShards(this.volume.header.geometry.code) & ~bad
      const part = this.#makeable(missing, present)
      if (part === null) return lost | missing
      const unread = part.reads & ~this.goodOf(stripe, block)
      if (unread === 0) {
        lost |= await this.#rebuild(stripe, block, part.reads, part.wanted)
        continue
      }
      await Promise.all(membersOf(unread).map(shard => this.loadBlock(stripe, shard, block)))
    }
  }

  /** All of the missing shards at once if that can be done, else one that can be made alone. */
  #makeable(missing: ShardSet, present: ShardSet): Making | null {
    const { code } = this.volume.header.geometry
    const choices = [missing, ...membersOf(missing).map(shard => 1 << shard)]
    for (const wanted of choices) {
      const reads = readsFor(code, wanted, present)
      if (reads !== null) return { wanted, reads }
    }
    return null
  }

  /** Where every word of these stripes lacks the same shards, and all it takes is read. */
  #alike(stripes: readonly number[], wanted: ShardSet): Making | null {
    const { code } = this.volume.header.geometry
    const bad = this.badOf(stripes[0], 0)
    const missing = bad & wanted
    const reads = missing === 0 ? null : readsFor(code, missing, allShards(code) & ~bad)
    if (reads === null) return null
    for (const stripe of stripes) {
      for (let block = 0; block < this.#blocks; block++) {
        const isSame = this.badOf(stripe, block) === bad
        if (!isSame || (reads & ~this.goodOf(stripe, block)) !== 0) return null
      }
    }
    return { reads, wanted: missing }
  }

  #acceptStripe(stripe: number, made: ShardSet): void {
    for (let block = 0; block < this.#blocks; block++) this.#accept(stripe, block, made)
  }

  async #rebuild(
    stripe: number,
    block: number,
    reads: ShardSet,
    wanted: ShardSet,
  ): Promise<ShardSet> {
    await this.coder.rebuild(this.place, stripe, block, reads, wanted)
    return this.#accept(stripe, block, wanted)
  }

  /**
   * What was made is good, unless an intact trailer of that very block knows another checksum: then
   * some good block is none, and nobody can tell which. Answers the shards for which it is so.
   */
  #accept(stripe: number, block: number, made: ShardSet): ShardSet {
    let refused: ShardSet = 0
    for (const shard of membersOf(made)) {
      const isKnown = this.stateOf(stripe, shard, block) === 'checksum'
      const checksum = this.place.checksum(stripe, shard, block)
      const isRight = !isKnown || checksum === blockChecksum(this.page(stripe, shard), block)
      this.#mark(stripe, shard, block, isRight ? 'made' : 'inconsistent')
      if (!isRight) refused |= 1 << shard
    }
    return refused
  }

  /** Bytes that there were; null when the device failed somewhere in them. */
  async #readSlots(shard: number): Promise<number | null> {
    const { file } = this.volume.containers[shard]
    if (file === null) return null
    const { geometry } = this.volume.header
    const buffers = this.#buffers.slots(shard, this.stripes)
    try {
      const bytes = await file.readv(buffers, slotOffset(geometry, this.first))
      this.bytesRead += bytes
      return bytes
    } catch {
      return null
    }
  }

  async #loadOneByOne(shard: number): Promise<void> {
    for (let stripe = 0; stripe < this.stripes; stripe++) {
      for (let block = 0; block < this.#blocks; block++) {
        await this.loadBlock(stripe, shard, block)
      }
    }
  }

  /** A container that ends within a slot still has the blocks whose trailers it holds. */
  #judgeSlots(shard: number, bytes: number): void {
    const { geometry } = this.volume.header
    const end = slotOffset(geometry, this.first) + bytes
    for (let stripe = 0; stripe < this.stripes; stripe++) {
      const page = pageOffset(geometry, this.first + stripe)
      for (let block = 0; block < this.#blocks; block++) {
        if (page + trailerEnd(block) > end) this.#mark(stripe, shard, block, 'short')
        else this.#judge(stripe, shard, block, this.place.checksum(stripe, shard, block))
      }
    }
  }

  #judge(stripe: number, shard: number, block: number, checksum: number): void {
    const page = this.page(stripe, shard)
    const { geometry } = this.volume.header
    const fault = trailerFault(page, geometry, this.identity(stripe, shard), block)
    const isRight = fault === null && blockChecksum(page, block) === checksum
    this.#mark(stripe, shard, block, fault ?? (isRight ? 'good' : 'checksum'))
  }

  #setOf(stripe: number, block: number, isIn: (state: number) => boolean): ShardSet {
    let set: ShardSet = 0
    for (let shard = 0; shard < this.#shards; shard++) {
      if (isIn(this.#states[this.#at(stripe, shard, block)])) set |= 1 << shard
    }
    return set
  }

  #markShard(shard: number, state: BlockState): void {
    for (let stripe = 0; stripe < this.stripes; stripe++) {
      for (let block = 0; block < this.#blocks; block++) this.#mark(stripe, shard, block, state)
    }
  }

  #mark(stripe: number, shard: number, block: number, state: BlockState): void {
    this.#states[this.#at(stripe, shard, block)] = blockStates.indexOf(state)
  }

  #at(stripe: number, shard: number, block: number): number {
    return (stripe * this.#shards + shard) * this.#blocks + block
  }
}
