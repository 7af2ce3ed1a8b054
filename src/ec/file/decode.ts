/**
 * A coded directory back into a file: every block is checked, what is lost is made again, and
 * either all bytes are there in the end or none. What cannot be made again is named to the byte.
 */
import { dirname } from 'node:path'
import { allShards, membersOf, type ShardSet, sizeOf } from '../../core/code.js'
import { Refused } from '../../core/errors.js'
import { readsFor } from '../../core/rebuild.js'
import type { Coder, Place } from '../coder.js'
import { Batch } from './batch.js'
import { partialPath, removeLeftovers } from './directory.js'
import type { FileSystem, OpenFile } from './file-system.js'
import { userRange, userViews } from './layout.js'
import { bytesLost, LostRanges } from './lost-ranges.js'
import { InOrder, type Rest, throughPlaces } from './pipeline.js'
import type { Unfinished } from './unfinished.js'
import type { CodedVolume } from './volume.js'

/** Takes the user bytes of the volume, each once. */
export interface Sink {
  /** Whether it wants them in the order of the file. */
  readonly inOrder: boolean
  write(buffers: readonly Uint8Array[], position: number): Promise<void>
}

export interface Decoded {
  readonly bytes: number
  /** Blocks that had to be made again. */
  readonly rebuiltBlocks: number
}

export async function decode(
  volume: CodedVolume,
  coder: Coder,
  sink: Sink,
  progress: (bytes: number) => void,
): Promise<Decoded> {
  const { geometry, stripes } = volume.header
  const lost = new LostRanges()
  const order = new InOrder()
  const shards = firstReads(volume)
  let next = 0
  let rebuiltBlocks = 0
  let done = 0
  const fill = async (place: Place): Promise<Rest | null> => {
    // Whoever takes bytes as they come must get none behind a hole.
    if (next >= stripes || (sink.inOrder && !lost.isEmpty)) return null
    const first = next
    next = Math.min(stripes, first + place.stripes)
    const batch = new Batch(volume, coder, place, first, next - first)
    const last = Math.min(volume.userBytes, next * geometry.stripeBytes)
    const bytes = last - first * geometry.stripeBytes
    const ready = mendData(batch, shards, lost)
    const write = async (): Promise<void> => {
      const made = await ready
      rebuiltBlocks += made
      if (!lost.isEmpty) return
      await sink.write(userViews(geometry, place, bytes), first * geometry.stripeBytes)
      done += bytes
      progress(done)
    }
    ready.catch(() => {})
    return sink.inOrder ? () => order.run(write) : write
  }
  await throughPlaces(coder, fill)
  const ranges = lost.list()
  if (ranges.length > 0) throw bytesLost(volume.directory, ranges, geometry.stripeBytes)
  return { bytes: volume.userBytes, rebuiltBlocks }
}

/** Into a file, written beside its name and renamed when it is whole. */
export async function decodeToFile(
  volume: CodedVolume,
  coder: Coder,
  out: { readonly path: string; readonly files: FileSystem; readonly force: boolean },
  unfinished: Unfinished,
  progress: (bytes: number) => void,
): Promise<Decoded> {
  const { path, files } = out
  await refuseTarget(out)
  await removeLeftovers(files, path, 'dead')
  const partial = partialPath(path)
  unfinished.begin(partial)
  let file: OpenFile | null = null
  try {
    const target = await files.open(partial, 'create')
    file = target
    const write: Sink['write'] = (buffers, position) => target.writev(buffers, position)
    const decoded = await decode(volume, coder, { inOrder: false, write }, progress)
    await target.sync()
    await target.close()
    await refuseTarget(out)
    await files.rename(partial, path)
    await files.syncDirectory(dirname(path))
    return decoded
  } catch (error) {
    await file?.close().catch(() => {})
    await files.remove(partial).catch(() => {})
    throw error
  } finally {
    unfinished.settle(partial)
  }
}

async function refuseTarget(out: {
  readonly path: string
  readonly files: FileSystem
  readonly force: boolean
}): Promise<void> {
  const kind = await out.files.kindOf(out.path)
  if (kind === null || (kind === 'file' && out.force)) return
  const message = kind === 'file' ? 'the file is there already' : 'what stands there is no file'
  const hint = kind === 'file' ? 'choose another one, or pass --force' : 'name a file'
  throw new Refused([{ code: 'OUT_EXISTS', message, where: { file: out.path }, hint }])
}

/** The data shards; where containers are missing, also what it takes to make theirs. */
function firstReads(volume: CodedVolume): ShardSet {
  const { code } = volume.header.geometry
  const data = (1 << code.dataShards) - 1
  const present = volume.containers.reduce(
    (set, { file, pool }) => (file === null ? set : set | (1 << pool)),
    0,
  )
  const missing = data & ~present
  if (missing === 0) return data
  return (data & present) | (readsFor(code, missing, present) ?? present & allShards(code))
}

/** Answers how many blocks were made again. */
async function mendData(batch: Batch, shards: ShardSet, lost: LostRanges): Promise<number> {
  const { volume } = batch
  const { geometry } = volume.header
  const data = (1 << geometry.code.dataShards) - 1
  await batch.load(shards)
  let made = 0
  for (const [stripe, words] of (await batch.mend(data)).entries()) {
    for (const [block, gone] of words.entries()) {
      made += sizeOf(batch.madeOf(stripe, block))
      for (const shard of membersOf(gone)) {
        lost.add(userRange(geometry, volume.userBytes, batch.first + stripe, shard, block))
      }
    }
  }
  return made
}
