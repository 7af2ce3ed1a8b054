/**
 * What must be true of damaged containers, found by laying them beside the undamaged ones: neither
 * checksums nor the code that reads coded files have a part in it.
 */
import { allShards, membersOf, type ShardSet, shardsOf } from '../../core/code.js'
import { readsFor } from '../../core/rebuild.js'
import { blockLength, pageBytes, type StripeGeometry } from '../../core/stripe.js'
import { trailerBytes } from '../container/slot-page.js'
import { type ByteRange, blockOffset, pageOffset, userRange } from '../file/layout.js'
import { LostRanges } from '../file/lost-ranges.js'

/** The bytes of each pool's container; a lost one is not there. */
export type Pools = ReadonlyMap<number, Uint8Array>

export interface Expected {
  readonly lost: readonly ByteRange[]
  /** Some byte of some container is not as it was written. */
  readonly isDamaged: boolean
  /** Some shard cannot be made again; it may hold nothing but padding or parity. */
  readonly isBeyond: boolean
  /** No container says what it is a part of. */
  readonly isUnknown: boolean
}

export function expectedOf(
  geometry: StripeGeometry,
  userBytes: number,
  before: Pools,
  now: Pools,
): Expected {
  const lost = new LostRanges()
  let isBeyond = false
  const stripes = Math.ceil(userBytes / geometry.stripeBytes)
  for (let stripe = 0; stripe < stripes; stripe++) {
    for (let block = 0; block < geometry.blocksPerShard; block++) {
      const bad = badShards(geometry, before, now, stripe, block)
      isBeyond ||= membersOf(bad).some(shard => isLost(geometry, bad, shard))
      for (let shard = 0; shard < geometry.code.dataShards; shard++) {
        if (!isLost(geometry, bad, shard)) continue
        lost.add(userRange(geometry, userBytes, stripe, shard, block))
      }
    }
  }
  const pools = [...before.keys()]
  const isSame = (pool: number, from: number, to: number): boolean =>
    equal(before.get(pool), now.get(pool), from, to)
  return {
    lost: lost.list(),
    isDamaged: !pools.every(
      pool =>
        now.get(pool)?.length === before.get(pool)?.length &&
        isSame(pool, 0, before.get(pool)?.length ?? 0),
    ),
    isBeyond,
    isUnknown: !pools.some(pool => isSame(pool, 0, pageBytes)),
  }
}

function isLost({ code }: StripeGeometry, bad: ShardSet, shard: number): boolean {
  if ((bad & (1 << shard)) === 0) return false
  const present = allShards(code) & ~bad
  return readsFor(code, bad, present) === null && readsFor(code, 1 << shard, present) === null
}

/** Whose block or trailer is not what was written. */
function badShards(
  geometry: StripeGeometry,
  before: Pools,
  now: Pools,
  stripe: number,
  block: number,
): ShardSet {
  const trailer = pageOffset(geometry, stripe) + (2 + block) * trailerBytes
  const from = blockOffset(geometry, stripe, block)
  let bad: ShardSet = 0
  for (let pool = 0; pool < shardsOf(geometry.code); pool++) {
    const [was, is] = [before.get(pool), now.get(pool)]
    const isGood =
      is !== undefined &&
      equal(was, is, from, from + blockLength(geometry, block)) &&
      equal(was, is, trailer, trailer + trailerBytes)
    if (!isGood) bad |= 1 << pool
  }
  return bad
}

function equal(
  one: Uint8Array | undefined,
  other: Uint8Array | undefined,
  from: number,
  to: number,
): boolean {
  if (one === undefined || other === undefined) return false
  if (one.length < to || other.length < to) return false
  return Buffer.compare(one.subarray(from, to), other.subarray(from, to)) === 0
}
