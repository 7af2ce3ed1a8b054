/**
 * The scenario's fields as tables, like those of the custom resources: names, kinds, defaults and
 * help. `couchestor scenario new` and the documentation take their words from here.
 */
import {
  bytes,
  duration,
  field,
  flag,
  integer,
  listOf,
  oneOf,
  optional,
  text,
} from '../../src/core/field.js'
import { tiers } from '../../src/core/model.js'
import { engineNames } from '../../src/ec/codec.js'
import {
  amount,
  byTier,
  chance,
  deviceName,
  figures,
  instant,
  interval,
  labels,
  positive,
  record,
  version,
  wordOrNumber,
} from './kinds.js'

export const scenarioSchema = 'couchestor.scenario/v1'
export const mayastorVersions = ['2.7', '2.8', '2.9', '2.10'] as const
export const fleetKinds = ['diurnal', 'bursty', 'batch', 'decaying', 'idle'] as const

export const poolFields = {
  name: field('name', text, undefined, 'Name; with a count the pools are NAME-0, NAME-1, …'),
  count: field('count', optional(integer(1, 100_000)), undefined, 'So many pools alike.'),
  node: field('node', optional(text), undefined, 'Node of the only pool.'),
  firstNode: field(
    'firstNode',
    integer(0),
    0,
    'The first pool is on node-N, the next on node-N+1.',
  ),
  device: field('device', deviceName, undefined, 'Preset of the device under the pool.'),
  capacity: field('capacityBytes', bytes, undefined, 'Bytes of each pool.'),
  labels: field('labels', labels, {}, 'Labels that the policies’ selectors match.'),
  figures: field('figures', figures, {}, 'Figures of the preset that are replaced.'),
  iopsLimit: field('iopsLimit', optional(positive), undefined, 'IOPS that placement counts with.'),
  bandwidthLimit: field(
    'bandwidthLimit',
    optional(bytes),
    undefined,
    'Bytes a second that placement counts with.',
  ),
}

export const volumeFields = {
  name: field('name', text, undefined, 'Name; with a count the volumes are NAME-0, NAME-1, …'),
  count: field('count', optional(integer(1, 1_000_000)), undefined, 'So many volumes alike.'),
  group: field('group', optional(text), undefined, 'Group that a workload names; else the name.'),
  size: field('sizeBytes', bytes, undefined, 'Bytes of one replica.'),
  replicas: field('replicas', integer(1, 16), 2, 'Replicas, each on a node of its own.'),
  thin: field('thin', flag, false, 'Replicas take space as they are written.'),
  place: field('place', oneOf(tiers), 'hot', 'Tier that the replicas stand on at the start.'),
  labels: field('labels', labels, {}, 'Labels of the volume and its claim.'),
  storageClass: field('storageClass', text, 'mayastor', 'StorageClass of the volume.'),
  pin: field('pin', optional(oneOf(tiers)), undefined, 'Tier that its claim is pinned to.'),
  hold: field('hold', flag, false, 'Its claim asks to be left where it is.'),
  snapshots: field('snapshots', integer(0), 0, 'Snapshots that it has.'),
  affinityGroup: field('affinityGroup', optional(text), undefined, 'Affinity group.'),
  poolInclusion: field('poolInclusion', labels, {}, 'Labels that its topology asks of pools.'),
  published: field('publishedAtStart', flag, true, 'A pod uses it from the start.'),
}

export const shareFields = {
  kind: field('kind', oneOf(fleetKinds), undefined, 'How the load behaves.'),
  share: field('share', positive, undefined, 'Weight of this kind among the volumes.'),
  iops: field('iops', positive, undefined, 'IOPS of a typical volume when it is busy.'),
  begins: field('begins', amount, 0, 'Part of its volumes whose use begins in mid-run, 0 to 1.'),
  ends: field('ends', amount, 0, 'Part of its volumes whose use ends in mid-run, 0 to 1.'),
}

