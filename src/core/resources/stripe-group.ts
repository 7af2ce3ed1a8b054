/**
 * ECStripe v1: where the shards of a contiguous group of stripes are. It is an index, cheap enough
 * for a hundred thousand: its lists are atomic, and its spec never changes. The containers on disk
 * are the truth.
 */
import { anyText, field, flag, integer, listOf, object, oneOf, optional, text } from '../field.js'
import { age, type CustomResource, specColumn, statusColumn } from './custom-resource.js'
import { textOrInteger, time } from './status-kinds.js'

const name = optional(anyText)
const count = optional(integer(0))
const checksum = optional(textOrInteger)

export const shardLocationFields = {
  shardIndex: field('shardIndex', integer(0), undefined, 'Place of the shard in its stripe.'),
  isDataShard: field('isDataShard', optional(flag), undefined, 'False: it holds parity.'),
  poolName: field('poolName', text, undefined, 'Pool that holds the shard.'),
  nodeName: field('nodeName', name, undefined, 'Node of the pool.'),
  offset: field('offset', optional(integer(0)), undefined, 'Where it begins in its container.'),
  sizeBytes: field('sizeBytes', optional(integer(0)), undefined, 'Length of the shard.'),
  checksum: field('checksum', checksum, undefined, 'Checksum of the shard.'),
}

export const lbaRangeFields = {
  startLba: field('startLba', integer(0), undefined, 'First block of the group.'),
  endLba: field('endLba', integer(0), undefined, 'First block after the group.'),
}

export const codecFields = {
  family: field('family', text, undefined, 'Family of the code, as rs or lrc.'),
  version: field('version', integer(1), undefined, 'Version: parity bytes depend on it.'),
}

export const stripeGroupFields = {
  volumeRef: field('volumeRef', text, undefined, 'Volume that the stripes are part of.'),
  stripeId: field('stripeId', textOrInteger, undefined, 'The first stripe of the group.'),
  policyRef: field('policyRef', name, undefined, 'ErasureCodingPolicy that made it.'),
  shardLocations: field(
    'shardLocations',
    listOf(object(shardLocationFields)),
    undefined,
    'Where each shard is; the same for all stripes of the group.',
  ),
  lbaRange: field(
    'lbaRange',
    optional(object(lbaRangeFields)),
    undefined,
    'Blocks of the volume that the group holds.',
  ),
  checksum: field('checksum', checksum, undefined, 'Checksum of the layout record.'),
  generation: field('generation', count, undefined, 'Generation of the layout.'),
  stripeCount: field('stripeCount', integer(1), 1, 'Stripes of the group.'),
  stripeSizeBytes: field(
    'stripeSizeBytes',
    optional(integer(0)),
    undefined,
    'User bytes of a stripe.',
  ),
  codec: field('codec', optional(object(codecFields)), undefined, 'What made the parity.'),
}

export const shardHealthFields = {
  shardIndex: field('shardIndex', integer(0), undefined, 'Place of the shard in its stripe.'),
  state: field(
    'state',
    oneOf(['Healthy', 'Missing', 'Corrupted', 'Rebuilding']),
    undefined,
    'How the shard is.',
  ),
  lastVerified: field('lastVerifiedUs', optional(time), undefined, 'When it was last read whole.'),
  error: field('error', name, undefined, 'What is wrong with it.'),
}

export const stripeGroupStatusFields = {
  state: field(
    'state',
    optional(oneOf(['Healthy', 'Degraded', 'Rebuilding', 'Failed', 'Writing'])),
    undefined,
    'State of the worst stripe of the group.',
  ),
  healthyShards: field('healthyShards', count, undefined, 'Shards that can be read.'),
  healthyDataShards: field('healthyDataShards', count, undefined, 'Those of data.'),
  healthyParityShards: field('healthyParityShards', count, undefined, 'Those of parity.'),
  lastVerificationTime: field(
    'lastVerificationTimeUs',
    optional(time),
    undefined,
    'When the group was last read whole.',
  ),
  lastModifiedTime: field(
    'lastModifiedTimeUs',
    optional(time),
    undefined,
    'When this status last changed.',
  ),
  rebuildProgress: field(
    'rebuildProgress',
    optional(integer(0, 100)),
    undefined,
    'Percent of the repair that is done.',
  ),
  shardHealth: field(
    'shardHealth',
    optional(listOf(object(shardHealthFields))),
    undefined,
    'How each shard is.',
  ),
}

export const stripeGroup: CustomResource = {
  kind: 'ECStripe',
  plural: 'ecstripes',
  shortNames: ['ecs'],
  version: 'v1',
  help: 'Where the shards of a contiguous group of stripes are; kept by `couchestor ec index`.',
  spec: stripeGroupFields,
  specHelp: 'The layout. It never changes: another layout is another object.',
  specMayBeMissing: false,
  rules: [
    {
      rule: 'self == oldSelf',
      message:
        'the layout of a stripe cannot change: create another ECStripe, then delete this one',
    },
  ],
  status: stripeGroupStatusFields,
  columns: [
    specColumn('Volume', 'volumeRef'),
    specColumn('Stripe', 'stripeId'),
    specColumn('Count', 'stripeCount', 'integer'),
    statusColumn('State', 'state'),
    statusColumn('Healthy', 'healthyShards', 'integer'),
    age,
  ],
}
