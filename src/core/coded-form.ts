/**
 * * A volume in coded form, as its coder tells it: where its shards are, how far it is, what is
 * wrong. A volume has its replicas, or its coded form, or while it is converted both.
 */
import { anyLosses, type Code, parityShards, shardsOf } from './code.js'
import type { PoolId } from './model.js'
import type { ErasureCodingPolicySpec } from './resources.js'
import { codedBytes, slotBytes, stripeGeometry, stripesOf } from './stripe.js'

export interface CodedForm {
  readonly code: Code
  readonly stripeBytes: number
  /** As many as a stripe has shards; which shard stands on which turns from group to group. */
  readonly pools: readonly PoolId[]
  readonly stripes: number
  /** The image of the source that it is made from, or was. */
  readonly image: string | null
  /** Stripes that hold this image, and those of them that were read back, byte for byte. */
  readonly encodedStripes: number
  readonly readBackStripes: number
  /** Stripes that were decoded into new replicas and read back there. */
  readonly restoredStripes: number
  /** What the coder does now; null: it waits for a word. */
  readonly job: 'encode' | 'read-back' | 'restore' | null
  /** The volume's requests go here, and no more to its replicas. */
  readonly serves: boolean
  /** Replicas that the volume had, and has again if it is converted back. */
  readonly replicaCount: number
  /** Stripes short of a shard, those that one more loss could end, and those beyond help. */
  readonly degradedStripes: number
  readonly endangeredStripes: number
  readonly lostStripes: number
}

/** What an ErasureCodingPolicy makes of a volume. */
export interface Coding {
  readonly policy: string
  readonly code: Code
  readonly stripeBytes: number
}

export function codeOf(spec: ErasureCodingPolicySpec): Code {
  const { dataShards } = spec
  if (spec.algorithm === 'ReedSolomon') {
    return { kind: 'reed-solomon', dataShards, parityShards: spec.parityShards }
  }
  return { kind: 'lrc', dataShards, localGroups: 2, globalParities: spec.parityShards - 2 }
}

/** Raw bytes of a volume of this size, padding and trailers included. */
export function rawBytes(coding: Pick<Coding, 'code' | 'stripeBytes'>, sizeBytes: number): number {
  return codedBytes(stripeGeometry(coding.code, coding.stripeBytes), sizeBytes)
}

/** What one of its pools gives to a volume of this size. */
export function rawBytesPerPool(
  coding: Pick<Coding, 'code' | 'stripeBytes'>,
  sizeBytes: number,
): number {
  const geometry = stripeGeometry(coding.code, coding.stripeBytes)
  return stripesOf(geometry, sizeBytes) * slotBytes(geometry)
}

/**
 * * Operations that a small write costs the pools: what was there is read, and what is new is
 * written, of the shard and of every parity that it is part of (read-modify-write).
 */
export function operationsPerWrite(code: Code): number {
  const parities = code.kind === 'lrc' ? 1 + code.globalParities : parityShards(code)
  return 2 * (1 + parities)
}

/**
 * Whole nodes that may be lost, whichever they are, before a stripe could be: the largest shares of
 * single nodes count first.
 */
export function nodeLossesSurvived(code: Code, shardsPerNode: readonly number[]): number {
  let left = anyLosses(code)
  let nodes = 0
  for (const shards of [...shardsPerNode].sort((a, b) => b - a)) {
    left -= shards
    if (left < 0) return nodes
    nodes += 1
  }
  return nodes
}

export function isWhole(form: CodedForm): boolean {
  return form.degradedStripes === 0 && form.pools.length === shardsOf(form.code)
}
