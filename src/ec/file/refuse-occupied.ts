/** What must not be written over. */
import { basename, dirname, join } from 'node:path'
import { poolOfDirectory } from './directory.js'
import type { FileSystem } from './file-system.js'
import { refused } from './find-containers.js'

/** Even --force replaces nothing that is no coded directory; an empty one holds nothing to lose. */
export async function refuseOccupied(
  files: FileSystem,
  directory: string,
  force: boolean,
): Promise<void> {
  await refuseCutExchange(files, directory)
  const kind = await files.kindOf(directory)
  if (kind === null) return
  const names = (await files.list(directory)) ?? []
  const isCoded = names.some(name => poolOfDirectory(name) !== null)
  if (kind === 'directory' && force && (isCoded || names.length === 0)) return
  const message = force
    ? 'what stands there is no coded directory, and is not replaced'
    : 'something stands there already'
  const hint = force ? 'choose another place' : 'choose another place, or pass --force'
  throw refused('OUT_EXISTS', directory, message, hint)
}

/** A program that died between the two renames of --force has left the old one beside. */
export async function refuseCutExchange(files: FileSystem, directory: string): Promise<void> {
  if ((await files.kindOf(directory)) !== null) return
  const beside = (await files.list(dirname(directory))) ?? []
  const aside = beside.find(name => name.startsWith(`${basename(directory)}.replaced-`))
  if (aside === undefined) return
  const path = join(dirname(directory), aside)
  const message = `the directory was being replaced; what was there stands whole at ${path}`
  throw refused('FILE_MISSING', directory, message, `rename ${path} back, or remove it`)
}
