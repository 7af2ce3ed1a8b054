/** Arbitrary rounds: clusters, policies, journals, heat and settings of every kind, small. */
import fc from 'fast-check'
import { DecideMemory, type RoundInput } from '../../src/core/decide.js'
import {
  nodeId,
  type Pool,
  type PoolStatus,
  type Tier,
  tiers,
  type Volume,
} from '../../src/core/model.js'
import { emptyOperatorRecord, type MigrationRecord } from '../../src/core/record.js'
import type { PolicyObject } from '../../src/core/resources.js'
import {
  claim,
  cluster,
  day,
  ended,
  GiB,
  heat,
  hour,
  move,
  node,
  noon,
  policy,
  pool,
  round,
  running,
  tierSelector,
  volume,
} from './cluster.js'

/** Mostly the first, now and then another. */
function mostly<Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 8 },
    { arbitrary: fc.constantFrom(usual, ...others), weight: 2 },
  )
}

const pools = fc.array(
  fc
    .record({
      node: fc.nat(6),
      tier: fc.constantFrom<Tier | null>(...tiers, ...tiers, null),
      status: mostly<PoolStatus>('online', 'degraded'),
      usedBytes: mostly(0, 840 * GiB, 900 * GiB),
      limit: mostly<number | null>(null, 100, 3000),
      torn: mostly(false, true),
      cordoned: mostly(false, true),
    })
    .map(one => (index: number): Pool => {
      const cordon = { replicas: true, snapshots: false, restores: false, import: false }
      return pool(`p${index}`, one.tier, {
        node: nodeId(`n${one.node}`),
        status: one.status,
        usedBytes: one.usedBytes,
        iopsLimit: one.limit === null ? null : { value: one.limit, source: 'label' },
        conflictingLabels: one.torn ? ['storage-tier'] : [],
        cordon: one.cordoned ? cordon : null,
      })
    }),
  { minLength: 2, maxLength: 9 },
)

const volumes = fc.array(
  fc.record({
    places: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }),
    change: fc.record({
      target: mostly<'there' | 'none'>('there', 'none'),
      snapshots: mostly(0, 1),
      operation: mostly<string | null>(null, 'SetReplica'),
      affinityGroup: mostly<string | null>(null, 'ring'),
      storageClass: mostly('mayastor', 'other'),
      sizeGiB: mostly(10, 1, 400),
      pin: mostly<Tier | null>(null, ...tiers),
      hold: mostly(false, true),
      inclusion: mostly<Volume['topology']['poolInclusion']>({}, { 'storage-tier': 'hot' }),
      labels: mostly<Volume['labels']>({}, { team: 'a' }),
    }),
  }),
  { minLength: 1, maxLength: 7 },
)

function volumeOf(name: string, on: readonly Pool[], change: VolumeChange): Volume {
  const usual = volume(name, on)
  const { pin, hold, sizeGiB, target, inclusion, ...rest } = change
  return {
    ...usual,
    ...rest,
    sizeBytes: sizeGiB * GiB,
    target: target === 'none' ? null : usual.target,
    topology: { ...usual.topology, poolInclusion: inclusion },
    claim: pin === null && !hold ? null : claim({ pin, hold }),
  }
}
type Arbitrary<Of> = Of extends fc.Arbitrary<infer Value> ? Value : never
type VolumeChange = Arbitrary<typeof volumes>[number]['change']

const journal = fc.array(
  fc.record({
    volume: fc.nat(6),
    to: fc.constantFrom<Tier>(...tiers),
    outcome: fc.constantFrom('completed', 'failed', 'rolled-back', 'preserved', 'refused', null),
    by: mostly<'policy' | 'person'>('policy', 'person'),
    hoursAgo: fc.nat(60),
    state: fc.constantFrom('none', 'planned', 'syncing', 'removing'),
    holdsSlot: mostly(true, false),
  }),
  { maxLength: 8 },
)

function recordOf(
  one: Arbitrary<typeof journal>[number],
  of: Volume,
  index: number,
  on: readonly Pool[],
): MigrationRecord {
  const name = `${of.id}-${index + 1}`
  const spec = { requestedBy: one.by }
  if (one.outcome !== null) {
    return ended(of, one.to, one.outcome, noon - one.hoursAgo * hour, { name, spec })
  }
  const accepted = on.slice(0, 2).map(other => other.id)
  const moves = one.state === 'none' ? [] : [move(of.replicas[0], { state: one.state, accepted })]
  return running(of, one.to, { name, spec, status: { holdsSlot: one.holdsSlot, moves } })
}

