/** Every run in a line: what a terminal shows of the comparison. */
import type { RunResult } from '../src/core/result.js'
import { bytes, count, latency, missing, money, rare } from './figures.js'
import { type ReportInput, type Run, runsOf, shortName } from './run.js'
import { type Column, numbers, type Table, words } from './table.js'

export function runsTable(input: ReportInput): Table {
  const { all } = runsOf(input)
  const isMean = all.some(run => run.result.latencyUs.all.p99 === null)
  const hasCost = all.some(run => run.result.cost !== null)
  const isCoded = all.some(run => run.result.erasureCoding !== null)
  const shown = parts(isMean).filter(
    part => (hasCost || part.column.title !== 'Cost a month') && (isCoded || part.coding !== true),
  )
  return {
    id: 'runs',
    title: 'All runs',
    note: '',
    columns: shown.map(part => part.column),
    rows: all.map(run => shown.map(part => part.cell(run))),
    left: 0,
  }
}

interface TablePart {
  readonly column: Column
  readonly cell: (run: Run) => string
  /** Shown where any run names a code. */
  readonly coding?: boolean
}

const coding = true

function parts(isMean: boolean): readonly TablePart[] {
  return [
    { column: words('Run'), cell: run => shortName(run.result.name) },
    { column: numbers('Cost a month'), cell: price },
    {
      column: numbers(isMean ? 'Mean' : 'p99'),
      cell: ({ result }) => latency(isMean ? result.latencyUs.all.mean : result.latencyUs.all.p99),
    },
    { column: numbers('Slower'), cell: ({ result }) => count(result.slowerVolumes) },
    { column: numbers('Moves'), cell: ({ result }) => count(result.migrations.completed) },
    { column: numbers('Moved'), cell: ({ result }) => bytes(result.migrations.movedBytes) },
    {
      column: numbers('Reversed'),
      cell: ({ result }) => count(result.migrations.reversedWithin48h),
    },
    { column: numbers('Lost'), cell: ({ result }) => count(result.lostRequests) },
    { column: numbers('Repaired'), cell: ({ result }) => bytes(repairTraffic(result)), coding },
    { column: numbers('Loss a year'), cell: ({ result }) => likeliest(result), coding },
  ]
}

/** Read and written to make lost shards and replicas again. */
export function repairTraffic({ erasureCoding, rebuilds }: RunResult): number {
  return rebuilds.bytes + (erasureCoding?.repairedBytes ?? 0)
}

/** The chance that its codes lose anything, or its replicas where nothing is coded. */
export function likeliest({ erasureCoding, durability }: RunResult): string {
  const own = durability.filter(
    ({ code }) => !code.startsWith('replicas-') || (erasureCoding?.volumes ?? 0) === 0,
  )
  const most = own.reduce((worst, row) => Math.max(worst, row.lossProbabilityPerYear), -1)
  return most < 0 ? missing : rare(most)
}

function price({ result }: Run): string {
  return result.cost === null ? missing : money(result.cost.perMonth, result.cost.currency)
}
