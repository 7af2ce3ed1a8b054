/** What the journal holds of one stripe: which blocks were written, and which of them whole. */
import { blockLength, type StripeGeometry } from '../../src/core/stripe.js'

export class DirtyStripe {
  /**
   * Of each data block, shard by shard: 0 where nothing was written, else one more than the bytes
   * from its beginning that were. What is written behind a gap leaves a block in part.
   */
  private readonly written: Int32Array

  constructor(private readonly geometry: StripeGeometry) {
    this.written = new Int32Array(geometry.code.dataShards * geometry.blocksPerShard)
  }

  /** Bytes of one shard, from and to. */
  write(shard: number, from: number, to: number): void {
    const { blockBytes, blocksPerShard } = this.geometry
    for (let block = Math.floor(from / blockBytes); block * blockBytes < to; block++) {
      const cell = shard * blocksPerShard + block
      const begin = block * blockBytes
      const known = Math.max(0, this.written[cell] - 1)
      const end = Math.min(to - begin, blockLength(this.geometry, block))
      const reaches = from - begin <= known
      this.written[cell] = 1 + (reaches ? Math.max(known, end) : known)
    }
  }

  /** What another one holds besides: it is of the same stripe. */
  absorb(other: DirtyStripe): void {
    for (let cell = 0; cell < this.written.length; cell++) {
      this.written[cell] = Math.max(this.written[cell], other.written[cell])
    }
  }

  /** Every user byte of the stripe was written: no old one is needed. */
  get isWhole(): boolean {
    const { geometry, written } = this
    for (let cell = 0; cell < written.length; cell++) {
      const shard = Math.floor(cell / geometry.blocksPerShard)
      const block = cell % geometry.blocksPerShard
      if (written[cell] - 1 < userBytes(geometry, shard, block)) return false
    }
    return true
  }

  /** Bytes of the blocks of one shard that were written. */
  touchedBytes(shard: number): number {
    let bytes = 0
    for (let block = 0; block < this.geometry.blocksPerShard; block++) {
      const cell = shard * this.geometry.blocksPerShard + block
      if (this.written[cell] > 0) bytes += blockLength(this.geometry, block)
    }
    return bytes
  }

  /** Bytes of the blocks that were written of any shard: what is patched of parity. */
  get parityBytes(): number {
    const { geometry, written } = this
    let bytes = 0
    for (let block = 0; block < geometry.blocksPerShard; block++) {
      for (let cell = block; cell < written.length; cell += geometry.blocksPerShard) {
        if (written[cell] === 0) continue
        bytes += blockLength(geometry, block)
        break
      }
    }
    return bytes
  }
}

function userBytes(geometry: StripeGeometry, shard: number, block: number): number {
  const begin = shard * geometry.shardBytes + block * geometry.blockBytes
  return Math.min(blockLength(geometry, block), geometry.stripeBytes - begin)
}
