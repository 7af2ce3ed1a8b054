/** Gates and brakes: what must hold before any move starts, and what limits how many do. */
import { isActive } from './active-hours.js'
import { needsRepair, rebuildsOf } from './health.js'
import type { Landscape, VolumeView } from './landscape.js'
import type { Pasts } from './past.js'
import type { MigrationRecord, OperatorRecord } from './record.js'
import type { PolicyObject } from './resources.js'
import type { OperatorSettings } from './settings.js'
import { versionRow } from './versions.js'

const dayUs = 86_400_000_000

/**
 * What keeps the cluster from being whole, in words, or null: nodes and pools that are away or
 * draining, versions that differ, volumes that need repair, rebuilds that are not ours, no rebuild
 * slot left for self-heal beside those that run. Our own copies do not count against it.
 */
export function clusterNotWhole(
  landscape: Landscape,
  pasts: Pasts,
  maxRebuilds: number | null,
): string | null {
  const { cluster } = landscape
  for (const node of cluster.nodes) {
    if (node.status !== 'online') return `node ${node.id} is ${node.status}`
    if (node.draining) return `node ${node.id} is draining`
    if (node.version !== cluster.nodes[0].version) {
      return `nodes report versions ${cluster.nodes[0].version} and ${node.version}`
    }
  }
  for (const pool of cluster.pools) {
    if (pool.status !== 'online') return `pool ${pool.id} is ${pool.status}`
    if (pool.draining) return `pool ${pool.id} is draining`
  }
  let rebuilds = 0
  for (const { volume } of unsettled(landscape, pasts)) {
    const running = pasts.runningOf(volume.id)
    const intended = running?.status?.intendedReplicas ?? volume.replicaCount
    if (needsRepair(volume, intended)) return `volume ${volume.name} needs repair`
    if (rebuildsOf(volume) > copiesOf(running)) return `volume ${volume.name} rebuilds`
    rebuilds += rebuildsOf(volume)
  }
  return noRebuildLeft(rebuilds, maxRebuilds)
}

/** Volumes that are not whole or have a migration that runs, in order: few of all. */
export function unsettled(landscape: Landscape, pasts: Pasts): readonly VolumeView[] {
  const places = new Set(landscape.brokenPlaces)
  for (const { spec } of pasts.running()) {
    const place = landscape.volumePlaces.get(spec.volume)
    if (place !== undefined) places.add(place)
  }
  return [...places].sort((a, b) => a - b).map(place => landscape.volumes[place])
}

/** Whether one more rebuild would leave none for self-heal, in words, or null. */
export function noRebuildLeft(rebuilds: number, maxRebuilds: number | null): string | null {
  if (maxRebuilds === null || rebuilds + 1 < maxRebuilds) return null
  return `${rebuilds} rebuilds run, ${maxRebuilds} are allowed, and one is kept for self-heal`
}

/** Rebuilds that run now, and one for each running migration that has a slot and none yet. */
export function rebuildsToCome(landscape: Landscape, pasts: Pasts): number {
  let rebuilds = 0
  for (const { volume } of unsettled(landscape, pasts)) {
    const running = pasts.runningOf(volume.id)
    const ours = running !== null && running.status?.holdsSlot !== false ? 1 : 0
    rebuilds += Math.max(rebuildsOf(volume), ours)
  }
  return rebuilds
}

const copies: ReadonlySet<string> = new Set(['adding', 'syncing', 'undoing'])

/** Rebuilds of a volume that its running migration may have caused. */
function copiesOf(running: MigrationRecord | null): number {
  const moves = running?.status?.moves ?? []
  const move = moves[moves.length - 1]
  return move !== undefined && copies.has(move.state) ? 1 : 0
}

/** The version that all nodes report; callers have seen that they agree. */
export function clusterVersion(landscape: Landscape): ReturnType<typeof versionRow> {
  const node = landscape.cluster.nodes[0]
  return node === undefined ? { kind: 'unreadable' } : versionRow(node.version)
}

export interface Slots {
  /** Migrations of all policies that may still start. */
  operator: number
  readonly byPolicy: Map<string, number>
}

/**
 * Slots that are left; a slot counts as taken by a running record or by the operator's own list.
 */
export function freeSlots(
  running: readonly MigrationRecord[],
  operator: OperatorRecord,
  policies: readonly PolicyObject[],
  settings: OperatorSettings,
): Slots {
  const holders = new Map<string, string | null>()
  for (const record of running) {
    if (record.status?.holdsSlot !== false) holders.set(record.name, record.spec.policy)
  }
  for (const slot of operator.slots) holders.set(slot.migration, slot.policy)
  const byPolicy = new Map<string, number>()
  for (const policy of policies) {
    const used = [...holders.values()].filter(name => name === policy.name).length
    byPolicy.set(policy.name, policy.spec.maxConcurrentMigrations - used)
  }
  return { operator: settings.maxConcurrentMigrations - holders.size, byPolicy }
}

/** Bytes that moves of a policy may still start for today (UTC); null without that brake. */
export function bytesLeftToday(
  policy: PolicyObject,
  operator: OperatorRecord,
  nowUs: number,
): number | null {
  const limit = policy.spec.maxBytesPerDay
  if (limit === null) return null
  const day = dayOf(nowUs)
  const used = operator.movedBytes.find(row => row.policy === policy.name && row.day === day)
  return Math.max(0, limit - (used?.bytes ?? 0))
}

export function dayOf(nowUs: number): number {
  return Math.floor(nowUs / dayUs)
}

/** The active hours in words, as the manifest gives them. */
export function hoursInWords(policy: PolicyObject): readonly string[] {
  return (policy.spec.activeHours ?? []).map(span => {
    const days = span.days.length === 0 ? 'every day' : span.days.join(', ')
    const offset = Math.abs(span.utcOffsetMinutes)
    const sign = span.utcOffsetMinutes < 0 ? '-' : '+'
    return `${days} ${time(span.fromMinute)} to ${time(span.toMinute)} UTC${sign}${time(offset)}`
  })
}

function time(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  return `${String(hours).padStart(2, '0')}:${String(minutes - hours * 60).padStart(2, '0')}`
}

export function inActiveHours(policy: PolicyObject, nowUs: number): boolean {
  return policy.spec.activeHours === null || isActive(policy.spec.activeHours, nowUs)
}
