/** Counter samples of two volumes, one of which moves its target, an instant a slot. */
import type { CounterColumns, CounterSeries } from '../../src/core/counters.js'
import { nodeId, volumeId } from '../../src/core/model.js'

export const second = 1_000_000
export const step = 30 * second

export interface Sample {
  readonly series: number
  readonly slot: number
  readonly value: number
}

export const series: readonly CounterSeries[] = [
  { volume: volumeId('a'), node: nodeId('node-1'), operation: 'read' },
  { volume: volumeId('a'), node: nodeId('node-1'), operation: 'write' },
  { volume: volumeId('b'), node: nodeId('node-1'), operation: 'read' },
  { volume: volumeId('b'), node: nodeId('node-1'), operation: 'write' },
  { volume: volumeId('a'), node: nodeId('node-2'), operation: 'read' },
  { volume: volumeId('a'), node: nodeId('node-2'), operation: 'write' },
]

export function columns(
  samples: readonly Sample[],
  known: readonly CounterSeries[] = series,
): CounterColumns {
  return {
    series: known,
    count: samples.length,
    seriesIndex: Uint32Array.from(samples, sample => sample.series),
    instantUs: Float64Array.from(samples, sample => sample.slot * step),
    value: Float64Array.from(samples, sample => sample.value),
  }
}
