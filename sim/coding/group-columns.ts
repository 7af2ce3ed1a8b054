/** Groups of stripes as columns of numbers, which grow as volumes are coded. */

import { type Code, codeName, shardsOf } from '../../src/core/code.js'
import { assert } from '../../src/core/errors.js'

/** Shards of a group that was cleared. */
const nobody = 65_535

export class GroupColumns {
  count = 0
  volume = new Uint32Array(64)
  /** The first of its stripes, counted in its volume. */
  first = new Uint32Array(64)
  stripes = new Uint32Array(64)
  /** Counts placements: a shard that stands on another pool makes a new one. */
  generation = new Uint32Array(64)
  /** Shards of all its stripes that are lost. */
  missing = new Int32Array(64)
  /** Stripes of it that have a flaw of their own. */
  flawed = new Uint32Array(64)
  private code = new Uint8Array(64)
  /** Where its pools begin, one for each shard. */
  private begin = new Uint32Array(64)
  private pools = new Uint16Array(256)
  private poolsEnd = 0
  private readonly codes: Code[] = []

  get bytes(): number {
    const { volume, first, stripes, generation, missing, flawed, code, begin, pools } = this
    const columns = [volume, first, stripes, generation, missing, flawed, code, begin, pools]
    return columns.reduce((sum, column) => sum + column.byteLength, 0)
  }

  add(
    volume: number,
    first: number,
    stripes: number,
    code: Code,
    places: readonly number[],
    rotation: number,
  ): void {
    this.makeRoom(places.length)
    const group = this.count
    this.volume[group] = volume
    this.first[group] = first
    this.stripes[group] = stripes
    this.generation[group] = 1
    this.missing[group] = 0
    this.flawed[group] = 0
    this.code[group] = this.codeIndex(code)
    this.begin[group] = this.poolsEnd
    for (let shard = 0; shard < places.length; shard++) {
      const pool = places[(shard + rotation) % places.length]
      assert(pool < nobody, 'a group names a pool in two bytes')
      this.pools[this.poolsEnd + shard] = pool
    }
    this.poolsEnd += places.length
    this.count += 1
  }

  /** It has no stripes any more, and stands on no pool. */
  clear(group: number): void {
    this.stripes[group] = 0
    this.missing[group] = 0
    const begin = this.begin[group]
    this.pools.fill(nobody, begin, begin + shardsOf(this.codeOf(group)))
  }

  codeOf(group: number): Code {
    return this.codes[this.code[group]]
  }

  poolOf(group: number, shard: number): number {
    return this.pools[this.begin[group] + shard]
  }

  move(group: number, shard: number, pool: number): void {
    this.pools[this.begin[group] + shard] = pool
  }

  /** The shard of a group that stands on a pool; -1: none. */
  shardOn(group: number, pool: number): number {
    const begin = this.begin[group]
    const end = begin + shardsOf(this.codeOf(group))
    for (let place = begin; place < end; place++)
      if (this.pools[place] === pool) return place - begin
    return -1
  }

  private codeIndex(code: Code): number {
    const name = codeName(code)
    const known = this.codes.findIndex(one => codeName(one) === name)
    if (known >= 0) return known
    assert(this.codes.length < 256, 'a group names a code in one byte')
    this.codes.push(code)
    return this.codes.length - 1
  }

  /** A quarter more each time: half of a large fleet's columns need not lie empty. */
  private makeRoom(shards: number): void {
    if (this.poolsEnd + shards > this.pools.length) {
      const pools = new Uint16Array(larger(this.pools.length))
      pools.set(this.pools)
      this.pools = pools
    }
    if (this.count < this.volume.length) return
    const size = larger(this.volume.length)
    this.volume = widened(this.volume, size)
    this.first = widened(this.first, size)
    this.stripes = widened(this.stripes, size)
    this.generation = widened(this.generation, size)
    this.begin = widened(this.begin, size)
    this.flawed = widened(this.flawed, size)
    const missing = new Int32Array(size)
    missing.set(this.missing)
    this.missing = missing
    const code = new Uint8Array(size)
    code.set(this.code)
    this.code = code
  }
}

function larger(size: number): number {
  return Math.ceil(size * 1.25)
}

function widened(column: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const wide = new Uint32Array(size)
  wide.set(column)
  return wide
}
