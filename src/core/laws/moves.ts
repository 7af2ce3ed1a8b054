/** Laws 13 and 16: when a move may begin, and into which pools. */
import { rawBytesPerPool } from '../coded-form.js'
import type { Conversion } from '../conversion-state.js'
import type { HistoryEntry } from '../event.js'
import type { PoolId } from '../model.js'
import { isOver, type MigrationRecord, type MoveRecord } from '../record.js'
import type { LawFacts } from './law-facts.js'
import type { Told } from './told.js'
import type { Verdicts } from './verdicts.js'

/** The control plane tells a change within 30 s; a look at the cluster is no older than 15 s. */
const visibleAfterUs = 45_000_000

export class MoveWatch {
  constructor(
    private readonly told: Told,
    private readonly facts: LawFacts,
    private readonly verdicts: Verdicts,
  ) {}

  hear(entry: HistoryEntry): void {
    if (entry.kind === 'command') this.hearCommand(entry)
    if (entry.kind !== 'record') return
    const { record, atUs } = entry
    const known = this.told.running.get(record.name)?.status
    const conversion = record.status?.conversion ?? null
    if (conversion !== null) {
      const isNew = known?.conversion == null
      if (isNew)
        this.judgePools(record, conversion.plan.pools, bytesOnEach(record, conversion), atUs)
      return
    }
    const moves = record.status?.moves ?? []
    if (moves.length <= (known?.moves.length ?? 0)) return
    const move = moves[moves.length - 1]
    if (move.state === 'planned') {
      this.judgePools(record, move.accepted, record.spec.sizeBytes, atUs)
    }
  }

  /** Law 13. */
  private judgePools(
    record: MigrationRecord,
    pools: readonly PoolId[],
    bytes: number,
    atUs: number,
  ): void {
    const { told, verdicts } = this
    for (const pool of pools) {
      const changedUs = told.poolChangedUs.get(pool) ?? Number.NEGATIVE_INFINITY
      if (changedUs > atUs - visibleAfterUs) continue
      const why = this.noPlace(record, pool, bytes)
      verdicts.judge(13, why === null, atUs, () => `${record.name} plans into ${pool}: ${why}`)
    }
  }

  /** Law 16. Whatever is not whole and could be seen keeps a move from starting. */
  private hearCommand(entry: Extract<HistoryEntry, { kind: 'command' }>): void {
    const { told, verdicts } = this
    const { command, migration, atUs } = entry
    if (command.kind !== 'set-replica-count' || migration === null) return
    if (lastMove(told.running.get(migration))?.state !== 'adding') return
    let broken: string | null = null
    for (const [what, sinceUs] of told.notWhole) {
      if (atUs - sinceUs > visibleAfterUs) broken = what
    }
    verdicts.judge(16, broken === null, atUs, () => {
      return `${migration} adds a replica while ${broken} is not whole`
    })
  }

  /** IOPS rest on heat, which no history tells: core/place answers for them. */
  private noPlace(record: MigrationRecord, pool: PoolId, sizeBytes: number): string | null {
    const { told, facts } = this
    const capacityBytes = facts.pools.find(one => one.id === pool)?.capacityBytes
    if (capacityBytes === undefined) return 'nobody knows that pool'
    let takenBytes = 0
    for (const other of told.running.values()) {
      const move = other.name === record.name ? undefined : lastMove(other)
      if (move === undefined || !goesInto(move, pool)) continue
      if (isCopying(move)) return `${other.name} copies into it`
      takenBytes += missingBytes(told, other, move)
    }
    let largestBytes = 0
    for (const id of told.onPool(pool).values()) {
      const volume = told.volume(id)
      takenBytes += volume.allocatedBytes
      largestBytes = Math.max(largestBytes, volume.sizeBytes)
    }
    for (const { pools, bytesPerPool, serves } of told.coded.values()) {
      if (!pools.includes(pool)) continue
      takenBytes += bytesPerPool
      if (serves) largestBytes = Math.max(largestBytes, bytesPerPool)
    }
    const usableBytes = Math.floor((capacityBytes * facts.settings.headroomPercent) / 100)
    const roomBytes = usableBytes - largestBytes - takenBytes
    return roomBytes >= sizeBytes ? null : `${roomBytes} bytes of room for ${sizeBytes}`
  }
}

/** What a conversion brings to each of its pools. */
function bytesOnEach({ spec }: MigrationRecord, { plan }: Conversion): number {
  return plan.kind === 'code' ? rawBytesPerPool(plan.coding, spec.sizeBytes) : spec.sizeBytes
}

/** What a move has promised to a pool and not yet put there. */
function missingBytes(told: Told, record: MigrationRecord, move: MoveRecord): number {
  const volume = told.volume(record.spec.volume)
  const landed = move.toReplica !== null && volume.replicas.has(move.toReplica)
  return Math.max(0, record.spec.sizeBytes - (landed ? volume.allocatedBytes : 0))
}

function lastMove(record: MigrationRecord | undefined): MoveRecord | undefined {
  const moves = record?.status?.moves ?? []
  return moves[moves.length - 1]
}

function goesInto(move: MoveRecord, pool: PoolId): boolean {
  if (isOver(move)) return false
  return move.toPool === null ? move.accepted.includes(pool) : move.toPool === pool
}

function isCopying(move: MoveRecord): boolean {
  return move.state === 'planned' || move.state === 'adding' || move.state === 'syncing'
}
