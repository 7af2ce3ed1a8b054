/**
 * Mayastor's scheduler: which pool takes a new replica, and which replica a scale-down removes.
 * Filters, weights and orders are those of the control plane's sources (2.7 to 2.11).
 */

import type { VersionRow } from '../../src/core/versions.js'
import type { ModelPool, ModelReplica, ModelVolume } from './state.js'
import { topologyMatches } from './topology.js'

/** A thin pool may be promised so much more than it holds. */
const overcommitPercent = 250
const thinFloorBytes = 16_777_216

/** Pools that may take another replica of the volume, best first. */
export function candidates(volume: ModelVolume, pools: readonly ModelPool[]): readonly ModelPool[] {
  const used = new Set(volume.replicas.map(replica => replica.pool.node))
  const fitting = pools.filter(
    pool =>
      pool.node.online &&
      pool.node.cordonLabels.length === 0 &&
      !used.has(pool.node) &&
      (pool.status === 'online' || pool.status === 'degraded') &&
      pool.cordon?.replicas !== true &&
      topologyMatches(volume.spec.poolInclusion, pool) &&
      hasRoom(volume, pool),
  )
  const scores = new Map(fitting.map(pool => [pool, score(pool, fitting, volume.spec.thin)]))
  return [...fitting].sort(
    (a, b) => rank(a) - rank(b) || (scores.get(b) ?? 0) - (scores.get(a) ?? 0) || a.index - b.index,
  )
}

function rank(pool: ModelPool): number {
  return pool.status === 'online' ? 0 : 1
}

function hasRoom(volume: ModelVolume, pool: ModelPool): boolean {
  const free = pool.capacityBytes - pool.usedBytes
  if (pool.capacityBytes <= volume.sizeBytes) return false
  if (!volume.spec.thin) return free > volume.sizeBytes
  const wanted = Math.min(allocatedBytes(volume) + (volume.sizeBytes * 40) / 100, volume.sizeBytes)
  const promised = pool.committedBytes + volume.sizeBytes
  return (
    free > thinFloorBytes &&
    free > wanted &&
    promised * 100 < pool.capacityBytes * overcommitPercent
  )
}

/** A thin volume is taken to be half full; nothing writes blocks here, only counts them. */
export function allocatedBytes(volume: ModelVolume): number {
  return volume.spec.thin ? Math.floor(volume.sizeBytes / 2) : volume.sizeBytes
}

/** Thick: replica count 40, free space 60. Thin: 25, 40, over-commitment 35. */
function score(pool: ModelPool, all: readonly ModelPool[], thin: boolean): number {
  const mostReplicas = Math.max(1, ...all.map(one => one.replicas))
  const mostFree = Math.max(1, ...all.map(one => one.capacityBytes - one.usedBytes))
  const few = 1 - pool.replicas / mostReplicas
  const free = (pool.capacityBytes - pool.usedBytes) / mostFree
  if (!thin) return 40 * few + 60 * free
  const commitment = pool.committedBytes / pool.capacityBytes
  return 25 * few + 40 * free + 35 * (1 - Math.min(1, commitment / 2.5))
}

/**
 * The replica that a scale-down removes, or null: unhealthy ones always go before healthy ones, and
 * a healthy one goes only while more of them than wanted are there.
 */
export function victim(volume: ModelVolume, wanted: number, row: VersionRow): ModelReplica | null {
  const healthy = volume.replicas.filter(isHealthy)
  const unhealthy = volume.replicas.filter(replica => !isHealthy(replica))
  if (unhealthy.length > 0) return unhealthy.reduce((a, b) => (leaves(b, a) ? b : a))
  if (healthy.length <= wanted) return null
  return [...healthy].sort((a, b) => before(a, b, volume, row))[0]
}

export function isHealthy(replica: ModelReplica): boolean {
  return replica.state === 'online' && replica.syncedSinceUs !== null
}

function leaves(one: ModelReplica, other: ModelReplica): boolean {
  return one.state === 'faulted' && other.state !== 'faulted'
}

function before(a: ModelReplica, b: ModelReplica, volume: ModelVolume, row: VersionRow): number {
  if (row.removesMismatchFirst) {
    const mismatch = Number(fits(a, volume)) - Number(fits(b, volume))
    if (mismatch !== 0) return mismatch
  }
  if (row.steersVictim) {
    const cordoned = Number(isCordoned(b)) - Number(isCordoned(a))
    if (cordoned !== 0) return cordoned
  }
  const remote = Number(isLocal(a, volume)) - Number(isLocal(b, volume))
  if (remote !== 0) return remote
  return volume.replicas.indexOf(a) - volume.replicas.indexOf(b)
}

function fits(replica: ModelReplica, volume: ModelVolume): boolean {
  return topologyMatches(volume.spec.poolInclusion, replica.pool)
}

function isCordoned(replica: ModelReplica): boolean {
  return replica.pool.node.cordonLabels.length > 0
}

function isLocal(replica: ModelReplica, volume: ModelVolume): boolean {
  return replica.pool.node === volume.target
}
