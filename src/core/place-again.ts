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
  /** All that runs, as it was last written: a move that was planned a moment ago counts. */
  running: readonly MigrationRecord[],
): Placement {
  const seen = landscape.volumes.find(one => one.volume.id === volume.id)
  const own = landscape.views.find(view => view.policy.name === record.spec.policy)
  const policy = own ?? seen?.policies[0]
  const version = clusterVersion(landscape)
  if (policy === undefined) return { kind: 'blocked', reason: 'no-policy', names: [], numbers: {} }
  if (version.kind !== 'known' && version.kind !== 'newer') {
    return { kind: 'blocked', reason: 'cannot-steer', names: [version.kind], numbers: {} }
  }
  const others = running.filter(one => one.name !== record.name)
  const reservations = reserve(others, landscape.cluster)
  const loads = new PoolLoads(landscape, input.heat)
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
