/**
 * Laws 1, 2 and 8: which replica went, or came, by a count that we sent. It is put down to our
 * command only where nothing else can have done it; and what looks broken is told only once what is
 * known reaches past it, and nothing around it looks like a fault that could not be seen yet.
 */
import { isSynced, syncedReplicas } from '../../core/health.js'
import type {
  Cluster,
  Observation,
  Replica,
  ReplicaId,
  Volume,
  VolumeId,
} from '../../core/model.js'
import type { LawViolation } from '../../core/result.js'
import { judge, type SentCount } from './sent-count.js'

interface Waiting {
  readonly sent: SentCount
  /** False until Mayastor took it: without an answer nobody knows whose deed it was. */
  isTaken: boolean
  readonly later: Set<ReplicaId>
  suspected: { readonly replica: Replica; readonly seenUs: number } | null
}

export interface BrokenByCount {
  readonly migration: string
  readonly violations: readonly LawViolation[]
}

/** Mayastor trims a volume every half minute; later than this it was somebody else. */
const longestUs = 600_000_000

export class SeenCounts {
  /** Times at stake, by the law's number. */
  readonly atStake = new Map<number, number>()
  private readonly waiting = new Map<VolumeId, Waiting>()

  sends(sent: SentCount): void {
    const { before, count } = sent
    this.waiting.delete(before.id)
    const isWhole = before.operation === null && before.replicas.length === before.replicaCount
    if (!isWhole || before.coded !== null || Math.abs(count - before.replicaCount) !== 1) return
    this.waiting.set(before.id, { sent, isTaken: false, later: new Set(), suspected: null })
  }

  answered(volume: VolumeId, isTaken: boolean): void {
    const waiting = this.waiting.get(volume)
    if (waiting === undefined) return
    if (isTaken) waiting.isTaken = true
    else this.waiting.delete(volume)
  }

  /** The volume alone, or as a whole observation has it. */
  reads(volume: Volume, atUs: number): BrokenByCount | null {
    const waiting = this.waiting.get(volume.id)
    if (waiting === undefined || !waiting.isTaken) return null
    for (const { id } of syncedReplicas(volume)) waiting.later.add(id)
    if (waiting.suspected !== null) return null
    const { sent } = waiting
    const isOver = atUs - sent.atUs > longestUs
    const change = changeOf(sent.before, volume, sent.count)
    if (change === 'none' && !isOver) return null
    if (change === 'none' || change === 'foreign') {
      this.waiting.delete(volume.id)
      return null
    }
    const violations = this.judge(waiting, change.replica, change.kind)
    if (violations.length === 0 || change.kind === 'replica-added') {
      this.waiting.delete(volume.id)
      return violations.length === 0 ? null : { migration: sent.record.name, violations }
    }
    waiting.suspected = { replica: change.replica, seenUs: atUs }
    return null
  }

  observes({ cluster, atUs, knownUpToUs }: Observation<unknown>): readonly BrokenByCount[] {
    const broken: BrokenByCount[] = []
    if (this.waiting.size === 0) return broken
    const shown = new Map(cluster.volumes.map(volume => [volume.id, volume] as const))
    for (const [id, waiting] of this.waiting) {
      const volume = shown.get(id)
      if (volume === undefined) {
        this.waiting.delete(id)
        continue
      }
      const told = this.reads(volume, atUs) ?? this.confirm(waiting, cluster, knownUpToUs.mayastor)
      if (told !== null) broken.push(told)
    }
    return broken
  }

  private confirm(waiting: Waiting, cluster: Cluster, knownUs: number): BrokenByCount | null {
    const { sent, suspected } = waiting
    if (suspected === null) return null
    const { replica, seenUs } = suspected
    const isExcused = mayBeExcused(replica, cluster)
    if (!isExcused && knownUs < seenUs) return null
    this.waiting.delete(sent.before.id)
    const violations = isExcused ? [] : this.judge(waiting, replica, 'replica-removed')
    return violations.length === 0 ? null : { migration: sent.record.name, violations }
  }

  private judge(
    { sent, later }: Waiting,
    replica: Replica,
    kind: ChangeKind,
  ): readonly LawViolation[] {
    const laws = judge(sent, replica, kind, later)
    for (const [law, times] of laws.timesAtStake()) {
      this.atStake.set(law, (this.atStake.get(law) ?? 0) + times)
    }
    return laws.result().violations
  }
}

type ChangeKind = 'replica-added' | 'replica-removed'

type Change = 'none' | 'foreign' | { readonly kind: ChangeKind; readonly replica: Replica }

function changeOf(before: Volume, now: Volume, count: number): Change {
  if (now.replicaCount !== count) return 'foreign'
  const gone = before.replicas.filter(one => !has(now, one))
  const come = now.replicas.filter(one => !has(before, one))
  if (gone.length + come.length > 1) return 'foreign'
  if (gone.length === 1) {
    return count < before.replicaCount ? { kind: 'replica-removed', replica: gone[0] } : 'foreign'
  }
  if (come.length === 0) return 'none'
  return count > before.replicaCount ? { kind: 'replica-added', replica: come[0] } : 'foreign'
}

function has({ replicas }: Volume, replica: Replica): boolean {
  return replicas.some(({ id }) => id === replica.id)
}

/**
 * Mayastor removes what is unhealthy first, and rightly so: a fault of the last half minute, which
 * the read before could not show, leaves its mark on the pool, the node, or what else stands there.
 * And a person's cordon makes a replica go as ours does.
 */
function mayBeExcused({ pool, node }: Replica, { pools, nodes, volumes }: Cluster): boolean {
  const itsPool = pools.find(one => one.id === pool)
  const itsNode = nodes.find(one => one.id === node)
  if (itsPool?.status !== 'online' || itsPool.draining) return true
  if (itsNode?.status !== 'online' || itsNode.draining || itsNode.cordonLabels.length > 0)
    return true
  return volumes.some(
    ({ target, replicas }) =>
      target !== null && replicas.some(one => one.node === node && !isSynced(one)),
  )
}
