/** Histories made by hand, entry by entry, for the laws to look at. */
import type { DomainEvent, HistoryEntry, ReplicaEvent } from '../../src/core/event.js'
import { type LawFacts, type LawWatch, watchLaws } from '../../src/core/laws.js'
import { nodeId, policyName, poolId, replicaId, type Tier, volumeId } from '../../src/core/model.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import type { MigrationRecord, MigrationStatus, MoveRecord } from '../../src/core/record.js'
import type { StoragePolicySpec } from '../../src/core/resources.js'
import { defaultSettings, type OperatorSettings } from '../../src/core/settings.js'

export const second = 1_000_000
export const gibibyte = 1_073_741_824
export const vol = volumeId('vol')
export const tiersPolicy = policyName('tiers')

const pools = ['hot-0', 'hot-1', 'cold-2', 'cold-3', 'cold-4']

export function facts(
  change: { spec?: Partial<StoragePolicySpec>; settings?: Partial<OperatorSettings> } = {},
): LawFacts {
  const policy = defaultPolicy('tiers')
  return {
    settings: { ...defaultSettings, ...change.settings },
    policies: [{ ...policy, spec: { ...policy.spec, ...change.spec } }],
    pools: pools.map((id, index) => ({
      id: poolId(id),
      node: nodeId(`node-${index}`),
      capacityBytes: 100 * gibibyte,
    })),
    tierOf: (_, pool) => (pool.startsWith('hot') ? 'hot' : pool.startsWith('cold') ? 'cold' : null),
  }
}

/** Plays entries to a watch; time goes on by a second with each, unless it is said otherwise. */
export class Tale {
  readonly entries: HistoryEntry[] = []
  readonly watch: LawWatch
  nowUs = 0

  constructor(known: LawFacts = facts()) {
    this.watch = watchLaws(known)
    this.add({ kind: 'restart', atUs: 0, operator: 'one' })
  }

  add(entry: HistoryEntry): this {
    this.entries.push(entry)
    this.watch.hear(entry)
    return this
  }

  after(seconds: number): this {
    this.nowUs += seconds * second
    return this
  }

  volume(name: string, on: readonly string[], sizeBytes = gibibyte): this {
    const volume = volumeId(name)
    const atUs = this.nowUs
    const allocatedBytes = sizeBytes
    const replicaCount = on.length
    this.add({ kind: 'volume-created', atUs, volume, replicaCount, sizeBytes, allocatedBytes })
    for (const [index, pool] of on.entries()) {
      this.replica('replica-added', `${name}-r${index}`, pool, index, 'person')
      this.replica('replica-synced', `${name}-r${index}`, pool, index + 1, 'person')
    }
    return this
  }

  replica(
    kind: ReplicaEvent['kind'],
    replica: string,
    pool: string,
    healthy: number,
    by: ReplicaEvent['by'] = 'command',
    rebuilds = 0,
  ): this {
    const volume = volumeId(replica.replace(/-r\d+$/, ''))
    return this.add({
      kind,
      atUs: this.nowUs,
      volume,
      replica: replicaId(replica),
      pool: poolId(pool),
      healthy,
      rebuilds,
      by,
    })
  }

  record(record: MigrationRecord): this {
    return this.add({ kind: 'record', atUs: this.nowUs, operator: 'one', record })
  }

  command(
    command: Extract<DomainEvent, { kind: 'command' }>['command'],
    migration: string | null = 'vol-1',
    readUs = this.nowUs,
  ): this {
    const atUs = this.nowUs
    return this.add({ kind: 'command', atUs, operator: 'one', migration, command, readUs })
  }

  count(count: number, migration: string | null = 'vol-1', readUs = this.nowUs): this {
    return this.command({ kind: 'set-replica-count', volume: vol, count }, migration, readUs)
  }

  cordonNode(node: string, migration = 'vol-1'): this {
    const label = `couchestor-${migration}`
    this.command({ kind: 'cordon-node', node: nodeId(node), label }, migration)
    return this.cordon('cordon-set', `node ${node} ${label}`)
  }

