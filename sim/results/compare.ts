/** A run beside the first baseline: which volumes got slower, and which capacity came free. */
import { type Tier, tiers } from '../../src/core/model.js'
import type { RunDetail, RunResult, SlowerVolume, VolumeSummary } from '../../src/core/result.js'
import { microseconds } from './latency.js'

/** A difference below these is noise of the model, and nobody notices it. */
const leastRatio = 1.1
const leastUs = 100

const listed = 20

export interface Compared {
  readonly result: RunResult
  readonly detail: RunDetail
}

export function compareRuns(run: Compared, baseline: Compared): RunResult {
  const before = new Map(baseline.detail.volumes.map(volume => [volume.volume, volume]))
  const slower = run.detail.volumes.flatMap(volume => {
    const was = before.get(volume.volume)
    return was === undefined ? [] : slowerOf(volume, was)
  })
  slower.sort((a, b) => lossUs(b) - lossUs(a) || (a.volume < b.volume ? -1 : 1))
  return {
    ...run.result,
    slower: slower.slice(0, listed),
    slowerVolumes: slower.length,
    capacityFreedBytes: freedBytes(run, baseline),
  }
}

/** By p99 where both runs know it, else by the mean. */
function slowerOf(volume: VolumeSummary, was: VolumeSummary): readonly SlowerVolume[] {
  const row: SlowerVolume = {
    volume: volume.volume,
    p99Us: volume.p99Us,
    baselineP99Us: was.p99Us,
    meanUs: meanOf(volume),
    baselineMeanUs: meanOf(was),
  }
  const [nowUs, beforeUs] = pair(row)
  if (nowUs === null || beforeUs === null) return []
  return nowUs >= beforeUs * leastRatio && nowUs - beforeUs >= leastUs ? [row] : []
}

function pair(row: SlowerVolume): readonly [number | null, number | null] {
  const knowsBoth = row.p99Us !== null && row.baselineP99Us !== null
  return knowsBoth ? [row.p99Us, row.baselineP99Us] : [row.meanUs, row.baselineMeanUs]
}

function lossUs(row: SlowerVolume): number {
  const [nowUs, beforeUs] = pair(row)
  return (nowUs ?? 0) - (beforeUs ?? 0)
}

function meanOf(volume: VolumeSummary): number | null {
  return volume.requests === 0 ? null : microseconds(volume.latencySumUs / volume.requests)
}

/**
 * At the end of the runs; negative where more is taken than before. What coding frees is its own
 * affair and stands with it.
 */
function freedBytes(run: Compared, baseline: Compared): Readonly<Record<Tier, number>> {
  const used = ({ detail, result }: Compared, tier: Tier): number => {
    const last = detail.tierSeries.findLast(row => row.tier === tier)
    return (last?.usedBytes ?? 0) + (result.erasureCoding?.savings.freedBytes[tier] ?? 0)
  }
  const [hot, warm, cold] = tiers.map(tier => used(baseline, tier) - used(run, tier))
  return { hot, warm, cold }
}
