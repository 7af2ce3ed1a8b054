/**
 * What the loop may ask of a cluster, and what a cluster may answer. Every command is an absolute
 * statement, so that sending one twice does no more than sending it once.
 */
import type { NodeId, PoolCordon, PoolId, Volume, VolumeId } from './model.js'

export type Command =
  | { readonly kind: 'set-replica-count'; readonly volume: VolumeId; readonly count: number }
  | { readonly kind: 'cordon-pool'; readonly pool: PoolId; readonly scopes: PoolCordon }
  | { readonly kind: 'uncordon-pool'; readonly pool: PoolId; readonly scopes: PoolCordon }
  | { readonly kind: 'cordon-node'; readonly node: NodeId; readonly label: string }
  | { readonly kind: 'uncordon-node'; readonly node: NodeId; readonly label: string }
  | {
      readonly kind: 'label-pool'
      readonly pool: PoolId
      readonly key: string
      readonly value: string
    }
  | { readonly kind: 'unlabel-pool'; readonly pool: PoolId; readonly key: string }

/**
 * Why a command was refused: Mayastor's HTTP status in the domain's words (reference: its REST
 * errors).
 */
export type Refusal =
  | 'invalid' // 400
  | 'not-found' // 404
  | 'conflict' // 409: another operation holds the resource
  | 'precondition' // 412: only the text tells which
  | 'already' // 412 or 422: it is as the command asks
  | 'no-pool' // 507 ResourceExhausted
  | 'rebuild-cap' // 507 MaxRebuilds: the replica may have been created all the same
  | 'busy' // 503: aborted, unavailable, not ready

export type Reply =
  /** Taken; the volume as the control plane answers it, where the command was about one. */
  | { readonly kind: 'done'; readonly volume: Volume | null }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly text: string }
  /**
   * Time ran out or the answer was lost: the effect is unknown, look before doing anything else.
   */
  | { readonly kind: 'unknown'; readonly why: string }
