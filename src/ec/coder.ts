/**
 * Stripes through worker threads, without a copy: who codes takes a place in the shared ring, reads
 * or writes its bytes there, and hands it to a worker. There are as many places as the ring holds;
 * waiting for one is the back-pressure. `openCoder` (open-coder.ts) makes one.
 */
import type { ShardSet } from '../core/code.js'
import type { StripeGeometry } from '../core/stripe.js'
import type { EngineName, Family } from './codec.js'
import type { WordAt } from './ring.js'

/**
 * Room for `stripes` stripes. In it, word by word: block b of shard 0, of shard 1, and so on. What
 * lies in it when it is taken is what its last holder left.
 */
export interface Place {
  readonly stripes: number
  /** Block `block` of shard `shard` of the place's `stripe`-th stripe, as a view of the ring. */
  block(stripe: number, shard: number, block: number): Uint8Array<SharedArrayBuffer>
  /** A page beside the blocks of that shard, for who writes or reads them. */
  page(stripe: number, shard: number): Uint8Array<SharedArrayBuffer>
  /** CRC32C of that block as the last task found it. */
  checksum(stripe: number, shard: number, block: number): number
}

export interface Coder {
  readonly engine: EngineName
  readonly family: Family
  readonly geometry: StripeGeometry
  /** Waits until a place is free. */
  take(): Promise<Place>
  /** Parity of the first `stripes` stripes, then the checksums of all their blocks. */
  encode(place: Place, stripes: number): Promise<void>
  /** Checksums of the blocks of `shards` of the first `stripes` stripes, as they lie there. */
  check(place: Place, stripes: number, shards: ShardSet): Promise<void>
  /** The words of the first `stripes` stripes whose parity does not fit their data. */
  verify(place: Place, stripes: number): Promise<readonly WordAt[]>
  /**
   * Makes the wanted blocks of one word (or of all words of one stripe, `block` null) from those of
   * `reads`, then their checksums.
   */
  rebuild(
    place: Place,
    stripe: number,
    block: number | null,
    reads: ShardSet,
    wanted: ShardSet,
  ): Promise<void>
  /** Makes the wanted blocks of the first `stripes` stripes: all have lost the same shards. */
  rebuildStripes(place: Place, stripes: number, reads: ShardSet, wanted: ShardSet): Promise<void>
  give(place: Place): void
  /** Cancels what waits, lets what runs end, and ends the threads. */
  close(): Promise<void>
}

export interface CoderOptions {
  readonly geometry: StripeGeometry
  /** Left out: the best engine that is here for the code's family. */
  readonly engine?: EngineName
  readonly family?: Family
  /** Worker threads; left out: as many as there are processors. */
  readonly threads?: number
  /** Places of the ring; left out: two for each thread and two more. */
  readonly places?: number
  /** False: tasks leave checksums as they are; left out: true. */
  readonly hasChecksums?: boolean
  /** Aborted, everything that waits or is asked later is refused with the signal's reason. */
  readonly signal?: AbortSignal
}
