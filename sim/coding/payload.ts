/**
 * What stands in a stripe: bytes that belong to seed, volume, stripe and generation, so that
 * nothing has to be kept to know what must be read back. Integers only; a word costs three shifts
 * (Marsaglia, Xorshift RNGs, 2003).
 */
import { blockLength, type StripeGeometry } from '../../src/core/stripe.js'
import { mixed } from './stripe-chance.js'

export interface StripeName {
  readonly volume: number
  readonly stripe: number
  /** Counts what was written to the stripe. */
  readonly generation: number
}

/** Fills one block of a data shard. What a stripe has beyond its user bytes is zeroes. */
export function fillBlock(bytes: Uint8Array, begin: number, userBytes: number): void {
  const words = wordsOf(bytes)
  let state = begin
  for (let word = 0; word < words.length; word++) {
    state = next(state)
    words[word] = state
  }
  if (userBytes < bytes.length) bytes.fill(0, userBytes)
}

/** Where the block differs from what belongs there, in bytes; -1: nowhere. */
export function firstDifference(bytes: Uint8Array, begin: number, userBytes: number): number {
  const words = wordsOf(bytes)
  const whole = Math.floor(userBytes / 4)
  let state = begin
  for (let word = 0; word < whole; word++) {
    state = next(state)
    if (words[word] !== state >>> 0) return 4 * word
  }
  const last = next(state) >>> 0
  for (let at = 4 * whole; at < bytes.length; at++) {
    const expected = at < userBytes ? (last >>> (8 * (at - 4 * whole))) & 255 : 0
    if (bytes[at] !== expected) return at
  }
  return -1
}

/** Where the words of a block begin. Zero is the one state that xorshift never leaves. */
export function blockState(
  seed: number,
  { volume, stripe, generation }: StripeName,
  shard: number,
  block: number,
): number {
  const named = mixed(mixed(mixed(seed, volume), stripe), generation)
  return mixed(named, 64 * shard + block + 1) | 1
}

/** User bytes in a block: the first ones. */
export function userBytesOf(geometry: StripeGeometry, shard: number, block: number): number {
  const begin = shard * geometry.shardBytes + block * geometry.blockBytes
  return Math.max(0, Math.min(blockLength(geometry, block), geometry.stripeBytes - begin))
}

function next(state: number): number {
  let value = state ^ (state << 13)
  value ^= value >>> 17
  return value ^ (value << 5)
}

/** Blocks are pages in memory that is theirs: their words are whole and lie even. */
export function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}
