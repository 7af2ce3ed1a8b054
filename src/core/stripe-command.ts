/**
 * What the loop may ask of the coder. Like those of the cluster, every command is an absolute
 * statement: sent twice it does no more than once, and what it rests on is checked by who obeys it.
 */
import type { Coding } from './coded-form.js'
import type { Command } from './command.js'
import type { PoolId, VolumeId } from './model.js'

export type StripeCommand =
  /** A snapshot of the source, under this name. */
  | { readonly kind: 'make-image'; readonly volume: VolumeId; readonly image: string }
  /** Every stripe of the image on these pools; of a later image only what was written since. */
  | {
      readonly kind: 'encode'
      readonly volume: VolumeId
      readonly image: string
      readonly coding: Coding
      readonly pools: readonly PoolId[]
    }
  /** Read every stripe back, and compare it with the image. */
  | { readonly kind: 'read-back'; readonly volume: VolumeId; readonly image: string }
  /**
   * Requests go to the coded form from now on. What was written to the source since the image is
   * encoded and read back while requests are held; where that is too much for a short hold, or a
   * stripe of the image was not read back, it is refused (`precondition`).
   */
  | {
      readonly kind: 'serve-coded'
      readonly volume: VolumeId
      readonly image: string
      /**
       * The count of replicas that the places were chosen for; refused (`conflict`) at any other.
       */
      readonly replicas: number
    }
  /** Replicas and image go. Refused unless the coded form serves and is whole. */
  | { readonly kind: 'release-source'; readonly volume: VolumeId }
  /** New replicas on these pools, empty; writes go to them too from now on. */
  | {
      readonly kind: 'make-replicas'
      readonly volume: VolumeId
      readonly pools: readonly PoolId[]
    }
  /** Every stripe decoded into the new replicas, and read back there. */
  | { readonly kind: 'restore'; readonly volume: VolumeId }
  /**
   * Requests go to the replicas from now on. Refused (`precondition`) unless they hold all that was
   * written.
   */
  | { readonly kind: 'serve-source'; readonly volume: VolumeId }
  /** The new replicas go. Refused unless the coded form serves. */
  | { readonly kind: 'drop-replicas'; readonly volume: VolumeId }
  /** Shards and image go. Refused while the coded form serves. */
  | { readonly kind: 'drop-coded'; readonly volume: VolumeId }

const kinds: ReadonlySet<string> = new Set<StripeCommand['kind']>([
  'make-image',
  'encode',
  'read-back',
  'serve-coded',
  'release-source',
  'make-replicas',
  'restore',
  'serve-source',
  'drop-replicas',
  'drop-coded',
])

export function isForStripes(command: Command | StripeCommand): command is StripeCommand {
  return kinds.has(command.kind)
}
