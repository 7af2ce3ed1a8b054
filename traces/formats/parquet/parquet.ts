/** Parquet, by DuckDB: streamed chunk by chunk, requests or a series, whichever its columns are. */

import { operations } from '../../batch.js'
import { refuse } from '../../problem.js'
import type { RequestSink } from '../../request-sink.js'
import type { SeriesSink } from '../../series-sink.js'
import type { Format, ReaderOptions, RequestFormat, SeriesFormat } from '../format.js'
import { named } from '../separated/operation-words.js'
import { type SeriesHeader, seriesHeader } from '../series/header.js'
import { columnsOf, withParquet } from './database.js'
import { type ParquetColumn, quoted, type RequestSql, requestSql } from './schema.js'

/** The format of one Parquet file. */
export async function parquetFormat(file: string, options: ReaderOptions): Promise<Format> {
  const columns = await columnsOf(file)
  const sql = requestSql(columns, options.columns, file)
  if (sql !== null) return requestFormat(sql)
  const header = seriesHeader(columns.map(column => column.name).join(','))
  if (header !== null && header.bare === null) return seriesFormat(header, columns)
  const message = `its columns are not those of a trace: ${columns.map(one => one.name).join(', ')}`
  const hint = 'pass --columns time=NAME:us,volume=NAME,op=NAME,offset=NAME,length=NAME'
  throw refuse('TRACE_UNKNOWN', message, { file }, hint)
}

const common = { name: 'parquet', places: 'line', matches: () => false } as const

function requestFormat(sql: RequestSql): RequestFormat {
  return {
    ...common,
    grain: 'requests',
    title: 'Parquet of requests',
    read: (file, sink) => readRequests(file, sink, sql),
  }
}

function seriesFormat(header: SeriesHeader, columns: readonly ParquetColumn[]): SeriesFormat {
  return {
    ...common,
    grain: 'series',
    title: 'Parquet of a series',
    read: (file, sink) => readSeries(file, sink, header, columns),
  }
}

/** Offsets come in two halves, so that none passes 2^53 on its way. */
async function readRequests(file: string, sink: RequestSink, sql: RequestSql): Promise<void> {
  const select = [
    `CAST(${sql.time} AS DOUBLE)`,
    sql.volume ?? `'disk'`,
    sql.operation ?? 'NULL::VARCHAR',
    `CAST((${sql.offset}) // 4294967296 AS DOUBLE)`,
    `CAST((${sql.offset}) % 4294967296 AS DOUBLE)`,
    `CAST(${sql.length} AS DOUBLE)`,
    sql.response === null ? 'NULL::DOUBLE' : `CAST(${sql.response} AS DOUBLE)`,
  ].join(', ')
  await eachRow(file, select, (row, number) => {
    const [time, volume, operation, high, low, length, response] = row
    const numbered = (value: unknown, what: string): number => {
      if (typeof value === 'number' && value >= 0 && Number.isSafeInteger(value)) return value
      throw wrong(file, number, `${String(value)} is no ${what}`)
    }
    const bytes = numbered(length, 'length')
    if (bytes > 0xffff_ffff) throw wrong(file, number, `${bytes} is no length below 4 GiB`)
    if (volume === null) throw wrong(file, number, 'the volume is NULL')
    sink.add(
      numbered(time, 'time'),
      sink.volumes.indexOf(String(volume)),
      sql.operation === null ? operations.unknown : operationOf(operation, file, number),
      numbered(low, 'offset'),
      numbered(high, 'offset'),
      bytes,
      typeof response === 'number' ? response : Number.NaN,
      number,
    )
  })
}

function operationOf(value: unknown, file: string, row: number): number {
  const code = typeof value === 'string' ? named(value.trim()) : null
  if (code !== null) return code
  throw wrong(file, row, `${JSON.stringify(value)} is no operation`)
}

async function readSeries(
  file: string,
  sink: SeriesSink,
  header: SeriesHeader,
  columns: readonly ParquetColumn[],
): Promise<void> {
  const volume = header.volume === null ? `'disk'` : quoted(columns[header.volume])
  const select = [
    `CAST(${secondsSql(columns[header.time])} AS DOUBLE)`,
    `CAST(${volume} AS VARCHAR)`,
    ...header.values.map(({ column }) => `CAST(${quoted(columns[column])} AS DOUBLE)`),
  ].join(', ')
  await eachRow(file, select, ([time, name, ...values], number) => {
    if (typeof time !== 'number' || !(time >= 0)) throw wrong(file, number, 'the row has no time')
    if (name === null) throw wrong(file, number, 'the volume is NULL')
    sink.point(time)
    header.values.forEach(({ unit }, index) => {
      const value = values[index]
      if (typeof value !== 'number' || !Number.isFinite(value)) sink.warn('TRACE_GAP', number)
      else if (value < 0) throw wrong(file, number, `${value} is no value of zero or more`)
      else sink.sample(sink.indexOf(String(name), unit), time, value, number)
    })
  })
}

/** Numbers are taken for Unix seconds. */
function secondsSql(column: ParquetColumn): string {
  if (/^(?:TIMESTAMP|DATE)/.test(column.type)) return `epoch_us(${quoted(column)})`
  return `floor(CAST(${quoted(column)} AS DECIMAL(30, 6)) * 1000000)`
}

async function eachRow(
  file: string,
  select: string,
  take: (row: readonly unknown[], number: number) => void,
): Promise<void> {
  await withParquet(file, async (connection, table) => {
    const result = await connection.stream(`SELECT ${select} FROM ${table}`)
    let number = 0
    for (;;) {
      const chunk = await result.fetchChunk()
      if (chunk === null || chunk.rowCount === 0) return
      for (const row of chunk.getRows()) {
        number += 1
        take(row, number)
      }
    }
  })
}

function wrong(file: string, row: number, message: string): Error {
  return refuse('TRACE_ROW', message, { file, field: `row ${row}` }, 'mend the row')
}
