/** Records of migrations at random: every field, each form of each union. */
import fc from 'fast-check'
import type { Code } from '../../src/core/code.js'
import type { Conversion, ConversionPlan } from '../../src/core/conversion-state.js'
import { nodeId, policyName, poolId, replicaId, volumeId } from '../../src/core/model.js'
import type {
  CordonRecord,
  LastCommand,
  MigrationRecord,
  MigrationSpec,
  MigrationStatus,
  MoveRecord,
} from '../../src/core/record.js'

const word = fc.constantFrom('a', 'pool-1', 'two words', 'ü')
const count = fc.nat(20)
const bytes = fc.nat(Number.MAX_SAFE_INTEGER)
const instant = fc.integer({ min: 0, max: 4_000_000_000_000_000 })
const span = fc.nat(100_000_000_000_000)
const pool = word.map(poolId)
const replica = word.map(replicaId)

function orNull<Value>(one: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.option(one, { nil: null })
}

const spec: fc.Arbitrary<MigrationSpec> = fc.record({
  volume: word.map(volumeId),
  fromTier: fc.constantFrom('hot', 'warm', 'cold', 'mixed', 'outside'),
  toTier: fc.constantFrom('hot', 'warm', 'cold'),
  toForm: fc.constantFrom('replicated', 'coded'),
  releaseSource: fc.boolean(),
  holdForUs: span,
  policy: orNull(word.map(policyName)),
  reason: fc.constantFrom('', 'heat-above-high'),
  requestedBy: fc.constantFrom('policy', 'person', 'drift'),
  sizeBytes: bytes,
  fingerprint: fc.constantFrom('', '0a1b'),
  heatIops: orNull(fc.constantFrom(0, 1.5, 12_345.678)),
})

const scopes = fc.record({
  replicas: fc.boolean(),
  snapshots: fc.boolean(),
  restores: fc.boolean(),
  import: fc.boolean(),
})

const cordon: fc.Arbitrary<CordonRecord> = fc.oneof(
  fc.record({ kind: fc.constant('pool'), pool, before: orNull(scopes), ours: scopes }),
  fc.record({ kind: fc.constant('node'), node: word.map(nodeId), label: word }),
)

const move: fc.Arbitrary<MoveRecord> = fc.record({
  fromReplica: replica,
  fromPool: pool,
  accepted: fc.array(pool, { maxLength: 3 }),
  toReplica: orNull(replica),
  toPool: orNull(pool),
  state: fc.constantFrom(
    ...(['planned', 'adding', 'syncing', 'removing'] as const),
    ...(['undoing', 'done', 'kept', 'undone'] as const),
  ),
  progressPercent: fc.nat(100),
  progressedUs: instant,
  syncedSinceUs: orNull(instant),
  startedUs: instant,
  finishedUs: orNull(instant),
  expectedDurationUs: span,
})

const code = fc.constantFrom<Code>(
  { kind: 'reed-solomon', dataShards: 4, parityShards: 2 },
  { kind: 'lrc', dataShards: 12, localGroups: 2, globalParities: 2 },
)

const pools = fc.array(pool, { maxLength: 4 })
const coding = fc.record({ policy: word, code, stripeBytes: fc.constantFrom(65_536, 1_048_576) })

const plan: fc.Arbitrary<ConversionPlan> = fc.oneof(
  fc.record({ kind: fc.constant('code'), coding, pools }),
  fc.record({ kind: fc.constant('restore'), pools }),
)

const conversion: fc.Arbitrary<Conversion> = fc.record({
  plan,
  step: fc.constantFrom(
    ...(['imaging', 'encoding', 'reading-back', 'serving-coded', 'releasing'] as const),
    ...(['making-replicas', 'restoring', 'serving-replicas'] as const),
    ...(['dropping-coded', 'dropping-replicas'] as const),
  ),
  pass: fc.integer({ min: 1, max: 9 }),
  stripes: bytes,
  progressedUs: instant,
  undoes: orNull(word),
})

const command: fc.Arbitrary<LastCommand> = fc.record(
  {
    text: word,
    removes: replica,
    atUs: instant,
    refusal: fc.constantFrom(
      ...(['invalid', 'not-found', 'conflict', 'precondition', 'already'] as const),
      ...(['no-pool', 'rebuild-cap', 'busy', 'unknown'] as const),
    ),
  },
  { requiredKeys: ['text', 'atUs'] },
)

const status: fc.Arbitrary<MigrationStatus> = fc.record({
  protocol: fc.constantFrom(1, 2),
  epoch: count,
  phase: fc.constantFrom('claimed', 'moving', 'rolling-back', 'finished'),
  outcome: orNull(
    fc.constantFrom(
      ...(['completed', 'rolled-back', 'failed', 'preserved'] as const),
      ...(['cancelled', 'gone', 'abandoned', 'refused'] as const),
    ),
  ),
  why: orNull(word),
  intendedReplicas: count,
  originalReplicas: fc.array(replica, { maxLength: 3 }),
  addedReplicas: fc.array(replica, { maxLength: 3 }),
  moves: fc.array(move, { maxLength: 3 }),
  conversion: orNull(conversion),
  cordons: fc.array(cordon, { maxLength: 3 }),
  lastCommand: orNull(command),
  attempts: count,
  holdsSlot: fc.boolean(),
  startedUs: instant,
  finishedUs: orNull(instant),
  message: fc.constantFrom('', 'It waits.'),
})

export const records: fc.Arbitrary<MigrationRecord> = fc.record({
  name: fc.constantFrom('ec4e66fb-1', 'mine'),
  version: fc.constant(''),
  spec,
  status: orNull(status),
  deleting: fc.constant(false),
})
