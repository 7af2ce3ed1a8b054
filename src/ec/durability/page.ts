/**
 * The tables of docs/durability.md, computed by the models that the page describes: `npm run docs`
 * puts them between the page's marks, and a test compares.
 */
import { shardsOf } from '../../core/code.js'
import { assert } from '../../core/errors.js'
import { type DurabilityConditions, durabilityOf, replacementUsByDefault } from './durability.js'
import { annualFailureRates, pairedShares } from './failure-rates.js'
import { estimateLoss } from './monte-carlo.js'
import { type DurableCode, overheadOf, redundancyOf } from './redundancy.js'
import {
  hoursPerYear,
  leastRepairReads,
  type RepairConditions,
  repairRates,
  repairReads,
} from './repair.js'
import type { StripeModel } from './stripe-life.js'

/** The page with each table between its marks written anew. */
export function withTables(page: string): string {
  let written = page
  for (const [name, table] of Object.entries(tables)) {
    const begin = `<!-- ${name}: written by \`npm run docs\` -->\n\n`
    const end = `\n\n<!-- end of ${name} -->`
    const from = written.indexOf(begin)
    const to = written.indexOf(end, from)
    assert(from >= 0 && to >= 0, `the page has no marks of the table ${name}`)
    written = `${written.slice(0, from + begin.length)}${table()}${written.slice(to)}`
  }
  return written
}

const tables: Readonly<Record<string, () => string>> = {
  codes: codesTable,
  sensitivity: sensitivityTable,
  repair: repairTable,
  lifetimes: lifetimesTable,
}

/** The fleet of the page: what it says about itself stands in its first table's introduction. */
const fleet: RepairConditions & { readonly annualFailureRate: number } = {
  pools: 60,
  poolCapacityBytes: 20e12,
  usedBytes: 14e12,
  largestVolumeBytes: 1e12,
  annualFailureRate: annualFailureRates.hdd.perYear,
  repairBytesPerSecond: 50e6,
  detectionUs: 15 * 60_000_000,
  replacementUs: replacementUsByDefault,
}

const copies = (count: number): DurableCode => ({ kind: 'replicas', copies: count })
const coded = (dataShards: number, parityShards: number): DurableCode => ({
  kind: 'reed-solomon',
  dataShards,
  parityShards,
})
const local: DurableCode = { kind: 'lrc', dataShards: 12, localGroups: 2, globalParities: 2 }

const common: readonly DurableCode[] = [
  copies(1),
  copies(2),
  copies(3),
  coded(3, 1),
  coded(4, 2),
  coded(4, 4),
  coded(6, 2),
  coded(8, 3),
  coded(10, 2),
  coded(10, 4),
  coded(12, 4),
  local,
]
const some: readonly DurableCode[] = [copies(2), copies(3), coded(4, 2), coded(10, 4), local]

function codesTable(): string {
  const head = [
    'Code',
    'Raw bytes for one',
    'Losses survived',
    'Loss in a year, one volume',
    'Any loss in a year, 1000 volumes',
    'Bytes lost for each byte and year',
    'MTTDL, years',
  ]
  const rows = common.map(code => {
    const one = durabilityOf(code, fleet)
    const many = durabilityOf(code, { ...fleet, placements: 1000 })
    return [
      nameOf(code),
      overheadOf(code).toFixed(2),
      survivedBy(code),
      figure(one.lossProbabilityPerYear),
      figure(many.lossProbabilityPerYear),
      figure(one.lostBytesPerByteYear),
      figure(one.mttdlYears),
    ]
  })
  return tableOf(head, rows)
}

function sensitivityTable(): string {
  const changes: readonly (readonly [string, Partial<DurabilityConditions>])[] = [
    ['As above', {}],
    ['4 % fail a year', { annualFailureRate: annualFailureRates.hddField.perYear }],
    ['5 MB/s to repair', { repairBytesPerSecond: 5e6 }],
    ['16 pools', { pools: 16 }],
    ['Volumes of 10 TB', { largestVolumeBytes: 10e12 }],
    ['Pools 95 % full', { usedBytes: 19e12 }],
    ['99 % full', { usedBytes: 19.8e12 }],
    ['37 % in pairs', { pairedShare: pairedShares.node.share }],
  ]
  const rows = some.map(code => [
    nameOf(code),
    ...changes.map(([, change]) =>
      figure(durabilityOf(code, { ...fleet, ...change }).lossProbabilityPerYear),
    ),
  ])
  return tableOf(['Code', ...changes.map(([name]) => name)], rows)
}

function repairTable(): string {
  const head = [
    'Code',
    'Shards read for one, on average',
    'Least that any such code reads',
    'First repair, hours',
    'Second repair, hours',
  ]
  const rows = some.map(code => {
    const [first, second] = repairRates(code, fleet).map(rate => figure(hoursPerYear / rate))
    const least =
      code.kind === 'reed-solomon' ? leastRepairReads(code.dataShards, shardsOf(code) - 1) : null
    return [
      nameOf(code),
      repairReads(code).onAverage.toFixed(2),
      least?.toFixed(2) ?? '',
      first,
      second ?? '',
    ]
  })
  return tableOf(head, rows)
}

function lifetimesTable(): string {
  const head = ['Code', 'Chain', 'Fixed repairs', 'Fixed, early failures', 'Fixed, ageing']
  // The Weibull scales give drives the same number of failures in their first year.
  const failures = fleet.annualFailureRate
  const weibull = (shape: number) =>
    ({ kind: 'weibull', shape, scaleYears: failures ** (-1 / shape) }) as const
  const lifetimes: readonly StripeModel['lifetime'][] = [
    { kind: 'exponential', meanYears: 1 / failures },
    weibull(0.75),
    weibull(1.5),
  ]
  const rows = [copies(2), copies(3), coded(4, 2)].map(code => {
    const times = repairRates(code, fleet).map(
      rate => ({ kind: 'fixed', years: 1 / rate }) as const,
    )
    const simulated = lifetimes.map(lifetime =>
      estimated({
        redundancy: redundancyOf(code),
        lifetime,
        repair: { kind: 'in-turn', times },
        missionYears: 1,
      }),
    )
    return [nameOf(code), figure(durabilityOf(code, fleet).lossProbabilityPerYear), ...simulated]
  })
  return tableOf(head, rows)
}

function estimated(model: StripeModel): string {
  const effort = { seed: 1, stripes: 200, batches: 16 }
  const { probability, standardError } = estimateLoss(model, effort)
  return `${figure(probability)} ± ${Math.ceil((100 * standardError) / probability)} %`
}

function nameOf(code: DurableCode): string {
  switch (code.kind) {
    case 'replicas':
      return code.copies === 1 ? '1 copy' : `${code.copies} copies`
    case 'reed-solomon':
      return `${code.dataShards}+${code.parityShards}`
    case 'lrc':
      return `LRC ${code.dataShards},${code.localGroups},${code.globalParities}`
  }
}

/** Any so many losses, and the share of sets with one more. */
function survivedBy(code: DurableCode): string {
  const { fatalShares } = redundancyOf(code)
  const always = fatalShares.findIndex(share => share > 0)
  const share = 1 - fatalShares[always]
  return share === 0 ? `${always}` : `${always}; ${always + 1} in ${(100 * share).toFixed(1)} %`
}

/** Two digits: more would claim more than the inputs know. */
function figure(value: number): string {
  if (value >= 0.001 && value < 1000) return String(Number(value.toPrecision(2)))
  return value.toExponential(1).replace('e+', 'e')
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}
