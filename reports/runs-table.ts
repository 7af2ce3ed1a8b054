/** Every run in a line: what a terminal shows of the comparison. */
import { bytes, count, latency, missing, money } from './figures.js'
import { type ReportInput, type Run, runsOf, shortName } from './run.js'
import { type Column, numbers, type Table, words } from './table.js'

export function runsTable(input: ReportInput): Table {
  const { all } = runsOf(input)
  const isMean = all.some(run => run.result.latencyUs.all.p99 === null)
  const hasCost = all.some(run => run.result.cost !== null)
  const shown = parts(isMean).filter(part => hasCost || part.column.title !== 'Cost a month')
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
}

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
  ]
}

function price({ result }: Run): string {
  return result.cost === null ? missing : money(result.cost.perMonth, result.cost.currency)
}