export const syntheticFields = {
  over: field('over', text, undefined, 'Group of volumes.'),
  interval: field('intervalUs', interval, '5m', 'Length of one interval of the series.'),
  shares: field('shares', listOf(record(shareFields)), undefined, 'Kinds of volumes.'),
}

export const spreadFields = {
  over: field('over', text, undefined, 'Group of volumes.'),
  by: field(
    'by',
    oneOf(['volume', 'block-range']),
    'volume',
    'One by one, or by ranges of blocks.',
  ),
}

export const workloadFields = {
  trace: field('trace', optional(text), undefined, 'File, relative to the scenario.'),
  format: field(
    'format',
    optional(text),
    undefined,
    'Format of the file, where it is not told by it.',
  ),
  columns: field('columns', optional(text), undefined, 'Columns of any separated text.'),
  event: field('event', oneOf(['D', 'Q', 'C']), 'D', 'Event of a blktrace that counts.'),
  unit: field('unit', optional(text), undefined, 'What a series holds, where it does not say.'),
  rates: field('rates', optional(flag), undefined, 'Whether Prometheus values are rates.'),
  spread: field('spread', optional(record(spreadFields)), undefined, 'Where its requests go.'),
  synthetic: field('synthetic', optional(record(syntheticFields)), undefined, 'A made-up fleet.'),
  rate: field('rate', positive, 1, 'Runs so many times as fast.'),
}

export const clusterFields = {
  mayastor: field('mayastor', version(mayastorVersions), '2.10', 'Version of Mayastor, in quotes.'),
  pools: field('pools', listOf(record(poolFields)), undefined, 'Pools.'),
  volumes: field('volumes', listOf(record(volumeFields)), undefined, 'Volumes.'),
}

export const loopFields = {
  roundInterval: field('roundIntervalUs', interval, '60s', 'Distance of two rounds.'),
  scrapeInterval: field('scrapeIntervalUs', interval, '15s', 'Distance of two scrapes.'),
  syncPollInterval: field(
    'syncPollIntervalUs',
    interval,
    '10s',
    'Distance of rounds while moving.',
  ),
  maxConcurrentMigrations: field('maxConcurrentMigrations', integer(1), 2, 'Over all policies.'),
  headroomPercent: field(
    'headroomPercent',
    integer(1, 100),
    85,
    'Share of a pool that may be used.',
  ),
  mayastorMaxRebuilds: field(
    'mayastorMaxRebuilds',
    optional(integer(1)),
    undefined,
    'Mayastor’s own cap on rebuilds.',
  ),
  preservationMode: field('preservationMode', flag, false, 'Replicas are added and none removed.'),
  dryRun: field('dryRun', flag, false, 'Nothing is started.'),
}

export const pricesFields = {
  asOf: field('asOf', text, undefined, 'Day of the prices.'),
  currency: field('currency', text, 'USD', 'Currency.'),
  model: field('model', oneOf(['rented', 'owned']), 'rented', 'How storage is paid.'),
  perGiBMonth: field(
    'perGiBMonth',
    byTier(amount),
    {},
    'Rented: money a GiB and month of 30 days.',
  ),
  perGiB: field('perGiB', byTier(amount), {}, 'Owned: purchase money a GiB.'),
  lifetimeYears: field('lifetimeYears', positive, 5, 'Owned: years until it is bought again.'),
  wattsPerTiB: field('wattsPerTiB', byTier(amount), {}, 'Owned: watts a TiB.'),
  perKwh: field('perKwh', amount, 0, 'Owned: money a kWh.'),
  perMillionRequests: field('perMillionRequests', byTier(amount), {}, 'Money a million requests.'),
  movedPerGiB: field('movedPerGiB', amount, 0, 'Money a GiB that is copied to another tier.'),
}

export const sloFields = {
  p99: field('p99', byTier(duration), {}, 'Latency that 99 % of a minute’s requests should keep.'),
}

export const assumptionFields = {
  name: field('name', text, undefined, 'What is assumed.'),
  value: field('value', wordOrNumber, undefined, 'Its value.'),
  source: field('source', text, undefined, 'Where it comes from.'),
}

