/** What a worker is asked and what it answers; the bytes stay where they are. */
import type { ShardSet } from '../core/code.js'
import type { EngineName } from './codec.js'
import type { Ring, WordAt } from './ring.js'
import type { QueueFields } from './task-queue.js'

export type Task = { readonly place: number } & (
  | { readonly kind: 'encode'; readonly stripes: number }
  | { readonly kind: 'check'; readonly stripes: number; readonly shards: ShardSet }
  | { readonly kind: 'verify'; readonly stripes: number }
  | {
      readonly kind: 'rebuild'
      readonly fromStripe: number
      readonly toStripe: number
      /** Null: all words of these stripes. */
      readonly block: number | null
      readonly reads: ShardSet
      readonly wanted: ShardSet
    }
)

export interface TaskEnd {
  /** It was told to stop before it was done. */
  readonly isCancelled: boolean
  /** Words whose parity does not fit their data, of `verify`. */
  readonly wrong: readonly WordAt[]
}

/** What a worker is started with. */
export interface WorkerSetup {
  readonly engine: EngineName
  readonly ring: Ring
  readonly hasChecksums: boolean
  readonly queue: QueueFields
}
