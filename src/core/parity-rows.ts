/**
 * The parity of each code in the GF(2⁸) family, version 1: one row of coefficients over the data
 * shards for each parity shard. What is written on disk rests on these numbers: they never change.
 */
import { type Code, localGroupOf } from './code.js'
import { inverse, multiply, type Row } from './gf256.js'

export function parityRows(code: Code): readonly Row[] {
  if (code.kind === 'reed-solomon') return cauchyRows(code.dataShards, code.parityShards)
  return [...localRows(code), ...globalRows(code)]
}

/** The rows of all shards: the data shards' own, then the parity's. */
export function generatorRows(code: Code): readonly Row[] {
  const { dataShards } = code
  const identity = Array.from({ length: dataShards }, (_, shard) => {
    const row = new Uint8Array(dataShards)
    row[shard] = 1
    return row
  })
  return [...identity, ...parityRows(code)]
}

/**
 * Cauchy's matrix 1 ÷ (x + y) with x = k, k+1, … and y = 0 … k−1, each column divided by its first
 * coefficient. Every square part of it has an inverse, and the first parity is a plain exclusive
 * or, so that the loss of one shard, the usual one, is rebuilt without a multiplication.
 */
function cauchyRows(dataShards: number, parityShards: number): readonly Row[] {
  return Array.from({ length: parityShards }, (_, parity) =>
    Uint8Array.from({ length: dataShards }, (_, shard) =>
      multiply(inverse((dataShards + parity) ^ shard), dataShards ^ shard),
    ),
  )
}

type LocalCode = Extract<Code, { kind: 'lrc' }>

function localRows(code: LocalCode): readonly Row[] {
  return Array.from({ length: code.localGroups }, (_, group) =>
    Uint8Array.from({ length: code.dataShards }, (_, shard) =>
      localGroupOf(code, shard) === group ? 1 : 0,
    ),
  )
}

/**
 * Of one or two global parities: a and a², with a = 1, 2, 3 … in the first of two groups and 16,
 * 32, 48 … in the second (Huang and others, Erasure Coding in Windows Azure Storage, ATC 2012): the
 * most sets of four that any code of that shape can rebuild. Else the rows of a Reed-Solomon code
 * with one parity more, whose plain first one was cut into the local ones (Huang and others,
 * Pyramid Codes, 2007). Either way any g + 1 lost shards can be rebuilt.
 */
function globalRows(code: LocalCode): readonly Row[] {
  const { dataShards, globalParities } = code
  if (globalParities > 2) return cauchyRows(dataShards, globalParities + 1).slice(1)
  const first = Uint8Array.from({ length: dataShards }, (_, shard) => azureElement(code, shard))
  return [first, first.map(element => multiply(element, element))].slice(0, globalParities)
}

function azureElement(code: LocalCode, shard: number): number {
  const groupSize = code.dataShards / code.localGroups
  // Of two groups each has 13 shards at most, and 16 × 13 is an element still.
  if (code.localGroups !== 2) return shard + 1
  return shard < groupSize ? shard + 1 : (shard - groupSize + 1) << 4
}
