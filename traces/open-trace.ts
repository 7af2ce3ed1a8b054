/** A trace ready for replay: converted once into the cache, then read from there. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { sizeOfFile } from './byte-source.js'
import { isColumnFile } from './column-layout.js'
import { type ConvertOptions, convert } from './convert.js'
import { type OpenedTrace, openColumns } from './open-columns.js'
import { type Unfinished, untold } from './unfinished.js'

/** Changes whenever a reader reads the same bytes differently. */
const readersVersion = 2

/** Opens files as one source; each set of files and options is converted once. */
export async function openTrace(
  files: readonly string[],
  options: ConvertOptions,
  unfinished: Unfinished = untold,
): Promise<OpenedTrace> {
  for (const file of files) sizeOfFile(file)
  if (files.length === 1 && isColumnFile(files[0])) return openColumns(files[0])
  const directory = cacheDirectory()
  mkdirSync(directory, { recursive: true })
  const path = join(directory, `${keyOf(files, options)}.columns`)
  if (!existsSync(path)) await convert(files, path, options, unfinished)
  return openColumns(path)
}

/** Opens a file that will not be seen again: what it is converted into lies beside it. */
export async function openOnce(
  file: string,
  options: ConvertOptions,
  unfinished: Unfinished = untold,
): Promise<OpenedTrace> {
  sizeOfFile(file)
  if (isColumnFile(file)) return openColumns(file)
  const path = `${file}.columns`
  await convert([file], path, options, unfinished)
  return openColumns(path)
}

function keyOf(files: readonly string[], options: ConvertOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([readersVersion, options]))
  for (const file of files) {
    const { size, mtimeMs } = statSync(file)
    hash.update(JSON.stringify([resolve(file), size, mtimeMs]))
  }
  return hash.digest('hex').slice(0, 32)
}

function cacheDirectory(): string {
  const { COUCHESTOR_CACHE, XDG_CACHE_HOME } = process.env
  if (COUCHESTOR_CACHE !== undefined && COUCHESTOR_CACHE !== '') return COUCHESTOR_CACHE
  const base = XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return join(base, 'couchestor')
}
