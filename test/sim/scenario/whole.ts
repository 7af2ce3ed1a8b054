/** A scenario with every field that there is, and ways to change one of them. */
import { parseScenario } from '../../../sim/scenario/parse-scenario.js'
import { isObject, type Problem } from '../../../src/core/field.js'

export type Document = Readonly<Record<string, unknown>>

export const pool = {
  name: 'hot',
  count: 3,
  firstNode: 0,
  device: 'nvme-gen4',
  capacity: '4TiB',
  labels: { 'storage-tier': 'hot' },
  figures: { channels: 64 },
  iopsLimit: 1000,
  bandwidthLimit: '1GiB',
}

/** Every field that there is, with a value that it may have. */
export const whole: Document = {
  schema: 'couchestor.scenario/v1',
  name: 'whole',
  description: 'All of it.',
  seed: 3,
  start: '2026-01-05T00:00:00Z',
  until: '2h',
  cluster: {
    mayastor: '2.9',
    pools: [pool, { ...pool, name: 'cold-pool', count: undefined, node: 'node-9' }],
    volumes: [
      {
        name: 'db',
        count: 2,
        group: 'data',
        size: '10GiB',
        replicas: 2,
        thin: true,
        place: 'hot',
        labels: { app: 'db' },
        storageClass: 'fast',
        pin: 'hot',
        hold: true,
        snapshots: 1,
        affinityGroup: 'g',
        poolInclusion: { 'storage-tier': 'hot' },
        published: false,
      },
    ],
  },
  policies: [],
  coding: {
    sample: '1/64',
    engine: 'portable',
    threads: 3,
    stripesPerGroup: 100,
    repairBytesPerSecond: '100MB',
    journalTier: 'warm',
  },
  workload: [
    { trace: 'a.csv', format: 'msr', columns: 'time=1:us', spread: { over: 'data', by: 'volume' } },
    {
      rate: 2,
      synthetic: {
        over: 'data',
        interval: '5m',
        shares: [{ kind: 'idle', share: 1, iops: 10, begins: 0.5, ends: 0.5 }],
      },
    },
  ],
  loop: {
    roundInterval: '60s',
    scrapeInterval: '15s',
    syncPollInterval: '10s',
    maxConcurrentMigrations: 2,
    headroomPercent: 85,
    mayastorMaxRebuilds: 3,
    preservationMode: false,
    dryRun: false,
  },
  prices: {
    asOf: '2026-01-01',
    currency: 'USD',
    model: 'owned',
    perGiBMonth: { hot: 1 },
    perGiB: { hot: 1, warm: 1, cold: 1 },
    lifetimeYears: 5,
    wattsPerTiB: { hot: 1 },
    perKwh: 0.2,
    perMillionRequests: { hot: 1 },
    movedPerGiB: 0.1,
  },
  slo: { p99: { hot: '2ms' } },
  faults: [
    { at: '1h', for: '5m', prometheus: 'down' },
    { at: '1h', node: 'node-0', how: 'offline' },
    { at: '1h', for: '1d', pool: 'hot-1', how: 'lost' },
    { at: '1h', shards: 'hot-1', how: 'flipped', chance: '1/1000' },
  ],
  watch: ['db-0'],
  assumptions: [{ name: 'a', value: 1, source: 'b' }],
}

export function problemsOf(document: unknown): readonly Problem[] {
  const parsed = parseScenario(document, 'fallback')
  return parsed.ok ? [] : parsed.problems
}

/** As errors write them: names with dots, items in brackets. */
export function pathText(path: readonly (string | number)[]): string {
  return path.map(part => (typeof part === 'number' ? `[${part}]` : `.${part}`)).join('')
}

export function everyPath(node: unknown): readonly (readonly (string | number)[])[] {
  if (Array.isArray(node)) {
    return node.flatMap((item, at) => everyPath(item).map(path => [at, ...path]))
  }
  if (!isObject(node)) return []
  return Object.entries(node)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [[name], ...everyPath(value).map(path => [name, ...path])])
}

export function withValue(
  node: unknown,
  path: readonly (string | number)[],
  value: unknown,
): unknown {
  const [part, ...rest] = path
  if (part === undefined) return value
  if (Array.isArray(node)) {
    return node.map((item, at) => (at === part ? withValue(item, rest, value) : item))
  }
  return isObject(node) ? { ...node, [part]: withValue(node[part], rest, value) } : node
}
