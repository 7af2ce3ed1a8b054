/** Which volumes get a drawing of their own: those that a reader is likely to ask about. */
import type { RunDetail, RunResult } from '../../src/core/result.js'

/** So many are drawn; the others are named. */
export const mostDrawn = 200

/** Indexes into the detail's volumes, the most interesting first. */
export function byInterest(result: RunResult, detail: RunDetail): readonly number[] {
  const slower = new Map(result.slower.map((row, rank) => [row.volume, rank]))
  const blocked = stillBlocked(detail)
  const interest = detail.volumes.map(volume => {
    const rank = slower.get(volume.volume)
    return (
      (rank === undefined ? 0 : 1000 - rank) +
      volume.reversals * 50 +
      volume.migrations * 20 +
      (blocked.has(volume.volume) ? 200 : 0) +
      (volume.heldBackByCooldownUs > 0 ? 30 : 0)
    )
  })
  return detail.volumes
    .map((_, index) => index)
    .sort(
      (a, b) =>
        interest[b] - interest[a] ||
        detail.volumes[b].requests - detail.volumes[a].requests ||
        a - b,
    )
}

function stillBlocked(detail: RunDetail): ReadonlySet<string> {
  const blocked = new Set<string>()
  for (const row of detail.decisions) {
    if (row.verdict === 'blocked') blocked.add(row.volume)
    else blocked.delete(row.volume)
  }
  return blocked
}
