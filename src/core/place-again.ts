/**
 * A place for the next move of a migration that runs: its own reservations do not stand in its way.
 */
import type { RoundInput } from './decide.js'
import { clusterVersion } from './gate.js'
import { type Landscape, policyOf, volumeViewOf } from './landscape.js'
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
  const seen = volumeViewOf(landscape, volume.id)
  const own = landscape.views.find(view => view.policy.name === record.spec.policy)
  const policy = own ?? (seen === undefined ? undefined : policyOf(landscape, seen))
  const version = clusterVersion(landscape)
  if (policy === undefined) return { kind: 'blocked', reason: 'no-policy', names: [], numbers: {} }
  if (version.kind !== 'known' && version.kind !== 'newer') {
    return { kind: 'blocked', reason: 'cannot-steer', names: [version.kind], numbers: {} }
  }
  const others = running.filter(one => one.name !== record.name)
  const reservations = reserve(others, landscape)
  const loads = input.memory.loadsOf(landscape, input.heat)
  const window = input.heat.window(policy.policy.spec.samplingWindowUs)
  const index = window.indexOf(volume.id)
  return place(
    {
      volume: withoutKept(record, volume),
      to: record.spec.toTier,
      view: policy,
      readIops: window.readRate(index),
      writeIops: window.writeRate(index),
    },
    new PoolFacts(landscape, loads, reservations, input.settings.headroomPercent),
    version.row,
  )
}

/** A replica that preservation mode keeps leaves no more: it takes its node, and needs no place. */
function withoutKept(record: MigrationRecord, volume: Volume): Volume {
  const kept = (record.status?.moves ?? []).filter(move => move.state === 'kept')
  if (kept.length === 0) return volume
  const replicas = volume.replicas.map(replica => {
    const move = kept.find(one => one.fromReplica === replica.id)
    return move === undefined ? replica : { ...replica, pool: move.toPool }
  })
  return { ...volume, replicas }
}