  cordon(
    kind: 'cordon-set' | 'cordon-cleared',
    what: string,
    by: 'command' | 'person' = 'command',
  ) {
    return this.add({ kind, atUs: this.nowUs, what, by })
  }

  /** The numbers of the laws that were broken. */
  get broken(): readonly number[] {
    return this.watch.result().violations.map(one => one.law)
  }

  /** What is said of them. */
  get texts(): readonly string[] {
    return this.watch.result().violations.map(one => one.text)
  }

  stakes(law: number): number {
    return this.watch.timesAtStake().get(law) ?? 0
  }
}

export function move(change: Partial<MoveRecord> = {}): MoveRecord {
  return {
    fromReplica: replicaId('vol-r0'),
    fromPool: poolId('hot-0'),
    accepted: [poolId('cold-2'), poolId('cold-3')],
    toReplica: null,
    toPool: null,
    state: 'planned',
    progressPercent: 0,
    progressedUs: 0,
    syncedSinceUs: null,
    startedUs: 0,
    finishedUs: null,
    expectedDurationUs: second,
    ...change,
  }
}

export interface RecordChange {
  readonly name?: string
  readonly atUs?: number
  readonly spec?: Partial<MigrationRecord['spec']>
  readonly status?: Partial<MigrationStatus>
}

/** A migration of `vol` from hot to cold, by its policy. */
export function record(change: RecordChange = {}): MigrationRecord {
  const toTier: Tier = 'cold'
  return {
    name: change.name ?? 'vol-1',
    version: '1',
    deleting: false,
    spec: {
      volume: vol,
      fromTier: 'hot',
      toTier,
      toForm: 'replicated',
      releaseSource: false,
      holdForUs: 0,
      policy: tiersPolicy,
      reason: 'at-or-below-low',
      requestedBy: 'policy',
      sizeBytes: gibibyte,
      fingerprint: '',
      heatIops: 3,
      ...change.spec,
    },
    status: {
      protocol: 1,
      epoch: 1,
      phase: (change.status?.moves?.length ?? 0) > 0 ? 'moving' : 'claimed',
      outcome: null,
      why: null,
      intendedReplicas: 2,
      originalReplicas: [replicaId('vol-r0'), replicaId('vol-r1')],
      addedReplicas: [],
      moves: [],
      conversion: null,
      cordons: [],
      lastCommand: null,
      attempts: 0,
      holdsSlot: true,
      startedUs: change.atUs ?? 0,
      finishedUs: null,
      message: '',
      ...change.status,
    },
  }
}

export function finished(atUs: number, change: RecordChange = {}): MigrationRecord {
  const status = { phase: 'finished', outcome: 'completed', finishedUs: atUs } as const
  return record({ ...change, status: { ...status, holdsSlot: false, ...change.status } })
}

export const toReplica = replicaId('vol-r2')
export const toPool = poolId('cold-2')
export const removing = move({ state: 'removing', toReplica, toPool })
export const syncing = move({ state: 'syncing', toReplica, toPool })
export const undoing = move({ state: 'undoing', toReplica, toPool })

/** A copy of ours stands synced on cold-2 beside the two on hot, and step four is next. */
export function readyToRemove(known = facts()): Tale {
  return new Tale(known)
    .volume('vol', ['hot-0', 'hot-1'])
    .record(record())
    .record(record({ status: { moves: [move()] } }))
    .record(record({ status: { moves: [move({ state: 'adding' })] } }))
    .count(3)
    .replica('replica-added', 'vol-r2', 'cold-2', 2)
    .record(record({ status: { moves: [syncing] } }))
    .replica('replica-synced', 'vol-r2', 'cold-2', 3, 'cluster')
    .after(120)
    .record(record({ status: { moves: [removing] } }))
    .cordonNode('node-0')
    .count(2)
}
