/**
 * Which places of a stripe a request touches, by the group's rotation and by data shard, while some
 * places are missing. Shard i of a group stands at place (i + rotation) mod n.
 */
import {
  allShards,
  type Code,
  codeName,
  localGroupOf,
  membersOf,
  type ShardSet,
  shardsOf,
} from '../../src/core/code.js'
import { canRebuild, readsFor } from '../../src/core/rebuild.js'

/** Places, as bits. */
export type PlaceSet = number

/** The first place of a set that has one. */
export function firstPlace(places: PlaceSet): number {
  return 31 - Math.clz32(places & -places)
}

export interface CodedPlan {
  readonly dataShards: number
  readonly places: number
  /** Places that are there: a stripe that is written whole goes to all of them. */
  readonly present: PlaceSet
  /** Whether the shard itself cannot be read. By rotation × data shards + shard, as all below. */
  readonly degraded: Uint8Array
  /** Places read for a data shard: its own, or those that it is made again from; 0: none. */
  readonly reads: Int32Array
  /** Places that are read and written when a part of the shard changes; no writes: it cannot. */
  readonly patchReads: Int32Array
  readonly patchWrites: Int32Array
}

const plans = new Map<string, CodedPlan>()

export function codedPlan(code: Code, missing: PlaceSet): CodedPlan {
  const name = `${codeName(code)} ${missing}`
  const known = plans.get(name) ?? makePlan(code, missing)
  plans.set(name, known)
  return known
}

function makePlan(code: Code, missing: PlaceSet): CodedPlan {
  const { dataShards } = code
  const places = shardsOf(code)
  const cells = places * dataShards
  const plan = {
    dataShards,
    places,
    present: allShards(code) & ~missing,
    degraded: new Uint8Array(cells),
    reads: new Int32Array(cells),
    patchReads: new Int32Array(cells),
    patchWrites: new Int32Array(cells),
  }
  for (let rotation = 0; rotation < places; rotation++) {
    const lost = rotated(missing, places - rotation, places)
    const present = allShards(code) & ~lost
    const at = (shards: ShardSet): PlaceSet => rotated(shards, rotation, places)
    for (let shard = 0; shard < dataShards; shard++) {
      const cell = rotation * dataShards + shard
      const own = 1 << shard
      const isLost = (lost & own) !== 0
      plan.degraded[cell] = isLost ? 1 : 0
      plan.reads[cell] = at(isLost ? (readsFor(code, own, present) ?? 0) : own)
      const { reads, writes } = patch(code, shard, present)
      plan.patchReads[cell] = at(reads)
      plan.patchWrites[cell] = at(writes)
    }
  }
  return plan
}

/**
 * Old data and the parity that covers it are read, and the new written: 2 (1 + m) requests of
 * Reed-Solomon, and of an LRC the local parity and the global ones. What is lost of it is made from
 * others and stays unwritten.
 */
function patch(
  code: Code,
  shard: number,
  present: ShardSet,
): { readonly reads: ShardSet; readonly writes: ShardSet } {
  const touched = (1 << shard) | parityOver(code, shard)
  const lost = touched & ~present
  if (lost === 0) return { reads: touched, writes: touched }
  if (!canRebuild(code, allShards(code) & ~present)) return { reads: 0, writes: 0 }
  const others = readsFor(code, lost, present) ?? 0
  return { reads: others | (touched & present), writes: touched & present }
}

/** Parity shards that a data shard is part of. */
export function parityOver(code: Code, shard: number): ShardSet {
  let parity = 0
  for (const other of membersOf(allShards(code))) {
    if (other < code.dataShards) continue
    const group = localGroupOf(code, other)
    if (group === null || group === localGroupOf(code, shard)) parity |= 1 << other
  }
  return parity
}

function rotated(set: number, by: number, places: number): number {
  let turned = 0
  for (const place of membersOf(set)) turned |= 1 << ((place + by) % places)
  return turned
}
