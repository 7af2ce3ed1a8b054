/** Which column of separated text means what: `time=5:us,volume=1,op=2,offset=3:bytes,length=4:bytes`. */
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

const example = 'time=5:us,volume=1,op=2,offset=3:bytes,length=4:bytes'

/** Parses the value of `--columns`; every part is checked. */
export function parseColumns(text: string): ColumnSpec {
  const parts = new Map<string, { columns: readonly number[]; unit: string }>()
  for (const part of text.split(',')) {
    const match = /^(time|volume|op|offset|length|response)=(\d+(?:\+\d+)*)(?::([a-z]+))?$/.exec(
      part,
    )
    if (match === null) throw wrong(`--columns does not understand ${JSON.stringify(part)}`)
    const columns = String(match[2]).split('+').map(Number)
    if (columns.includes(0)) throw wrong('columns are numbered from 1')
    parts.set(String(match[1]), { columns, unit: match[3] ?? '' })
  }
  const one = (name: string): { column: number; unit: string } => {
    const part = parts.get(name)
    if (part === undefined || part.columns.length !== 1) throw wrong(`--columns lacks ${name}`)
    return { column: part.columns[0], unit: part.unit }
  }
  const time = one('time')
  const offset = one('offset')
  const length = one('length')
  return {
    time: { column: time.column, unit: unitOfTime(time.unit) },
    volume: parts.get('volume')?.columns ?? [],
    operation: parts.has('op') ? one('op').column : null,
    offset: { column: offset.column, bytes: unitOfSize(offset.unit) },
    length: { column: length.column, bytes: unitOfSize(length.unit) },
    response: parts.has('response')
      ? { column: one('response').column, unit: unitOfTime(one('response').unit) }
      : null,
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
