/** StoragePolicy v1: which volumes live on which tier. */
import { anyText, field, flag, integer, listOf, object, oneOf, optional } from '../field.js'
import { storagePolicyFields } from '../resources.js'
import { conditions, observedGeneration } from './conditions.js'
import { age, type CustomResource, specColumn, statusColumn } from './custom-resource.js'
import { byName, number, time } from './status-kinds.js'

const name = optional(anyText)
const count = optional(integer(0))

export const wantedFields = {
  namespace: field('namespace', name, undefined, 'Namespace of the claim.'),
  claim: field('claim', name, undefined, 'Claim that the volume is bound to.'),
  volume: field('volume', name, undefined, 'The PersistentVolume.'),
  from: field('from', name, undefined, 'Tier where the volume is.'),
  to: field('to', name, undefined, 'Tier where it belongs.'),
  reason: field('reason', name, undefined, 'Code of the reason (docs/reasons.md).'),
  bytes: field('bytes', count, undefined, 'Size of the volume.'),
  since: field('sinceUs', optional(time), undefined, 'Since when it is wanted there.'),
}

export const historyFields = {
  volumeName: field('volumeName', name, undefined, 'The PersistentVolume.'),
  timestamp: field('timestampUs', optional(time), undefined, 'End of the migration.'),
  fromTier: field('fromTier', name, undefined, 'Tier where the volume was.'),
  toTier: field('toTier', name, undefined, 'Tier where it was moved.'),
  triggerIOPS: field(
    'triggerIops',
    optional(number),
    undefined,
    'Operations a second that it was decided on.',
  ),
  duration: field('duration', name, undefined, 'How long the migration took.'),
  success: field('success', optional(flag), undefined, 'Whether it reached its tier.'),
  error: field('error', name, undefined, 'Why not, where it did not.'),
}

export const storagePolicyStatusFields = {
  phase: field(
    'phase',
    optional(oneOf(['Pending', 'Active', 'Disabled', 'Error'])),
    undefined,
    'Error: the policy starts nothing, and conditions say why.',
  ),
  observedGeneration,
  wanted: field(
    'wanted',
    optional(listOf(object(wantedFields))),
    undefined,
    'The first 50 volumes that are to move, in dry run too.',
  ),
  blocked: field(
    'blocked',
    optional(byName(integer(0))),
    undefined,
    'Volumes that cannot move, counted by the code of the reason.',
  ),
  watchedVolumes: field('watchedVolumes', count, undefined, 'Volumes of the policy.'),
  hotVolumes: field('hotVolumes', count, undefined, 'Those on the hot tier.'),
  warmVolumes: field('warmVolumes', count, undefined, 'Those on the warm tier.'),
  coldVolumes: field('coldVolumes', count, undefined, 'Those on the cold tier.'),
  activeMigrations: field('activeMigrations', count, undefined, 'Migrations that run.'),
  totalMigrations: field('totalMigrations', count, undefined, 'Migrations that ended, ever.'),
  failedMigrations: field(
    'failedMigrations',
    count,
    undefined,
    'Those of them that did not reach their tier.',
  ),
  lastReconcileTime: field(
    'lastReconcileTimeUs',
    optional(time),
    undefined,
    'When this status last changed.',
  ),
  conditions,
  migrationHistory: field(
    'migrationHistory',
    optional(listOf(object(historyFields))),
    undefined,
    'The last 50 migrations, for people; nothing reads it back.',
  ),
}

const warmIsOn = 'has(self.warmPoolSelector) && self.warmWatermarkIOPS > 0'

export const storagePolicy: CustomResource = {
  kind: 'StoragePolicy',
  plural: 'storagepolicies',
  shortNames: ['sp', 'spolicy'],
  version: 'v1',
  help: 'Puts the volumes that it selects on the storage tier that their use deserves.',
  spec: storagePolicyFields,
  specHelp: 'Which volumes, which pools, and from how much use on.',
  specMayBeMissing: true,
  rules: [
    {
      rule: 'self.lowWatermarkIOPS < self.highWatermarkIOPS',
      message: 'lowWatermarkIOPS must be below highWatermarkIOPS: choose low < high',
      fieldPath: '.lowWatermarkIOPS',
    },
    {
      rule: `!(${warmIsOn}) || self.lowWatermarkIOPS < self.warmWatermarkIOPS`,
      message:
        'lowWatermarkIOPS must be below warmWatermarkIOPS: choose low < warm < high, ' +
        'or set warmWatermarkIOPS to 0 to do without the warm tier',
      fieldPath: '.lowWatermarkIOPS',
    },
    {
      rule: `!(${warmIsOn}) || self.warmWatermarkIOPS < self.highWatermarkIOPS`,
      message:
        'warmWatermarkIOPS must be below highWatermarkIOPS: choose low < warm < high, ' +
        'or set warmWatermarkIOPS to 0 to do without the warm tier',
      fieldPath: '.warmWatermarkIOPS',
    },
  ],
  status: storagePolicyStatusFields,
  columns: [
    specColumn('High IOPS', 'highWatermarkIOPS', 'integer'),
    specColumn('Low IOPS', 'lowWatermarkIOPS', 'integer'),
    statusColumn('Phase', 'phase'),
    statusColumn('Watched', 'watchedVolumes', 'integer'),
    statusColumn('Migrations', 'totalMigrations', 'integer'),
    age,
  ],
}
