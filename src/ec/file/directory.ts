/** The names in a coded directory, and beside it. */
import { basename, dirname, join } from 'node:path'
import type { FileSystem } from './file-system.js'

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

/** Removes what programs that were cut off have left beside `path`. */
export async function removeLeftovers(files: FileSystem, path: string): Promise<void> {
  const parent = dirname(path)
  for (const name of (await files.list(parent)) ?? []) {
    if (!name.startsWith(`${basename(path)}.partial-`)) continue
    if (/^\d+$/.test(name.slice(`${basename(path)}.partial-`.length))) {
      await files.remove(join(parent, name))
    }
  }
}
