/** The machine's own file system. What a device refuses is told with the path and what to do. */
import { constants, renameSync, type Stats } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { pageBytes } from '../../core/stripe.js'
import { deviceRefused } from './device-refused.js'
import type { FileSystem, OpenFile, OpenMode } from './file-system.js'

export const nodeFileSystem: FileSystem = {
  open: (path, mode) => told(path, async () => openFile(await handleOf(path, mode), path)),

  list: async path => {
    const kind = await nodeFileSystem.kindOf(path)
    return kind === 'directory' ? told(path, async () => (await readdir(path)).sort(byText)) : null
  },

  kindOf: path => told(path, async () => kindOf(await statOf(path))),

  makeDirectory: path =>
    told(path, async () => {
      await mkdir(path, { recursive: true })
    }),

  rename: (from, to) => told(to, () => rename(from, to)),

  link: (from, to) => told(to, () => link(from, to)),

  exchange: (from, to, aside) =>
    told(to, async () => {
      // Without a pause in which an interruption could fall.
      renameSync(to, aside)
      try {
        renameSync(from, to)
      } catch (error) {
        renameSync(aside, to)
        throw error
      }
    }),

  remove: path => told(path, () => rm(path, { recursive: true, force: true })),

  syncDirectory: path =>
    told(path, async () => {
      const handle = await open(path, 'r')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
    }),
}

const flags = { read: 'r', change: 'r+', create: 'wx+' } as const

function handleOf(path: string, mode: OpenMode): Promise<FileHandle> {
  return mode === 'createDirect' ? createDirect(path) : open(path, flags[mode])
}

/** Memory of WebAssembly begins at a page of the machine. */
const zeroPage = new Uint8Array(
  new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer,
  0,
  pageBytes,
)

/**
 * Some file systems refuse to open such a file (and leave it there, empty), some devices to write a
 * page of this size. Both say EINVAL, and the first page, which is zero until the end, asks them.
 */
async function createDirect(path: string): Promise<FileHandle> {
  const { O_CREAT, O_EXCL, O_RDWR, O_DIRECT } = constants
  let handle: FileHandle | null = null
  try {
    handle = await open(path, O_CREAT | O_EXCL | O_RDWR | O_DIRECT, 0o666)
    await handle.write(zeroPage, 0, pageBytes, 0)
    return handle
  } catch (error) {
    await handle?.close()
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error
    return open(path, 'w+', 0o666)
  }
}

function openFile(handle: FileHandle, path: string): OpenFile {
  return {
    size: () => told(path, async () => (await handle.stat()).size),
    readv: (buffers, position) => told(path, () => readAll(handle, buffers, position)),
    writev: (buffers, position) => told(path, () => writeAll(handle, buffers, position)),
    truncate: bytes => told(path, () => handle.truncate(bytes)),
    sync: () => told(path, () => handle.datasync()),
    close: () => told(path, () => handle.close()),
  }
}

/** One call takes at most this many buffers (IOV_MAX). */
const mostBuffers = 1024

async function readAll(
  handle: FileHandle,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<number> {
  let left = buffers.filter(buffer => buffer.length > 0)
  let done = 0
  while (left.length > 0) {
    const { bytesRead } = await handle.readv(left.slice(0, mostBuffers), position + done)
    if (bytesRead === 0) break
    done += bytesRead
    left = after(left, bytesRead)
  }
  return done
}

async function writeAll(
  handle: FileHandle,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<void> {
  let left = buffers.filter(buffer => buffer.length > 0)
  let done = 0
  while (left.length > 0) {
    const { bytesWritten } = await handle.writev(left.slice(0, mostBuffers), position + done)
    done += bytesWritten
    left = after(left, bytesWritten)
  }
}

/** What is left of the buffers when their first `bytes` bytes are dealt with. */
export function after(buffers: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skipped = 0
  let first = 0
  while (first < buffers.length && skipped + buffers[first].length <= bytes) {
    skipped += buffers[first].length
    first++
  }
  const left = buffers.slice(first)
  if (left.length > 0 && bytes > skipped) left[0] = left[0].subarray(bytes - skipped)
  return left
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path)
  } catch (error) {
    const isMissing =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ENOENT' || error.code === 'ENOTDIR')
    if (isMissing) return null
    throw error
  }
}

function kindOf(stats: Stats | null): 'file' | 'directory' | 'other' | null {
  if (stats === null) return null
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'directory' : 'other'
}

async function told<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    throw deviceRefused(error, path)
  }
}

function byText(left: string, right: string): number {
  return left < right ? -1 : Number(left > right)
}
