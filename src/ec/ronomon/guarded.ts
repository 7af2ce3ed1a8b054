/**
 * @ronomon/reed-solomon behind a guard. What the package does not check ends the whole process, or
 * writes where it should not: each is refused here, as a defect of the caller, before it is called.
 */
import { createRequire } from 'node:module'
import { type Code, parityShards, type ShardSet, sizeOf } from '../../core/code.js'
import { assert } from '../../core/errors.js'
import { nativeMissing } from '../native-missing.js'

export type Package = typeof import('@ronomon/reed-solomon').default

/** Refuses with NATIVE_MISSING. The package is one compiled file, which no import can load. */
export function loadPackage(): Package {
  try {
    return createRequire(import.meta.url)('@ronomon/reed-solomon')
  } catch (cause) {
    const install = 'npm install @ronomon/reed-solomon (it needs make, a C compiler and Python)'
    const part = 'the package @ronomon/reed-solomon'
    throw nativeMissing({ engine: 'ronomon', part, install, cause })
  }
}

/** The package's `sources < 2 ** 32`, and its lengths. */
const mostBytes = 4_294_967_295

/** One word: the blocks of its data and of its parity, each piece contiguous. */
export interface GuardedWord {
  readonly data: Uint8Array
  readonly parity: Uint8Array
}

/**
 * Fills the targets. Shards that are neither source nor target may be overwritten by the package:
 * they are put back.
 */
export async function encodeGuarded(
  reedSolomon: Package,
  context: Buffer,
  code: Code,
  word: GuardedWord,
  sources: ShardSet,
  targets: ShardSet,
): Promise<void> {
  const { data, parity } = word
  const blockBytes = guardWord(code, word)
  guardSets(code, sources, targets)
  const saved = bystanders(code, word, blockBytes, sources, targets)
  await new Promise<void>((resolve, reject) => {
    reedSolomon.encode(
      context,
      sources,
      targets,
      data,
      0,
      data.length,
      parity,
      0,
      parity.length,
      error => (error === undefined || error === null ? resolve() : reject(error)),
    )
  })
  for (const { block, before } of saved) block.set(before)
}

/** Answers the length of a block. */
function guardWord(code: Code, { data, parity }: GuardedWord): number {
  for (const bytes of [data, parity]) {
    // An empty one, as one that was transferred away, aborts the process in the package.
    assert(bytes.length > 0, 'blocks to code are not empty')
    assert(bytes.length <= mostBytes, 'blocks to code are below 4 GiB')
    // The package keeps the view, not its memory: what can be transferred can vanish under it, and
    // a view of Node's pool shares its memory with strangers.
    assert(bytes.buffer instanceof SharedArrayBuffer, 'blocks to code lie in shared memory')
  }
  const blockBytes = data.length / code.dataShards
  // Of 8 bytes and of as many parts as a word of its field has bits: 8 at most.
  assert(Number.isInteger(blockBytes) && blockBytes % 64 === 0, 'a block is a multiple of 64 bytes')
  assert(parity.length === blockBytes * parityShards(code), 'blocks of parity are as long as data')
  return blockBytes
}

function guardSets(code: Code, sources: ShardSet, targets: ShardSet): void {
  assert((sources & targets) === 0, 'a shard that is read is not also made')
  assert(sizeOf(sources) >= code.dataShards, 'as many shards are read as there are data shards')
  const count = sizeOf(targets)
  assert(count > 0 && count <= parityShards(code), 'as many shards are made as the code can lose')
}

interface Saved {
  readonly block: Uint8Array
  readonly before: Uint8Array
}

function bystanders(
  code: Code,
  { data, parity }: GuardedWord,
  blockBytes: number,
  sources: ShardSet,
  targets: ShardSet,
): readonly Saved[] {
  if (isPlainSum(code, sources, targets)) return []
  const saved: Saved[] = []
  const shards = code.dataShards + parityShards(code)
  for (let shard = 0; shard < shards; shard++) {
    if (((sources | targets) & (1 << shard)) !== 0) continue
    const isData = shard < code.dataShards
    const from = (isData ? shard : shard - code.dataShards) * blockBytes
    const block = (isData ? data : parity).subarray(from, from + blockBytes)
    saved.push({ block, before: Uint8Array.from(block) })
  }
  return saved
}

/** The package's way for one of the first k + 1 shards from the others: it writes nothing else. */
function isPlainSum(code: Code, sources: ShardSet, targets: ShardSet): boolean {
  const first = (1 << (code.dataShards + 1)) - 1
  return (
    sizeOf(targets) === 1 && (targets & first) !== 0 && sizeOf(sources & first) === code.dataShards
  )
}
