/**
 * Threads and child processes run what the build made, also those of a program that runs from its
 * sources, as tests do: `npm test` builds first.
 */
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The path of a compiled file, given where it lies beside its caller. */
export function builtFile(beside: URL): string {
  const path = fileURLToPath(beside)
  if (existsSync(path)) return path
  const top = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
  return join(top, 'dist', relative(top, path))
}
