/** What each volume went through in one run. */
import type { MigrationRow, VolumeSummary } from '../../src/core/result.js'
import type { Finished } from './collect.js'
import { microseconds } from './latency.js'

export interface VolumePasts {
  readonly migrations: readonly MigrationRow[]
  readonly reversals: ReadonlyMap<string, number>
  readonly heldBack: ReadonlyMap<string, number>
}

export function volumeSummaries(finished: Finished, pasts: VolumePasts): readonly VolumeSummary[] {
  const { world, sampler } = finished
  const { tally } = world.replay
  const moved = new Map<string, number>()
  for (const row of pasts.migrations) {
    if (row.outcome !== 'completed') continue
    moved.set(row.volume, (moved.get(row.volume) ?? 0) + 1)
  }
  return world.control.volumes.map((volume, index) => ({
    volume: volume.name,
    sizeBytes: volume.sizeBytes,
    finalTier: sampler.placeOf(index),
    requests: tally.volumeReads[index] + tally.volumeWrites[index],
    readBytes: tally.volumeReadBytes[index],
    writeBytes: tally.volumeWriteBytes[index],
    latencySumUs: microseconds(tally.volumeLatencySumUs[index]),
    latencyMaxUs: microseconds(tally.volumeLatencyMaxUs[index]),
    p99Us: tally.volumePercentileUs(index, 990),
    migrations: moved.get(volume.name) ?? 0,
    reversals: pasts.reversals.get(volume.name) ?? 0,
    heldBackByCooldownUs: pasts.heldBack.get(volume.name) ?? 0,
  }))
}
