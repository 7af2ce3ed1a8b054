/**
 * What a code survives, as the durability models see it: how many shards hold a stripe, and with
 * what chance each further loss is the one that cannot be undone.
 *
 * This folder uses logarithms and powers: its figures are advice for people and never enter the
 * history of a run, so that their last digit may differ from one machine to the next.
 */
import { type Code, codeName, shardsOf } from '../../core/code.js'
import { assert } from '../../core/errors.js'
import { type RebuildableShare, rebuildableShareOf } from './rebuildable-share.js'

export type DurableCode = Code | { readonly kind: 'replicas'; readonly copies: number }

/** `rs-4-2`, `lrc-12-2-2`, `replicas-3`: as reports write it. */
export function durableCodeName(code: DurableCode): string {
  return code.kind === 'replicas' ? `replicas-${code.copies}` : codeName(code)
}

export interface Redundancy {
  /** Shards or copies of one stripe, each on a pool of its own. */
  readonly shards: number
  /**
   * Item i is the chance that one more loss is fatal after i losses that were not. The last is 1:
   * nothing survives it.
   */
  readonly fatalShares: readonly number[]
}

/**
 * `rebuildableShare` matters for local reconstruction codes alone. Without it the answer is that of
 * our own codec's coefficients.
 */
export function redundancyOf(code: DurableCode, rebuildableShare?: RebuildableShare): Redundancy {
  switch (code.kind) {
    case 'replicas':
      return { shards: code.copies, fatalShares: toleranceOf(code.copies - 1) }
    case 'reed-solomon':
      return { shards: shardsOf(code), fatalShares: toleranceOf(code.parityShards) }
    case 'lrc':
      return {
        shards: shardsOf(code),
        fatalShares: localFatalShares(code, rebuildableShare ?? rebuildableShareOf(code)),
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
  return code.kind === 'replicas' ? code.copies : shardsOf(code) / code.dataShards
}

function toleranceOf(losses: number): readonly number[] {
  assert(Number.isInteger(losses) && losses >= 0, `a code cannot tolerate ${losses} losses`)
  return [...Array<number>(losses).fill(0), 1]
}

type LocalCode = Extract<Code, { kind: 'lrc' }>

function localFatalShares(code: LocalCode, share: RebuildableShare): readonly number[] {
  const parities = code.localGroups + code.globalParities
  const fatal: number[] = []
  for (let lost = 1; lost <= parities; lost++) {
    const before = lost === 1 ? 1 : share(lost - 1)
    const after = share(lost)
    assert(after >= 0 && after <= before, `share ${after} of rebuildable sets of ${lost} shards`)
    if (after === 0) break
    fatal.push(1 - after / before)
  }
  return [...fatal, 1]
}
