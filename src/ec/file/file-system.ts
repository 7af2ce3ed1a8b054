/**
 * What coded files ask of a file system. Everything that changes a disk goes through here, so that
 * a test can make any one step of it fail, or be the last before the power goes.
 */

/**
 * `create` refuses what is there already; `change` wants it to be there. `createDirect` creates a
 * file whose bytes go to the device without a copy in the machine's memory, where the file system
 * can do that: buffers, lengths and positions are then whole pages, as those of a ring are.
 */
export type OpenMode = 'read' | 'change' | 'create' | 'createDirect'

export interface FileSystem {
  open(path: string, mode: OpenMode): Promise<OpenFile>
  /** Names in a directory, sorted; null where there is none. */
  list(path: string): Promise<readonly string[] | null>
  kindOf(path: string): Promise<'file' | 'directory' | 'other' | null>
  makeDirectory(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** A second name for a file; refuses with EEXIST what is there already. */
  link(from: string, to: string): Promise<void>
  /**
   * Puts `from` in the place of `to`, which moves to `aside`; nothing else runs in between. Where
   * it fails, `to` is what it was.
   */
  exchange(from: string, to: string, aside: string): Promise<void>
  /** With all that is in it; what is not there is no error. */
  remove(path: string): Promise<void>
  /** Makes the names in a directory durable. */
  syncDirectory(path: string): Promise<void>
}

export interface OpenFile {
  size(): Promise<number>
  /** Fills the buffers one after another; answers how many bytes there were before the end. */
  readv(buffers: readonly Uint8Array[], position: number): Promise<number>
  /** Writes all of them, or throws. */
  writev(buffers: readonly Uint8Array[], position: number): Promise<void>
  truncate(bytes: number): Promise<void>
  /** Returns when what was written is durable. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** A small file as text; null where there is none. */
export async function readText(files: FileSystem, path: string): Promise<string | null> {
  if ((await files.kindOf(path)) !== 'file') return null
  const file = await files.open(path, 'read')
  try {
    const bytes = new Uint8Array(await file.size())
    await file.readv([bytes], 0)
    return Buffer.from(bytes).toString('utf8')
  } finally {
    await file.close()
  }
}

/** Writes a small file beside its name and renames it: whole, or as it was before. */
export async function replaceText(files: FileSystem, path: string, text: string): Promise<void> {
  const partial = `${path}.partial-${process.pid}`
  await files.remove(partial)
  const file = await files.open(partial, 'create')
  try {
    await file.writev([Buffer.from(text)], 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await files.rename(partial, path)
}
