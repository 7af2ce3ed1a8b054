/**
 * A plan over all rotations and data shards, each as likely: what each place gets when nobody knows
 * at which offsets requests fall. Everything is counted in cells of the plan, whole numbers.
 */
import { membersOf } from '../../src/core/code.js'
import type { CodedPlan, PlaceSet } from './coded-plan.js'

export interface RebuiltReads {
  readonly places: readonly number[]
  readonly cells: number
}

export interface CodedShares {
  /** Of which all below are parts. */
  readonly cells: number
  readonly present: readonly number[]
  /** Reads that a place answers alone. */
  readonly direct: Float64Array
  /** Reads that need several places, by those places. */
  readonly rebuilt: readonly RebuiltReads[]
  /** Parts of shards that can be patched. */
  readonly patchable: number
  /** Of the shard that is patched, then of the others that this takes. */
  readonly patchReads: PatchShares
  readonly patchWrites: PatchShares
}

export interface PatchShares {
  readonly own: Float64Array
  readonly others: Float64Array
}

const known = new Map<CodedPlan, CodedShares>()

export function codedShares(plan: CodedPlan): CodedShares {
  const shares = known.get(plan) ?? sharesOf(plan)
  known.set(plan, shares)
  return shares
}

function sharesOf(plan: CodedPlan): CodedShares {
  const { dataShards, places } = plan
  const cells = places * dataShards
  const direct = new Float64Array(places)
  const rebuilt = new Map<PlaceSet, number>()
  const patchReads = noShares(places)
  const patchWrites = noShares(places)
  let patchable = 0
  for (let cell = 0; cell < cells; cell++) {
    const own = (Math.floor(cell / dataShards) + (cell % dataShards)) % places
    const reads = plan.reads[cell]
    if (plan.degraded[cell] === 0) direct[own] += 1
    else if (reads !== 0) rebuilt.set(reads, (rebuilt.get(reads) ?? 0) + 1)
    if (plan.patchWrites[cell] === 0) continue
    patchable += 1
    addShares(patchReads, plan.patchReads[cell], own)
    addShares(patchWrites, plan.patchWrites[cell], own)
  }
  return {
    cells,
    present: membersOf(plan.present),
    direct,
    rebuilt: [...rebuilt].map(([set, count]) => ({ places: membersOf(set), cells: count })),
    patchable,
    patchReads,
    patchWrites,
  }
}

function noShares(places: number): PatchShares {
  return { own: new Float64Array(places), others: new Float64Array(places) }
}

function addShares(shares: PatchShares, touched: PlaceSet, own: number): void {
  for (const place of membersOf(touched)) {
    if (place === own) shares.own[place] += 1
    else shares.others[place] += 1
  }
}
