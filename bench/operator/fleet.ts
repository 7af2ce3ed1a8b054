/**
 * A cluster of so many volumes that are all where their load wants them: a tenth is busy and hot,
 * the others are idle and cold. Each round decides all of them, and none moves.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const scrapeInterval = '15s'
export const roundIntervalUs = 60_000_000

/** As long as the sampling window, and some. */
export const historyUs = 3_900_000_000

/** The one policy, as the API server takes it. */
export const policy = {
  apiVersion: 'storage.billyronks.io/v1',
  kind: 'StoragePolicy',
  metadata: { name: 'tiers' },
  spec: {
    highWatermarkIOPS: 100,
    lowWatermarkIOPS: 10,
    warmWatermarkIOPS: 0,
    samplingWindow: '1h',
    cooldownPeriod: '1h',
    hotPoolSelector: { matchLabels: { 'storage-tier': 'hot' } },
    coldPoolSelector: { matchLabels: { 'storage-tier': 'cold' } },
  },
} as const

/** Writes the scenario, and answers the file. JSON is YAML. */
export function fleetIn(directory: string, volumes: number): string {
  const hot = Math.floor(volumes / 10)
  const pool = { count: 12, capacity: '64TiB' }
  const volume = { size: '10GiB', replicas: 2 }
  const share = (kind: string, iops: number): object => ({ shares: [{ kind, share: 1, iops }] })
  const scenario = {
    schema: 'couchestor.scenario/v1',
    description: `${volumes} volumes that stay where they are.`,
    seed: 1,
    until: '2d',
    cluster: {
      pools: [
        { ...pool, name: 'hot', firstNode: 0, device: 'nvme-gen4', labels: labelOf('hot') },
        { ...pool, name: 'cold', firstNode: 12, device: 'hdd-7200', labels: labelOf('cold') },
      ],
      volumes: [
        { ...volume, name: 'db', count: hot, place: 'hot' },
        { ...volume, name: 'archive', count: volumes - hot, place: 'cold' },
      ],
    },
    policies: [policy],
    workload: [
      { synthetic: { over: 'db', ...share('diurnal', 4000) } },
      { synthetic: { over: 'archive', ...share('idle', 60) } },
    ],
    loop: { roundInterval: '60s', scrapeInterval },
    prices: {
      asOf: '2026-01-01',
      currency: 'USD',
      model: 'rented',
      perGiBMonth: { hot: 0.125, cold: 0.045 },
    },
  }
  const file = join(directory, `fleet-${volumes}.yaml`)
  writeFileSync(file, JSON.stringify(scenario))
  return file
}

function labelOf(tier: string): object {
  return { 'storage-tier': tier }
}
