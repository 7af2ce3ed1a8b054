/**
 * User bytes from anywhere in a coded directory. Only the blocks that hold them are read; where one
 * is lost, those that it takes to make it again.
 */
import { allShards, type ShardSet } from '../../core/code.js'
import { assert } from '../../core/errors.js'
import type { Coder } from '../coder.js'
import { Batch } from './batch.js'
import { type ByteRange, dataViews, userRange } from './layout.js'
import { bytesLost, LostRanges } from './lost-ranges.js'
import type { CodedVolume } from './volume.js'

export class CodedReader {
  constructor(
    readonly volume: CodedVolume,
    readonly coder: Coder,
  ) {}

  /** Up to `length` bytes from `offset`: fewer only where the volume ends. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    assert(offset >= 0 && length >= 0, 'a range begins at zero or later and has a length')
    const end = Math.min(offset + length, this.volume.userBytes)
    const target = new Uint8Array(Math.max(0, end - offset))
    const { stripeBytes } = this.volume.header.geometry
    const pieces: Promise<void>[] = []
    const lost = new LostRanges()
    for (let from = offset; from < end; ) {
      const stripe = Math.floor(from / stripeBytes)
      const to = Math.min(end, (stripe + 1) * stripeBytes)
      const piece = target.subarray(from - offset, to - offset)
      pieces.push(this.#readStripe(stripe, from - stripe * stripeBytes, piece, lost))
      from = to
    }
    const settled = await Promise.allSettled(pieces)
    const failed = settled.find(one => one.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    if (lost.isEmpty) return target
    throw bytesLost(this.volume.directory, within(lost.list(), offset, end), stripeBytes)
  }

  async #readStripe(
    stripe: number,
    from: number,
    target: Uint8Array,
    lost: LostRanges,
  ): Promise<void> {
    const { coder, volume } = this
    const { geometry } = volume.header
    const place = await coder.take()
    try {
      const batch = new Batch(volume, coder, place, stripe, 1)
      for (const [block, wanted] of this.#wanted(from, from + target.length).entries()) {
        const gone = wanted === 0 ? 0 : await readWord(batch, block, wanted)
        for (let shard = 0; shard < geometry.code.dataShards; shard++) {
          if ((gone & (1 << shard)) === 0) continue
          lost.add(userRange(geometry, volume.userBytes, stripe, shard, block))
        }
      }
      let done = 0
      for (const view of dataViews(geometry, place, 0, from, from + target.length)) {
        target.set(view, done)
        done += view.length
      }
    } finally {
      coder.give(place)
    }
  }

  /** For each block the data shards whose block holds some of these bytes of a stripe. */
  #wanted(from: number, to: number): readonly ShardSet[] {
    const {
      geometry,
      geometry: { shardBytes, blockBytes },
    } = this.volume.header
    const wanted: ShardSet[] = Array.from({ length: geometry.blocksPerShard }, () => 0)
    for (let byte = from; byte < to; ) {
      const shard = Math.floor(byte / shardBytes)
      const block = Math.floor((byte - shard * shardBytes) / blockBytes)
      wanted[block] |= 1 << shard
      byte = Math.min((shard + 1) * shardBytes, shard * shardBytes + (block + 1) * blockBytes)
    }
    return wanted
  }
}

/** Answers which of the wanted blocks are lost. */
async function readWord(batch: Batch, block: number, wanted: ShardSet): Promise<ShardSet> {
  const all = allShards(batch.volume.header.geometry.code)
  const loads: Promise<void>[] = []
  for (let shard = 0; 1 << shard <= all; shard++) {
    if ((wanted & (1 << shard)) !== 0) loads.push(batch.loadBlock(0, shard, block))
  }
  await Promise.all(loads)
  return batch.mendWord(0, block, wanted)
}

/** Of what is lost, what was asked for. */
function within(ranges: readonly ByteRange[], from: number, to: number): readonly ByteRange[] {
  return ranges.flatMap(range => {
    const firstByte = Math.max(range.firstByte, from)
    const bytes = Math.min(range.firstByte + range.bytes, to) - firstByte
    return bytes > 0 ? [{ firstByte, bytes }] : []
  })
}
