/**
 * One replica count that we sent, and what became of it: a short history of its own, told from the
 * read right before the command, so that nothing is judged by what could not be known then.
 */
import { isSynced, rebuildsOf, syncedReplicas } from '../../core/health.js'
import { policyView } from '../../core/landscape.js'
import { type LawFacts, type LawWatch, watchLaws } from '../../core/laws.js'
import {
  type Cluster,
  poolId,
  type Replica,
  type ReplicaId,
  type Volume,
} from '../../core/model.js'
import type { MigrationRecord } from '../../core/record.js'
import type { PolicyObject } from '../../core/resources.js'
import type { SetCordon } from './seen-cordons.js'

export interface SentCount {
  readonly operator: string
  readonly atUs: number
  readonly count: number
  readonly record: MigrationRecord
  /** The read right before the command. */
  readonly before: Volume
  /** Cordons of the migration that stood when it was sent. */
  readonly cordons: readonly SetCordon[]
  readonly policies: readonly PolicyObject[]
  readonly cluster: Cluster
  readonly facts: LawFacts
}

/** Told so long before the command, so that what was known is older than what could not be seen. */
const longBeforeUs = 120_000_000

/** The laws, which have judged it; `later` are replicas that were seen synced afterwards. */
export function judge(
  sent: SentCount,
  changed: Replica,
  kind: 'replica-added' | 'replica-removed',
  later: ReadonlySet<ReplicaId>,
): LawWatch {
  const { before, atUs, operator, record, count } = sent
  const watch = watchLaws(factsOf(sent))
  const volume = before.id
  const tellers = { atUs, operator, migration: record.name }
  tellVolume(sent, later, watch.learn)
  watch.learn({ kind: 'record', atUs, operator, record })
  for (const { what, command } of sent.cordons) {
    watch.learn({ kind: 'command', ...tellers, command })
    watch.learn({ kind: 'cordon-set', atUs, what, by: 'command' })
  }
  const command = { kind: 'set-replica-count', volume, count } as const
  watch.learn({ kind: 'command', ...tellers, command, readUs: atUs })
  const synced = syncedReplicas(before).map(({ id }) => id)
  const left = new Set([...synced, ...later])
  left.delete(changed.id)
  watch.hear({
    kind,
    atUs,
    volume,
    replica: changed.id,
    pool: poolOf(changed),
    healthy: left.size,
    rebuilds: rebuildsOf(before),
    by: 'command',
  })
  return watch
}

function tellVolume(
  { before, atUs, record }: SentCount,
  later: ReadonlySet<ReplicaId>,
  learn: ReturnType<typeof watchLaws>['learn'],
): void {
  const { id: volume, sizeBytes } = before
  const rebuilds = rebuildsOf(before)
  const wasUs = atUs - longBeforeUs
  const replicaCount = record.status?.intendedReplicas ?? before.replicaCount
  learn({
    kind: 'volume-created',
    atUs: wasUs,
    volume,
    replicaCount,
    sizeBytes,
    allocatedBytes: 0,
  })
  for (const replica of before.replicas) {
    const told = { volume, replica: replica.id, pool: poolOf(replica), rebuilds } as const
    const by = { healthy: 0, by: 'cluster' } as const
    learn({ kind: 'replica-added', atUs: wasUs, ...told, ...by })
    const wasSynced = before.target !== null && isSynced(replica)
    if (!wasSynced && !later.has(replica.id)) continue
    learn({ kind: 'replica-synced', atUs: wasSynced ? wasUs : atUs, ...told, ...by })
  }
}

/**
 * A pool that the move was planned into is in its tier, whatever a person made of labels and
 * policies since.
 */
function factsOf({ record, policies, cluster, facts }: SentCount): LawFacts {
  const accepted = new Set((record.status?.moves ?? []).flatMap(move => move.accepted))
  return {
    settings: facts.settings,
    policies: facts.policies,
    pools: facts.pools,
    tierOf: (name, pool) => {
      if (accepted.has(pool)) return record.spec.toTier
      const policy = policies.find(one => one.name === name)
      if (policy === undefined) return null
      return policyView(policy, cluster.pools).tierOfPool.get(pool) ?? null
    },
  }
}

function poolOf({ pool }: Replica): NonNullable<Replica['pool']> {
  return pool ?? poolId('')
}
