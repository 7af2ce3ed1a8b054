/** How long volumes waited for a move, by reason: a decision stands until the volume's next one. */
import type { ReasonCode } from '../../src/core/reasons.js'
import type { DecisionRow, RunDetail } from '../../src/core/result.js'
import { spanOf } from '../run.js'

export interface Wait {
  readonly reason: ReasonCode
  readonly volumes: number
  readonly totalUs: number
  /** Volumes that still waited when the run ended. */
  readonly atEnd: number
  /** The decision that stood longest: its words are the example. */
  readonly longest: DecisionRow
  readonly longestUs: number
}

/** What time alone lifts; all others need somebody to change something. */
const passing: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'cooldown',
  'cooling',
  'back-off',
  'migration-running',
  'volume-busy',
  'operator-limit',
  'policy-limit',
  'outside-active-hours',
  'daily-bytes',
  'held-by-request',
  'cluster-not-whole',
  'bandwidth-taken',
])

export function passes(reason: ReasonCode): boolean {
  return passing.has(reason)
}

/** A wait shorter than this is the rhythm of rounds, not an obstacle. */
const notableUs = 3_600_000_000

/** Visits every decision with the time for which it stood. */
export function eachStanding(
  detail: RunDetail,
  visit: (row: DecisionRow, standsUs: number, isLast: boolean) => void,
): void {
  const { endUs } = spanOf(detail)
  const open = new Map<string, DecisionRow>()
  for (const row of detail.decisions) {
    const before = open.get(row.volume)
    if (before !== undefined) visit(before, Math.max(0, row.atUs - before.atUs), false)
    open.set(row.volume, row)
  }
  for (const row of open.values()) visit(row, Math.max(0, endUs - row.atUs), true)
}

/** Every reason that blocked a volume, the longest waits first. */
export function waitsByReason(detail: RunDetail): readonly Wait[] {
  const found = new Map<ReasonCode, Wait & { readonly names: Set<string> }>()
  eachStanding(detail, (row, standsUs, isLast) => {
    if (row.verdict !== 'blocked') return
    const known = found.get(row.reason)
    const names = known?.names ?? new Set<string>()
    names.add(row.volume)
    const isLonger = known === undefined || standsUs > known.longestUs
    found.set(row.reason, {
      reason: row.reason,
      names,
      volumes: names.size,
      totalUs: (known?.totalUs ?? 0) + standsUs,
      atEnd: (known?.atEnd ?? 0) + (isLast ? 1 : 0),
      longest: isLonger ? row : known.longest,
      longestUs: isLonger ? standsUs : known.longestUs,
    })
  })
  return [...found.values()].sort((a, b) => b.totalUs - a.totalUs || (a.reason < b.reason ? -1 : 1))
}

export interface HeldBack {
  /** Volumes that wanted to move and could not, each under the reason it waited for longest. */
  readonly volumes: number
  readonly byReason: readonly { readonly reason: ReasonCode; readonly volumes: number }[]
}

/**
 * Volumes that wanted a move for an hour or more in all, and something but time stood in the way.
 */
export function heldBack(detail: RunDetail): HeldBack {
  return tally(detail, row => row.to !== null && !passes(row.reason))
}

/** Volumes that only time held back. */
export function delayed(detail: RunDetail): HeldBack {
  return tally(
    detail,
    row => row.to !== null && row.reason !== 'migration-running' && passes(row.reason),
  )
}

function tally(detail: RunDetail, counts: (row: DecisionRow) => boolean): HeldBack {
  const waited = new Map<string, Map<ReasonCode, number>>()
  eachStanding(detail, (row, standsUs) => {
    if (row.verdict !== 'blocked' || !counts(row)) return
    const own = waited.get(row.volume) ?? new Map<ReasonCode, number>()
    own.set(row.reason, (own.get(row.reason) ?? 0) + standsUs)
    waited.set(row.volume, own)
  })
  const volumes = new Map<ReasonCode, number>()
  for (const own of waited.values()) {
    let totalUs = 0
    let longest: ReasonCode | null = null
    for (const [reason, waitedUs] of own) {
      totalUs += waitedUs
      if (longest === null || waitedUs > (own.get(longest) ?? 0)) longest = reason
    }
    if (longest !== null && totalUs >= notableUs) {
      volumes.set(longest, (volumes.get(longest) ?? 0) + 1)
    }
  }
  const byReason = [...volumes].map(([reason, number]) => ({ reason, volumes: number }))
  byReason.sort((a, b) => b.volumes - a.volumes || (a.reason < b.reason ? -1 : 1))
  return { volumes: byReason.reduce((sum, one) => sum + one.volumes, 0), byReason }
}

/** Share of the volumes' time, after the first sampling window, in which heat was known. */
export function knownHeatShare(detail: RunDetail): number | null {
  const { beginUs, endUs } = spanOf(detail)
  const longestWindowUs = detail.policies.reduce(
    (most, policy) => Math.max(most, policy.spec.samplingWindowUs),
    0,
  )
  const fromUs = beginUs + 2 * longestWindowUs
  let totalUs = 0
  let unknownUs = 0
  eachStanding(detail, (row, standsUs) => {
    const counted = Math.max(0, row.atUs + standsUs - Math.max(row.atUs, fromUs))
    totalUs += counted
    if (row.reason === 'unknown-heat' || row.reason === 'metrics-unavailable') unknownUs += counted
  })
  return fromUs >= endUs || totalUs === 0 ? null : 1 - unknownUs / totalUs
}
