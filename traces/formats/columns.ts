/** Which column means what: `time=5:us,volume=1,op=2,offset=3:bytes,length=4:bytes`, or by name. */
import { refuse } from '../problem.js'
import { type TimeUnit, timeUnits } from './number.js'

export interface ColumnSpec {
  /** Columns are numbered from one. */
  readonly time: { readonly column: number; readonly unit: TimeUnit }
  /** Joined by a colon; empty: the whole file is one volume. */
  readonly volume: readonly number[]
  /** Null: the trace has no operations. */
  readonly operation: number | null
  readonly offset: { readonly column: number; readonly bytes: number }
  readonly length: { readonly column: number; readonly bytes: number }
  readonly response: { readonly column: number; readonly unit: TimeUnit } | null
  /** How often the row's operation is repeated. */
  readonly repeat: number | null
}

/** The value of `--columns`: each column is a number from one, or a name of the header. */
export interface ColumnChoice {
  readonly time: { readonly column: string; readonly unit: TimeUnit }
  readonly volume: readonly string[]
  readonly operation: string | null
  readonly offset: { readonly column: string; readonly bytes: number }
  readonly length: { readonly column: string; readonly bytes: number }
  readonly response: { readonly column: string; readonly unit: TimeUnit } | null
}

const example = 'time=5:us,volume=1,op=2,offset=3:bytes,length=4:bytes'
const partForm = /^(time|volume|op|offset|length|response)=([^:,]+)(?::([a-z]+))?$/

interface Part {
  readonly columns: readonly string[]
  readonly unit: string
}

/** Parses the value of `--columns`; every part is checked. */
export function parseColumns(text: string): ColumnChoice {
  const parts = new Map<string, Part>()
  for (const written of text.split(',')) {
    const match = partForm.exec(written.trim())
    if (match === null) throw wrong(`--columns does not understand ${JSON.stringify(written)}`)
    if (parts.has(match[1])) throw wrong(`--columns has ${match[1]} twice`)
    parts.set(match[1], { columns: match[2].split('+'), unit: match[3] ?? '' })
  }
  const needed = (name: string): { column: string; unit: string } => {
    const found = single(parts, name)
    if (found === null) throw wrong(`--columns lacks ${name}`)
    return found
  }
  const time = needed('time')
  const offset = needed('offset')
  const length = needed('length')
  const response = single(parts, 'response')
  return {
    time: { column: time.column, unit: unitOfTime(time.unit) },
    volume: parts.get('volume')?.columns ?? [],
    operation: single(parts, 'op')?.column ?? null,
    offset: { column: offset.column, bytes: unitOfSize(offset.unit) },
    length: { column: length.column, bytes: unitOfSize(length.unit) },
    response: response && { column: response.column, unit: unitOfTime(response.unit) },
  }
}

function single(parts: ReadonlyMap<string, Part>, name: string) {
  const part = parts.get(name)
  if (part === undefined) return null
  if (part.columns.length !== 1) throw wrong(`--columns takes one column for ${name}`)
  return { column: part.columns[0], unit: part.unit }
}

/** Column numbers, once the header is known; without one only numbers can be meant. */
export function placed(
  choice: ColumnChoice,
  header: readonly string[] | null,
  file: string,
): ColumnSpec {
  const numberOf = (column: string): number => {
    if (/^[1-9]\d{0,3}$/.test(column)) return Number(column)
    const found = header?.findIndex(name => name.trim().toLowerCase() === column.toLowerCase())
    if (found !== undefined && found >= 0) return found + 1
    const known = header === null ? 'the file has no header' : `it has ${header.join(', ')}`
    const message = `there is no column ${column}: ${known}`
    throw refuse('USAGE', message, { file, field: '--columns' }, 'columns are numbered from 1')
  }
  return {
    time: { ...choice.time, column: numberOf(choice.time.column) },
    volume: choice.volume.map(numberOf),
    operation: choice.operation === null ? null : numberOf(choice.operation),
    offset: { ...choice.offset, column: numberOf(choice.offset.column) },
    length: { ...choice.length, column: numberOf(choice.length.column) },
    response: choice.response && {
      ...choice.response,
      column: numberOf(choice.response.column),
    },
    repeat: null,
  }
}

function unitOfTime(unit: string): TimeUnit {
  const known = timeUnits.find(candidate => candidate === (unit === '' ? 's' : unit))
  if (known === undefined) throw wrong(`a time has no unit ${unit}`)
  return known
}

function unitOfSize(unit: string): number {
  if (unit === '' || unit === 'bytes') return 1
  if (unit === 'sectors') return 512
  if (unit === 'blocks') return 4096
  throw wrong(`a size has no unit ${unit}`)
}

function wrong(message: string): Error {
  return refuse('USAGE', message, { field: '--columns' }, `write it as ${example}`)
}
