/** The bytes of a trace file, plain, gz or zst, in chunks, whatever its size. */
import { closeSync, createReadStream, openSync, readSync, statSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { Decompress } from 'fzstd'
import { refuse } from './problem.js'

const chunkBytes = 1 << 20

export type Compression = 'plain' | 'gz' | 'zst'

export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gz'
  const isZst = head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd
  // Parallel compressors begin with a frame that is to be skipped.
  const isSkipped =
    (head[0] & 0xf0) === 0x50 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18
  return isZst || isSkipped ? 'zst' : 'plain'
}

/** Refuses what is no file before anything is opened: a pipe would block for ever. */
export function sizeOfFile(file: string): number {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) {
    throw refuse('FILE_MISSING', 'there is no such file', { file }, 'check the path')
  }
  if (!stat.isFile()) {
    const what = stat.isDirectory() ? 'a directory' : 'no regular file'
    const hint = 'name a file; save a pipe to one first'
    throw refuse('TRACE_NOT_A_FILE', `this is ${what}`, { file }, hint)
  }
  if (stat.size === 0)
    throw refuse('TRACE_EMPTY', 'the file is empty', { file }, 'name another file')
  return stat.size
}

/** The first bytes as they stand on disk. */
export function rawHead(file: string, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  const descriptor = openSync(file, 'r')
  try {
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, 0))
  } finally {
    closeSync(descriptor)
  }
}

/** Decompressed chunks. A compressed file that is cut off ends in an error that names it. */
export async function* chunksOf(file: string): AsyncGenerator<Uint8Array> {
  const compression = compressionOf(rawHead(file, 4))
  const raw = createReadStream(file, { highWaterMark: chunkBytes })
  try {
    if (compression === 'gz') yield* raw.pipe(createGunzip({ chunkSize: chunkBytes }))
    else if (compression === 'zst') yield* inflateZst(raw)
    else yield* raw
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'Refused') throw error
    const message = `the ${compression} stream cannot be read: ${error.message}`
    throw refuse('TRACE_CUT', message, { file }, 'fetch the file again')
  } finally {
    raw.destroy()
  }
}

async function* inflateZst(raw: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = []
  let ended = false
  const inflate = new Decompress((chunk, final) => {
    ready.push(chunk)
    ended = final === true
  })
  for await (const chunk of raw) {
    inflate.push(chunk, false)
    yield* ready
    ready = []
  }
  inflate.push(new Uint8Array(0), true)
  yield* ready
  if (!ended) throw new Error('it breaks off')
}

/** The first decompressed bytes, for telling formats apart. */
export async function headOf(file: string, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let known = 0
  for await (const chunk of chunksOf(file)) {
    parts.push(chunk)
    known += chunk.length
    if (known >= length) break
  }
  return Buffer.concat(parts).subarray(0, length)
}
