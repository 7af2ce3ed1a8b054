/** Codes that tests try, and sets of shards. */
import fc from 'fast-check'
import { type Code, type ShardSet, shardsOf } from '../../src/core/code.js'

export function reedSolomon(dataShards: number, parityShards: number): Code {
  return { kind: 'reed-solomon', dataShards, parityShards }
}

export function lrc(dataShards: number, localGroups: number, globalParities: number): Code {
  return { kind: 'lrc', dataShards, localGroups, globalParities }
}

export const usualCodes: readonly Code[] = [
  reedSolomon(3, 1),
  reedSolomon(4, 2),
  reedSolomon(4, 4),
  reedSolomon(6, 2),
  reedSolomon(8, 3),
  reedSolomon(10, 2),
  reedSolomon(10, 4),
  reedSolomon(12, 4),
  lrc(12, 2, 2),
  lrc(6, 2, 2),
]

const anyReedSolomon = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 6 }))
  .map(([data, parity]) => reedSolomon(data, parity))

/** Two groups or more, one global parity or more, thirty shards at most. */
const anyLrc = fc
  .tuple(
    fc.integer({ min: 2, max: 4 }),
    fc.integer({ min: 1, max: 5 }),
    fc.integer({ min: 1, max: 4 }),
  )
  .map(([groups, size, globals]) => lrc(groups * size, groups, globals))

export const anyCode: fc.Arbitrary<Code> = fc.oneof(anyReedSolomon, anyLrc)
export const anyLocalCode: fc.Arbitrary<Code> = anyLrc

/** All sets of `size` shards of a code, ascending. */
export function* setsOfSize(code: Code, size: number): Generator<ShardSet> {
  yield* choose(shardsOf(code), size, 0, 0)
}

function* choose(shards: number, size: number, from: number, set: ShardSet): Generator<ShardSet> {
  if (size === 0) {
    yield set
    return
  }
  for (let shard = from; shard <= shards - size; shard++) {
    yield* choose(shards, size - 1, shard + 1, set | (1 << shard))
  }
}

export function someShards(code: Code, most: number): fc.Arbitrary<ShardSet> {
  return fc
    .uniqueArray(fc.integer({ min: 0, max: shardsOf(code) - 1 }), { maxLength: most })
    .map(shards => shards.reduce((set, shard) => set | (1 << shard), 0))
}
