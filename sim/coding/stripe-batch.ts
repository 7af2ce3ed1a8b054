/**
 * Some stripes in one place of the coder's ring: made, encoded, damaged, found out, rebuilt and
 * compared byte by byte.
 */
import { allShards, membersOf, type ShardSet, shardsOf } from '../../src/core/code.js'
import { readsFor } from '../../src/core/rebuild.js'
import { blockLength } from '../../src/core/stripe.js'
import type { Coder, Place } from '../../src/ec/coder.js'
import {
  blockState,
  fillBlock,
  firstDifference,
  type StripeName,
  userBytesOf,
  wordsOf,
} from './payload.js'
import { mixed } from './stripe-chance.js'

/** Shards of one stripe that are gone, and those of which a bit is wrong. */
export interface Damage {
  readonly lost: ShardSet
  readonly flipped: ShardSet
}

/** A byte that does not read back, or damage that was not found as it was: law 11 is broken. */
export interface Mismatch {
  readonly volume: number
  readonly stripe: number
  readonly text: string
}

export class StripeBatch {
  readonly mismatches: Mismatch[] = []
  rebuiltShards = 0
  /** Stripes that had lost more than their code can rebuild. */
  lostStripes = 0

  constructor(
    private readonly coder: Coder,
    private readonly place: Place,
    private readonly seed: number,
    private readonly names: readonly StripeName[],
  ) {}

  async encode(): Promise<void> {
    const { geometry } = this.coder
    this.names.forEach((name, at) => {
      this.eachDataBlock((shard, block) => {
        const begin = blockState(this.seed, name, shard, block)
        fillBlock(this.place.block(at, shard, block), begin, userBytesOf(geometry, shard, block))
      })
    })
    await this.coder.encode(this.place, this.names.length)
  }

  /** Of the blocks of the first shards, as the last task found them: shard by shard. */
  checksums(at: number, shards: number): Uint32Array {
    const { blocksPerShard } = this.coder.geometry
    return Uint32Array.from({ length: shards * blocksPerShard }, (_, index) =>
      this.place.checksum(at, Math.floor(index / blocksPerShard), index % blocksPerShard),
    )
  }

  /** The stripe's data must have these checksums, as it had when it was encoded first. */
  compareChecksums(at: number, expected: Uint32Array): void {
    const found = this.checksums(at, this.coder.geometry.code.dataShards)
    if (found.some((one, index) => one !== expected[index])) {
      this.tell(at, 'its data has other checksums than when it was encoded')
    }
  }

  /** Damages the encoded stripes, finds what is wrong by checksums, and makes it again. */
  async restore(damages: readonly Damage[]): Promise<void> {
    const { code } = this.coder.geometry
    const truth = this.names.map((_, at) => this.checksums(at, shardsOf(code)))
    for (const [at, damage] of damages.entries()) this.damage(at, damage)
    await this.coder.check(this.place, this.names.length, allShards(code))
    for (const [at, { lost, flipped }] of damages.entries()) {
      const found = this.wrongShards(at, truth[at])
      if (found !== (lost | flipped)) {
        const texts = [lost | flipped, found].map(set => membersOf(set).join(', ') || 'none')
        this.tell(at, `its shards ${texts[0]} were damaged, and ${texts[1]} found`)
      }
      if (found === 0 || (await this.rebuild(at, found))) this.compare(at, truth[at])
    }
  }

  private async rebuild(at: number, found: ShardSet): Promise<boolean> {
    const { code } = this.coder.geometry
    const reads = readsFor(code, found, allShards(code) & ~found)
    if (reads === null) {
      this.lostStripes += 1
      return false
    }
    await this.coder.rebuild(this.place, at, null, reads, found)
    this.rebuiltShards += membersOf(found).length
    return true
  }

  /** A lost shard is turned over in every bit, so that nothing of it is there by chance. */
  private damage(at: number, { lost, flipped }: Damage): void {
    const { geometry } = this.coder
    for (const shard of membersOf(lost)) {
      for (let block = 0; block < geometry.blocksPerShard; block++) {
        const words = wordsOf(this.place.block(at, shard, block))
        for (let word = 0; word < words.length; word++) words[word] = ~words[word]
      }
    }
    for (const shard of membersOf(flipped & ~lost)) {
      const draw = mixed(blockState(this.seed, this.names[at], shard, 0), shard) >>> 0
      const block = draw % geometry.blocksPerShard
      const bit = Math.floor(draw / 64) % (8 * blockLength(geometry, block))
      this.place.block(at, shard, block)[Math.floor(bit / 8)] ^= 1 << (bit % 8)
    }
  }

  private wrongShards(at: number, truth: Uint32Array): ShardSet {
    const { blocksPerShard } = this.coder.geometry
    let wrong = 0
    this.checksums(at, truth.length / blocksPerShard).forEach((one, index) => {
      if (one !== truth[index]) wrong |= 1 << Math.floor(index / blocksPerShard)
    })
    return wrong
  }

  /** Data against what belongs there, byte by byte; parity against its checksums. */
  private compare(at: number, truth: Uint32Array): void {
    const { geometry } = this.coder
    this.eachDataBlock((shard, block) => {
      const begin = blockState(this.seed, this.names[at], shard, block)
      const bytes = this.place.block(at, shard, block)
      const differs = firstDifference(bytes, begin, userBytesOf(geometry, shard, block))
      if (differs < 0) return
      this.tell(at, `byte ${differs} of block ${block} of shard ${shard} does not read back`)
    })
    const wrong = this.wrongShards(at, truth) & ~((1 << geometry.code.dataShards) - 1)
    if (wrong !== 0) this.tell(at, `its parity shards ${membersOf(wrong).join(', ')} differ`)
  }

  private eachDataBlock(see: (shard: number, block: number) => void): void {
    const { code, blocksPerShard } = this.coder.geometry
    for (let shard = 0; shard < code.dataShards; shard++) {
      for (let block = 0; block < blocksPerShard; block++) see(shard, block)
    }
  }

  private tell(at: number, text: string): void {
    const { volume, stripe } = this.names[at]
    this.mismatches.push({ volume, stripe, text })
  }
}
