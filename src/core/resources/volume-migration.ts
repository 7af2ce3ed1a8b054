/**
 * VolumeMigration v1alpha1: the journal of one volume's way to another tier, and the handle by
 * which people start, watch and cancel one. Its status has a place for all that the record holds.
 */
import {
  anyText,
  duration,
  type FieldTable,
  field,
  flag,
  integer,
  oneOf,
  optional,
  text,
} from '../field.js'
import { policyName, tiers, volumeId } from '../model.js'
import type { Rule } from '../schema.js'
import { age, type CustomResource, specColumn, statusColumn } from './custom-resource.js'
import { named, number } from './status-kinds.js'
import { volumeMigrationStatusFields } from './volume-migration-status.js'

export const volumeMigrationFields = {
  volume: field(
    'volume',
    named(text, volumeId),
    undefined,
    'Uuid of the volume; a migration of one that is not here ends as Gone.',
  ),
  fromTier: field(
    'fromTier',
    optional(oneOf([...tiers, 'mixed', 'outside'])),
    undefined,
    'Tier where the volume was when this was asked for.',
  ),
  toTier: field('toTier', oneOf(tiers), undefined, 'Tier where the volume is to go.'),
  toForm: field(
    'toForm',
    oneOf(['replicated', 'coded']),
    'replicated',
    'Form that the volume is to have there.',
  ),
  releaseSource: field(
    'releaseSource',
    flag,
    false,
    'True: replicas are given up once the coded form was read back. It may only turn true.',
  ),
  holdFor: field(
    'holdForUs',
    duration,
    '7d',
    'A person’s move keeps the policy away for so long after its end.',
  ),
  policyRef: field(
    'policy',
    optional(named(text, policyName)),
    undefined,
    'StoragePolicy that asked for it; a person leaves it out.',
  ),
  reason: field('reason', anyText, '', 'Why it was asked for: a code, or a person’s words.'),
  requestedBy: field(
    'requestedBy',
    oneOf(['policy', 'person', 'drift']),
    'person',
    'Who asked. A person’s move ignores watermarks and starts the cooldown.',
  ),
  sizeBytes: field(
    'sizeBytes',
    optional(integer(0)),
    undefined,
    'Size of the volume at that time.',
  ),
  fingerprint: field(
    'fingerprint',
    anyText,
    '',
    'What it rests on: a change of it lifts a block by failures.',
  ),
  heatIops: field(
    'heatIops',
    optional(number),
    undefined,
    'Operations a second that it was decided on; left out: not decided by heat.',
  ),
}

export const volumeMigration: CustomResource = {
  kind: 'VolumeMigration',
  plural: 'volumemigrations',
  shortNames: ['vmig'],
  version: 'v1alpha1',
  help: 'One volume’s way to another tier: create it to move a volume, delete it to cancel.',
  spec: volumeMigrationFields,
  specHelp: 'Which volume goes where. Only releaseSource may change, to true.',
  specMayBeMissing: false,
  rules: [
    ...Object.entries(volumeMigrationFields)
      .filter(([name]) => name !== 'releaseSource')
      .map(([name]) => neverChanges(volumeMigrationFields, name)),
    {
      rule: 'self.releaseSource || !oldSelf.releaseSource',
      message: 'releaseSource may only turn true: delete the VolumeMigration to cancel it',
      fieldPath: '.releaseSource',
    },
  ],
  status: volumeMigrationStatusFields,
  columns: [
    specColumn('Volume', 'volume'),
    specColumn('To', 'toTier'),
    specColumn('Form', 'toForm'),
    statusColumn('Phase', 'phase'),
    statusColumn('Outcome', 'outcome'),
    age,
    { ...specColumn('Reason', 'reason'), wide: true },
    { ...statusColumn('Message', 'message'), wide: true },
  ],
}

/** A field that is always there compares; one that may be left out cannot come or go either. */
function neverChanges(table: FieldTable, name: string): Rule {
  const row = table[name]
  const isAlwaysThere = row.fallback !== undefined || !row.kind.parse(undefined, name).ok
  const message = `${name} cannot change: delete this VolumeMigration and create another`
  const same = `self.${name} == oldSelf.${name}`
  const rule = isAlwaysThere
    ? same
    : `has(self.${name}) == has(oldSelf.${name}) && (!has(self.${name}) || ${same})`
  return { rule, message, fieldPath: `.${name}` }
}
