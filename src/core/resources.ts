/**
 * The custom resources as one table: every field, its default, its range and its help text.
 * Parsing, the TypeScript types, the field reference and the CRDs come from it. Defaults are those
 * of the Community Edition, whose manifests must apply unchanged.
 */
import { activeHours } from './active-hours.js'
import {
  anyText,
  bytes,
  bytesBetween,
  duration,
  field,
  flag,
  integer,
  listOf,
  object,
  oneOf,
  optional,
  type ParsedBy,
  type Problem,
  span,
  textOrNone,
} from './field.js'
import { labelSelector } from './label-selector.js'
import type { PolicyName } from './model.js'

export const algorithms = ['Watermarks', 'AllHot', 'AllCold', 'Frozen'] as const

export const storagePolicyFields = {
  highWatermarkIOPS: field(
    'highWatermarkIops',
    integer(1),
    5000,
    'At or above this many operations a second a volume goes to the hot tier.',
  ),
  warmWatermarkIOPS: field(
    'warmWatermarkIops',
    integer(0),
    2000,
    'Below it a volume leaves hot, at or above it cold. 0 switches the warm tier off.',
  ),
  lowWatermarkIOPS: field(
    'lowWatermarkIops',
    integer(0),
    500,
    'At or below this many operations a second a volume goes to the cold tier.',
  ),
  samplingWindow: field('samplingWindowUs', span, '1h', 'Heat is the mean over this long.'),
  cooldownPeriod: field(
    'cooldownPeriodUs',
    duration,
    '24h',
    'No further move of a volume for so long after a completed one.',
  ),
  storageClassName: field(
    'storageClassName',
    anyText,
    'mayastor',
    'Only volumes of this class belong to the policy.',
  ),
  hotPoolSelector: field(
    'hotPoolSelector',
    optional(labelSelector),
    undefined,
    'Labels of the hot pools; missing or empty matches none.',
  ),
  warmPoolSelector: field(
    'warmPoolSelector',
    optional(labelSelector),
    undefined,
    'Labels of the warm pools; missing switches the warm tier off.',
  ),
  coldPoolSelector: field(
    'coldPoolSelector',
    optional(labelSelector),
    undefined,
    'Labels of the cold pools; missing or empty matches none.',
  ),
  volumeSelector: field(
    'volumeSelector',
    labelSelector,
    {},
    'Labels of the volumes; empty matches all of the class.',
  ),
  maxConcurrentMigrations: field(
    'maxConcurrentMigrations',
    integer(1),
    2,
    'Migrations of this policy that may run at once.',
  ),
  migrationTimeout: field(
    'migrationTimeoutUs',
    span,
    '30m',
    'A move that makes no progress for so long is rolled back.',
  ),
  enabled: field('enabled', flag, true, 'False: the policy starts nothing.'),
  dryRun: field('dryRun', flag, false, 'True: the policy decides and reports, and starts nothing.'),
  ecPolicyRef: field(
    'ecPolicyRef',
    textOrNone,
    undefined,
    'ErasureCodingPolicy for cold volumes; CodingUsable says why it cannot be used.',
  ),
  ecMinVolumeSizeBytes: field(
    'ecMinVolumeSizeBytes',
    bytes,
    10_737_418_240,
    'Smaller volumes are not erasure coded.',
  ),
  coolingPeriod: field(
    'coolingPeriodUs',
    duration,
    '0s',
    'A volume goes down only after it stayed at or below the mark for so long.',
  ),
  activeHours: field(
    'activeHours',
    optional(listOf(activeHours)),
    undefined,
    'Moves start only in these hours; left out: always.',
  ),
  maxBytesPerDay: field(
    'maxBytesPerDay',
    optional(bytes),
    undefined,
    'Bytes of volumes whose moves may start in one UTC day; left out: no limit.',
  ),
  maxDemotionsPercentPerRound: field(
    'maxDemotionsPercentPerRound',
    optional(integer(1, 100)),
    undefined,
    'When more of the volumes want to go down at once, none does until a person approves.',
  ),
  minimumCoveragePercent: field(
    'minimumCoveragePercent',
    integer(1, 100),
    80,
    'With less of the window covered by samples, heat is unknown.',
  ),
  snapshots: field(
    'snapshots',
    oneOf(['Skip', 'LeaveBehind']),
    'Skip',
    'Volumes with snapshots stay, or move and leave their snapshots behind.',
  ),
  allowWeakerNodeTolerance: field(
    'allowWeakerNodeTolerance',
    flag,
    false,
    'A conversion may survive fewer lost nodes than the replicas did.',
  ),
  algorithm: field(
    'algorithm',
    oneOf(algorithms),
    'Watermarks',
    'How the tier of a volume is chosen.',
  ),
}

export type StoragePolicySpec = ParsedBy<typeof storagePolicyFields>

export const journalFields = {
  journalSizeBytes: field('journalSizeBytes', bytes, 10_737_418_240, 'Size of the write journal.'),
  replicationFactor: field('replicationFactor', integer(1), 3, 'Copies of the journal.'),
  destageThresholdPercent: field(
    'destageThresholdPercent',
    integer(1, 100),
    80,
    'Fill at which the journal is written to stripes.',
  ),
  destageInterval: field(
    'destageIntervalUs',
    duration,
    '30s',
    'The journal is written to stripes at least so often.',
  ),
}

export const erasureCodingPolicyFields = {
  dataShards: field('dataShards', integer(1), 4, 'Data shards of a stripe.'),
  parityShards: field('parityShards', integer(1), 2, 'Parity shards of a stripe.'),
  stripeSizeBytes: field(
    'stripeSizeBytes',
    bytesBetween(65_536, 67_108_864),
    1_048_576,
    'User bytes of one stripe, 64 KiB to 64 MiB.',
  ),
  algorithm: field('algorithm', oneOf(['ReedSolomon', 'LRC']), 'ReedSolomon', 'The code.'),
  journalConfig: field('journal', object(journalFields), {}, 'The write journal.'),
  minHealthyShards: field(
    'minHealthyShards',
    optional(integer(1)),
    undefined,
    'Below it a stripe takes no new generation; left out: dataShards.',
  ),
  scrubbingEnabled: field(
    'scrubbingEnabled',
    flag,
    false,
    'Read all stripes again at an interval.',
  ),
  scrubInterval: field('scrubIntervalUs', span, '7d', 'Interval of scrubbing.'),
}

export interface ErasureCodingPolicySpec extends ParsedBy<typeof erasureCodingPolicyFields> {
  readonly minHealthyShards: number
}

export interface ErasureCodingPolicyObject {
  readonly name: string
  readonly generation: number
  readonly spec: ErasureCodingPolicySpec
  /** Why it is in phase Invalid, in sentences; none: it can be used. */
  readonly invalid: readonly string[]
}

export interface PolicyObject {
  readonly name: PolicyName
  readonly generation: number
  readonly spec: StoragePolicySpec
  /** The policy that ecPolicyRef names; null: it names none, or one that is not there. */
  readonly coding: ErasureCodingPolicyObject | null
  /** A policy with problems is in phase Error and starts nothing. */
  readonly problems: readonly Problem[]
}
