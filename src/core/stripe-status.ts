/** The status of an ECStripe object: how the shards of its worst stripe are. */
import { type Code, membersOf, type ShardSet, shardsOf, sizeOf } from './code.js'
import { isObject } from './field.js'

export interface StripeStatus {
  readonly state: 'Healthy' | 'Degraded' | 'Failed'
  readonly healthyShards: number
  readonly healthyDataShards: number
  readonly healthyParityShards: number
  /** Those that are not as they should be. */
  readonly shardHealth: readonly {
    readonly shardIndex: number
    readonly state: 'Missing' | 'Corrupted'
  }[]
}

export interface ShardsFound {
  readonly missing: ShardSet
  readonly corrupted: ShardSet
  /** Of the worst stripe. */
  readonly worst: ShardSet
  readonly isLost: boolean
}

export function stripeStatus(code: Code, found: ShardsFound): StripeStatus {
  const { missing, corrupted, worst, isLost } = found
  const badData = sizeOf(worst & ((1 << code.dataShards) - 1))
  const healthyShards = shardsOf(code) - sizeOf(worst)
  const healthyDataShards = code.dataShards - badData
  const stateOfShort = isLost ? 'Failed' : 'Degraded'
  return {
    state: worst === 0 ? 'Healthy' : stateOfShort,
    healthyShards,
    healthyDataShards,
    healthyParityShards: healthyShards - healthyDataShards,
    shardHealth: membersOf(missing | corrupted).map(shardIndex => ({
      shardIndex,
      state: (missing & (1 << shardIndex)) === 0 ? 'Corrupted' : 'Missing',
    })),
  }
}

/** Whether an object says this already; instants are not compared. */
export function saysStatus(raw: unknown, status: StripeStatus): boolean {
  if (!isObject(raw)) return false
  const { state, healthyShards, healthyDataShards, healthyParityShards } = status
  return (
    raw.state === state &&
    raw.healthyShards === healthyShards &&
    raw.healthyDataShards === healthyDataShards &&
    raw.healthyParityShards === healthyParityShards &&
    healthKey(raw.shardHealth) === healthKey(status.shardHealth)
  )
}

/** The shards that it says are corrupted. */
export function corruptedIn(raw: unknown): ShardSet {
  if (!isObject(raw) || !Array.isArray(raw.shardHealth)) return 0
  let set: ShardSet = 0
  for (const one of raw.shardHealth) {
    if (!isObject(one) || one.state !== 'Corrupted') continue
    if (typeof one.shardIndex === 'number' && one.shardIndex < 30) set |= 1 << one.shardIndex
  }
  return set
}

function healthKey(raw: unknown): string {
  if (!Array.isArray(raw)) return '[]'
  return JSON.stringify(raw.map(one => (isObject(one) ? [one.shardIndex, one.state] : null)))
}
