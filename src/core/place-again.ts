/**
 * A place for the next move of a migration that runs: its own reservations do not stand in its way.
 */
import type { RoundInput } from './decide.js'
import { clusterVersion } from './gate.js'
import { type Landscape, type PolicyView, policyOf, volumeViewOf } from './landscape.js'
import type { Volume } from './model.js'
import { blocked, type Demand, type Placement, place } from './place.js'
import { type ConversionPlacement, placeReplicas, placeShards } from './place-coded.js'
import { PoolFacts } from './pool-facts.js'
import { codingOf } from './qualify.js'
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
  const view = policyView(landscape, record, volume)
  const version = clusterVersion(landscape)
  if (view === undefined) return blocked('no-policy', [], {})
  if (version.kind !== 'known' && version.kind !== 'newer') {
    return blocked('cannot-steer', [version.kind], {})
  }
  const demand = demandOf(input, record, withoutKept(record, volume), view)
  return place(demand, factsWithout(input, landscape, record, running), version.row)
}

/** The pools of a conversion that a person asked for. */
export function planAgain(
  input: RoundInput,
  landscape: Landscape,
  record: MigrationRecord,
  volume: Volume,
  running: readonly MigrationRecord[],
): ConversionPlacement {
  const view = policyView(landscape, record, volume)
  if (view === undefined) return blocked('no-policy', [], {})
  const demand = demandOf(input, record, volume, view)
  const facts = factsWithout(input, landscape, record, running)
  if (record.spec.toForm === 'replicated') return placeReplicas(demand, facts)
  const coding = codingOf(view)
  return coding === null ? blocked('no-coding', [], {}) : placeShards(demand, coding, facts)
}

/** The record's own policy, or else that of the volume. */
function policyView(
  landscape: Landscape,
  record: MigrationRecord,
  volume: Volume,
): PolicyView | undefined {
  const own = landscape.views.find(view => view.policy.name === record.spec.policy)
  const seen = volumeViewOf(landscape, volume.id)
  return own ?? (seen === undefined ? undefined : policyOf(landscape, seen))
}

function demandOf(
  input: RoundInput,
  record: MigrationRecord,
  volume: Volume,
  view: PolicyView,
): Demand {
  const window = input.heat.window(view.policy.spec.samplingWindowUs)
  const index = window.indexOf(volume.id)
  return {
    volume,
    to: record.spec.toTier,
    view,
    readIops: window.readRate(index),
    writeIops: window.writeRate(index),
  }
}

function factsWithout(
  input: RoundInput,
  landscape: Landscape,
  record: MigrationRecord,
  running: readonly MigrationRecord[],
): PoolFacts {
  const reservations = reserve(
    running.filter(one => one.name !== record.name),
    landscape,
  )
  const loads = input.memory.loadsOf(landscape, input.heat)
  return new PoolFacts(landscape, loads, reservations, input.settings.headroomPercent)
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
