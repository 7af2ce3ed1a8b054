/** What the columns of a Parquet file are: by their names and types, or as --columns says. */
import { refuse } from '../../problem.js'
import type { ColumnChoice } from '../columns.js'
import type { TimeUnit } from '../number.js'

export interface ParquetColumn {
  readonly name: string
  /** DuckDB's name of its type. */
  readonly type: string
}

/** SQL expressions over a row. */
export interface RequestSql {
  /** Microseconds, as BIGINT. */
  readonly time: string
  /** A text; null: the whole file is one volume. */
  readonly volume: string | null
  /** A text such as `read`; null: the file has no operations. */
  readonly operation: string | null
  /** Bytes, as BIGINT. */
  readonly offset: string
  readonly length: string
  readonly response: string | null
}

const names = {
  time: /^(?:timestamp|time|ts|datetime)(?:_(us|ns|ms|s))?$/,
  volume: /^(?:volume|volume_id|volume_name|vol|pv_name|device|device_id|disk|disk_id|lun)$/,
  operation: /^(?:op|operation|opcode|type|rw|io_type|iotype)$/,
  isWrite: /^is_write$/,
  offset: /^(?:offset|offset_bytes|byte_offset|lba|sector|lbn)$/,
  length: /^(?:length|length_bytes|size|size_bytes|io_size|len|bytes|sectors|nsectors)$/,
  response: /^(?:response|response_time|latency)_(us|ns|ms|s)$/,
} as const

/** Null when the names are not those of a request trace. */
export function requestSql(
  columns: readonly ParquetColumn[],
  choice: ColumnChoice | null,
  file: string,
): RequestSql | null {
  if (choice !== null) return chosen(columns, choice, file)
  const find = (form: RegExp): ParquetColumn | undefined =>
    columns.find(column => form.test(column.name.toLowerCase()))
  const time = find(names.time)
  const offset = find(names.offset)
  const length = find(names.length)
  if (time === undefined || offset === undefined || length === undefined) return null
  const volume = find(names.volume)
  const response = find(names.response)
  return {
    time: timeSql(time, unitInName(time, names.time), file),
    volume: volume === undefined ? null : `CAST(${quoted(volume)} AS VARCHAR)`,
    operation: operationSql(find(names.operation), find(names.isWrite)),
    offset: bytesSql(offset, unitBytes(offset), file),
    length: bytesSql(length, unitBytes(length), file),
    response:
      response === undefined ? null : timeSql(response, unitInName(response, names.response), file),
  }
}

function chosen(columns: readonly ParquetColumn[], choice: ColumnChoice, file: string): RequestSql {
  const column = (name: string): ParquetColumn => {
    const byNumber = /^\d+$/.test(name) ? columns[Number(name) - 1] : undefined
    const found = columns.find(one => one.name.toLowerCase() === name.toLowerCase()) ?? byNumber
    if (found !== undefined) return found
    const message = `there is no column ${name}: it has ${columns.map(one => one.name).join(', ')}`
    throw refuse('USAGE', message, { file, field: '--columns' }, 'name one of its columns')
  }
  const { time, volume, operation, offset, length, response } = choice
  const text = (name: string): string => `CAST(${quoted(column(name))} AS VARCHAR)`
  return {
    time: timeSql(column(time.column), time.unit, file),
    volume: volume.length === 0 ? null : volume.map(text).join(` || ':' || `),
    operation: operation === null ? null : text(operation),
    offset: bytesSql(column(offset.column), offset.bytes, file),
    length: bytesSql(column(length.column), length.bytes, file),
    response: response && timeSql(column(response.column), response.unit, file),
  }
}

/** `time_us` says its unit itself. */
function unitInName(column: ParquetColumn, form: RegExp): TimeUnit | null {
  const unit = form.exec(column.name.toLowerCase())?.[1]
  return unit === 'us' || unit === 'ns' || unit === 'ms' || unit === 's' ? unit : null
}

/** Parts of a microsecond are floored. */
function timeSql(column: ParquetColumn, unit: TimeUnit | null, file: string): string {
  const value = quoted(column)
  if (/^(?:TIMESTAMP|DATE)/.test(column.type)) return `epoch_us(${value})`
  if (unit === null) {
    const message = `column ${column.name} does not say its unit`
    const hint = 'pass --columns time=NAME:us,offset=…,length=… (or :s, :ms, :ns)'
    throw refuse('TRACE_UNIT_MISSING', message, { file, field: column.name }, hint)
  }
  if (/^(?:FLOAT|DOUBLE|DECIMAL)/.test(column.type)) {
    const perSecond = { s: 1_000_000, ms: 1000, us: 1, ns: 0, ticks: 0, filetime: 0 }[unit]
    if (perSecond > 0) {
      return `CAST(floor(CAST(${value} AS DECIMAL(30, 6)) * ${perSecond}) AS BIGINT)`
    }
  }
  mustBeWhole(column, file)
  const whole = `CAST(${value} AS BIGINT)`
  if (unit === 's') return `${whole} * 1000000`
  if (unit === 'ms') return `${whole} * 1000`
  if (unit === 'us') return whole
  if (unit === 'ns') return `${whole} // 1000`
  return unit === 'ticks' ? `${whole} // 10` : `${whole} // 10 - 11644473600000000`
}

function bytesSql(column: ParquetColumn, unit: number, file: string): string {
  mustBeWhole(column, file)
  return `CAST(${quoted(column)} AS BIGINT) * ${unit}`
}

function unitBytes(column: ParquetColumn): number {
  return /^(?:lba|lbn|sectors?|nsectors)$/.test(column.name.toLowerCase()) ? 512 : 1
}

function operationSql(
  operation: ParquetColumn | undefined,
  isWrite: ParquetColumn | undefined,
): string | null {
  if (operation !== undefined) return `CAST(${quoted(operation)} AS VARCHAR)`
  if (isWrite === undefined) return null
  return `CASE WHEN CAST(${quoted(isWrite)} AS BOOLEAN) THEN 'write' ELSE 'read' END`
}

function mustBeWhole(column: ParquetColumn, file: string): void {
  if (/^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/.test(column.type)) return
  const message = `column ${column.name} holds ${column.type}, not whole numbers`
  const hint = 'cast it to BIGINT when you write the file'
  throw refuse('TRACE_ROW', message, { file, field: column.name }, hint)
}

export function quoted({ name }: ParquetColumn): string {
  return `"${name.replaceAll('"', '""')}"`
}
