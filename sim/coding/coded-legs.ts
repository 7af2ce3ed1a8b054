/** What the coder's work reads and writes, pool by pool, for each user byte. */
import { type Code, membersOf, setOf, shardsOf } from '../../src/core/code.js'
import { assert } from '../../src/core/errors.js'
import { readsFor } from '../../src/core/rebuild.js'
import { type StripeGeometry, slotBytes } from '../../src/core/stripe.js'
import type { Leg } from '../data-path.js'
import { isHealthy } from '../mayastor/scheduler.js'
import type { ModelPool, ModelVolume } from '../mayastor/state.js'

/** The source is read from all its healthy replicas alike. */
export function sourceLegs(volume: ModelVolume): readonly Leg[] {
  const replicas = volume.replicas.filter(isHealthy)
  return replicas.map(replica => ({ pool: replica.pool.index, share: 1 / replicas.length }))
}

/** Every new replica takes every byte. */
export function replicaLegs(volume: ModelVolume): readonly Leg[] {
  return volume.replicas.map(replica => ({ pool: replica.pool.index, share: 1 }))
}

/** All shards of all stripes, trailers included. */
export function shardLegs(geometry: StripeGeometry, pools: readonly ModelPool[]): readonly Leg[] {
  const share = slotBytes(geometry) / geometry.stripeBytes
  return pools.map(pool => ({ pool: pool.index, share }))
}

/**
 * What must be read of the pools to have all data, where some are away: data shards where they are
 * there, else what rebuilds them. Rotation makes every place a data shard's in turn.
 */
export function dataLegs(
  geometry: StripeGeometry,
  pools: readonly ModelPool[],
  isAway: (pool: ModelPool) => boolean,
): readonly Leg[] | null {
  const { code } = geometry
  const shards = shardsOf(code)
  const reads = new Float64Array(shards)
  for (let rotation = 0; rotation < shards; rotation++) {
    const set = shardsToRead(code, shard => isAway(pools[(shard + rotation) % shards]))
    if (set === null) return null
    for (const shard of set) reads[(shard + rotation) % shards] += 1 / shards
  }
  const share = slotBytes(geometry) / geometry.stripeBytes
  // A pool that is away would hold up all the others.
  return pools
    .map((pool, place) => ({ pool: pool.index, share: share * reads[place] }))
    .filter(leg => leg.share > 0)
}

function shardsToRead(code: Code, isAway: (shard: number) => boolean): readonly number[] | null {
  const all = Array.from({ length: shardsOf(code) }, (_, shard) => shard)
  const data = all.slice(0, code.dataShards)
  const lost = data.filter(isAway)
  if (lost.length === 0) return data
  const reads = readsFor(code, setOf(lost), setOf(all.filter(shard => !isAway(shard))))
  if (reads === null) return null
  return membersOf(reads | setOf(data.filter(shard => !isAway(shard))))
}

/** To make the shards of one place again: what each stripe of each rotation reads for it. */
export function repairLegs(
  geometry: StripeGeometry,
  pools: readonly ModelPool[],
  place: number,
  isAway: (pool: ModelPool) => boolean,
): readonly Leg[] | null {
  const { code } = geometry
  const shards = shardsOf(code)
  const reads = new Float64Array(shards)
  const all = Array.from({ length: shards }, (_, shard) => shard)
  for (let rotation = 0; rotation < shards; rotation++) {
    const wanted = (place - rotation + shards) % shards
    const present = all.filter(
      shard => shard !== wanted && !isAway(pools[(shard + rotation) % shards]),
    )
    const set = readsFor(code, 1 << wanted, setOf(present))
    if (set === null) return null
    for (const shard of membersOf(set)) reads[(shard + rotation) % shards] += 1 / shards
  }
  assert(reads[place] === 0, 'what is made again is not read')
  return pools
    .map((pool, at) => ({ pool: pool.index, share: reads[at] }))
    .filter(leg => leg.share > 0)
}
