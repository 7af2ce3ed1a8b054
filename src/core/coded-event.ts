/** What really happened to volumes in coded form, told by the modelled coder. */
import type { Code, ShardSet } from './code.js'
import type { PoolId, VolumeId } from './model.js'

interface OfVolume {
  readonly atUs: number
  readonly volume: VolumeId
}

const kinds: ReadonlySet<string> = new Set<CodedEvent['kind']>([
  'image-made',
  'shards-placed',
  'stripes-encoded',
  'stripes-read-back',
  'coded-serves',
  'source-released',
  'stripes-restored',
  'replicas-serve',
  'coded-dropped',
  'stripes-changed',
  'shards-repaired',
  'bytes-differ',
])

export function isOfCoded(entry: { readonly kind: string }): entry is CodedEvent {
  return kinds.has(entry.kind)
}

export type CodedEvent =
  /** `writes`: what the source had acknowledged by then, and the image holds. */
  | (OfVolume & { readonly kind: 'image-made'; readonly image: string; readonly writes: number })
  | (OfVolume & {
      readonly kind: 'shards-placed'
      readonly code: Code
      readonly pools: readonly PoolId[]
      readonly stripes: number
      /** Raw bytes on each of the pools. */
      readonly bytesPerPool: number
    })
  /** All stripes of the image hold it; or all were read back and compared with it. */
  | (OfVolume & {
      readonly kind: 'stripes-encoded' | 'stripes-read-back'
      readonly image: string
      readonly stripes: number
    })
  /**
   * * Requests go to the coded form. `writes`: what the source had acknowledged by then;
   * `heldWrites`: those of them that were encoded and read back while requests were held, for
   * `heldUs`.
   */
  | (OfVolume & {
      readonly kind: 'coded-serves'
      readonly image: string
      readonly writes: number
      readonly heldWrites: number
      readonly heldUs: number
    })
  | (OfVolume & { readonly kind: 'source-released' })
  /** Every stripe was decoded into the new replicas, which take every write beside it. */
  | (OfVolume & { readonly kind: 'stripes-restored'; readonly stripes: number })
  /** Requests go to replicas again. */
  | (OfVolume & { readonly kind: 'replicas-serve' })
  | (OfVolume & { readonly kind: 'coded-dropped' })
  /** Stripes of the volume by how they stand, when that changes. */
  | (OfVolume & {
      readonly kind: 'stripes-changed'
      readonly degraded: number
      readonly endangered: number
      readonly lost: number
    })
  /** Shards were made again on a pool, in place of those on another or of wrong ones there. */
  | (OfVolume & {
      readonly kind: 'shards-repaired'
      readonly from: PoolId
      readonly to: PoolId
      readonly shards: number
    })
  /** A stripe that was really encoded did not read back as it was written. */
  | (OfVolume & {
      readonly kind: 'bytes-differ'
      readonly stripe: number
      readonly lost: ShardSet
    })
