/**
 * The rows behind the runs as Parquet files, written through a database in memory that lives as
 * long as it takes. The files' bytes are the writer's own affair; their content has a digest.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type * as DuckDb from '@duckdb/node-api'
import type { RunDetail } from '../src/core/result.js'
import {
  type Cell,
  type CellType,
  decisions,
  type FileTable,
  migrations,
  series,
} from './parquet/tables.js'

/** sha256 over the rows of each file, in their order. */
export type Digests = Readonly<Record<FileTable<never>['name'], string>>

const memoryLimit = '1GB'
/** Rows that DuckDB takes at a time. */
const batchRows = 2048

export async function writeParquet(
  directory: string,
  details: readonly RunDetail[],
): Promise<Digests> {
  const duckdb = await import('@duckdb/node-api')
  // In the directory that is written: whoever is interrupted removes it with everything else.
  const spill = mkdtempSync(join(directory, '.spill-'))
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    memory_limit: memoryLimit,
    threads: '1',
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  })
  const connection = await instance.connect()
  try {
    const writer = { duckdb, connection, directory }
    return {
      decisions: await writeTable(writer, decisions, details),
      migrations: await writeTable(writer, migrations, details),
      series: await writeTable(writer, series, details),
    }
  } finally {
    connection.closeSync()
    instance.closeSync()
    rmSync(spill, { recursive: true, force: true })
  }
}

interface Writer {
  readonly duckdb: typeof DuckDb
  readonly connection: DuckDb.DuckDBConnection
  readonly directory: string
}

async function writeTable<Row>(
  { duckdb, connection, directory }: Writer,
  table: FileTable<Row>,
  details: readonly RunDetail[],
): Promise<string> {
  const { name, columns } = table
  const staged = columns.map(column => `${column.name} ${stagedTypes[column.type]}`)
  await connection.run(`CREATE TABLE ${name} (${staged.join(', ')})`)
  const appender = await connection.createAppender(name)
  const digest = createHash('sha256')
  for (const batch of batches(table, details)) {
    digest.update(digestText(batch))
    const types = columns.map(column => typeOf(duckdb, column.type))
    const chunk = duckdb.DuckDBDataChunk.create(types, batch[0].length)
    chunk.setColumns(batch.map((cells, index) => stagedCells(cells, columns[index].type)))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
  const selected = columns.map(({ name: column, type }) =>
    type === 'instant' ? `make_timestamp(${column}) AS ${column}` : column,
  )
  const file = quoted(join(directory, `${name}.parquet`))
  const rows = `SELECT ${selected.join(', ')} FROM ${name}`
  await connection.run(`COPY (${rows}) TO ${file} (FORMAT parquet, COMPRESSION zstd)`)
  await connection.run(`DROP TABLE ${name}`)
  return digest.digest('hex')
}

/** Columns of at most so many rows. */
function* batches<Row>(
  table: FileTable<Row>,
  details: readonly RunDetail[],
): Iterable<readonly Cell[][]> {
  const empty = (): Cell[][] => table.columns.map(() => [])
  let batch = empty()
  for (const row of table.rows(details)) {
    for (let column = 0; column < batch.length; column++) {
      batch[column].push(table.columns[column].cell(row))
    }
    if (batch[0].length < batchRows) continue
    yield batch
    batch = empty()
  }
  if (batch[0].length > 0) yield batch
}

/**
 * One line a row, its cells as a JSON list: instants as microseconds, all else as the file has it.
 */
function digestText(batch: readonly Cell[][]): string {
  let text = ''
  for (let row = 0; row < batch[0].length; row++) {
    text += `${JSON.stringify(batch.map(cells => cells[row]))}\n`
  }
  return text
}

const stagedTypes: Readonly<Record<CellType, string>> = {
  text: 'VARCHAR',
  real: 'DOUBLE',
  float: 'FLOAT',
  bytes: 'BIGINT',
  instant: 'BIGINT',
}

function typeOf(duckdb: typeof DuckDb, type: CellType): DuckDb.DuckDBType {
  if (type === 'text') return duckdb.VARCHAR
  if (type === 'real') return duckdb.DOUBLE
  return type === 'float' ? duckdb.FLOAT : duckdb.BIGINT
}

function stagedCells(cells: readonly Cell[], type: CellType): readonly DuckDb.DuckDBValue[] {
  if (type !== 'bytes' && type !== 'instant') return cells
  return cells.map(cell => (typeof cell === 'number' ? BigInt(Math.floor(cell)) : null))
}

/** As SQL takes a text. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
