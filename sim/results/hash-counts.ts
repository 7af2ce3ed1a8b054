/** The counts of a run into its history's hash: what was served and lost, and how fast. */
import type { RunningHash } from '../history.js'
import type { World } from '../world.js'

export function hashCounts(hash: RunningHash, tally: World['replay']['tally']): void {
  hash.integer(tally.served)
  hash.integer(tally.lost)
  hash.integer(tally.overloadedMinutes)
  for (let volume = 0; volume < tally.volumeReads.length; volume++) {
    hash.integer(tally.volumeReads[volume])
    hash.integer(tally.volumeWrites[volume])
    hash.integer(tally.volumeLost[volume])
  }
  const { latencies } = tally
  if (latencies === null) return
  for (let bucket = 0; bucket < latencies.length; bucket++) {
    if (latencies[bucket] === 0) continue
    hash.integer(bucket)
    hash.integer(latencies[bucket])
  }
}
