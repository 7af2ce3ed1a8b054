/** The GF(2⁸) family over whatever multiplies blocks: coefficients are worked out once and kept. */
import { allShards, type Code, type ShardSet } from '../../core/code.js'
import type { ChecksumOf } from '../checksum.js'
import type { Codec, CodeWord, WhenCoded } from '../codec.js'
import { type Pass, passesFor } from './passes.js'

/** Does some passes on one word. */
export type WordWork = (word: CodeWord) => void

/** Sets of reads and wanted whose coefficients are kept: more than a fault has at once. */
const mostKept = 64

export function gf256Codec(
  code: Code,
  memory: WebAssembly.Memory,
  prepare: (passes: readonly Pass[]) => WordWork,
  checksum: ChecksumOf,
): Codec {
  const kept = new Map<string, WordWork>()

  const workFor = (reads: ShardSet, wanted: ShardSet): WordWork => {
    const key = `${reads} ${wanted}`
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size >= mostKept) kept.clear()
    const work = prepare(passesFor(code, reads, wanted))
    kept.set(key, work)
    return work
  }

  const rebuild = async (
    words: readonly CodeWord[],
    reads: ShardSet,
    wanted: ShardSet,
    whenCoded?: WhenCoded,
  ): Promise<void> => {
    const work = workFor(reads, wanted)
    for (let place = 0; place < words.length; place++) {
      work(words[place])
      whenCoded?.(place)
    }
  }

  const data = (1 << code.dataShards) - 1
  const encode = (words: readonly CodeWord[], whenCoded?: WhenCoded): Promise<void> =>
    rebuild(words, data, allShards(code) & ~data, whenCoded)

  return { code, family: 'gf256/1', memory, encode, rebuild, checksum }
}
