/**
 * What a few stripes lack is made again and written where it belongs. Only blocks that are not good
 * are written, and trailers that are good are written as they were: whatever part of a write gets
 * lost, a block that was good before is good after it.
 */
import { allShards, membersOf, type ShardSet, shardsOf, sizeOf } from '../../core/code.js'
import { readsFor } from '../../core/rebuild.js'
import type { Coder, Place } from '../coder.js'
import { isSealed, sealSlotPage, writeTrailer } from '../container/slot-page.js'
import { Batch } from './batch.js'
import type { OpenFile } from './file-system.js'
import { blockOffset, pageOffset, userRange } from './layout.js'
import type { LostRanges } from './lost-ranges.js'
import type { RepairStep } from './repair-plan.js'
import type { CodedVolume } from './volume.js'

export interface StripeRepair {
  readonly volume: CodedVolume
  readonly coder: Coder
  /** Where shards are written: of missing containers, the new ones. */
  readonly targets: readonly OpenFile[]
  readonly lost: LostRanges
  readonly counts: RepairCounts
}

export interface RepairCounts {
  readBytes: number
  writtenBlocks: number
  writtenPages: number
  /** Shards of stripes of which some block is beyond the code, be it padding or parity. */
  unrepairedShards: number
}

export async function repairStep(
  repair: StripeRepair,
  place: Place,
  step: RepairStep,
): Promise<void> {
  const { volume, coder, counts } = repair
  const batch = new Batch(volume, coder, place, step.stripe, step.stripes)
  await batch.load(readsOf(volume, step.bad))
  const lost = await mendAll(batch, step.bad)
  await Promise.all(
    lost.map((lostOf, stripe) => writeStripe(repair, batch, stripe, step.bad, lostOf)),
  )
  counts.readBytes += batch.bytesRead
}

/** What the bad shards are made from, and what is left of them. */
function readsOf(volume: CodedVolume, bad: ShardSet): ShardSet {
  const { code } = volume.header.geometry
  const others = allShards(code) & ~bad
  return (readsFor(code, bad, others) ?? others) | bad
}

/** What turns out to be bad on the way is made again with the rest. */
async function mendAll(batch: Batch, bad: ShardSet): Promise<readonly (readonly ShardSet[])[]> {
  for (let wanted = bad | badOf(batch); ; ) {
    const lost = await batch.mend(wanted)
    const more = badOf(batch) & ~wanted
    if (more === 0) return lost
    wanted |= more
  }
}

/** Of any word. */
function badOf(batch: Batch): ShardSet {
  let bad: ShardSet = 0
  for (let stripe = 0; stripe < batch.stripes; stripe++) {
    for (let block = 0; block < batch.volume.header.geometry.blocksPerShard; block++) {
      bad |= batch.badOf(stripe, block)
    }
  }
  return bad
}

/** `named`: shards that the plan named, of which a page may be bad where all blocks are good. */
async function writeStripe(
  repair: StripeRepair,
  batch: Batch,
  stripe: number,
  named: ShardSet,
  lost: readonly ShardSet[],
): Promise<void> {
  const { geometry } = repair.volume.header
  nameLost(repair, batch, stripe, lost)
  repair.counts.unrepairedShards += sizeOf(lost.reduce((all, one) => all | one, 0))
  for (let shard = 0; shard < shardsOf(geometry.code); shard++) {
    const made = [...lost.keys()].filter(
      block => (batch.madeOf(stripe, block) & (1 << shard)) !== 0,
    )
    const isTorn = (named & (1 << shard)) !== 0 && !isSealed(batch.page(stripe, shard))
    if (made.length > 0 || isTorn) await writeShard(repair, batch, stripe, shard, made)
  }
}

function nameLost(
  { volume, lost }: StripeRepair,
  batch: Batch,
  stripe: number,
  lostOf: readonly ShardSet[],
): void {
  const { geometry } = volume.header
  for (const [block, set] of lostOf.entries()) {
    for (const shard of membersOf(set & ((1 << geometry.code.dataShards) - 1))) {
      lost.add(userRange(geometry, volume.userBytes, batch.first + stripe, shard, block))
    }
  }
}

async function writeShard(
  { volume, targets, counts }: StripeRepair,
  batch: Batch,
  stripe: number,
  shard: number,
  made: readonly number[],
): Promise<void> {
  const { geometry } = volume.header
  const identity = batch.identity(stripe, shard)
  const page = batch.page(stripe, shard)
  const target = targets[shard]
  for (const block of made) {
    const checksum = batch.place.checksum(stripe, shard, block)
    writeTrailer(page, geometry, identity, block, checksum)
    const offset = blockOffset(geometry, identity.stripe, block)
    await target.writev([batch.place.block(stripe, shard, block)], offset)
    counts.writtenBlocks++
  }
  sealSlotPage(page, geometry, identity)
  await target.writev([page], pageOffset(geometry, identity.stripe))
  counts.writtenPages++
}
