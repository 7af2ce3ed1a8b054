/** The figures of a run that `--limit` may name, as the keys of its document. */
import { tiers } from '../../core/model.js'

const summary = ['count', 'mean', 'p50', 'p90', 'p99', 'p999', 'max']

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
  ...below('erasureCoding', ['encodedBytes', 'stripes', 'degradedReads', 'repairedShards']),
  ...below('laws', ['checked', 'violations']),
]
