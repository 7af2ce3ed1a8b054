/**
 * The life of one made-up volume: its load, what a small watermark policy does with it, and its
 * latency.
 */
import { tiers, volumeId } from '../../src/core/model.js'
import type { PolicyObject, StoragePolicySpec } from '../../src/core/resources.js'
import type { ByTier, DecisionRow, MigrationRow, VolumeSummary } from '../../src/core/result.js'

export interface FleetOptions {
  readonly volumes: number
  readonly instants: number
  readonly intervalUs: number
  readonly name: (volume: number) => string
}

const hourUs = 3_600_000_000
export const startUs = 1_767_571_200_000_000
const gib = 1_073_741_824

/** Repeatable noise between 0 and 1. */
function noise(seed: number): number {
  let state = (seed * 2_654_435_761 + 12_345) % 4_294_967_296
  state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
  state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
  return state / 4_294_967_296
}

export function loadOf(volume: number, row: number): number {
  const hour = row % 24
  const size = 200 + noise(volume + 1) * 9000
  const jitter = 0.85 + 0.3 * noise(volume * 1009 + row)
  const isDay = hour >= 8 && hour < 20
  switch (volume % 6) {
    case 0:
      return size * jitter * (isDay ? 1 : 0.35)
    case 1:
      return (size / 2) * jitter * (isDay ? 1 : 0.1)
    case 2:
      return hour >= 2 && hour < 4 ? 7000 * jitter : 20
    case 3:
      return Math.max(5, (size / 2) * jitter * (1 - row / 240))
    case 4:
      return 4 * jitter
    default:
      return noise(volume * 31 + Math.floor(row / 5)) > 0.9 ? 6500 * jitter : 300 * jitter
  }
}

export const latencyOfTier: ByTier<number> = { hot: 240, warm: 700, cold: 9000 }

export interface Life {
  readonly tier: readonly number[]
  readonly decisions: readonly DecisionRow[]
  readonly migrations: readonly MigrationRow[]
  readonly summary: VolumeSummary
}

export function lifeOf(
  name: string,
  volume: number,
  options: FleetOptions,
  policy: PolicyObject | null,
  everywhere: number | null,
): Life {
  const tier: number[] = []
  const decisions: DecisionRow[] = []
  const migrations: MigrationRow[] = []
  const sizeBytes = Math.floor(20 + noise(volume + 77) * 400) * gib
  let own = everywhere ?? (volume % 6 === 4 ? 0 : volume % 3)
  let movedRow = -1000
  let told = ''
  let sumUs = 0
  for (let row = 0; row < options.instants; row++) {
    const heat = loadOf(volume, row)
    const atUs = startUs + row * options.intervalUs
    const wanted = policy === null ? own : wish(own, heat, policy.spec)
    const choice = choose(own, wanted, volume % 12 === 1, row - movedRow < 24)
    const key = `${choice.verdict}/${wanted}/${choice.reason}`
    if (policy !== null && key !== told) {
      told = key
      const said = { volume: volumeId(name), policy: policy.name, atUs, heatIops: heat }
      decisions.push({ ...choice, ...said, coverage: 1, numbers: numbersOf(sizeBytes) })
    }
    if (choice.verdict === 'move') {
      migrations.push(migration(name, migrations.length, own, wanted, heat, sizeBytes, atUs))
      own = wanted
      movedRow = row
    }
    sumUs += heat * latencyOfTier[tiers[own]]
    tier.push(own)
  }
  const held = volume % 5 === 0 && policy !== null ? volume * hourUs : 0
  const moves = migrations.length
  const summary = summaryOf(name, volume, { sizeBytes, tier, sumUs, moves, held })
  return { tier, decisions, migrations, summary }
}

interface Sums {
  readonly sizeBytes: number
  readonly tier: readonly number[]
  readonly sumUs: number
  readonly moves: number
  readonly held: number
}

function summaryOf(name: string, volume: number, sums: Sums): VolumeSummary {
  const { sizeBytes, tier, sumUs, moves, held } = sums
  const requests = tier.reduce((sum, _, row) => sum + loadOf(volume, row), 0)
  return {
    volume: name,
    sizeBytes,
    finalTier: tiers[tier[tier.length - 1]],
    requests: Math.floor(requests),
    readBytes: Math.floor(requests * 8192),
    writeBytes: Math.floor(requests * 8192),
    latencySumUs: Math.floor((sumUs * Math.floor(requests)) / requests),
    latencyMaxUs: 90_000,
    p99Us: Math.max(...tier.map(one => latencyOfTier[tiers[one]])) * 2,
    migrations: moves,
    reversals: 0,
    heldBackByCooldownUs: held,
  }
}

type Choice = Pick<DecisionRow, 'verdict' | 'from' | 'to' | 'reason' | 'names'>

function choose(own: number, wanted: number, hasNoRoom: boolean, isCooling: boolean): Choice {
  const from = tiers[own]
  if (wanted === own) {
    return { verdict: 'stay', from, to: null, reason: 'between-watermarks', names: [] }
  }
  const to = tiers[wanted]
  if (wanted === 0 && hasNoRoom) {
    return { verdict: 'blocked', from, to, reason: 'tier-full', names: ['hot-1'] }
  }
  if (isCooling) return { verdict: 'blocked', from, to, reason: 'cooldown', names: [] }
  return { verdict: 'move', from, to, reason: up(wanted, own), names: [] }
}

function numbersOf(sizeBytes: number): DecisionRow['numbers'] {
  return {
    highIops: 5000,
    warmIops: 2000,
    lowIops: 500,
    upIops: 5000,
    downIops: 500,
    sizeBytes,
    roomBytes: 12 * gib,
    missingBytes: sizeBytes - 12 * gib,
    sinceS: 4000,
    cooldownS: 86_400,
    remainingS: 82_400,
  }
}

function wish(own: number, heat: number, spec: StoragePolicySpec): number {
  if (own === 0) {
    if (heat <= spec.lowWatermarkIops) return 2
    return heat < spec.warmWatermarkIops ? 1 : 0
  }
  if (heat >= spec.highWatermarkIops) return 0
  if (own === 1) return heat <= spec.lowWatermarkIops ? 2 : 1
  return heat >= spec.warmWatermarkIops ? 1 : 2
}

function up(wanted: number, own: number): DecisionRow['reason'] {
  if (wanted === 0) return 'at-or-above-high'
  if (wanted === 2) return 'at-or-below-low'
  return wanted < own ? 'at-or-above-warm' : 'below-warm'
}

function migration(
  volume: string,
  number: number,
  from: number,
  to: number,
  heatIops: number,
  sizeBytes: number,
  atUs: number,
): MigrationRow {
  return {
    name: `${volume}-${number + 1}`,
    volume,
    fromTier: tiers[from],
    toTier: tiers[to],
    fromForm: 'replicated',
    toForm: 'replicated',
    requestedBy: 'policy',
    reason: up(to, from),
    heatIops,
    sizeBytes,
    startedUs: atUs,
    finishedUs: atUs + hourUs / 2,
    outcome: 'completed',
    why: null,
    message: '',
  }
}
