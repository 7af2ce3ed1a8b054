/**
 * A scenario sized from a trace, as a document: every choice that it makes is said, because nobody
 * else will say it. Volumes are the trace's; three tiers of pools have room for all of them.
 */

import { formatBytes } from '../../src/core/quantity.js'
import type { Assumption } from '../../src/core/result.js'
import type { TraceSource } from '../../traces/batch.js'
import { scenarioSchema } from './tables.js'

const gibibyte = 1_073_741_824
const tebibyte = 1024 * gibibyte
const replicas = 2
/** A series does not tell how large its volumes are. */
const seriesVolumeBytes = 100 * gibibyte
/** Pools of a tier: one more than the replicas, so that a move has a node to go to. */
const poolsOfTier = replicas + 2

const tierPools = [
  { tier: 'hot', device: 'nvme-gen4' },
  { tier: 'warm', device: 'sas-ssd' },
  { tier: 'cold', device: 'hdd-7200' },
] as const

export interface SizedTrace {
  readonly file: string
  readonly source: TraceSource
}

export function scenarioFromTraces(
  name: string,
  traces: readonly SizedTrace[],
): Readonly<Record<string, unknown>> {
  const groups = traces.map((trace, index) =>
    groupOf(trace, traces.length === 1 ? '' : `${index}:`),
  )
  const volumes = groups.flatMap(group => group.volumes)
  const totalBytes = volumes.reduce((sum, volume) => sum + volume.bytes, 0)
  const largest = volumes.reduce((most, volume) => Math.max(most, volume.bytes), 0)
  const capacityBytes = poolBytes(totalBytes, largest)
  return {
    schema: scenarioSchema,
    name,
    description: 'Sized from the trace: every choice is listed under assumptions.',
    cluster: {
      mayastor: '2.10',
      pools: tierPools.map(({ tier, device }, place) => ({
        name: tier,
        count: poolsOfTier,
        firstNode: place * poolsOfTier,
        device,
        capacity: formatBytes(capacityBytes),
        labels: { 'storage-tier': tier },
      })),
      volumes: groups.flatMap(group =>
        group.volumes.map(({ name: volume, bytes }) => ({
          name: volume,
          group: group.name,
          size: formatBytes(bytes),
          replicas,
          place: 'hot',
        })),
      ),
    },
    policies: [defaultManifest],
    workload: groups.map(group => ({
      trace: group.file,
      spread: { over: group.name, by: 'volume' },
    })),
    assumptions: assumptionsOf(capacityBytes, traces),
  }
}

/** The default policy of the documentation, not tuned to anything. */
export const defaultManifest = {
  apiVersion: 'storage.billyronks.io/v1',
  kind: 'StoragePolicy',
  metadata: { name: 'default' },
  spec: {
    highWatermarkIOPS: 5000,
    warmWatermarkIOPS: 2000,
    lowWatermarkIOPS: 500,
    samplingWindow: '1h',
    cooldownPeriod: '24h',
    hotPoolSelector: { matchLabels: { 'storage-tier': 'hot' } },
    warmPoolSelector: { matchLabels: { 'storage-tier': 'warm' } },
    coldPoolSelector: { matchLabels: { 'storage-tier': 'cold' } },
  },
}

interface Group {
  readonly name: string
  readonly file: string
  readonly volumes: readonly { readonly name: string; readonly bytes: number }[]
}

function groupOf({ file, source }: SizedTrace, prefix: string): Group {
  const volumes = source.volumes.map((volume, index) => ({
    name: `${prefix}${volume}`,
    bytes: source.grain === 'series' ? seriesVolumeBytes : roundedUp(source.volumeEndBytes[index]),
  }))
  return { name: `${prefix}trace`, file, volumes }
}

/** Whole GiB: what nobody touched in the trace is not known to be there. */
function roundedUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / gibibyte)) * gibibyte
}

/** Each tier alone could take everything below its headroom, with the largest replica kept free. */
function poolBytes(totalBytes: number, largestBytes: number): number {
  const share = Math.ceil((totalBytes * replicas) / poolsOfTier)
  const needed = Math.ceil(((share + 2 * largestBytes) * 100) / 80)
  const step = needed < tebibyte ? 64 * gibibyte : tebibyte
  return Math.max(1, Math.ceil(needed / step)) * step
}

function assumptionsOf(
  capacityBytes: number,
  traces: readonly SizedTrace[],
): readonly Assumption[] {
  const source = 'sized from the trace; give a scenario to say otherwise'
  const isSeries = traces.some(trace => trace.source.grain === 'series')
  const sizes = isSeries
    ? {
        name: 'volume size',
        value: formatBytes(seriesVolumeBytes),
        source: 'a series does not tell',
      }
    : { name: 'volume size', value: 'largest offset that is touched, whole GiB', source }
  return [
    sizes,
    { name: 'replicas', value: replicas, source },
    { name: 'pools of each tier', value: poolsOfTier, source },
    { name: 'capacity of each pool', value: formatBytes(capacityBytes), source },
    { name: 'volumes begin on', value: 'hot', source },
    { name: 'policy', value: 'default', source: 'the documented defaults, not tuned' },
    { name: 'prices', value: 'none', source: 'no scenario gives any, so money is null' },
  ]
}
