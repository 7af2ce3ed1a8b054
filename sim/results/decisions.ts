/** What a run decided, volume by volume, from its history. */
import type { HistoryEntry } from '../../src/core/event.js'
import { tiers, type VolumeTier } from '../../src/core/model.js'
import type { DecisionRow } from '../../src/core/result.js'

export function decisionRows(entries: readonly HistoryEntry[]): readonly DecisionRow[] {
  return entries.flatMap(entry =>
    entry.kind === 'decision' ? [{ ...entry.decision, atUs: entry.atUs }] : [],
  )
}

/** Volumes, not rounds, by the reasons that ever blocked them. */
export function blockedVolumes(rows: readonly DecisionRow[]): Readonly<Record<string, number>> {
  const volumes = new Map<string, Set<string>>()
  for (const row of rows) {
    if (row.verdict !== 'blocked') continue
    const known = volumes.get(row.reason)
    if (known === undefined) volumes.set(row.reason, new Set([row.volume]))
    else known.add(row.volume)
  }
  const names = [...volumes.keys()].sort((a, b) => (a < b ? -1 : 1))
  return Object.fromEntries(names.map(name => [name, volumes.get(name)?.size ?? 0]))
}

/** Time on a slower tier than heat asked for, because a cooldown held the volume back. */
export function heldBackUs(
  rows: readonly DecisionRow[],
  endUs: number,
): ReadonlyMap<string, number> {
  const since = new Map<string, number>()
  const total = new Map<string, number>()
  for (const row of rows) {
    const beganUs = since.get(row.volume)
    if (beganUs !== undefined) {
      total.set(row.volume, (total.get(row.volume) ?? 0) + row.atUs - beganUs)
      since.delete(row.volume)
    }
    const waits = row.verdict === 'blocked' && row.reason === 'cooldown'
    if (waits && row.to !== null && isFaster(row.to, row.from)) since.set(row.volume, row.atUs)
  }
  for (const [volume, beganUs] of since) {
    total.set(volume, (total.get(volume) ?? 0) + endUs - beganUs)
  }
  return total
}

/** Fastest first. */
const speeds: readonly VolumeTier[] = tiers

function isFaster(to: VolumeTier, from: VolumeTier): boolean {
  const rank = (tier: VolumeTier): number => speeds.indexOf(tier)
  return rank(to) < rank(from)
}
