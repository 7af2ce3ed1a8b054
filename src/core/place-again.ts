/** A place for the next move of a migration that runs: its own reservations do not stand in its way. */
import type { RoundInput } from './decide.js'
import { clusterVersion } from './gate.js'
import type { Landscape } from './landscape.js'
import { PoolLoads } from './load.js'
import type { Volume } from './model.js'
import { type Placement, place } from './place.js'
import { PoolFacts } from './pool-facts.js'
import type { MigrationRecord } from './record.js'
import { reserve } from './reserve.js'

export function placeAgain(
  input: RoundInput,
  landscape: Landscape,
  record: MigrationRecord,
  volume: Volume,
): Placement {
  const seen = landscape.volumes.find(one => one.volume.id === volume.id)
  const policy = seen?.policies[0]
  const version = clusterVersion(landscape)
  if (policy === undefined || (version.kind !== 'known' && version.kind !== 'newer')) {
    return { kind: 'blocked', reason: 'cannot-steer', names: [], numbers: {} }
  }
  const others = input.memory.pasts.running().filter(one => one.name !== record.name)
  const reservations = reserve(others, landscape.cluster)
  const loads = new PoolLoads(landscape, input.heat, input.memory.volumes)
  const window = input.heat.window(policy.policy.spec.samplingWindowUs)
  const index = window.indexOf(volume.id)
  return place(
    {
      volume,
      to: record.spec.toTier,
      view: policy,
      readIops: window.readRate(index),
      writeIops: window.writeRate(index),
    },
    new PoolFacts(landscape, loads, reservations, input.settings.headroomPercent),
    version.row,
  )
}
