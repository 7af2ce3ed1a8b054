/** A coder without threads and without engines: the GF(2⁸) family byte by byte, from its rows. */
import { allShards, membersOf, type ShardSet, shardsOf } from '../../src/core/code.js'
import { invert, multiply, type Row } from '../../src/core/gf256.js'
import { generatorRows } from '../../src/core/parity-rows.js'
import { blockLength, pageBytes, type StripeGeometry } from '../../src/core/stripe.js'
import { crc32c } from '../../src/ec/checksum.js'
import type { Coder, Place } from '../../src/ec/coder.js'

interface ScalarPlace extends Place {
  readonly sums: Map<string, number>
}

export interface ScalarOptions {
  readonly places?: number
  readonly stripes?: number
}

export function scalarCoder(geometry: StripeGeometry, options: ScalarOptions = {}): Coder {
  const { code } = geometry
  const places = Array.from({ length: options.places ?? 3 }, () =>
    placeOf(geometry, options.stripes ?? 2),
  )
  const own = new Map<Place, ScalarPlace>(places.map(place => [place, place]))
  const sum = (place: Place, stripe: number, shard: number, block: number): void => {
    const value = crc32c(place.block(stripe, shard, block))
    own.get(place)?.sums.set(`${stripe} ${shard} ${block}`, value)
  }
  const make = (place: Place, stripe: number, block: number, wanted: number, rows: Rows): void => {
    combine(
      place.block(stripe, wanted, block),
      rows.map(([shard, factor]) => [place.block(stripe, shard, block), factor]),
    )
    sum(place, stripe, wanted, block)
  }
  const rebuild = (place: Place, stripe: number, block: number, reads: ShardSet, set: ShardSet) => {
    for (const shard of membersOf(set)) {
      make(place, stripe, block, shard, recipe(geometry, reads, shard))
    }
  }
  return {
    engine: 'portable',
    family: 'gf256/1',
    geometry,
    ...takenInTurn(places),
    encode: async (place, stripes) => {
      const data = (1 << code.dataShards) - 1
      each(stripes, geometry, (stripe, block) => {
        for (const shard of membersOf(data)) sum(place, stripe, shard, block)
        rebuild(place, stripe, block, data, allShards(code) & ~data)
      })
    },
    check: async (place, stripes, shards) => {
      each(stripes, geometry, (stripe, block) => {
        for (const shard of membersOf(shards)) sum(place, stripe, shard, block)
      })
    },
    verify: async () => [],
    rebuild: async (place, stripe, block, reads, wanted) => {
      const blocks = block === null ? range(geometry.blocksPerShard) : [block]
      for (const one of blocks) rebuild(place, stripe, one, reads, wanted)
    },
    rebuildStripes: async (place, stripes, reads, wanted) => {
      each(stripes, geometry, (stripe, block) => rebuild(place, stripe, block, reads, wanted))
    },
    close: async () => {},
  }
}

function takenInTurn(places: readonly Place[]): Pick<Coder, 'take' | 'give'> {
  const free = [...places]
  const waiting: ((place: Place) => void)[] = []
  return {
    take: async () => free.pop() ?? new Promise(resolve => waiting.push(resolve)),
    give: place => {
      const next = waiting.shift()
      if (next === undefined) free.push(place)
      else next(place)
    },
  }
}

type Rows = readonly (readonly [shard: number, factor: number])[]

/** How the wanted shard is a sum of multiples of those that are read. */
function recipe({ code }: StripeGeometry, reads: ShardSet, wanted: number): Rows {
  const rows = generatorRows(code)
  const shards = membersOf(reads)
  const target = rows[wanted]
  if (shards.length === code.dataShards) {
    const inverse = invert(shards.map(shard => rows[shard]))
    if (inverse === null) throw new Error('these shards do not make the others')
    return shards.map((shard, place) => [shard, dot(target, inverse, place)])
  }
  // A local group: its members add up to nothing.
  return shards.map(shard => [shard, 1])
}

function dot(target: Row, inverse: readonly Row[], place: number): number {
  return inverse.reduce((sum, row, column) => sum ^ multiply(target[column], row[place]), 0)
}

function combine(target: Uint8Array, parts: readonly (readonly [Uint8Array, number])[]): void {
  const sum = new Uint8Array(target.length)
  for (const [bytes, factor] of parts) {
    if (factor === 0) continue
    const products = Uint8Array.from({ length: 256 }, (_, value) => multiply(value, factor))
    for (let at = 0; at < sum.length; at++) sum[at] ^= products[bytes[at]]
  }
  target.set(sum)
}

function placeOf(geometry: StripeGeometry, stripes: number): ScalarPlace {
  const shards = shardsOf(geometry.code)
  const memory = new Uint8Array(new SharedArrayBuffer(stripes * shards * geometry.shardBytes))
  const pages = new Uint8Array(new SharedArrayBuffer(stripes * shards * pageBytes))
  const sums = new Map<string, number>()
  return {
    stripes,
    sums,
    block: (stripe, shard, block) => {
      const word = block * geometry.blockBytes * shards + shard * blockLength(geometry, block)
      const from = stripe * shards * geometry.shardBytes + word
      return memory.subarray(from, from + blockLength(geometry, block))
    },
    page: (stripe, shard) => {
      const from = (stripe * shards + shard) * pageBytes
      return pages.subarray(from, from + pageBytes)
    },
    checksum: (stripe, shard, block) => {
      const value = sums.get(`${stripe} ${shard} ${block}`)
      if (value === undefined) throw new Error('no task has summed this block')
      return value
    },
  }
}

function each(
  stripes: number,
  geometry: StripeGeometry,
  work: (stripe: number, block: number) => void,
): void {
  for (const stripe of range(stripes)) {
    for (const block of range(geometry.blocksPerShard)) work(stripe, block)
  }
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index)
}
