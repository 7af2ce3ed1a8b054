/** The stripes of a place to their slots: one call a pool, blocks and trailers together. */
import type { Place } from '../coder.js'
import type { VolumeHeader } from '../container/header.js'
import { firstGeneration, writeSlotPage } from '../container/slot-page.js'
import type { OpenFile } from './file-system.js'
import { slotOffset } from './layout.js'
import { buffersOf } from './place-buffers.js'

/** `stripes` stripes of the place, of which the first is the volume's `first`. */
export async function writeSlots(
  files: readonly OpenFile[],
  header: VolumeHeader,
  place: Place,
  first: number,
  stripes: number,
): Promise<void> {
  const { geometry, volume, epoch } = header
  const buffers = buffersOf(geometry, place)
  await Promise.all(
    files.map((file, shard) => {
      for (let stripe = 0; stripe < stripes; stripe++) {
        const generation = firstGeneration
        const identity = { volume, stripe: first + stripe, shard, generation, epoch }
        writeSlotPage(buffers.page(stripe, shard), geometry, identity, block =>
          place.checksum(stripe, shard, block),
        )
      }
      return file.writev(buffers.slots(shard, stripes), slotOffset(geometry, first))
    }),
  )
}
