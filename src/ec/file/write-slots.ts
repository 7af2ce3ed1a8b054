/** The stripes of a place to their slots: one call a pool, blocks and trailers together. */
import { shardsOf } from '../../core/code.js'
import { pageBytes } from '../../core/stripe.js'
import type { Place } from '../coder.js'
import type { VolumeHeader } from '../container/header.js'
import { firstGeneration, writeSlotPage } from '../container/slot-page.js'
import type { OpenFile } from './file-system.js'
import { shardBlocks, slotOffset } from './layout.js'

/** `stripes` stripes of the place, of which the first is the volume's `first`. */
export async function writeSlots(
  files: readonly OpenFile[],
  header: VolumeHeader,
  place: Place,
  first: number,
  stripes: number,
): Promise<void> {
  const { geometry, volume, epoch } = header
  const pages = new Uint8Array(stripes * shardsOf(geometry.code) * pageBytes)
  await Promise.all(
    files.map((file, shard) => {
      const buffers: Uint8Array[] = []
      for (let stripe = 0; stripe < stripes; stripe++) {
        const from = (shard * stripes + stripe) * pageBytes
        const page = pages.subarray(from, from + pageBytes)
        const generation = firstGeneration
        const identity = { volume, stripe: first + stripe, shard, generation, epoch }
        writeSlotPage(page, geometry, identity, block => place.checksum(stripe, shard, block))
        buffers.push(...shardBlocks(geometry, place, stripe, shard), page)
      }
      return file.writev(buffers, slotOffset(geometry, first))
    }),
  )
}
