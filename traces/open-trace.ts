/** A trace ready for replay: converted once into the cache, then read from there. */
import { createHash } from 'node:crypto'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { sizeOfFile } from './byte-source.js'
import { ColumnFile, type RequestFooter } from './column-file.js'
import { isColumnFile, readFooter } from './column-layout.js'
import { type ConvertOptions, convert } from './convert.js'
import { refuse } from './problem.js'
import { SeriesFile, type SeriesFooter } from './series-file.js'
import { type Unfinished, untold } from './unfinished.js'

/** Changes whenever a reader reads the same bytes differently. */
const readersVersion = 2

export type OpenedTrace = ColumnFile | SeriesFile

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

/** Opens a column file of either grain. */
export function openColumns(path: string): OpenedTrace {
  const descriptor = openSync(path, 'r')
  try {
    const footer = readFooter(descriptor, fstatSync(descriptor).size)
    if (isFooter(footer)) {
      if (footer.grain === 'series') return new SeriesFile(descriptor, footer)
      return new ColumnFile(descriptor, footer)
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
  closeSync(descriptor)
  const message = 'this is no column file, or it is cut off'
  throw refuse('TRACE_CUT', message, { file: path }, 'convert the trace again')
}

function isFooter(footer: unknown): footer is RequestFooter | SeriesFooter {
  if (typeof footer !== 'object' || footer === null || !('grain' in footer)) return false
  return footer.grain === 'requests' || footer.grain === 'series'
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
