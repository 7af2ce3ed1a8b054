/** Volumes with latency buckets of their own: those that are named, and the busiest thousand. */
import type { TraceSource } from '../traces/batch.js'
import type { Scenario } from './scenario/model.js'

const busiestCount = 1000

export function watchedVolumes(scenario: Scenario, source: TraceSource): readonly number[] {
  if (source.grain === 'series') return []
  const named = new Set(scenario.watch)
  const requests = source.volumeRequests
  const order = scenario.volumes.map((_, index) => index)
  order.sort((a, b) => requests[b] - requests[a] || a - b)
  const busiest = new Set(order.slice(0, busiestCount))
  return scenario.volumes.flatMap((volume, index) =>
    named.has(volume.name) || busiest.has(index) ? [index] : [],
  )
}
