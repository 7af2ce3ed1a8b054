/** Every run's codes and copies, side by side: space, repairs, danger, and how likely a loss is. */
import type { DurabilityRow } from '../src/core/coding-result.js'
import { bytes, hourUs, missing, money, rare, short } from './figures.js'
import { type ReportInput, type Run, runsOf, shortName } from './run.js'
import { repairTraffic } from './runs-table.js'
import { type Column, numbers, type Table, words } from './table.js'

/** Without rows where no run knows a code. */
export function codesTable(input: ReportInput): Table {
  const { all } = runsOf(input)
  const isCoded = all.some(run => run.result.erasureCoding !== null)
  const rows = isCoded ? all.flatMap(run => run.result.durability.map(row => ({ run, row }))) : []
  return {
    id: 'codes',
    title: 'Codes and copies',
    note:
      'Each run’s code, and the copies that it stands for: raw bytes for one, what it saves a ' +
      'month, traffic of repairs, stripe-hours one loss from danger; then chances of a model, to ' +
      'compare codes by and no promise: that anything is lost in a year, and how much of each ' +
      'byte. They rest on what each pool gives to repair, as in the run where any was needed.',
    columns: parts.map(part => part.column),
    rows: rows.map(({ run, row }) => parts.map(part => part.cell(run, row))),
    left: 0,
  }
}

interface TablePart {
  readonly column: Column
  readonly cell: (run: Run, row: DurabilityRow) => string
}

const parts: readonly TablePart[] = [
  { column: words('Run'), cell: run => shortName(run.result.name) },
  { column: words('Kept as'), cell: (_, row) => row.code },
  { column: numbers('Raw'), cell: overhead },
  { column: numbers('Saves'), cell: saved },
  {
    column: numbers('Repaired'),
    cell: (run, row) => own(run, row, bytes(repairTraffic(run.result))),
  },
  { column: numbers('In danger'), cell: danger },
  { column: numbers('Loss a year'), cell: (_, row) => rare(row.lossProbabilityPerYear) },
  { column: numbers('Of a byte'), cell: (_, row) => rare(row.lostBytesPerByteYear) },
  { column: numbers('Repair'), cell: (_, row) => repairRate(row) },
]

function isCopies({ code }: DurabilityRow): boolean {
  return code.startsWith('replicas-')
}

/** What happened in the run happened to its code; its copies are what would have been. */
function own(run: Run, row: DurabilityRow, text: string): string {
  const isCoded = (run.result.erasureCoding?.volumes ?? 0) > 0
  return isCopies(row) === isCoded ? missing : text
}

function overhead({ result }: Run, row: DurabilityRow): string {
  if (isCopies(row)) return Number(row.code.slice('replicas-'.length)).toFixed(2)
  return result.erasureCoding?.overhead?.coded.toFixed(2) ?? missing
}

function saved(run: Run, row: DurabilityRow): string {
  const { erasureCoding, cost } = run.result
  const perMonth = erasureCoding?.savings.money?.perMonth ?? null
  return isCopies(row) ? missing : money(perMonth, cost?.currency ?? '')
}

function danger(run: Run, row: DurabilityRow): string {
  const seconds = run.result.erasureCoding?.endangeredStripeSeconds ?? null
  if (seconds === null || isCopies(row)) return missing
  return seconds === 0 ? 'never' : `${short((seconds * 1_000_000) / hourUs)} h`
}

function repairRate({ repairBytesPerSecond, repairRateFrom }: DurabilityRow): string {
  const rate = `${bytes(repairBytesPerSecond)}/s`
  return repairRateFrom === 'repairs' ? rate : `${rate} (devices)`
}
