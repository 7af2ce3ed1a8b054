/**
 * The default engine of Reed-Solomon: Cauchy's matrix as bits, so that coding is exclusive or
 * alone. The work is done by libuv's threads; this thread hands them all words at once and waits.
 */
import { allShards, type Code, type ShardSet, whyNoCode } from '../../core/code.js'
import { checksumOver } from '../checksum.js'
import type { Codec, CodeWord, CodingMemory, Engine, WhenCoded } from '../codec.js'
import { encodeGuarded, type GuardedWord, loadPackage, type Package } from './guarded.js'

/** Refuses with NATIVE_MISSING. */
export async function loadRonomon(): Promise<Engine> {
  const reedSolomon = loadPackage()
  return {
    name: 'ronomon',
    family: 'cauchy-xor/1',
    whyNot: code => whyNot(reedSolomon, code),
    open: (code, where) => open(reedSolomon, code, where),
  }
}

function whyNot(reedSolomon: Package, code: Code): string | null {
  if (code.kind !== 'reed-solomon') return 'the family cauchy-xor/1 has no local groups'
  if (code.dataShards > reedSolomon.MAX_K || code.parityShards > reedSolomon.MAX_M) {
    return `it has at most ${reedSolomon.MAX_K} data and ${reedSolomon.MAX_M} parity shards`
  }
  return whyNoCode(code)
}

function open(reedSolomon: Package, code: Code, { memory }: CodingMemory): Codec {
  const { dataShards } = code
  const shards = dataShards + (code.kind === 'reed-solomon' ? code.parityShards : 0)
  const context = reedSolomon.create(dataShards, shards - dataShards)
  const blocksOf = ({ offsetBytes, blockBytes }: CodeWord): GuardedWord => {
    const data = Buffer.from(memory.buffer, offsetBytes, dataShards * blockBytes)
    const from = offsetBytes + data.length
    return { data, parity: Buffer.from(memory.buffer, from, (shards - dataShards) * blockBytes) }
  }

  const rebuild = async (
    words: readonly CodeWord[],
    reads: ShardSet,
    wanted: ShardSet,
    whenCoded?: WhenCoded,
  ): Promise<void> => {
    const coded = words.map(async (word, place) => {
      await encodeGuarded(reedSolomon, context, code, blocksOf(word), reads, wanted)
      whenCoded?.(place)
    })
    await Promise.all(coded)
  }

  const data = (1 << dataShards) - 1
  const encode = (words: readonly CodeWord[], whenCoded?: WhenCoded): Promise<void> =>
    rebuild(words, data, allShards(code) & ~data, whenCoded)

  return {
    code,
    family: 'cauchy-xor/1',
    memory,
    encode,
    rebuild,
    checksum: checksumOver(memory),
  }
}
