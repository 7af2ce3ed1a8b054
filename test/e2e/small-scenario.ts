/** A scenario of a day that runs in a moment and moves volumes both ways. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const smallScenario = `# A small synthetic fleet.
schema: couchestor.scenario/v1
description: A small synthetic fleet.
seed: 7
until: 1d
cluster:
  pools:
    - {name: hot, count: 3, firstNode: 0, device: nvme-gen4, capacity: 2TiB,
       labels: {storage-tier: hot}}
    - {name: cold, count: 3, firstNode: 3, device: hdd-7200, capacity: 8TiB,
       labels: {storage-tier: cold}}
  volumes:
    - {name: db, count: 2, size: 20GiB, replicas: 2, place: hot}
    - {name: logs, count: 2, size: 20GiB, replicas: 2, place: hot}
policies:
  - apiVersion: storage.billyronks.io/v1
    kind: StoragePolicy
    metadata: {name: tiers}
    spec:
      highWatermarkIOPS: 900
      lowWatermarkIOPS: 40
      warmWatermarkIOPS: 0
      samplingWindow: 30m
      cooldownPeriod: 1h
      hotPoolSelector: {matchLabels: {storage-tier: hot}}
      coldPoolSelector: {matchLabels: {storage-tier: cold}}
workload:
  - synthetic: {over: db, shares: [{kind: diurnal, share: 1, iops: 5000}]}
  - synthetic: {over: logs, shares: [{kind: idle, share: 1, iops: 90}]}
loop: {roundInterval: 60s, scrapeInterval: 60s}
prices: {asOf: 2026-01-01, currency: USD, model: rented, perGiBMonth: {hot: 0.125, cold: 0.045}}
`

/** Writes it, with some of its text replaced, and answers the file's name. */
export function scenarioIn(
  directory: string,
  name = 'small.yaml',
  changes: readonly (readonly [from: string, to: string])[] = [],
): string {
  const text = changes.reduce((before, [from, to]) => before.replace(from, to), smallScenario)
  writeFileSync(join(directory, name), text)
  return name
}
