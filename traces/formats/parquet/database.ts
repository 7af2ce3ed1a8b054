/**
 * DuckDB, which reads Parquet: loaded when the first such file is opened, and never holding it
 * whole.
 */
import type { DuckDBConnection } from '@duckdb/node-api'
import { refuse } from '../../problem.js'
import type { ParquetColumn } from './schema.js'

/** Runs `work` with a connection of its own; whatever DuckDB says of the file becomes an error. */
export async function withParquet<Value>(
  file: string,
  work: (connection: DuckDBConnection, table: string) => Promise<Value>,
): Promise<Value> {
  const { DuckDBInstance } = await loaded(file)
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '1GB' })
  const connection = await instance.connect()
  try {
    return await work(connection, `read_parquet('${pattern(file)}')`)
  } catch (error) {
    if (!(error instanceof Error) || error.name === 'Refused') throw error
    const message = `the Parquet file cannot be read: ${error.message.split('\n')[0]}`
    throw refuse('TRACE_ROW', message, { file }, 'write the file again, or pass --columns')
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

export async function columnsOf(file: string): Promise<readonly ParquetColumn[]> {
  return withParquet(file, async (connection, table) => {
    const reader = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`)
    return reader.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }))
  })
}

async function loaded(file: string): Promise<typeof import('@duckdb/node-api')> {
  try {
    return await import('@duckdb/node-api')
  } catch {
    const message = 'reading Parquet needs DuckDB’s native library, which is not there'
    const hint = 'install @duckdb/node-api, or write the trace as CSV'
    throw refuse('NATIVE_MISSING', message, { file }, hint)
  }
}

/** A path in which nothing is taken for a pattern or for the end of the text. */
function pattern(file: string): string {
  return file.replace(/[*?[]/g, '[$&]').replaceAll("'", "''")
}
