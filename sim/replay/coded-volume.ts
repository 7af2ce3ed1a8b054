/** A coded volume at the grain of requests: its route, and what a byte range of it touches. */
import type { CodedRoute } from '../data-path.js'
import { type CodedPlan, codedPlan } from './coded-plan.js'
import type { DirtyStripe } from './dirty-stripe.js'

/** Bytes of one shard that a request touches. */
export interface Piece {
  readonly stripe: number
  readonly shard: number
  readonly from: number
  readonly to: number
}

/** Streams of a volume on its pools, so that a journal's appends are no sequel to reads. */
const volumeLimit = 16_777_216

export class CodedVolume {
  route: CodedRoute
  plan: CodedPlan
  /** Where the next write of the journal begins. */
  journalEnd = 0
  /** What the journal holds, by stripe, in the order of the first write. */
  dirty = new Map<number, DirtyStripe>()
  /** Stripes that are on their way from the journal, in order: the first of them goes next. */
  leaving = new Map<number, DirtyStripe>()
  /** Old bytes of the first of them are read, or its new ones written. */
  isPatching = false
  /** An event of it stands in the queue. */
  isAwake = false

  constructor(
    readonly index: number,
    route: CodedRoute,
  ) {
    this.route = route
    this.plan = planOf(route)
  }

  set(route: CodedRoute): void {
    this.route = route
    this.plan = planOf(route)
  }

  get journalStream(): number {
    return volumeLimit + this.index
  }

  get destageStream(): number {
    return 2 * volumeLimit + this.index
  }

  /** Cell of the plan for a shard of a stripe. */
  cell(stripe: number, shard: number): number {
    const rotation = Math.floor(stripe / this.route.stripesPerGroup) % this.plan.places
    return rotation * this.plan.dataShards + shard
  }

  /** Enough shards of the stripe are there for all its data: it takes new ones too. */
  isReadable(stripe: number): boolean {
    const first = this.cell(stripe, 0)
    for (let cell = first; cell < first + this.plan.dataShards; cell++) {
      if (this.plan.reads[cell] === 0) return false
    }
    return true
  }

  /** Shards that user bytes lie in, in order. */
  pieces(offset: number, bytes: number): readonly Piece[] {
    const { stripeBytes, shardBytes } = this.route.geometry
    const pieces: Piece[] = []
    const end = offset + Math.max(1, bytes)
    for (let at = offset; at < end; ) {
      const stripe = Math.floor(at / stripeBytes)
      const inStripe = at - stripe * stripeBytes
      const shard = Math.floor(inStripe / shardBytes)
      const from = inStripe - shard * shardBytes
      const left = Math.min(shardBytes - from, stripeBytes - inStripe, end - at)
      pieces.push({ stripe, shard, from, to: from + left })
      at += left
    }
    return pieces
  }
}

function planOf({ geometry, missing }: CodedRoute): CodedPlan {
  return codedPlan(geometry.code, missing)
}
