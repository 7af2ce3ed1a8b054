/**
 * What a code survives, as the durability models see it: how many shards hold a stripe, and with
 * what chance each further loss is the one that cannot be undone.
 *
 * This folder uses logarithms and powers: its figures are advice for people and never enter the
 * history of a run, so that their last digit may differ from one machine to the next.
 */
import { assert } from '../../core/errors.js'

export type DurableCode =
  | {
      readonly kind: 'reed-solomon'
      readonly dataShards: number
      readonly parityShards: number
    }
  | {
      readonly kind: 'lrc'
      readonly dataShards: number
      readonly localGroups: number
      readonly globalParities: number
    }
  | { readonly kind: 'replicas'; readonly copies: number }

export interface Redundancy {
  /** Shards or copies of one stripe, each on a pool of its own. */
  readonly shards: number
  /**
   * Item i is the chance that one more loss is fatal after i losses that were not. The last is 1:
   * nothing survives it.
   */
  readonly fatalShares: readonly number[]
}

/** Of all sets of that many lost shards, the share that can be rebuilt. */
export type RebuildableShare = (lost: number) => number

/**
 * `rebuildableShare` matters for local reconstruction codes alone. Without it the code is taken to
 * rebuild every set that any code of its shape can.
 */
export function redundancyOf(code: DurableCode, rebuildableShare?: RebuildableShare): Redundancy {
  switch (code.kind) {
    case 'replicas':
      return { shards: code.copies, fatalShares: toleranceOf(code.copies - 1) }
    case 'reed-solomon':
      return {
        shards: code.dataShards + code.parityShards,
        fatalShares: toleranceOf(code.parityShards),
      }
    case 'lrc':
      return {
        shards: code.dataShards + code.localGroups + code.globalParities,
        fatalShares: localFatalShares(code, rebuildableShare ?? recoverableShare(code)),
      }
  }
}

/** Chance that a stripe still stands after this many random losses. */
export function survivalOf({ fatalShares }: Redundancy, lost: number): number {
  let survival = 1
  for (let i = 0; i < lost; i++) survival *= 1 - (fatalShares[i] ?? 1)
  return survival
}

/** Raw bytes that one byte of data takes. */
export function overheadOf(code: DurableCode): number {
  return code.kind === 'replicas' ? code.copies : redundancyOf(code).shards / code.dataShards
}

function toleranceOf(losses: number): readonly number[] {
  assert(Number.isInteger(losses) && losses >= 0, `a code cannot tolerate ${losses} losses`)
  return [...Array<number>(losses).fill(0), 1]
}

type LocalCode = Extract<DurableCode, { kind: 'lrc' }>

function localFatalShares(code: LocalCode, share: RebuildableShare): readonly number[] {
  const parities = code.localGroups + code.globalParities
  const fatal: number[] = []
  for (let lost = 1; lost <= parities; lost++) {
    const before = lost === 1 ? 1 : share(lost - 1)
    const after = share(lost)
    assert(after > 0 && after <= before, `share ${after} of rebuildable sets of ${lost} shards`)
    fatal.push(1 - after / before)
  }
  return [...fatal, 1]
}

/**
 * A local parity makes good one loss of its group, and the global parities any others, as many as
 * there are: no code of this shape can rebuild more sets, and the best rebuild all of these
 * (Gopalan et al., "Explicit maximally recoverable codes with locality", 2014).
 */
function recoverableShare(code: LocalCode): RebuildableShare {
  const { dataShards, localGroups, globalParities } = code
  const groupShards = dataShards / localGroups + 1
  assert(Number.isInteger(groupShards), `${dataShards} shards in ${localGroups} equal groups`)
  // countOf[excess][lost]: sets of the groups seen so far that leave `excess` to global parities.
  let countOf = [[1]]
  for (let group = 0; group < localGroups; group++) {
    countOf = withPart(countOf, groupShards, lost => Math.max(0, lost - 1))
  }
  countOf = withPart(countOf, globalParities, lost => lost)
  const all = dataShards + localGroups + globalParities
  return lost => {
    let rebuildable = 0
    for (let excess = 0; excess <= globalParities; excess++) {
      rebuildable += countOf[excess]?.[lost] ?? 0
    }
    return rebuildable / choose(all, lost)
  }
}

function withPart(
  countOf: readonly (readonly number[])[],
  shards: number,
  excessOf: (lost: number) => number,
): number[][] {
  const next: number[][] = []
  countOf.forEach((row, excess) => {
    row.forEach((count, lost) => {
      for (let more = 0; more <= shards; more++) {
        const at = excess + excessOf(more)
        const target = next[at] ?? []
        target[lost + more] = (target[lost + more] ?? 0) + count * choose(shards, more)
        next[at] = target
      }
    })
  })
  return next.map(row => Array.from(row, count => count ?? 0))
}

/** Ways to take `some` of `all`. */
export function choose(all: number, some: number): number {
  let ways = 1
  for (let i = 0; i < some; i++) ways = (ways * (all - i)) / (i + 1)
  return ways
}
