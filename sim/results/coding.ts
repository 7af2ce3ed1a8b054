/** What coding did in a run, gathered when it is over. */
import type { CodingResult, CodingSavings } from '../../src/core/coding-result.js'
import { tiers } from '../../src/core/model.js'
import type { MigrationRow } from '../../src/core/result.js'
import { bytesOfForm } from '../coding/coded-store.js'
import { allocatedBytes } from '../mayastor/scheduler.js'
import type { ModelVolume } from '../mayastor/state.js'
import type { World } from '../world.js'
import type { Finished } from './collect.js'
import { savedMoney } from './cost.js'
import { conversionCounts } from './migrations.js'

/** Null where no policy of the run names a code. */
export function codingResult(
  finished: Finished,
  migrations: readonly MigrationRow[],
): CodingResult | null {
  const { plan, world } = finished
  if (plan.policies.every(policy => policy.coding === null)) return null
  const { coder } = world.control
  const { repairs, journals } = coder.store
  const served = servedVolumes(world)
  const sum = (of: (volume: ModelVolume) => number): number =>
    served.reduce((total, volume) => total + of(volume), 0)
  const userBytes = sum(volume => volume.sizeBytes)
  const codedBytes = sum(({ coded }) => (coded === null ? 0 : bytesOfForm(coded)))
  const replicaBytes = sum(replacedBytes)
  const overhead = { coded: codedBytes / userBytes, replicas: replicaBytes / userBytes }
  return {
    encodedBytes: coder.encodedSoFar.bytes,
    stripes: coder.encodedSoFar.stripes,
    degradedReads: degradedReads(world),
    repairedShards: repairs.shards,
    repairedBytes: repairs.meter.bytes,
    volumes: served.length,
    userBytes,
    codedBytes,
    replicaBytes,
    overhead: userBytes === 0 ? null : overhead,
    journalBytes: journals.bytes,
    conversions: conversionCounts(migrations),
    degradedStripeSeconds: world.coding.degradedStripeSeconds(),
    endangeredStripes: world.coding.endangeredStripes,
    endangeredStripeSeconds: world.coding.endangeredStripeSeconds(),
    lostStripes: world.coding.lostStripes(),
    proved: provedOf(world),
    savings: savingsOf(finished),
  }
}

/** Volumes whose requests go to their shards. */
export function servedVolumes(world: World): readonly ModelVolume[] {
  return world.control.volumes.filter(({ coded, deleted }) => coded?.serves === true && !deleted)
}

/** What the volume took as replicas. */
export function replacedBytes(volume: ModelVolume): number {
  return (volume.coded?.replicaCount ?? 0) * allocatedBytes(volume)
}

function savingsOf({ scenario, world, endUs }: Finished): CodingSavings {
  const byteUs = world.coding.byteUs()
  const all = tiers.reduce((sum, tier) => sum + byteUs[tier], 0n)
  const { prices, startUs } = scenario
  return {
    byteSeconds: Number(all / 1_000_000n),
    freedBytes: world.coding.freedBytes(),
    money: prices === null ? null : savedMoney(prices, byteUs, endUs - startUs),
  }
}

function provedOf({ control }: World): CodingResult['proved'] {
  const { proving } = control.coder.store
  if (proving === null) return null
  const { stripes, userBytes, rebuiltShards } = proving
  return { stripes, bytes: userBytes, rebuiltShards }
}

/** A series counts them as shares of requests. */
function degradedReads({ replay }: World): number {
  return Math.round(replay.coded.counts.degradedReads)
}
