/** What became of a run's migrations, from the journal. */

import type { CodingResult } from '../../src/core/coding-result.js'
import { tiers, type VolumeTier } from '../../src/core/model.js'
import type { MigrationRecord } from '../../src/core/record.js'
import type { MigrationRow, RunResult } from '../../src/core/result.js'

/** Fastest first. */
const speeds: readonly VolumeTier[] = tiers

const reversalUs = 48 * 3_600_000_000

export function migrationRows(records: readonly MigrationRecord[]): readonly MigrationRow[] {
  return records
    .map(record => ({
      name: record.name,
      volume: record.spec.volume,
      fromTier: record.spec.fromTier,
      toTier: record.spec.toTier,
      fromForm: isRestore(record) ? ('coded' as const) : ('replicated' as const),
      toForm: record.spec.toForm,
      requestedBy: record.spec.requestedBy,
      reason: record.spec.reason,
      heatIops: record.spec.heatIops,
      sizeBytes: record.spec.sizeBytes,
      startedUs: record.status?.startedUs ?? 0,
      finishedUs: record.status?.finishedUs ?? null,
      outcome: record.status?.outcome ?? null,
      why: record.status?.why ?? null,
      message: record.status?.message ?? '',
    }))
    .sort((a, b) => a.startedUs - b.startedUs || (a.name < b.name ? -1 : 1))
}

/** A conversion back: it reads shards, and ends with replicas. */
function isRestore({ status }: MigrationRecord): boolean {
  return status?.conversion?.plan.kind === 'restore'
}

/** Conversions by how they ended; what still runs is none of them. */
export function conversionCounts(rows: readonly MigrationRow[]): CodingResult['conversions'] {
  const ended = rows.filter(row => row.outcome !== null && row.fromForm !== row.toForm)
  const completed = ended.filter(row => row.outcome === 'completed')
  const back = completed.filter(row => row.toForm === 'replicated').length
  return {
    completed: completed.length - back,
    back,
    undone: ended.length - completed.length,
  }
}

export function migrationCounts(
  rows: readonly MigrationRow[],
  movedBytes: number,
): RunResult['migrations'] {
  const ended = (...outcomes: readonly string[]): number =>
    rows.filter(row => row.outcome !== null && outcomes.includes(row.outcome)).length
  return {
    decided: rows.length,
    completed: ended('completed', 'preserved'),
    failed: ended('failed', 'refused', 'gone', 'abandoned', 'cancelled'),
    rolledBack: ended('rolled-back'),
    reversedWithin48h: [...reversalsByVolume(rows).values()].reduce((sum, one) => sum + one, 0),
    movedBytes,
  }
}

/** Completed migrations that another one turned back within 48 hours, by volume. */
export function reversalsByVolume(rows: readonly MigrationRow[]): ReadonlyMap<string, number> {
  const last = new Map<string, { readonly direction: number; readonly atUs: number }>()
  const reversals = new Map<string, number>()
  for (const row of rows) {
    if (row.outcome !== 'completed' || row.finishedUs === null) continue
    const direction = Math.sign(rank(row.toTier) - rank(row.fromTier))
    const before = last.get(row.volume)
    const isBack = before !== undefined && direction !== 0 && before.direction === -direction
    if (isBack && row.finishedUs - before.atUs <= reversalUs) {
      reversals.set(row.volume, (reversals.get(row.volume) ?? 0) + 1)
    }
    last.set(row.volume, { direction, atUs: row.finishedUs })
  }
  return reversals
}

/** A volume that stood on two tiers goes neither up nor down. */
function rank(tier: VolumeTier): number {
  const index = speeds.indexOf(tier)
  return index < 0 ? Number.NaN : index
}
