/** What law 12 asks of a story's end: who should have moved, and what may truly hold it back. */

import { lawFactsOf } from '../../sim/law-facts.js'
import { arrivals } from '../../src/core/laws.js'
import type { Tier, VolumeId } from '../../src/core/model.js'
import { type ReasonCode, reasons } from '../../src/core/reasons.js'
import { watermarks } from '../../src/core/tiering/watermarks.js'
import { type SmallWorld, tierOfVolume, volumeOf } from './small-world.js'
import type { Story } from './stories.js'

/** Reasons that no time removes: everything else must have passed long before the end. */
const lasting: ReadonlySet<string> = new Set<ReasonCode>([
  'no-node-free',
  'tier-full',
  'no-pool',
  'topology-forbids',
  'pool-would-saturate',
  'cannot-steer',
  'repeated-failure',
  'held',
  'snapshots',
  'affinity-group',
])

export function notArrived(told: Story, small: SmallWorld): readonly string[] {
  const { world, policy, scenario } = small
  const { tierOf } = lawFactsOf(scenario, [policy])
  const wanted = new Map<VolumeId, Tier>()
  for (const [index, volume] of told.scenario.volumes.entries()) {
    const model = world.control.volume(volumeOf(index))
    if (model === undefined || model.target === null) continue
    const iops = volume.heat[volume.heat.length - 1].iops
    wanted.set(model.id, volume.change?.pin ?? wantedTier(small, index, iops))
  }
  const waiting = new Map(
    world.journal
      .records()
      .filter(record => record.status?.phase !== 'finished')
      .map(record => [record.spec.volume, record.status?.message ?? ''] as const),
  )
  const late = arrivals(world.history.entries, {
    wanted,
    tierOf,
    isTrue: decision => lasting.has(decision.reason),
  })
  // A migration that is half done waits with the same reasons, and they stand in its record.
  return late
    .map(one => one.text)
    .filter(text => ![...waiting].some(([id, why]) => text.startsWith(`${id} `) && isLasting(why)))
}

function isLasting(why: string): boolean {
  return why in reasons && lasting.has(why)
}

function wantedTier(small: SmallWorld, index: number, iops: number): Tier {
  const { spec } = small.policy
  const standsOn = tierOfVolume(small, index)
  const home = homeOf(standsOn)
  const { to } = watermarks.wish(home, iops, {
    highIops: spec.highWatermarkIops,
    warmIops: spec.warmWatermarkIops,
    lowIops: spec.lowWatermarkIops,
    warmIsOn: true,
  })
  return to
}

/** The tier of most replicas, the faster of two equals. */
function homeOf(tiersOfReplicas: readonly string[]): Tier {
  let home: Tier = 'hot'
  const count = (tier: Tier): number => tiersOfReplicas.filter(one => one === tier).length
  for (const tier of ['warm', 'cold'] as const) if (count(tier) > count(home)) home = tier
  return home
}
