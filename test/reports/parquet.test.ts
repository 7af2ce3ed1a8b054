/** The Parquet files, read back with DuckDB, and the queries of the directory’s README. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Digests, writeParquet } from '../../reports/parquet.js'
import { directoryReadme, queries } from '../../reports/readme.js'
import { reportInput, usual } from './fixture.js'

const input = reportInput({ ...usual, volumes: 24, instants: 5 * 24 })
const directory = mkdtempSync(join(tmpdir(), 'couchestor-test-'))
let digests: Digests

beforeAll(async () => {
  digests = await writeParquet(directory, input.details)
})

afterAll(() => rmSync(directory, { recursive: true }))

async function rowsOf(sql: string): Promise<DuckDBValue[][]> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`SET file_search_path = '${directory}'`)
  const rows = await (await connection.runAndReadAll(sql)).getRows()
  connection.closeSync()
  instance.closeSync()
  return rows
}

/** A cell as the digest's description in README.md has it. */
function digested(value: DuckDBValue): unknown {
  if (value instanceof DuckDBTimestampValue) return Number(value.micros)
  return typeof value === 'bigint' ? Number(value) : value
}

describe('the Parquet files of a run', () => {
  test.each(['decisions', 'migrations', 'series'] as const)(
    '%s holds rows whose digest is the one that was told',
    async name => {
      const rows = await rowsOf(`FROM '${name}.parquet'`)
      const text = rows.map(row => `${JSON.stringify(row.map(digested))}\n`).join('')
      expect(createHash('sha256').update(text).digest('hex')).toBe(digests[name])
    },
  )

  test('hold every row of every run', async () => {
    const counts = await rowsOf(`SELECT
      (SELECT count(*) FROM 'decisions.parquet')::INTEGER,
      (SELECT count(*) FROM 'migrations.parquet')::INTEGER,
      (SELECT count(*) FROM 'series.parquet')::INTEGER,
      (SELECT count(DISTINCT run) FROM 'series.parquet')::INTEGER`)
    const sum = (of: (detail: (typeof input.details)[number]) => number): number =>
      input.details.reduce((total, detail) => total + of(detail), 0)
    expect(counts).toEqual([
      [
        sum(detail => detail.decisions.length),
        sum(detail => detail.migrations.length),
        sum(detail => detail.volumeSeries.heatIops.length),
        3,
      ],
    ])
  })

  test('unknown heat is null, not a number that is none', async () => {
    const [[unknown, notANumber]] = await rowsOf(`SELECT
      count(*) FILTER (heatIops IS NULL)::INTEGER, count(*) FILTER (isnan(heatIops))::INTEGER
      FROM 'series.parquet'`)
    expect(unknown).toBe(24 * 3)
    expect(notANumber).toBe(0)
  })

  test('runs without any row still give files with their columns', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'couchestor-test-'))
    const [detail] = input.details
    const nothing = {
      ...detail,
      decisions: [],
      migrations: [],
      volumeSeries: {
        volumes: [],
        atUs: [],
        heatIops: new Float32Array(0),
        tier: new Uint8Array(0),
        meanLatencyUs: new Float32Array(0),
      },
    }
    await writeParquet(empty, [nothing])
    const described = await rowsOf(`DESCRIBE FROM '${empty}/migrations.parquet'`)
    expect(described.map(([name]) => name)).toContain('sizeBytes')
    rmSync(empty, { recursive: true })
  })
})

describe('README.md of the directory', () => {
  test.each(queries('policy').map(query => [query.question, query.sql]))('%s', async (_, sql) => {
    expect((await rowsOf(sql)).length).toBeGreaterThan(0)
  })

  test('names every column of every file with its type', async () => {
    const readme = directoryReadme('quick-start', 'policy')
    for (const name of ['decisions', 'migrations', 'series']) {
      const described = await rowsOf(`DESCRIBE FROM '${name}.parquet'`)
      expect(described.length).toBeGreaterThan(5)
      for (const [column, type] of described) {
        expect(readme).toContain(`| \`${String(column)}\` | ${String(type)} |`)
      }
    }
  })

  test('a scenario’s name cannot write markup, and a run’s name cannot leave its quotes', () => {
    const readme = directoryReadme('a\n# b <img>', "it's")
    expect(readme.split('\n')[0]).toBe('# a # b  img ')
    expect(readme).toContain("run = 'it''s'")
  })
})
