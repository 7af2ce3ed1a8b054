/** The names in a coded directory, and beside it. */
import { basename, dirname, join } from 'node:path'
import type { FileSystem } from './file-system.js'
import { isAlive } from './process-alive.js'

/** Of each pool's own file. */
export const containerName = 'container'

export function poolDirectory(pool: number): string {
  return `pool-${pool}`
}

/** The number in the name of a pool's directory; null for any other name. */
export function poolOfDirectory(name: string): number | null {
  const digits = /^pool-(0|[1-9]\d{0,2})$/.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

export function lockPath(directory: string): string {
  return `${directory}.lock`
}

export function scrubStatePath(directory: string): string {
  return join(directory, 'scrub.json')
}

/** Written beside its final name until it is whole. */
export function partialPath(path: string): string {
  return `${path}.partial-${process.pid}`
}

/** Where what is replaced stands in the instant between two renames. */
export function asidePath(path: string): string {
  return `${path}.replaced-${process.pid}`
}

/**
 * Removes what programs that were cut off have left beside `path`: where a lock keeps others away
 * all of it, else that of programs that do not run any more.
 */
export async function removeLeftovers(
  files: FileSystem,
  path: string,
  whose: 'all' | 'dead',
): Promise<void> {
  const prefix = `${basename(path)}.partial-`
  for (const name of (await files.list(dirname(path))) ?? []) {
    const pid = name.startsWith(prefix) ? name.slice(prefix.length) : ''
    if (!/^\d+$/.test(pid)) continue
    const isTheirs = whose === 'dead' && Number(pid) !== process.pid && isAlive(Number(pid))
    if (!isTheirs) await files.remove(join(dirname(path), name))
  }
}
