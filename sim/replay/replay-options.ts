/**
 * What a replay of requests is told: the devices, how often it is scraped, whose latencies it
 * keeps.
 */
import type { Device } from '../devices/preset.js'
import type { Counters } from './counters.js'

export interface ReplayOptions {
  readonly devices: readonly Device[]
  readonly volumes: number
  /** The engine's time at the run's start. */
  readonly originUs: number
  readonly scrapeIntervalUs: number
  /** Volumes with latency buckets of their own. */
  readonly watched: readonly number[]
  /** Latency that each pool should keep, NaN for none. */
  readonly objectivesUs?: Float64Array
  /** Instead of the usual 128. */
  readonly queueDepth?: number
  /** Told at each scrape, when the counters stand. */
  readonly onScrape: (atUs: number, counters: Counters) => void
}
