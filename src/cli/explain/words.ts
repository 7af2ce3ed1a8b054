/** Lines that `explain` prints about one volume. */
import { bytes, count, duration, latency, share } from '../../../reports/figures.js'
import { remedy, says } from '../../../reports/reason-text.js'
import { formatInstant } from '../../core/instant.js'
import type { MigrationRecord } from '../../core/record.js'
import type { DecisionRow } from '../../core/result.js'
import type { Sampled } from './sampled.js'

/** The decision in force: what, since when, why, on which numbers, and what would change it. */
export function decisionText(row: DecisionRow): string {
  const figures = Object.entries(row.numbers).map(([name, value]) => `${name} ${count(value)}`)
  return [
    `${decisionLine(row)}, since ${formatInstant(row.atUs)}`,
    `  Why: ${says(row)}`,
    `  Heat when it was decided: ${heatText(row)}`,
    `  Numbers: ${figures.join(', ')}`,
    `  What would change it: ${remedy(row)}`,
  ].join('\n')
}

export function decisionLine(row: DecisionRow): string {
  if (row.verdict === 'stay') return `stays on ${row.from} [${row.reason}]`
  const word = row.verdict === 'move' ? 'moves' : 'blocked'
  return `${word}, ${row.from}${row.to === null ? '' : ` → ${row.to}`} [${row.reason}]`
}

function heatText({ heatIops, coverage }: DecisionRow): string {
  if (coverage === null) return 'nobody measures it'
  const covered = `${share(coverage)} of its sampling window is covered`
  return heatIops === null ? `unknown, ${covered}` : `${count(heatIops)} IOPS, ${covered}`
}

/** The heat at the time that was asked for: the decision may be days old. */
export function sampledLine({ atUs, tier, heatIops, meanLatencyUs }: Sampled): string {
  const heat = heatIops === null ? 'its heat is unknown' : `its heat is ${count(heatIops)} IOPS`
  const mean = meanLatencyUs === null ? '' : `, its mean latency ${latency(meanLatencyUs)}`
  return `Sampled at ${formatInstant(atUs)}: it stands on ${tier}, ${heat}${mean}.`
}

export function migrationLine({ name, spec, status }: MigrationRecord): string {
  const way = `${name}: ${spec.fromTier} → ${spec.toTier}, ${bytes(spec.sizeBytes)} a replica`
  if (status === null) return `${way}, not taken up yet`
  const why = status.why === null ? '' : ` [${status.why}]`
  if (status.outcome === null || status.finishedUs === null) {
    return `${way}, runs since ${formatInstant(status.startedUs)}`
  }
  const took = duration(status.finishedUs - status.startedUs)
  return `${way}, ${status.outcome}${why} after ${took}`
}
