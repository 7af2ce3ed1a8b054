/** Laws 1, 2 and 8: what our commands add and remove, judged by what really became of it. */
import type { HistoryEntry, ReplicaEvent } from '../event.js'
import type { VolumeId } from '../model.js'
import type { MigrationRecord, MigrationStatus, MoveRecord } from '../record.js'
import type { LawFacts } from './law-facts.js'
import type { Told } from './told.js'
import type { AskedCount, ToldReplica, ToldVolume } from './told-volume.js'
import type { Verdicts } from './verdicts.js'

/** Right before a command means no longer before it than this. */
const rightBeforeUs = 5_000_000
/** What the control plane answers may be so old: a fault within that time could not be seen. */
const stalenessUs = 30_000_000

export function hearRedundancy(
  entry: HistoryEntry,
  told: Told,
  facts: LawFacts,
  verdicts: Verdicts,
): void {
  if (entry.kind !== 'replica-removed' && entry.kind !== 'replica-added') return
  if (entry.by !== 'command') return
  // What becomes of a source whose coded form serves is judged with it.
  if (told.coded.get(entry.volume)?.serves === true) return
  const volume = told.volume(entry.volume)
  if (entry.kind === 'replica-added') {
    if (facts.settings.preservationMode) judgeExtraCopies(entry, told, volume, verdicts)
    return
  }
  const replica = volume.replicas.get(entry.replica)
  if (replica === undefined) return
  judgeHealthy(entry, told, replica, verdicts)
  if (facts.settings.preservationMode) judgePreserved(entry, told, facts, replica, verdicts)
  else judgeVictim({ entry, told, facts, volume, replica, verdicts })
}

/** Law 1: removing a replica that was healthy leaves as many as were meant to be there. */
function judgeHealthy(
  entry: ReplicaEvent,
  told: Told,
  replica: ToldReplica,
  verdicts: Verdicts,
): void {
  const intended = told.intended(entry.volume)
  verdicts.judge(1, !replica.synced || entry.healthy >= intended, entry.atUs, () => {
    const left = `${entry.healthy} healthy replicas of ${intended}`
    return `${entry.replica} of ${entry.volume} was removed, which left ${left}`
  })
}

interface Removal {
  readonly entry: ReplicaEvent
  readonly told: Told
  readonly facts: LawFacts
  readonly volume: ToldVolume
  readonly replica: ToldReplica
  readonly verdicts: Verdicts
}

/** Law 2. A fault that could not yet be seen when the volume was read is nobody's mistake. */
function judgeVictim(removal: Removal): void {
  const { entry, told, volume, verdicts } = removal
  const { asked } = volume
  const record = recordOf(told, asked, entry.volume)
  const status = record?.status
  const move = status?.moves[status.moves.length - 1]
  if (asked === null || record === null || status == null || move === undefined) return
  if (volume.lastFaultUs >= asked.readUs - stalenessUs) return
  const isFresh = asked.atUs - asked.readUs <= rightBeforeUs
  const wrong = isFresh
    ? wrongVictim({ ...removal, record, status, move })
    : 'the volume was not read right before'
  verdicts.judge(
    2,
    wrong === null,
    entry.atUs,
    () => `${entry.replica} of ${entry.volume} was removed although ${wrong}`,
  )
}

/** A removal in the middle of a move. */
interface Victim extends Removal {
  readonly record: MigrationRecord
  readonly status: MigrationStatus
  readonly move: MoveRecord
}

function wrongVictim(victim: Victim): string | null {
  const { entry, volume, replica, status } = victim
  if (wasThereBefore(status, entry.replica)) return lawlessRemoval(victim)
  if (!replica.synced) {
    const broken = [...volume.replicas].find(
      ([id, one]) => wasThereBefore(status, id) && !one.synced,
    )
    return broken === undefined ? null : `${broken[0]}, which was there before, is not healthy`
  }
  return isSteered(victim) ? null : 'nothing steered the removal of a synced copy'
}

function lawlessRemoval(victim: Victim): string | null {
  const { entry, facts, volume, record, move } = victim
  if (entry.rebuilds > 0) return 'a rebuild runs on the volume'
  const added = move.toReplica === null ? undefined : volume.replicas.get(move.toReplica)
  if (added === undefined) return 'it has no replacement'
  if (!added.synced) return `its replacement ${move.toReplica} is not synced`
  const { policy, toTier } = record.spec
  if (policy !== null && facts.tierOf(policy, added.pool) !== toTier) {
    return `its replacement ${move.toReplica} stands outside ${toTier}`
  }
  return null
}

/** A cordon of the migration stands on the node of the replica that went. */
function isSteered(victim: Victim): boolean {
  const { told, facts, replica, record } = victim
  const node = facts.pools.find(pool => pool.id === replica.pool)?.node
  for (const [what, cordon] of told.cordons) {
    if (cordon.migration === record.name && what.startsWith(`node ${node} `)) return true
  }
  return false
}

/** There before the move that runs: at the migration's start, or by an earlier move of it. */
function wasThereBefore(status: MigrationStatus, replica: string): boolean {
  return (
    status.originalReplicas.some(id => id === replica) ||
    status.moves.some(move => hasCopy(move) && move.toReplica === replica)
  )
}

function hasCopy(move: MoveRecord): boolean {
  return move.state === 'done' || move.state === 'kept'
}

function recordOf(told: Told, asked: AskedCount | null, volume: VolumeId): MigrationRecord | null {
  const name = asked?.migration ?? told.runningOf.get(volume)
  return name === undefined ? null : (told.running.get(name) ?? null)
}

/** Law 8: only an added copy that is unsynced or outside the target tier is removed. */
function judgePreserved(
  entry: ReplicaEvent,
  told: Told,
  facts: LawFacts,
  replica: ToldReplica,
  verdicts: Verdicts,
): void {
  const { asked } = told.volume(entry.volume)
  const record = recordOf(told, asked, entry.volume)
  // A copy that became synced so late could still look unsynced.
  const synced = replica.synced && replica.syncedUs <= (asked?.readUs ?? 0) - stalenessUs
  const was = record?.status?.originalReplicas.some(id => id === entry.replica) ?? true
  const policy = record?.spec.policy ?? null
  const outside = policy === null || facts.tierOf(policy, replica.pool) !== record?.spec.toTier
  verdicts.judge(
    8,
    !was && (!synced || outside),
    entry.atUs,
    () => `${entry.replica} of ${entry.volume} was removed in preservation mode`,
  )
}

/** Law 8: at most as many extra copies as the volume is meant to have replicas. */
function judgeExtraCopies(
  entry: ReplicaEvent,
  told: Told,
  volume: ToldVolume,
  verdicts: Verdicts,
): void {
  const intended = told.intended(entry.volume)
  const copies = volume.replicas.size + 1 - intended
  verdicts.judge(
    8,
    copies <= intended,
    entry.atUs,
    () => `${entry.volume} has ${copies} extra copies and is meant to have ${intended} replicas`,
  )
}
