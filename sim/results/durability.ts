/**
 * How likely the codes of a run lose data, and the replicas that they replace. What a pool gives to
 * repair is what it gave in the run, as far as anything was repaired. These figures are rounded, so
 * that no machine's logarithm shows, and enter no history.
 */
import { type Code, codeName } from '../../src/core/code.js'
import type { DurabilityRow } from '../../src/core/coding-result.js'
import type { Tier } from '../../src/core/model.js'
import { durabilityOf } from '../../src/ec/durability/durability.js'
import { annualFailureRates } from '../../src/ec/durability/failure-rates.js'
import {
  type DurableCode,
  durableCodeName,
  redundancyOf,
} from '../../src/ec/durability/redundancy.js'
import { patienceUs } from '../coding/coded-repairs.js'
import { sustainedBytesPerSecond } from '../devices/preset.js'
import type { ModelVolume } from '../mayastor/state.js'
import { scenarioDevices } from '../scenario/devices.js'
import { replacedBytes, servedVolumes } from './coding.js'
import type { Finished } from './collect.js'

/** What is coded stands there, and so do the replicas that it is set against. */
const tier: Tier = 'cold'

/** Part of a device's rate that repair may be thought to get beside its clients. */
const repairPart = 1 / 4

interface Kept {
  readonly code: DurableCode
  readonly volumes: number
  readonly largestVolumeBytes: number
  /** Bytes on all pools of the tier together, were everything kept so. */
  readonly usedBytes: number
}

/** None where the scenario knows no code: nobody asked. */
export function durabilityRows(finished: Finished): readonly DurabilityRow[] {
  const { scenario, tierOfPool } = finished
  if (scenario.codingPolicies.length === 0) return []
  const pools = scenario.pools.filter((_, pool) => tierOfPool[pool] === tier)
  const capacityBytes = pools.reduce((sum, pool) => sum + pool.capacityBytes, 0)
  return [...coded(finished), ...replicated(finished)].flatMap(kept => {
    if (redundancyOf(kept.code).shards > pools.length) return []
    const rate = repairRate(finished, pools.length)
    const { lossProbabilityPerYear, lostBytesPerByteYear } = durabilityOf(kept.code, {
      pools: pools.length,
      poolCapacityBytes: capacityBytes / pools.length,
      usedBytes: Math.min(kept.usedBytes, capacityBytes) / pools.length,
      largestVolumeBytes: kept.largestVolumeBytes,
      annualFailureRate: annualFailureRates.hdd.perYear,
      repairBytesPerSecond: rate.bytesPerSecond,
      detectionUs: patienceUs,
      placements: kept.volumes,
    })
    return [
      {
        code: durableCodeName(kept.code),
        volumes: kept.volumes,
        lossProbabilityPerYear: rounded(lossProbabilityPerYear),
        lostBytesPerByteYear: rounded(lostBytesPerByteYear),
        repairBytesPerSecond: rounded(rate.bytesPerSecond),
        repairRateFrom: rate.from,
      },
    ]
  })
}

/** Each code that serves volumes at the end. */
function coded({ world }: Finished): readonly Kept[] {
  const usedBytes = world.ledger.usedBytes()[tier]
  const byCode = new Map<string, { readonly code: Code; readonly volumes: ModelVolume[] }>()
  for (const volume of servedVolumes(world)) {
    const code = volume.coded?.coding?.code
    if (code === undefined) continue
    const known = byCode.get(codeName(code)) ?? { code, volumes: [] }
    known.volumes.push(volume)
    byCode.set(codeName(code), known)
  }
  return [...byCode.values()].map(({ code, volumes }) => ({
    code,
    volumes: volumes.length,
    largestVolumeBytes: largest(volumes),
    usedBytes,
  }))
}

/** By how many copies there are, or were before they were coded. */
function replicated({ world, tierOfPool }: Finished): readonly Kept[] {
  const codedBytes = world.ledger.bytesByForm().coded
  const served = servedVolumes(world)
  const replaced = served.reduce((sum, volume) => sum + replacedBytes(volume), 0)
  const usedBytes = world.ledger.usedBytes()[tier] - codedBytes + replaced
  const byCopies = new Map<number, ModelVolume[]>()
  for (const volume of world.control.volumes) {
    const isCold =
      served.includes(volume) ||
      (served.length === 0 && volume.replicas.every(({ pool }) => tierOfPool[pool.index] === tier))
    const copies = volume.coded?.serves === true ? volume.coded.replicaCount : volume.replicaCount
    if (!isCold || volume.deleted || copies === 0) continue
    byCopies.set(copies, [...(byCopies.get(copies) ?? []), volume])
  }
  return [...byCopies].map(([copies, volumes]) => ({
    code: { kind: 'replicas', copies },
    volumes: volumes.length,
    largestVolumeBytes: largest(volumes),
    usedBytes,
  }))
}

function largest(volumes: readonly ModelVolume[]): number {
  return volumes.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0)
}

/**
 * What was read and written for repairs, by the time that any was under way, for each pool: of
 * shards, or where none was made again of replicas. Both rows of a run rest on the same rate.
 */
function repairRate(
  { scenario, world, tierOfPool, endUs }: Finished,
  pools: number,
): { readonly bytesPerSecond: number; readonly from: DurabilityRow['repairRateFrom'] } {
  for (const meter of [world.control.coder.store.repairs.meter, world.ledger.rebuilds]) {
    const seconds = meter.busyUntil(endUs) / 1_000_000
    if (meter.bytes === 0 || seconds === 0) continue
    return { bytesPerSecond: meter.bytes / seconds / pools, from: 'repairs' }
  }
  const devices = scenarioDevices(scenario).filter((_, pool) => tierOfPool[pool] === tier)
  const slowest = devices.reduce(
    (least, device) => Math.min(least, sustainedBytesPerSecond(device)),
    Number.POSITIVE_INFINITY,
  )
  return { bytesPerSecond: slowest * repairPart, from: 'devices' }
}

/** Three digits. */
function rounded(figure: number): number {
  return Number(figure.toPrecision(3))
}
