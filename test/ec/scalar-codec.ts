/** The oracle of the GF(2⁸) family: one byte after the other, from the core's rows alone. */
import type { Code, ShardSet } from '../../src/core/code.js'
import { membersOf, shardsOf } from '../../src/core/code.js'
import { multiply } from '../../src/core/gf256.js'
import { parityRows } from '../../src/core/parity-rows.js'

/** All blocks of a word, whose data blocks are given. */
export function scalarWord(code: Code, data: readonly Uint8Array[]): readonly Uint8Array[] {
  const parity = parityRows(code).map(row =>
    data[0].map((_, at) =>
      data.reduce((sum, block, shard) => sum ^ multiply(row[shard], block[at]), 0),
    ),
  )
  return [...data, ...parity]
}

/** Blocks of a word that lies in memory. */
export function blocksAt(
  memory: SharedArrayBuffer,
  offsetBytes: number,
  blockBytes: number,
  code: Code,
): readonly Uint8Array[] {
  return Array.from(
    { length: shardsOf(code) },
    (_, shard) => new Uint8Array(memory, offsetBytes + shard * blockBytes, blockBytes),
  )
}

export function overwrite(blocks: readonly Uint8Array[], shards: ShardSet, value: number): void {
  for (const shard of membersOf(shards)) blocks[shard].fill(value)
}
