/** Raw counter samples as columns, uninterpreted: what a metrics port hands to the core. */
import type { NodeId, VolumeId } from './model.js'

export interface CounterSeries {
  readonly volume: VolumeId
  /** The node of the volume's target: it changes when the target moves, and the counter with it. */
  readonly node: NodeId
  readonly operation: 'read' | 'write'
}

/** Columns of samples, grouped by series, instants ascending within one. A gap is a missing row. */
export interface CounterColumns {
  /** Grows at its end only; the same series keeps its index as long as a world lives. */
  readonly series: readonly CounterSeries[]
  readonly count: number
  readonly seriesIndex: Uint32Array
  readonly instantUs: Float64Array
  readonly value: Float64Array
}

/** Asks for the values of all volumes at aligned instants in (sinceUs, untilUs]. */
export interface CounterQuery {
  /** Distance of the instants: each is a multiple of it. */
  readonly stepUs: number
  readonly sinceUs: number
  readonly untilUs: number
}