const night = { days: [], fromMinute: 22 * 60, toMinute: 6 * 60, utcOffsetMinutes: 0 }
const specs = fc.record({
  warmWatermarkIops: mostly(2000, 0),
  coolingPeriodUs: mostly(0, hour),
  cooldownPeriodUs: mostly(day, 0),
  enabled: mostly(true, false),
  dryRun: mostly(false, true),
  maxConcurrentMigrations: fc.constantFrom(1, 2, 10),
  maxBytesPerDay: mostly<number | null>(null, 15 * GiB),
  maxDemotionsPercentPerRound: mostly<number | null>(null, 1, 50),
  activeHours: mostly<(typeof night)[] | null>(null, [night]),
  snapshots: mostly<'Skip' | 'LeaveBehind'>('Skip', 'LeaveBehind'),
  algorithm: mostly<'Watermarks' | 'AllHot' | 'AllCold' | 'Frozen'>(
    'Watermarks',
    'AllHot',
    'AllCold',
    'Frozen',
  ),
  warmPoolSelector: mostly(tierSelector('warm'), null, tierSelector('cold')),
})
const policies = fc
  .tuple(specs, mostly<'one' | 'two' | 'broken'>('one', 'two', 'broken'))
  .map(([spec, kind]): readonly PolicyObject[] => {
    const path = 'spec.x'
    const problem = { code: 'FIELD_INVALID' as const, path, message: 'is wrong', hint: 'mend it' }
    const first = policy(spec, 'gold', { problems: kind === 'broken' ? [problem] : [] })
    const ofTeam = { matchLabels: { team: 'a' }, matchExpressions: [] }
    return kind === 'two' ? [first, policy({ volumeSelector: ofTeam }, 'silver')] : [first]
  })

const settings = fc.record({
  maxConcurrentMigrations: fc.constantFrom(1, 2, 10),
  mayastorMaxRebuilds: mostly<number | null>(null, 1, 3),
  preservationMode: mostly(false, true),
  dryRun: mostly(false, true),
  headroomPercent: mostly(85, 50),
})

export const anyIops = fc.constantFrom(0, 100, 500, 1000, 2000, 3000, 5000, 9000)

/** A round at noon with an empty memory. */
export const rounds: fc.Arbitrary<RoundInput> = fc
  .record({
    pools,
    volumes,
    journal,
    policies,
    settings,
    iops: fc.array(anyIops, { minLength: 7, maxLength: 7 }),
    coverage: mostly(1, 0.5),
    available: mostly(true, false),
    paused: mostly(false, true),
    version: mostly('2.10.0', '2.9.3', '2.8.0', '1.0.0', '2.12.0'),
    offline: mostly(false, true),
    moved: mostly(0, 10 * GiB),
  })
  .map(asked => {
    const own = asked.pools.map((make, index) => make(index))
    const made = asked.volumes.map(({ places, change }, index) => {
      const on = places.map(place => own[place % own.length])
      const apart = on.filter((one, at) => on.findIndex(other => other.node === one.node) === at)
      return volumeOf(`v${index}`, apart, change)
    })
    const { version } = asked
    const nodes = [...new Set(own.map(one => one.node))].map((name, index) =>
      node(name, { version, status: asked.offline && index === 0 ? 'offline' : 'online' }),
    )
    const records = asked.journal.map((one, index) =>
      recordOf(one, made[one.volume % made.length], index, own),
    )
    const table = heat(
      Object.fromEntries(made.map((one, index) => [one.id, asked.iops[index]])),
      noon,
      asked.coverage,
    )
    table.available = asked.available
    return round({
      cluster: cluster({ pools: own, nodes, volumes: made }),
      policies: asked.policies,
      records: oneRunning(records),
      heat: table,
      settings: asked.settings,
      operator: {
        ...emptyOperatorRecord,
        pause: asked.paused ? { why: 'maintenance', sinceUs: noon - hour } : null,
        movedBytes: [{ policy: asked.policies[0].name, day: 20_000, bytes: asked.moved }],
      },
    })
  })

/** No volume runs two migrations. */
function oneRunning(records: readonly MigrationRecord[]): readonly MigrationRecord[] {
  const runs = new Set<string>()
  return records.filter(record => {
    if (record.status?.phase === 'finished') return true
    if (runs.has(record.spec.volume)) return false
    runs.add(record.spec.volume)
    return true
  })
}

/** The same round for an operator that remembers nothing. */
export function afresh(input: RoundInput): RoundInput {
  return { ...input, memory: new DecideMemory() }
}
