/**
 * README.md of a run's directory: its files, the columns of the Parquet ones, three queries worth
 * running.
 */
import { type CellType, decisions, type FileTable, migrations, series } from './parquet/tables.js'

export interface Query {
  readonly question: string
  readonly sql: string
}

/** They run in the directory, for instance with `duckdb`. */
export function queries(judged: string): readonly Query[] {
  const run = `'${judged.replaceAll("'", "''")}'`
  return [
    {
      question: 'Which volumes waited longest for a move, and what stood in the way?',
      sql: `SELECT volume, reason, count(*) AS times, round(sum(seconds) / 3600, 1) AS hours
FROM (
  SELECT volume, verdict, reason, date_diff('second', decidedAt,
    lead(decidedAt, 1, decidedAt) OVER (PARTITION BY volume ORDER BY decidedAt)) AS seconds
  FROM 'decisions.parquet'
  WHERE run = ${run}
)
WHERE verdict = 'blocked'
GROUP BY volume, reason
ORDER BY hours DESC
LIMIT 20;`,
    },
    {
      question: 'Which volumes came back after a move, and how long had they been away?',
      sql: `SELECT volume, fromTier, toTier, startedAt,
  startedAt - lag(finishedAt) OVER (PARTITION BY volume ORDER BY startedAt) AS away
FROM 'migrations.parquet'
WHERE run = ${run} AND outcome = 'completed'
QUALIFY toTier = lag(fromTier) OVER (PARTITION BY volume ORDER BY startedAt)
ORDER BY away
LIMIT 20;`,
    },
    {
      question: 'At which hours of the day is each volume slower than when it is left where it is?',
      sql: `SELECT own.volume, hour(own.sampledAt) AS hourUtc,
  round(avg(own.meanLatencyUs)) AS meanLatencyUs,
  round(avg(base.meanLatencyUs)) AS baselineUs
FROM 'series.parquet' AS own
JOIN 'series.parquet' AS base
  ON base.run = 'frozen' AND base.volume = own.volume AND base.sampledAt = own.sampledAt
WHERE own.run = ${run}
GROUP BY ALL
HAVING avg(own.meanLatencyUs) > 2 * avg(base.meanLatencyUs)
ORDER BY avg(own.meanLatencyUs) - avg(base.meanLatencyUs) DESC
LIMIT 20;`,
    },
  ]
}

const files = [
  ['report.html', 'The report: open it in a browser, offline too.'],
  ['result.json', 'The answer for scripts, `couchestor.simulation/v1`.'],
  ['history.ndjson', 'Everything that happened, one line an event, each with its run.'],
  ['scenario.yaml', 'The scenario with everything resolved: it repeats the run.'],
  ['decisions.parquet', decisions.help],
  ['migrations.parquet', migrations.help],
  ['series.parquet', series.help],
  ['run.json', 'Host, times and command line: all that may differ between two runs of one seed.'],
] as const

/** `judged` is the name of the first run. */
export function directoryReadme(scenario: string, judged: string): string {
  return `${[
    `# ${oneLine(scenario)}`,
    '',
    'Written by `couchestor simulate`. The same scenario and seed give the same files on any',
    'machine; Parquet is the same by content, and digests of its rows stand in `result.json`.',
    '',
    '| File | Holds |',
    '|---|---|',
    ...files.map(([name, help]) => `| \`${name}\` | ${help} |`),
    '',
    ...columnsOf(decisions),
    ...columnsOf(migrations),
    ...columnsOf(series),
    '## Three queries worth running',
    '',
    'In this directory, with [DuckDB](https://duckdb.org) (`duckdb -c "…"`), or anything that',
    'reads Parquet.',
    '',
    ...queries(judged).flatMap(({ question, sql }) => [question, '', '```sql', sql, '```', '']),
    '## Digests',
    '',
    'A digest is the SHA-256 over the rows in the order of the file. Each row is the JSON list',
    'of its cells in the order of the columns, instants as microseconds since 1970, then a line',
    'feed.',
  ].join('\n')}\n`
}

const typeNames: Readonly<Record<CellType, string>> = {
  text: 'VARCHAR',
  real: 'DOUBLE',
  float: 'FLOAT',
  bytes: 'BIGINT',
  instant: 'TIMESTAMP',
}

function columnsOf<Row>(table: FileTable<Row>): readonly string[] {
  return [
    `## ${table.name}.parquet`,
    '',
    table.help,
    '',
    '| Column | Type | Meaning |',
    '|---|---|---|',
    ...table.columns.map(
      ({ name, type, help }) => `| \`${name}\` | ${typeNames[type]} | ${help} |`,
    ),
    '',
  ]
}

/** A name must not break out of its heading. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[<>&|`]/g, ' ')
}
