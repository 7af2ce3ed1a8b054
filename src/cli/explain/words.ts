/** Lines that `explain` prints about one volume. */
import { bytes, count, duration, latency, share } from '../../../reports/figures.js'
import { remedy, says } from '../../../reports/reason-text.js'
import { codeName } from '../../core/code.js'
import type { ConversionStep } from '../../core/conversion-state.js'
import { formatInstant } from '../../core/instant.js'
import type { MigrationRecord, MigrationStatus } from '../../core/record.js'
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
  const way = `${name}: ${wayOf(spec, status)}`
  if (status === null) return `${way}, not taken up yet`
  const why = status.why === null ? '' : ` [${status.why}]`
  if (status.outcome === null || status.finishedUs === null) {
    return `${way}, runs since ${formatInstant(status.startedUs)}${stepOf(status)}`
  }
  const took = duration(status.finishedUs - status.startedUs)
  return `${way}, ${status.outcome}${why} after ${took}`
}

/** From tier to tier, or from copies to shards and back. */
function wayOf(spec: MigrationRecord['spec'], status: MigrationRecord['status']): string {
  const plan = status?.conversion?.plan
  if (plan === undefined) {
    return `${spec.fromTier} → ${spec.toTier}, ${bytes(spec.sizeBytes)} a replica`
  }
  const size = bytes(spec.sizeBytes)
  if (plan.kind === 'code') {
    const { code } = plan.coding
    return `replicas → ${codeName(code)} on ${plan.pools.length} ${spec.toTier} pools, ${size}`
  }
  return `shards → ${plan.pools.length} replicas on ${spec.toTier}, ${size}`
}

/** What a conversion does in each of its steps. */
const steps: Readonly<Record<ConversionStep, string>> = {
  imaging: 'a snapshot of its replicas is made',
  encoding: 'its stripes are encoded',
  'reading-back': 'every stripe is read back and compared',
  'serving-coded': 'its requests are handed over to the shards',
  releasing: 'its replicas go',
  'making-replicas': 'new replicas are made',
  restoring: 'its stripes are decoded into the new replicas',
  'serving-replicas': 'its requests are handed over to the replicas',
  'dropping-coded': 'its shards go',
  'dropping-replicas': 'the new replicas go again',
}

function stepOf({ conversion }: MigrationStatus): string {
  if (conversion === null) return ''
  const again = conversion.pass > 1 ? `, image ${conversion.pass}` : ''
  const back = conversion.undoes === null ? '' : `, undone [${conversion.undoes}]`
  return `: ${steps[conversion.step]}${again}${back}`
}
