/** Reads every block of every shard, and tells stripe by stripe what is wrong. */
import { allShards, membersOf, type ShardSet, shardsOf } from '../../core/code.js'
import { readsFor } from '../../core/rebuild.js'
import type { Coder, Place } from '../coder.js'
import { isSealed } from '../container/slot-page.js'
import { Batch } from './batch.js'
import type { BlockFault, Fault, Findings } from './findings.js'
import { userRange } from './layout.js'
import type { LostRanges } from './lost-ranges.js'
import { InOrder, type Rest, throughPlaces } from './pipeline.js'
import { type CodedVolume, wholeBytes } from './volume.js'

export interface Examination {
  readonly volume: CodedVolume
  readonly coder: Coder
  readonly findings: Findings
  readonly lost: LostRanges
  /** Told of each stripe in order, when it was looked at. */
  readonly onStripe: (stripe: StripeHealth) => void
  /** Told when the stripes before `next` are done; whoever waits in it slows the reading down. */
  readonly onProgress: (next: number, bytesRead: number) => Promise<void>
}

export interface StripeHealth {
  readonly stripe: number
  /** Shards with a bad block, or a bad page. */
  readonly bad: ShardSet
  /** The most shards that one of its words has lost. */
  readonly losses: number
}

/** From stripe `from` to the end. */
export async function examine(examination: Examination, from: number): Promise<void> {
  const { volume, coder, onProgress } = examination
  const { stripes, geometry } = volume.header
  const order = new InOrder()
  let next = from
  const fill = async (place: Place): Promise<Rest | null> => {
    if (next >= stripes) return null
    const first = next
    next = Math.min(stripes, first + place.stripes)
    const batch = new Batch(volume, coder, place, first, next - first)
    const loaded = batch.load(allShards(geometry.code))
    loaded.catch(() => {})
    return () =>
      order.run(async () => {
        await loaded
        for (let stripe = 0; stripe < batch.stripes; stripe++) {
          examination.onStripe(healthOf(examination, batch, stripe))
        }
        await onProgress(batch.first + batch.stripes, batch.bytesRead)
      })
  }
  await throughPlaces(coder, fill)
}

/** What is wrong with containers as a whole: it is known before a slot is read. */
export function examineContainers(volume: CodedVolume, findings: Findings): void {
  for (const { pool, directory, state, file, sizeBytes } of volume.containers) {
    const add = (fault: Fault): void =>
      findings.add({ pool, directory, stripe: null, stripes: 0, blocks: null, fault })
    if (state !== 'whole') add(state)
    if (sizeBytes > wholeBytes(volume)) add('excess')
    if (file !== null && sizeBytes < wholeBytes(volume)) add('short')
  }
}

function healthOf(examination: Examination, batch: Batch, stripe: number): StripeHealth {
  const { volume, lost } = examination
  const { geometry } = volume.header
  let bad: ShardSet = 0
  let losses = 0
  for (let block = 0; block < geometry.blocksPerShard; block++) {
    const set = batch.badOf(stripe, block)
    bad |= set
    losses = Math.max(losses, membersOf(set).length)
    for (const shard of membersOf(set & ((1 << geometry.code.dataShards) - 1))) {
      const isLost =
        readsFor(geometry.code, set, allShards(geometry.code) & ~set) === null &&
        readsFor(geometry.code, 1 << shard, allShards(geometry.code) & ~set) === null
      const global = batch.first + stripe
      if (isLost) lost.add(userRange(geometry, volume.userBytes, global, shard, block))
    }
  }
  for (let shard = 0; shard < shardsOf(geometry.code); shard++) {
    if (findShard(examination, batch, stripe, shard)) bad |= 1 << shard
  }
  return { stripe: batch.first + stripe, bad, losses }
}

/** Adds what is wrong with one shard's slot; whether something was. */
function findShard(
  { volume, findings }: Examination,
  batch: Batch,
  stripe: number,
  shard: number,
): boolean {
  const { directory, file } = volume.containers[shard]
  if (file === null) return false
  const { blocksPerShard } = volume.header.geometry
  const add = (fault: Fault, blocks: readonly number[]): void => {
    const isAll = blocks.length === blocksPerShard
    const where = { pool: shard, directory, stripe: batch.first + stripe, stripes: 1 }
    findings.add({ ...where, blocks: isAll ? null : blocks, fault })
  }
  const byFault = new Map<BlockFault, number[]>()
  for (let block = 0; block < blocksPerShard; block++) {
    const state = batch.stateOf(stripe, shard, block)
    if (state === 'good' || state === 'made' || state === 'unread') continue
    byFault.set(state, [...(byFault.get(state) ?? []), block])
  }
  for (const [fault, blocks] of byFault) add(fault, blocks)
  if (byFault.size > 0) return true
  const isWhole = isSealed(batch.page(stripe, shard))
  if (!isWhole) add('page', [])
  return !isWhole
}
