/** What the modelled coder knows of one volume, as a mutable record. */
import type { Coding } from '../../src/core/coded-form.js'
import type { StripeGeometry } from '../../src/core/stripe.js'
import type { ModelPool } from '../mayastor/state.js'

export interface ModelImage {
  readonly name: string
  /** Writes of the source that it holds. */
  readonly writes: number
}

export interface ModelJob {
  readonly kind: 'encode' | 'read-back' | 'restore'
  readonly transfer: number
  /** Stripes that were done before it, and those that it does. */
  readonly before: number
  readonly stripes: number
}

export interface ModelCoded {
  /** Null before the first encoding. */
  coding: Coding | null
  geometry: StripeGeometry | null
  pools: readonly ModelPool[]
  stripes: number
  image: ModelImage | null
  /** The image that all stripes were last read back against. */
  verified: ModelImage | null
  encodedStripes: number
  readBackStripes: number
  restoredStripes: number
  job: ModelJob | null
  serves: boolean
  /** Replicas that the volume had. */
  replicaCount: number
  /** Writes that new replicas were handed too, counted from here. */
  restoredFrom: number | null
}

export function newCoded(replicaCount: number): ModelCoded {
  return {
    coding: null,
    geometry: null,
    pools: [],
    stripes: 0,
    image: null,
    verified: null,
    encodedStripes: 0,
    readBackStripes: 0,
    restoredStripes: 0,
    job: null,
    serves: false,
    replicaCount,
    restoredFrom: null,
  }
}
