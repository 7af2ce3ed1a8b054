/**
 * What every engine does: parity from data, and lost blocks from those that are there. The unit is
 * the code word: one block of each shard, all of one size, side by side in shared memory. A block
 * is coded, checked and rebuilt alone; no engine looks past its word.
 */
import type { Code, ShardSet } from '../core/code.js'

/**
 * The family and its version name the parity bytes for ever: what one engine wrote, every other
 * engine of its family reads. They stand in every container.
 */
export const families = ['cauchy-xor/1', 'gf256/1'] as const
export type Family = (typeof families)[number]

export const engineNames = ['ronomon', 'isa-l', 'portable'] as const
export type EngineName = (typeof engineNames)[number]

/** Blocks are multiples of this many bytes, whatever the engine. */
export const blockUnitBytes = 4096

/** Block i of the word lies at `offsetBytes + i × blockBytes`: data first, then parity. */
export interface CodeWord {
  readonly offsetBytes: number
  readonly blockBytes: number
}

/**
 * Is told of each word, by its place in the list, as soon as it is coded: one that is still in
 * cache is checked at half the cost.
 */
export type WhenCoded = (place: number) => void

/** One code on one engine, over one piece of shared memory. */
export interface Codec {
  readonly code: Code
  readonly family: Family
  /** Where its words lie: a codec that knows it by address keeps it here. */
  readonly memory: WebAssembly.Memory
  /** Fills the parity blocks of the words from their data blocks. */
  encode(words: readonly CodeWord[], whenCoded?: WhenCoded): Promise<void>
  /**
   * Fills the wanted blocks of the words from the blocks of `reads`, which `readsFor`
   * (core/rebuild) chose; other blocks are left as they are.
   */
  rebuild(
    words: readonly CodeWord[],
    reads: ShardSet,
    wanted: ShardSet,
    whenCoded?: WhenCoded,
  ): Promise<void>
  /** CRC32C of bytes of the memory. */
  checksum(offsetBytes: number, lengthBytes: number): number
}

/** Where a codec finds its words, and a piece of it that is the codec's alone, for its tables. */
export interface CodingMemory {
  readonly memory: WebAssembly.Memory
  readonly scratchOffsetBytes: number
}

/** What an engine may use of the memory from `scratchOffsetBytes` on. */
export const scratchBytes = 16_384

export interface Engine {
  readonly name: EngineName
  readonly family: Family
  /** In a sentence, why this engine has no such code; null: it has. */
  whyNot(code: Code): string | null
  open(code: Code, where: CodingMemory): Codec
}
