/** The scenario that `scenario new` begins with: small, whole, and running as it stands. */
import { defaultManifest } from './from-trace.js'
import { scenarioSchema } from './tables.js'

const tier = (name: string, firstNode: number, device: string, capacity: string) => ({
  name,
  count: 3,
  firstNode,
  device,
  capacity,
  labels: { 'storage-tier': name },
})

export const starterDocument: Readonly<Record<string, unknown>> = {
  schema: scenarioSchema,
  description: 'A synthetic fleet: put your own pools, volumes and trace here.',
  seed: 42,
  start: '2026-01-05T00:00:00Z',
  until: '7d',
  cluster: {
    mayastor: '2.10',
    pools: [
      tier('hot', 0, 'nvme-gen4', '4TiB'),
      tier('warm', 3, 'sas-ssd', '8TiB'),
      tier('cold', 6, 'hdd-7200', '16TiB'),
    ],
    volumes: [
      { name: 'db', count: 6, size: '200GiB', replicas: 2, place: 'hot' },
      { name: 'logs', count: 6, size: '500GiB', replicas: 2, place: 'hot' },
    ],
  },
  policies: [defaultManifest],
  workload: [
    {
      synthetic: {
        over: 'db',
        interval: '5m',
        shares: [{ kind: 'diurnal', share: 1, iops: 12_000 }],
      },
    },
    {
      synthetic: {
        over: 'logs',
        interval: '5m',
        shares: [{ kind: 'idle', share: 1, iops: 900 }],
      },
    },
  ],
  loop: { roundInterval: '60s', scrapeInterval: '60s' },
  prices: {
    asOf: '2026-01-01',
    currency: 'USD',
    model: 'rented',
    perGiBMonth: { hot: 0.125, warm: 0.08, cold: 0.045 },
  },
  slo: { p99: { hot: '2ms' } },
}
