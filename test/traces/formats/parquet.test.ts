import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { operations } from '../../../traces/batch.js'
import { parseColumns } from '../../../traces/formats/columns.js'
import { fileOf, newPath, pointsOf, refusalOf, requestsOf, rowsOf, seriesOf } from '../workbench.js'

async function parquetOf(select: string): Promise<string> {
  const file = newPath("it's [odd]*.parquet")
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`COPY (${select}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`)
  connection.closeSync()
  instance.closeSync()
  return file
}

describe('requests in Parquet', () => {
  it('are read by the names of their columns, in order and exactly', async () => {
    const rows = 5000
    const file = await parquetOf(
      `SELECT 1577808000000000 + i * 7 AS time_us, 'vol-' || i % 3 AS volume,
         CASE WHEN i % 2 = 0 THEN 'R' ELSE 'Write' END AS op,
         CAST(9223372036854771711 - i * 4096 AS BIGINT) AS "offset",
         CAST(512 * (1 + i % 8) AS INTEGER) AS length, i AS latency_us
       FROM range(${rows}) AS t(i)`,
    )
    const source = await requestsOf([file])
    expect(source.footer.format).toBe('parquet')
    const read = rowsOf(source)
    expect(read).toEqual(
      Array.from({ length: rows }, (_, i) => ({
        timeUs: 1_577_808_000_000_000 + i * 7,
        volume: `vol-${i % 3}`,
        operation: i % 2 === 0 ? operations.read : operations.write,
        offset: 9_223_372_036_854_771_711n - BigInt(i) * 4096n,
        length: 512 * (1 + (i % 8)),
        responseUs: i,
      })),
    )
  })

  it('take timestamps, sectors, is_write and --columns', async () => {
    const file = await parquetOf(
      `SELECT TIMESTAMP '2024-01-01 00:00:00.000123' AS ts, true AS is_write,
         8 AS sector, 16 AS nsectors`,
    )
    const row = {
      timeUs: 1_704_067_200_000_123,
      volume: 'disk',
      operation: operations.write,
      offset: 4096n,
      length: 8192,
    }
    expect(rowsOf(await requestsOf([file]))[0]).toMatchObject(row)
    const odd = await parquetOf(
      `SELECT 1704067200.000123::DOUBLE AS "when", 'a' AS host, 1 AS disk, 1 AS lba, 16 AS many`,
    )
    const columns = parseColumns('time=when:s,volume=host+disk,offset=lba:blocks,length=5:sectors')
    expect(rowsOf(await requestsOf([odd], { columns }))[0]).toMatchObject({
      ...row,
      volume: 'a:1',
      operation: operations.unknown,
    })
  })

  it('are refused with the row and what is wrong with it', async () => {
    const good = `1 AS time_us, 'a' AS volume, 'r' AS op, 0::BIGINT AS "offset", 512 AS length`
    const wrong: readonly (readonly [string, string])[] = [
      [good.replace('0::BIGINT', '(-4096)::BIGINT'), 'TRACE_ROW'],
      [good.replace('0::BIGINT', '9223372036854775808::UBIGINT'), 'TRACE_ROW'],
      [good.replace('0::BIGINT', 'NULL::BIGINT'), 'TRACE_ROW'],
      [good.replace('0::BIGINT', `'0x10'`), 'TRACE_ROW'],
      [good.replace('512', '4294967296'), 'TRACE_ROW'],
      [good.replace(`'r'`, `'raed'`), 'TRACE_ROW'],
      [good.replace(`'a'`, 'NULL::VARCHAR'), 'TRACE_ROW'],
      [good.replace('time_us', 'time'), 'TRACE_UNIT_MISSING'],
      [good.replace('length', 'colour'), 'TRACE_UNKNOWN'],
      [`${good} LIMIT 0`, 'TRACE_EMPTY'],
    ]
    for (const [select, code] of wrong) {
      const file = await parquetOf(`SELECT ${select}`)
      expect(await refusalOf([file]), select).toMatchObject({ code, where: { file } })
    }
  })

  it('are refused when the file is cut or packed again', async () => {
    const whole = readFileSync(await parquetOf('SELECT i AS time_us FROM range(1000) AS t(i)'))
    const cut = newPath('cut.parquet')
    writeFileSync(cut, whole.subarray(0, 1500))
    expect(await refusalOf([cut])).toMatchObject({ code: 'TRACE_ROW', where: { file: cut } })
    expect(await refusalOf([fileOf(gzipSync(whole))])).toMatchObject({ code: 'TRACE_OTHER_KIND' })
  })
})

describe('a series in Parquet', () => {
  it('is read by the names of its columns', async () => {
    const file = await parquetOf(
      `SELECT TIMESTAMP '2024-01-01' + INTERVAL 5 MINUTE * i AS timestamp, 'v' AS volume,
         i::DOUBLE AS read_iops, NULLIF(i, 1) AS write_iops FROM range(3) AS t(i)`,
    )
    const source = await seriesOf([file])
    expect(source.footer.warnings).toEqual([{ code: 'TRACE_GAP', count: 1, first: { line: 2 } }])
    const points = pointsOf(source).map(({ startUs, reads, writes }) => [startUs, reads, writes])
    expect(points).toEqual([
      [1_704_067_200_000_000, 0, 0],
      [1_704_067_800_000_000, 600, 600],
    ])
  })
})
