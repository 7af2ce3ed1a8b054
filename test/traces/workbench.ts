/** Small trace files for tests: written, converted, and read back whole. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type OperatingError, Refused } from '../../src/core/errors.js'
import type { ColumnFile } from '../../traces/column-file.js'
import { type ConvertOptions, convert, plainOptions } from '../../traces/convert.js'
import { openColumns } from '../../traces/open-columns.js'
import type { SeriesFile } from '../../traces/series-file.js'

let directory: string | null = null
let serial = 0

/** A new path in the test's own directory, which is gone after the test. */
export function newPath(name: string): string {
  directory ??= newDirectory()
  serial += 1
  return join(directory, `${serial}-${name}`)
}

function newDirectory(): string {
  const made = mkdtempSync(join(tmpdir(), 'couchestor-traces-'))
  onTestFinished(() => {
    directory = null
    rmSync(made, { recursive: true, force: true })
  })
  return made
}

export function fileOf(content: string | Uint8Array, name = 'trace'): string {
  const file = newPath(name)
  writeFileSync(file, content)
  return file
}

export async function requestsOf(
  files: readonly string[],
  options: Partial<ConvertOptions> = {},
): Promise<ColumnFile> {
  const target = newPath('columns')
  await convert(files, target, { ...plainOptions, ...options })
  const source = openColumns(target)
  if (source.grain !== 'requests') throw new Error('a series came out')
  return source
}

export async function seriesOf(
  files: readonly string[],
  options: Partial<ConvertOptions> = {},
): Promise<SeriesFile> {
  const target = newPath('columns')
  await convert(files, target, { ...plainOptions, ...options })
  const source = openColumns(target)
  if (source.grain !== 'series') throw new Error('requests came out')
  return source
}

/** The error with which a conversion ends; it leaves nothing behind. */
export async function refusalOf(
  files: readonly string[],
  options: Partial<ConvertOptions> = {},
): Promise<OperatingError> {
  const target = newPath('columns')
  try {
    await convert(files, target, { ...plainOptions, ...options })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const left = readdirSync(dirname(target)).filter(name => name.startsWith(basename(target)))
    if (left.length > 0) throw new Error(`left behind: ${left.join(', ')}`)
    return error.errors[0]
  }
  throw new Error('it was read without an error')
}

export interface ReadRow {
  readonly timeUs: number
  readonly volume: string
  readonly operation: number
  readonly offset: bigint
  readonly length: number
  readonly responseUs: number
}

export function rowsOf(source: ColumnFile): ReadRow[] {
  const rows: ReadRow[] = []
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let row = 0; row < batch.count; row++) {
      rows.push({
        timeUs: batch.timeUs[row],
        volume: source.volumes[batch.volume[row]],
        operation: batch.operation[row],
        offset: (BigInt(batch.offsetHigh[row]) << 32n) + BigInt(batch.offsetLow[row]),
        length: batch.lengthBytes[row],
        responseUs: batch.responseUs?.[row] ?? Number.NaN,
      })
    }
  }
  source.close()
  return rows
}

export interface ReadPoint {
  readonly startUs: number
  readonly volume: string
  readonly reads: number
  readonly writes: number
  readonly readBytes: number
  readonly writeBytes: number
}

export function pointsOf(source: SeriesFile): ReadPoint[] {
  const points: ReadPoint[] = []
  for (let batch = source.next(); batch !== null; batch = source.next()) {
    for (let row = 0; row < batch.count; row++) {
      points.push({
        startUs: batch.startUs,
        volume: source.volumes[batch.volume[row]],
        reads: batch.reads[row],
        writes: batch.writes[row],
        readBytes: batch.readBytes[row],
        writeBytes: batch.writeBytes[row],
      })
    }
  }
  source.close()
  return points
}
