/**
 * What ECStripe objects say of the stripes of each ErasureCodingPolicy, counted in stripes. They
 * are an index: the figures report, and decide nothing.
 */
import { isObject } from './field.js'
import { stripesIn } from './stripe-object.js'

export const stripeStates = [
  'healthy',
  'degraded',
  'rebuilding',
  'failed',
  'writing',
  'unknown',
] as const

export type StripeState = (typeof stripeStates)[number]

/** The little of an object that is counted. */
export interface StripeRecord {
  /** Empty: it names none. */
  readonly policy: string
  readonly volume: string
  readonly stripes: number
  readonly state: StripeState
  readonly shards: number
  readonly dataShards: number
  /** Null: nobody said. */
  readonly healthyShards: number | null
}

export interface StripeCounts {
  readonly volumes: number
  readonly stripes: number
  readonly byState: Readonly<Record<StripeState, number>>
  /** Not failed, and one more lost shard may lose bytes. */
  readonly endangered: number
}

/** Null: it names no volume, and is counted nowhere. */
export function stripeRecord(raw: unknown): StripeRecord | null {
  if (!isObject(raw) || !isObject(raw.spec)) return null
  const { volumeRef, policyRef, shardLocations } = raw.spec
  if (typeof volumeRef !== 'string') return null
  const shards = Array.isArray(shardLocations) ? shardLocations : []
  const status = isObject(raw.status) ? raw.status : {}
  const { healthyShards, state } = status
  return {
    policy: typeof policyRef === 'string' ? policyRef : '',
    volume: volumeRef,
    stripes: stripesIn(raw.spec),
    state: stateOf(state),
    shards: shards.length,
    dataShards: shards.filter(one => isObject(one) && one.isDataShard === true).length,
    healthyShards: typeof healthyShards === 'number' ? healthyShards : null,
  }
}

function stateOf(raw: unknown): StripeState {
  if (typeof raw !== 'string') return 'unknown'
  return stripeStates.find(one => one === raw.toLowerCase()) ?? 'unknown'
}

/**
 * By policy; a policy without stripes is not there. `records`: each with how many objects say just
 * that. `lossesOf`: how many lost shards, whichever they are, the code of a policy survives; null
 * where the policy is not known.
 */
export function countStripes(
  records: Iterable<readonly [record: StripeRecord | null, objects: number]>,
  lossesOf: (policy: string) => number | null,
): ReadonlyMap<string, StripeCounts> {
  const counting = new Map<string, Counting>()
  for (const [record, objects] of records) {
    if (record === null) continue
    const { policy } = record
    const one = counting.get(policy) ?? new Counting(lossesOf(policy))
    counting.set(policy, one)
    one.add(record, objects)
  }
  return new Map([...counting].map(([policy, one]) => [policy, one.counts()]))
}

class Counting {
  private readonly volumes = new Set<string>()
  private readonly byState: Record<StripeState, number> = { ...zeroes }
  private stripes = 0
  private endangered = 0

  constructor(private readonly losses: number | null) {}

  add(record: StripeRecord, objects: number): void {
    const stripes = record.stripes * objects
    this.volumes.add(record.volume)
    this.stripes += stripes
    this.byState[record.state] += stripes
    if (this.isEndangered(record)) this.endangered += stripes
  }

  counts(): StripeCounts {
    const { volumes, stripes, byState, endangered } = this
    return { volumes: volumes.size, stripes, byState, endangered }
  }

  private isEndangered({ state, shards, dataShards, healthyShards }: StripeRecord): boolean {
    if (healthyShards === null || state === 'failed') return false
    // Where nobody knows the code, it is taken for one that any set of data shards rebuilds.
    const survived = this.losses ?? shards - dataShards
    return shards > healthyShards && shards - healthyShards >= survived
  }
}

const zeroes: Readonly<Record<StripeState, number>> = {
  healthy: 0,
  degraded: 0,
  rebuilding: 0,
  failed: 0,
  writing: 0,
  unknown: 0,
}
