/** A made-up fleet as the detail of one run: all lives together, and the tiers over time. */
import { type Tier, tiers } from '../../src/core/model.js'
import type { PolicyObject } from '../../src/core/resources.js'
import type {
  ByTier,
  DecisionRow,
  MigrationRow,
  RunDetail,
  TierSeriesRow,
  VolumeSummary,
} from '../../src/core/result.js'
import { type FleetOptions, latencyOfTier, lifeOf, loadOf, startUs } from './life.js'

export type { FleetOptions }

const gib = 1_073_741_824

export function detailOf(
  name: string,
  options: FleetOptions,
  policy: PolicyObject | null,
  everywhere: number | null = null,
): RunDetail {
  const { volumes, instants, intervalUs } = options
  const names = Array.from({ length: volumes }, (_, volume) => options.name(volume))
  const atUs = Array.from({ length: instants }, (_, row) => startUs + row * intervalUs)
  const heatIops = new Float32Array(instants * volumes)
  const tier = new Uint8Array(instants * volumes)
  const meanLatencyUs = new Float32Array(instants * volumes)
  const decisions: DecisionRow[] = []
  const migrations: MigrationRow[] = []
  const summaries: VolumeSummary[] = []
  for (let volume = 0; volume < volumes; volume++) {
    const life = lifeOf(names[volume], volume, options, policy, everywhere)
    decisions.push(...life.decisions)
    migrations.push(...life.migrations)
    summaries.push(life.summary)
    for (let row = 0; row < instants; row++) {
      heatIops[row * volumes + volume] = row === 0 ? Number.NaN : loadOf(volume, row)
      tier[row * volumes + volume] = life.tier[row]
      meanLatencyUs[row * volumes + volume] = latencyOfTier[tiers[life.tier[row]]]
    }
  }
  decisions.sort((a, b) => a.atUs - b.atUs)
  migrations.sort((a, b) => a.startedUs - b.startedUs)
  return {
    name,
    policies: policy === null ? [] : [policy],
    decisions,
    migrations,
    formSeries: [],
    tierSeries: tierRows(atUs, tier, heatIops, volumes),
    volumeSeries: { volumes: names, atUs, heatIops, tier, meanLatencyUs },
    volumes: summaries,
  }
}

function tierRows(
  atUs: readonly number[],
  tier: Uint8Array,
  heatIops: Float32Array,
  volumes: number,
): readonly TierSeriesRow[] {
  const capacity: ByTier<number> = { hot: 12_288 * gib, warm: 24_576 * gib, cold: 122_880 * gib }
  return atUs.flatMap((at, row) =>
    tiers.map((name: Tier, index) => {
      let number = 0
      let iops = 0
      for (let volume = 0; volume < volumes; volume++) {
        if (tier[row * volumes + volume] !== index) continue
        number += 1
        const heat = heatIops[row * volumes + volume]
        iops += Number.isNaN(heat) ? 0 : heat * 2
      }
      return {
        atUs: at,
        tier: name,
        volumes: number,
        capacityBytes: capacity[name],
        usedBytes: number * 300 * gib,
        iops,
        meanLatencyUs: number === 0 ? null : latencyOfTier[name] * (1 + iops / 400_000),
      }
    }),
  )
}
