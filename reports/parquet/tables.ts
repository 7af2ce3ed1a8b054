/**
 * The tables behind a run as columns: what decisions.parquet, migrations.parquet and series.parquet
 * hold. One list of columns gives the files, their description and their digests.
 */
import { type RunDetail, tierCodes } from '../../src/core/result.js'

export type Cell = string | number | null

/** How a column is kept while it is written, and what the file makes of it. */
export type CellType = 'text' | 'real' | 'float' | 'bytes' | 'instant'

export interface ColumnOf<Row> {
  readonly name: string
  readonly type: CellType
  /** As README.md says it. */
  readonly help: string
  readonly cell: (row: Row) => Cell
}

export interface FileTable<Row> {
  readonly name: 'decisions' | 'migrations' | 'series'
  readonly help: string
  readonly columns: readonly ColumnOf<Row>[]
  readonly rows: (details: readonly RunDetail[]) => Iterable<Row>
}

type Decision = RunDetail['decisions'][number] & { readonly run: string }
type Migration = RunDetail['migrations'][number] & { readonly run: string }

export interface SeriesRow {
  readonly run: string
  readonly atUs: number
  readonly volume: string
  readonly tier: string
  readonly heatIops: number
  readonly meanLatencyUs: number
}

export const decisions: FileTable<Decision> = {
  name: 'decisions',
  help: 'One row whenever the decision about a volume changed.',
  columns: [
    { name: 'run', type: 'text', help: 'Name of the run.', cell: row => row.run },
    { name: 'decidedAt', type: 'instant', help: 'When, UTC.', cell: row => row.atUs },
    { name: 'volume', type: 'text', help: 'Name of the volume.', cell: row => row.volume },
    { name: 'policy', type: 'text', help: 'The policy that decided.', cell: row => row.policy },
    { name: 'verdict', type: 'text', help: 'stay, move or blocked.', cell: row => row.verdict },
    { name: 'fromTier', type: 'text', help: 'Where it stood.', cell: row => row.from },
    { name: 'toTier', type: 'text', help: 'Where it goes, or would go.', cell: row => row.to },
    { name: 'reason', type: 'text', help: 'Code, as in reasons.md.', cell: row => row.reason },
    {
      name: 'heatIops',
      type: 'real',
      help: 'Operations a second over the sampling window; null is unknown.',
      cell: row => row.heatIops,
    },
    {
      name: 'coverage',
      type: 'real',
      help: 'Share of the sampling window with samples, 0 to 1.',
      cell: row => row.coverage,
    },
    {
      name: 'numbers',
      type: 'text',
      help: 'The figures that the reason rests on, as a JSON object.',
      cell: row => JSON.stringify(row.numbers),
    },
    {
      name: 'names',
      type: 'text',
      help: 'The pools, nodes or policies it rests on, as a JSON list.',
      cell: row => JSON.stringify(row.names),
    },
  ],
  rows: details => named(details, detail => detail.decisions),
}

export const migrations: FileTable<Migration> = {
  name: 'migrations',
  help: 'One row for each migration of a volume to another tier, or to another form.',
  columns: [
    { name: 'run', type: 'text', help: 'Name of the run.', cell: row => row.run },
    { name: 'name', type: 'text', help: 'Name of the migration.', cell: row => row.name },
    { name: 'volume', type: 'text', help: 'Name of the volume.', cell: row => row.volume },
    { name: 'fromTier', type: 'text', help: 'Where it stood.', cell: row => row.fromTier },
    { name: 'toTier', type: 'text', help: 'Where it went.', cell: row => row.toTier },
    {
      name: 'fromForm',
      type: 'text',
      help: 'replicated or coded: how it was kept.',
      cell: row => row.fromForm,
    },
    {
      name: 'toForm',
      type: 'text',
      help: 'How it is kept then: a conversion where it differs.',
      cell: row => row.toForm,
    },
    {
      name: 'requestedBy',
      type: 'text',
      help: 'policy, person or drift.',
      cell: row => row.requestedBy,
    },
    { name: 'reason', type: 'text', help: 'Code of the decision.', cell: row => row.reason },
    {
      name: 'heatIops',
      type: 'real',
      help: 'Heat that it rested on; null where it rested on none.',
      cell: row => row.heatIops,
    },
    { name: 'sizeBytes', type: 'bytes', help: 'Size of one replica.', cell: row => row.sizeBytes },
    { name: 'startedAt', type: 'instant', help: 'When it began.', cell: row => row.startedUs },
    {
      name: 'finishedAt',
      type: 'instant',
      help: 'When it ended; null while it ran at the end.',
      cell: row => row.finishedUs,
    },
    {
      name: 'outcome',
      type: 'text',
      help: 'completed, rolled-back, failed, …; null while it ran.',
      cell: row => row.outcome,
    },
    {
      name: 'why',
      type: 'text',
      help: 'Code, where the outcome is not completed.',
      cell: row => row.why,
    },
    { name: 'message', type: 'text', help: 'The same in words.', cell: row => row.message },
  ],
  rows: details => named(details, detail => detail.migrations),
}

export const series: FileTable<SeriesRow> = {
  name: 'series',
  help: 'Every volume at instants at even distances.',
  columns: [
    { name: 'run', type: 'text', help: 'Name of the run.', cell: row => row.run },
    { name: 'sampledAt', type: 'instant', help: 'When, UTC.', cell: row => row.atUs },
    { name: 'volume', type: 'text', help: 'Name of the volume.', cell: row => row.volume },
    {
      name: 'tier',
      type: 'text',
      help: 'hot, warm, cold, mixed or outside.',
      cell: row => row.tier,
    },
    {
      name: 'heatIops',
      type: 'float',
      help: 'Operations a second over the sampling window; null is unknown.',
      cell: row => known(row.heatIops),
    },
    {
      name: 'meanLatencyUs',
      type: 'float',
      help: 'Mean latency since the instant before; null where nothing was served.',
      cell: row => known(row.meanLatencyUs),
    },
  ],
  rows: seriesRows,
}

function* named<Row extends object>(
  details: readonly RunDetail[],
  rowsOf: (detail: RunDetail) => readonly Row[],
): Iterable<Row & { readonly run: string }> {
  for (const detail of details) {
    for (const row of rowsOf(detail)) yield { ...row, run: detail.name }
  }
}

function* seriesRows(details: readonly RunDetail[]): Iterable<SeriesRow> {
  for (const { name, volumeSeries } of details) {
    const { volumes, atUs, heatIops, tier, meanLatencyUs } = volumeSeries
    let cell = 0
    for (const instant of atUs) {
      for (const volume of volumes) {
        yield {
          run: name,
          atUs: instant,
          volume,
          tier: tierCodes[tier[cell]],
          heatIops: heatIops[cell],
          meanLatencyUs: meanLatencyUs[cell],
        }
        cell += 1
      }
    }
  }
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
