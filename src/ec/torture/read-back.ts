/** Reads a damaged volume in every way, and says in a sentence where that is not as expected. */
import { Refused } from '../../core/errors.js'
import type { Coder } from '../coder.js'
import { decode } from '../file/decode.js'
import type { ByteRange } from '../file/layout.js'
import { CodedReader } from '../file/reader.js'
import { type CodedVolume, openVolume } from '../file/volume.js'
import type { Expected } from './expected.js'
import { MemoryFile, type Random } from './memory-file.js'
import type { MemoryFileSystem } from './memory-file-system.js'
import { below } from './scene.js'

export const parent = '/pools'
export const directory = `${parent}/volume`

/** Null: every byte is there, or is named as lost and expected to be. */
export async function readBack(
  files: MemoryFileSystem,
  coder: Coder,
  user: Uint8Array,
  expected: Expected,
  random: Random,
): Promise<string | null> {
  return withVolume(files, 'read', async volume => {
    const whole = await decodeWhole(volume, coder, user, expected.lost)
    if (whole !== null) return whole
    const reader = new CodedReader(volume, coder)
    for (let reads = 0; reads < 3; reads++) {
      const offset = below(random, user.length + 1)
      const length = below(random, Math.min(200_000, user.length) + 1)
      const piece = await readPiece(reader, user, expected.lost, offset, length)
      if (piece !== null) return piece
    }
    return null
  })
}

export async function withVolume<Value>(
  files: MemoryFileSystem,
  mode: 'read' | 'change',
  work: (volume: CodedVolume) => Promise<Value>,
): Promise<Value> {
  const volume = await openVolume(files, directory, mode)
  try {
    return await work(volume)
  } finally {
    await volume.close()
  }
}

async function decodeWhole(
  volume: CodedVolume,
  coder: Coder,
  user: Uint8Array,
  lost: readonly ByteRange[],
): Promise<string | null> {
  const target = new MemoryFile()
  const write = async (buffers: readonly Uint8Array[], position: number): Promise<void> =>
    target.write(buffers, position)
  const named = await lostOf(() => decode(volume, coder, { inOrder: false, write }, () => {}))
  if (JSON.stringify(named) !== JSON.stringify(lost.map(({ firstByte }) => firstByte))) {
    return `decode named bytes ${named} as lost, and ${lost.map(one => one.firstByte)} are`
  }
  if (lost.length > 0 || Buffer.compare(target.bytes, user) === 0) return null
  return 'decode wrote a wrong byte'
}

async function readPiece(
  reader: CodedReader,
  user: Uint8Array,
  lost: readonly ByteRange[],
  offset: number,
  length: number,
): Promise<string | null> {
  const end = Math.min(offset + length, user.length)
  const within = lost.flatMap(({ firstByte, bytes }) => {
    const from = Math.max(firstByte, offset)
    return from < Math.min(firstByte + bytes, end) ? [from] : []
  })
  let read: Uint8Array = new Uint8Array(0)
  const named = await lostOf(async () => {
    read = await reader.read(offset, length)
  })
  if (JSON.stringify(named) !== JSON.stringify(within)) {
    return `a read of ${length} bytes at ${offset} named ${named} as lost, and ${within} are`
  }
  const isRight = named.length > 0 || Buffer.compare(read, user.subarray(offset, end)) === 0
  return isRight ? null : `a read of ${length} bytes at ${offset} answered a wrong byte`
}

/** Where the ranges begin that were named as lost. */
async function lostOf(work: () => Promise<unknown>): Promise<readonly number[]> {
  try {
    await work()
    return []
  } catch (error) {
    if (!(error instanceof Refused) || error.errors[0]?.code !== 'BYTES_LOST') throw error
    return error.errors.flatMap(({ where }) => where.byte ?? [])
  }
}
