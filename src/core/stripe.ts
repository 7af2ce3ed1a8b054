/**
 * How user bytes lie in stripes, shards and blocks (docs/coded-files.md). All sizes are bytes; what
 * a stripe holds beyond user bytes is zeroes, and part of the format.
 */
import { type Code, shardsOf } from './code.js'

/** Of shards, of blocks, and of the pages of a container. */
export const pageBytes = 4096

/** Of a shard's blocks; larger only where a shard would have more of them than a page describes. */
const usualBlockBytes = 65_536

/** Trailers of 64 bytes in one page, of which the first two places are kept for the page's own. */
export const mostBlocks = 62

export interface StripeGeometry {
  readonly code: Code
  /** User bytes of one stripe. */
  readonly stripeBytes: number
  readonly shardBytes: number
  /** Of every block but a shard's last, which may be shorter. */
  readonly blockBytes: number
  readonly blocksPerShard: number
}

export function stripeGeometry(code: Code, stripeBytes: number): StripeGeometry {
  const shardBytes = roundUp(Math.ceil(stripeBytes / code.dataShards), pageBytes)
  const blockBytes = Math.min(
    shardBytes,
    Math.max(usualBlockBytes, roundUp(Math.ceil(shardBytes / mostBlocks), pageBytes)),
  )
  const blocksPerShard = Math.ceil(shardBytes / blockBytes)
  return { code, stripeBytes, shardBytes, blockBytes, blocksPerShard }
}

/** Of block `block` of any shard: the last one is what is left. */
export function blockLength(geometry: StripeGeometry, block: number): number {
  return Math.min(geometry.blockBytes, geometry.shardBytes - block * geometry.blockBytes)
}

/** What one shard of one stripe takes in a container: its blocks and their page of trailers. */
export function slotBytes(geometry: StripeGeometry): number {
  return geometry.shardBytes + pageBytes
}

export function stripesOf(geometry: StripeGeometry, userBytes: number): number {
  return Math.ceil(userBytes / geometry.stripeBytes)
}

/** Raw bytes of a volume in coded form, padding and trailers included. */
export function codedBytes(geometry: StripeGeometry, userBytes: number): number {
  return stripesOf(geometry, userBytes) * shardsOf(geometry.code) * slotBytes(geometry)
}

function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit
}