export const codingFields = {
  sample: field(
    'sample',
    chance,
    '1/262144',
    'Stripes that are really encoded; the others are charged the same.',
  ),
  engine: field(
    'engine',
    optional(oneOf(engineNames)),
    undefined,
    'Engine that encodes; left out: the best that is here.',
  ),
  threads: field('threads', integer(1, 64), 2, 'Worker threads that encode.'),
  stripesPerGroup: field(
    'stripesPerGroup',
    optional(integer(1, 1_048_576)),
    undefined,
    'Stripes with the same places; left out: those of 1 GiB.',
  ),
  repairBytesPerSecond: field(
    'repairBytesPerSecond',
    optional(bytes),
    undefined,
    'Bytes a second of one repair at the most; left out: what the pools allow.',
  ),
  journalTier: field('journalTier', oneOf(tiers), 'hot', 'Tier that the write journal stands on.'),
}

export const faultFields = {
  at: field('atUs', duration, undefined, 'Time from the start.'),
  for: field('forUs', duration, '0s', 'How long it lasts.'),
  prometheus: field('prometheus', optional(oneOf(['down', 'slow', 'partial'])), undefined, ''),
  exporter: field(
    'exporter',
    optional(text),
    undefined,
    'Node whose exporter gaps, resets or reads zero.',
  ),
  node: field('node', optional(text), undefined, 'Node that is offline or draining.'),
  pool: field(
    'pool',
    optional(text),
    undefined,
    'Pool that is offline, faulted, or lost: then it comes back empty.',
  ),
  shards: field(
    'shards',
    optional(text),
    undefined,
    'Pool on which shards of single stripes are lost or flipped.',
  ),
  rebuild: field('rebuild', optional(oneOf(['fails'])), undefined, 'Rebuilds fail.'),
  answers: field(
    'answers',
    optional(oneOf(['mayastor', 'kubernetes'])),
    undefined,
    'Whose answers suffer.',
  ),
  operator: field('operator', optional(oneOf(['crash'])), undefined, 'The operator is killed.'),
  how: field('how', optional(text), undefined, 'How it fails.'),
  chance: field('chance', chance, '1/1', 'So many of the answers, or of the stripes.'),
}

export const scenarioFields = {
  schema: field('schema', oneOf([scenarioSchema]), undefined, 'What this file is.'),
  name: field('name', optional(text), undefined, 'Name of the run; else that of the file.'),
  description: field('description', optional(text), undefined, 'Words for the reader.'),
  seed: field('seed', integer(0), 42, 'One seed, one history.'),
  start: field('startUs', instant, '2026-01-05T00:00:00Z', 'The first instant of the run.'),
  until: field(
    'untilUs',
    optional(duration),
    undefined,
    'Length of the run; else that of the trace.',
  ),
  cluster: field('cluster', record(clusterFields), undefined, 'Pools and volumes.'),
  policies: field(
    'policies',
    listOf({ name: 'policy', parse: raw => ({ ok: true, value: raw }) }),
    [],
    'Manifests, or files of them.',
  ),
  coding: field('coding', record(codingFields), {}, 'How coded volumes are modelled.'),
  workload: field(
    'workload',
    listOf(record(workloadFields)),
    undefined,
    'Traces and made-up fleets.',
  ),
  loop: field('loop', record(loopFields), {}, 'Settings of the operator.'),
  prices: field(
    'prices',
    optional(record(pricesFields)),
    undefined,
    'Without prices, money is null.',
  ),
  slo: field('slo', record(sloFields), {}, 'Latencies that each tier should keep.'),
  faults: field('faults', listOf(record(faultFields)), [], 'What goes wrong, and when.'),
  watch: field('watch', listOf(text), [], 'Volumes with latency buckets of their own.'),
  assumptions: field(
    'assumptions',
    listOf(record(assumptionFields)),
    [],
    'What was assumed when this file was made; reports repeat it.',
  ),
}
