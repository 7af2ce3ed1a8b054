/** Volumes that went one way and soon came back: each pair of moves was paid for twice. */
import { tiers, type VolumeTier } from '../../src/core/model.js'
import type { MigrationRow } from '../../src/core/result.js'

export interface Reversal {
  readonly volume: string
  readonly there: MigrationRow
  readonly back: MigrationRow
  /** From the end of the first move to the begin of the one back. */
  readonly gapUs: number
  readonly wasDownward: boolean
}

export interface FlappingVolume {
  readonly volume: string
  readonly migrations: number
  readonly reversals: readonly Reversal[]
  readonly movedBytes: number
}

const soonUs = 48 * 3_600_000_000

/** The same rule as the result's `reversedWithin48h`. */
export function reversalsOf(rows: readonly MigrationRow[]): readonly Reversal[] {
  const last = new Map<string, MigrationRow>()
  const found: Reversal[] = []
  for (const row of rows) {
    if (row.outcome !== 'completed' || row.finishedUs === null) continue
    const before = last.get(row.volume)
    last.set(row.volume, row)
    if (before === undefined || before.finishedUs === null) continue
    const direction = directionOf(row)
    const isBack = direction !== 0 && directionOf(before) === -direction
    if (!isBack || row.finishedUs - before.finishedUs > soonUs) continue
    found.push({
      volume: row.volume,
      there: before,
      back: row,
      gapUs: Math.max(0, row.startedUs - before.finishedUs),
      wasDownward: directionOf(before) > 0,
    })
  }
  return found
}

export function flappingVolumes(rows: readonly MigrationRow[]): readonly FlappingVolume[] {
  const byVolume = new Map<string, Reversal[]>()
  for (const reversal of reversalsOf(rows)) {
    byVolume.set(reversal.volume, [...(byVolume.get(reversal.volume) ?? []), reversal])
  }
  const flapping = [...byVolume].map(([volume, own]) => {
    const completed = rows.filter(row => row.volume === volume && row.outcome === 'completed')
    return {
      volume,
      migrations: completed.length,
      reversals: own,
      movedBytes: completed.reduce((sum, row) => sum + row.sizeBytes, 0),
    }
  })
  return flapping.sort(
    (a, b) => b.reversals.length - a.reversals.length || (a.volume < b.volume ? -1 : 1),
  )
}

/** Above zero is downward, below is upward; a volume that stood on two tiers goes neither way. */
function directionOf(row: MigrationRow): number {
  const speeds: readonly VolumeTier[] = tiers
  const from = speeds.indexOf(row.fromTier)
  return from < 0 ? 0 : Math.sign(speeds.indexOf(row.toTier) - from)
}
