/**
 * The last page of a slot: for each block of one shard of one stripe a trailer, which says where
 * the block belongs and what its checksum is. A block is believed by its own trailer alone; the
 * page's checksum covers the rest, so that no flipped bit of the page goes unseen.
 */
import { blockLength, mostBlocks, pageBytes, type StripeGeometry } from '../../core/stripe.js'
import { crc32c } from '../checksum.js'
import { type CodedId, codedIdBytes, putCodedId } from './coded-id.js'
import { getWide, setWide, viewOf } from './integers.js'

/** Where a slot belongs, and of which writing it is. */
export interface SlotIdentity {
  readonly volume: CodedId
  readonly stripe: number
  readonly shard: number
  readonly generation: number
  readonly epoch: number
}

/** Files that are written once have one generation. */
export const firstGeneration = 1

export const trailerBytes = 64
const firstTrailer = 2 * trailerBytes
const pageMagic = Buffer.from('CoucheSL', 'latin1')
const pageVersion = 1

/** Where each field begins: of the page's own first 128 bytes, and of a trailer. */
const head = {
  magic: 0,
  version: 8,
  blocks: 12,
  shard: 14,
  volume: 16,
  stripe: 32,
  generation: 40,
  epoch: 48,
  checksum: 124,
} as const
const trailer = {
  volume: 0,
  stripe: 16,
  generation: 24,
  epoch: 32,
  shard: 40,
  block: 42,
  length: 44,
  blockChecksum: 48,
  checksum: 60,
} as const

/** Why a block is not believed, as its trailer has it. */
export type TrailerFault = 'trailer' | 'foreign' | 'misplaced' | 'stale'

export function trailerAt(page: Uint8Array, block: number): Uint8Array {
  const from = firstTrailer + block * trailerBytes
  return page.subarray(from, from + trailerBytes)
}

/** How much of a page it takes to have the trailer of a block. */
export function trailerEnd(block: number): number {
  return firstTrailer + (block + 1) * trailerBytes
}

/** Writes the page into `page`, with the checksums that `checksumOf` tells. */
export function writeSlotPage(
  page: Uint8Array,
  geometry: StripeGeometry,
  identity: SlotIdentity,
  checksumOf: (block: number) => number,
): void {
  page.fill(0)
  const bytes = identityBytes(identity)
  for (let block = 0; block < geometry.blocksPerShard; block++) {
    const length = blockLength(geometry, block)
    putTrailer(trailerAt(page, block), bytes, block, length, checksumOf(block))
  }
  sealSlotPage(page, geometry, identity)
}

export function writeTrailer(
  page: Uint8Array,
  geometry: StripeGeometry,
  identity: SlotIdentity,
  block: number,
  checksum: number,
): void {
  const length = blockLength(geometry, block)
  putTrailer(trailerAt(page, block), identityBytes(identity), block, length, checksum)
}

/** Writes the page's own first bytes, when its trailers stand. */
export function sealSlotPage(
  page: Uint8Array,
  geometry: StripeGeometry,
  identity: SlotIdentity,
): void {
  const view = viewOf(page)
  page.fill(0, 0, firstTrailer)
  page.fill(0, firstTrailer + geometry.blocksPerShard * trailerBytes)
  page.set(pageMagic, head.magic)
  view.setUint32(head.version, pageVersion, true)
  view.setUint16(head.blocks, geometry.blocksPerShard, true)
  view.setUint16(head.shard, identity.shard, true)
  putCodedId(page, head.volume, identity.volume)
  setWide(view, head.stripe, identity.stripe)
  setWide(view, head.generation, identity.generation)
  setWide(view, head.epoch, identity.epoch)
  view.setUint32(head.checksum, pageChecksum(page), true)
}

/** The page as a whole is as it was written. Its trailers are believed without this. */
export function isSealed(page: Uint8Array): boolean {
  return viewOf(page).getUint32(head.checksum, true) === pageChecksum(page)
}

/** Null: the trailer is whole and belongs here, and its checksum is the block's. */
export function trailerFault(
  page: Uint8Array,
  geometry: StripeGeometry,
  identity: SlotIdentity,
  block: number,
): TrailerFault | null {
  const bytes = trailerAt(page, block)
  if (!isIntact(bytes)) return 'trailer'
  const view = viewOf(bytes)
  if (!hasVolume(bytes, identity.volume)) return 'foreign'
  const isHere =
    getWide(view, trailer.stripe) === identity.stripe &&
    view.getUint16(trailer.shard, true) === identity.shard &&
    view.getUint16(trailer.block, true) === block &&
    view.getUint32(trailer.length, true) === blockLength(geometry, block)
  if (!isHere) return 'misplaced'
  const isOfThis =
    getWide(view, trailer.generation) === identity.generation &&
    getWide(view, trailer.epoch) === identity.epoch
  return isOfThis ? null : 'stale'
}

/** Of the block; meaningful where `trailerFault` found none. */
export function blockChecksum(page: Uint8Array, block: number): number {
  return viewOf(trailerAt(page, block)).getUint32(trailer.blockChecksum, true)
}

/** Whose a page is, by the first of its trailers that is intact; null: none is. */
export function ownerOf(page: Uint8Array, volume: CodedId): 'ours' | 'foreign' | null {
  for (let block = 0; block < mostBlocks; block++) {
    const bytes = trailerAt(page, block)
    if (isIntact(bytes)) return hasVolume(bytes, volume) ? 'ours' : 'foreign'
  }
  return null
}

function isIntact(bytes: Uint8Array): boolean {
  const told = viewOf(bytes).getUint32(trailer.checksum, true)
  return crc32c(bytes.subarray(0, trailer.checksum)) === told
}

function hasVolume(bytes: Uint8Array, volume: CodedId): boolean {
  const wanted = volumeBytes(volume)
  for (let place = 0; place < codedIdBytes; place++) {
    if (bytes[trailer.volume + place] !== wanted[place]) return false
  }
  return true
}

/** The last volume asked for: a reader asks for one, a great many times. */
let known: { readonly volume: CodedId; readonly bytes: Uint8Array } | null = null

function volumeBytes(volume: CodedId): Uint8Array {
  if (known?.volume === volume) return known.bytes
  const bytes = new Uint8Array(codedIdBytes)
  putCodedId(bytes, 0, volume)
  known = { volume, bytes }
  return bytes
}

/** A trailer's bytes but for the block. */
function identityBytes(identity: SlotIdentity): Uint8Array {
  const bytes = new Uint8Array(trailerBytes)
  const view = viewOf(bytes)
  bytes.set(volumeBytes(identity.volume), trailer.volume)
  setWide(view, trailer.stripe, identity.stripe)
  setWide(view, trailer.generation, identity.generation)
  setWide(view, trailer.epoch, identity.epoch)
  view.setUint16(trailer.shard, identity.shard, true)
  return bytes
}

function putTrailer(
  target: Uint8Array,
  identity: Uint8Array,
  block: number,
  length: number,
  checksum: number,
): void {
  target.set(identity)
  const view = viewOf(target)
  view.setUint16(trailer.block, block, true)
  view.setUint32(trailer.length, length, true)
  view.setUint32(trailer.blockChecksum, checksum, true)
  view.setUint32(trailer.checksum, crc32c(target.subarray(0, trailer.checksum)), true)
}

const scratch = new Uint8Array(pageBytes)

/** Of the page with its own checksum left zero. */
function pageChecksum(page: Uint8Array): number {
  scratch.set(page)
  scratch.fill(0, head.checksum, head.checksum + 4)
  return crc32c(scratch)
}
