/**
 * From what is read and what is wanted to coefficients: each wanted block of the GF(2⁸) family is a
 * sum of multiples of blocks that are read.
 */
import {
  allShards,
  type Code,
  localGroupOf,
  membersOf,
  type ShardSet,
  shardsOfGroup,
  sizeOf,
} from '../../core/code.js'
import { assert } from '../../core/errors.js'
import { invert, multiply, type Row } from '../../core/gf256.js'
import { generatorRows } from '../../core/parity-rows.js'

/** Targets that are made from the same sources. No coefficient is zero. */
export interface Pass {
  readonly sources: readonly number[]
  readonly targets: readonly number[]
  /** For each target one row: a coefficient for each source. */
  readonly rows: readonly Row[]
}

interface Sum {
  readonly target: number
  readonly sources: readonly number[]
  readonly row: Row
}

export function passesFor(code: Code, reads: ShardSet, wanted: ShardSet): readonly Pass[] {
  const all = allShards(code)
  assert((reads & ~all) === 0 && (wanted & ~all) === 0, 'there is no such shard')
  assert((reads & wanted) === 0, 'a shard that is read is not also made')
  const passes = new Map<string, Pass>()
  for (const { target, sources, row } of sumsFor(code, reads, wanted)) {
    const key = sources.join()
    const { targets, rows } = passes.get(key) ?? { targets: [], rows: [] }
    passes.set(key, { sources, targets: [...targets, target], rows: [...rows, row] })
  }
  return [...passes.values()]
}

function sumsFor(code: Code, reads: ShardSet, wanted: ShardSet): readonly Sum[] {
  const sums = membersOf(wanted).map(target => localSum(code, reads, target))
  const others = sums.flatMap(({ target, sources }) => (sources.length === 0 ? [target] : []))
  if (others.length === 0) return sums
  const general = new Map(generalSums(code, reads, others).map(sum => [sum.target, sum]))
  return sums.map(sum => general.get(sum.target) ?? sum)
}

/** Of a shard whose local group is read: a plain exclusive or. Else of no sources. */
function localSum(code: Code, reads: ShardSet, target: number): Sum {
  const group = localGroupOf(code, target)
  const others = group === null ? 0 : shardsOfGroup(code, group) & ~(1 << target)
  const isRead = group !== null && (others & ~reads) === 0
  const sources = isRead ? membersOf(others) : []
  return { target, sources, row: Uint8Array.from(sources, () => 1) }
}

/** Through the data: the inverse of the rows that are read gives it, the target's row uses it. */
function generalSums(code: Code, reads: ShardSet, targets: readonly number[]): readonly Sum[] {
  assert(sizeOf(reads) === code.dataShards, 'as many shards are read as there are data shards')
  const rows = generatorRows(code)
  const shards = membersOf(reads)
  const dataFromReads = invert(shards.map(shard => rows[shard]))
  assert(dataFromReads !== null, 'the shards that are read are independent')
  return targets.map(target => {
    const full = rowTimes(rows[target], dataFromReads)
    const sources = shards.filter((_, place) => full[place] !== 0)
    return { target, sources, row: full.filter(coefficient => coefficient !== 0) }
  })
}

function rowTimes(row: Row, matrix: readonly Row[]): Row {
  return Uint8Array.from(row, (_, column) =>
    row.reduce((sum, factor, place) => sum ^ multiply(factor, matrix[place][column]), 0),
  )
}
