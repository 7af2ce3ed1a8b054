/** The figures of a run that `--limit` may name, as the keys of its document. */
import { tiers } from '../../core/model.js'

const summary = ['count', 'mean', 'p50', 'p90', 'p99', 'p999', 'max']

const coding = [
  'encodedBytes',
  'stripes',
  'degradedReads',
  'repairedShards',
  'repairedBytes',
  'volumes',
  'userBytes',
  'codedBytes',
  'replicaBytes',
  'journalBytes',
  'degradedStripeSeconds',
  'endangeredStripes',
  'endangeredStripeSeconds',
  'lostStripes',
]

const below = (name: string, keys: readonly string[]): readonly string[] =>
  keys.map(key => `${name}.${key}`)

export const figurePaths: readonly string[] = [
  ...['all', ...tiers].flatMap(tier => below(`latencyUs.${tier}`, summary)),
  ...below('recordedLatencyUs', summary),
  'servedRequests',
  'lostRequests',
  'overloadedMinutes',
  'sloViolationMinutes',
  'slowerVolumes',
  'slower',
  'conditions',
  ...below('tierVolumeSeconds', tiers),
  ...below('capacityFreedBytes', tiers),
  ...below('migrations', [
    'decided',
    'completed',
    'failed',
    'rolledBack',
    'reversedWithin48h',
    'movedBytes',
  ]),
  ...below('cost', ['storage', 'access', 'migration', 'total', 'perMonth']),
  ...below('lowerBound', ['cost', 'ratio']),
  ...below('erasureCoding', coding),
  ...below('erasureCoding.overhead', ['coded', 'replicas']),
  ...below('erasureCoding.conversions', ['completed', 'back', 'undone']),
  ...below('erasureCoding.proved', ['stripes', 'bytes', 'rebuiltShards']),
  ...below('erasureCoding.savings', ['byteSeconds']),
  ...below('erasureCoding.savings.freedBytes', tiers),
  ...below('erasureCoding.savings.money', ['total', 'perMonth']),
  ...below('rebuilds', ['replicas', 'bytes']),
  ...below('laws', ['checked', 'violations']),
]
