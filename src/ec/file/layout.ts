/** Where the bytes of a volume lie: in a place of the ring, in containers, in the user's file. */
import { blockLength, pageBytes, type StripeGeometry, slotBytes } from '../../core/stripe.js'
import type { Place } from '../coder.js'

/** Of the slot of a stripe, in every container: the header's page stands first. */
export function slotOffset(geometry: StripeGeometry, stripe: number): number {
  return pageBytes + stripe * slotBytes(geometry)
}

export function blockOffset(geometry: StripeGeometry, stripe: number, block: number): number {
  return slotOffset(geometry, stripe) + block * geometry.blockBytes
}

export function pageOffset(geometry: StripeGeometry, stripe: number): number {
  return slotOffset(geometry, stripe) + geometry.shardBytes
}

export function containerBytes(geometry: StripeGeometry, stripes: number): number {
  return slotOffset(geometry, stripes)
}

/** Of the file, where the block of a data shard begins; it may be beyond the stripe's own bytes. */
export interface ByteRange {
  readonly firstByte: number
  readonly bytes: number
}

/** User bytes that a block of a data shard holds; none where it is all padding. */
export function userRange(
  geometry: StripeGeometry,
  userBytes: number,
  stripe: number,
  shard: number,
  block: number,
): ByteRange {
  const begin = shard * geometry.shardBytes + block * geometry.blockBytes
  const end = Math.min(begin + blockLength(geometry, block), geometry.stripeBytes)
  const firstByte = stripe * geometry.stripeBytes + begin
  const last = Math.min(stripe * geometry.stripeBytes + end, userBytes)
  return { firstByte, bytes: Math.max(0, last - firstByte) }
}

/** Blocks of one shard, in the order of the container. */
export function shardBlocks(
  geometry: StripeGeometry,
  place: Place,
  stripe: number,
  shard: number,
): Uint8Array[] {
  return Array.from({ length: geometry.blocksPerShard }, (_, block) =>
    place.block(stripe, shard, block),
  )
}

/** Views of the data bytes `from` up to `to` of one stripe, padding included, in order. */
export function dataViews(
  geometry: StripeGeometry,
  place: Place,
  stripe: number,
  from: number,
  to: number,
): Uint8Array[] {
  const views: Uint8Array[] = []
  for (let byte = from; byte < to; ) {
    const shard = Math.floor(byte / geometry.shardBytes)
    const inShard = byte - shard * geometry.shardBytes
    const block = Math.floor(inShard / geometry.blockBytes)
    const inBlock = inShard - block * geometry.blockBytes
    const bytes = Math.min(blockLength(geometry, block) - inBlock, to - byte)
    views.push(place.block(stripe, shard, block).subarray(inBlock, inBlock + bytes))
    byte += bytes
  }
  return views
}

/** User bytes of the first stripes of a place, `bytes` of them, in the order of the file. */
export function userViews(geometry: StripeGeometry, place: Place, bytes: number): Uint8Array[] {
  const views: Uint8Array[] = []
  const { stripeBytes } = geometry
  for (let stripe = 0; stripe * stripeBytes < bytes; stripe++) {
    const here = Math.min(stripeBytes, bytes - stripe * stripeBytes)
    views.push(...dataViews(geometry, place, stripe, 0, here))
  }
  return views
}

/** Zeroes what the stripes of a place hold beyond `bytes` user bytes. */
export function zeroPadding(geometry: StripeGeometry, place: Place, bytes: number): void {
  const { code, stripeBytes, shardBytes } = geometry
  const dataBytes = code.dataShards * shardBytes
  for (let stripe = 0; stripe * stripeBytes < bytes; stripe++) {
    const here = Math.min(stripeBytes, bytes - stripe * stripeBytes)
    for (const view of dataViews(geometry, place, stripe, here, dataBytes)) view.fill(0)
  }
}
