/** ErasureCodingPolicy v1: a code, for policies that keep their cold volumes coded. */
import { anyText, field, integer, oneOf, optional } from '../field.js'
import { erasureCodingPolicyFields } from '../resources.js'
import { conditions, observedGeneration } from './conditions.js'
import { age, type CustomResource, specColumn, statusColumn } from './custom-resource.js'
import { number, time } from './status-kinds.js'

const count = optional(integer(0))

export const erasureCodingPolicyStatusFields = {
  phase: field(
    'phase',
    optional(oneOf(['Pending', 'Ready', 'Invalid', 'Active'])),
    undefined,
    'Invalid: no code has this shape, and message says why. Active: volumes use it.',
  ),
  observedGeneration,
  activeVolumes: field('activeVolumes', count, undefined, 'Volumes that are coded by it.'),
  totalStripes: field('totalStripes', count, undefined, 'Stripes of these volumes.'),
  healthyStripes: field('healthyStripes', count, undefined, 'Stripes with all their shards.'),
  degradedStripes: field('degradedStripes', count, undefined, 'Stripes that lack a shard.'),
  rebuildingStripes: field('rebuildingStripes', count, undefined, 'Stripes under repair.'),
  storageEfficiency: field(
    'storageEfficiency',
    optional(number),
    undefined,
    'User bytes for each byte on disk.',
  ),
  lastValidationTime: field(
    'lastValidationTimeUs',
    optional(time),
    undefined,
    'When the shape was last judged.',
  ),
  message: field('message', optional(anyText), undefined, 'What is to be said of the phase.'),
  conditions,
}

export const erasureCodingPolicy: CustomResource = {
  kind: 'ErasureCodingPolicy',
  plural: 'erasurecodingpolicies',
  shortNames: ['ecp'],
  version: 'v1',
  help: 'An erasure code; a StoragePolicy names it in ecPolicyRef.',
  spec: erasureCodingPolicyFields,
  specHelp: 'The code, its stripes, and its journal.',
  specMayBeMissing: true,
  rules: [
    {
      rule: '!has(self.minHealthyShards) || self.minHealthyShards >= self.dataShards',
      message:
        'minHealthyShards must not be below dataShards: give dataShards or more, or leave it out',
      fieldPath: '.minHealthyShards',
    },
  ],
  status: erasureCodingPolicyStatusFields,
  columns: [
    specColumn('Data Shards', 'dataShards', 'integer'),
    specColumn('Parity Shards', 'parityShards', 'integer'),
    specColumn('Stripe Size', 'stripeSizeBytes'),
    specColumn('Algorithm', 'algorithm'),
    statusColumn('Phase', 'phase'),
    age,
  ],
}
