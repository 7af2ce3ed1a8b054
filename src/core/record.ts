/**
 * What the journal holds: one record for each migration, and the one record of the operator.
 * Records are values; every change is a new value written against the version that was read.
 */
import type { Refusal } from './command.js'
import type { Conversion } from './conversion-state.js'
import type {
  NodeId,
  PolicyName,
  PoolCordon,
  PoolId,
  ReplicaId,
  Tier,
  VolumeId,
  VolumeTier,
} from './model.js'

/** Number of the record's format. The last two are continued; of others only cordons are undone. */
export const protocol = 1

export type Outcome =
  | 'completed'
  | 'rolled-back'
  | 'failed'
  | 'preserved'
  | 'cancelled'
  | 'gone'
  | 'abandoned'
  | 'refused'

export interface MigrationSpec {
  readonly volume: VolumeId
  readonly fromTier: VolumeTier
  readonly toTier: Tier
  readonly toForm: 'replicated' | 'coded'
  readonly releaseSource: boolean
  /** A person's move keeps the policy away so long, from its end. */
  readonly holdForUs: number
  readonly policy: PolicyName | null
  readonly reason: string
  readonly requestedBy: 'policy' | 'person' | 'drift'
  /** Bytes of the volume when the migration was claimed. */
  readonly sizeBytes: number
  /** Policy, pools and replicas that the migration rests on: a change lifts a block by failures. */
  readonly fingerprint: string
  /** Operations a second that the decision rested on; null when it did not rest on heat. */
  readonly heatIops: number | null
}

/** A cordon that we set: what stood before ours stands after it. */
export type CordonRecord =
  | {
      readonly kind: 'pool'
      readonly pool: PoolId
      readonly before: PoolCordon | null
      readonly ours: PoolCordon
    }
  | { readonly kind: 'node'; readonly node: NodeId; readonly label: string }

/** How a move stands. `kept`: its copy is synced, and preservation mode kept the old replica. */
export type MoveState =
  | 'planned'
  | 'adding'
  | 'syncing'
  | 'removing'
  | 'undoing'
  | 'done'
  | 'kept'
  | 'undone'

/** One replica's way: analyze, add, wait until synced, remove. */
export interface MoveRecord {
  readonly fromReplica: ReplicaId
  readonly fromPool: PoolId
  /** Pools that this move accepts as a destination. */
  readonly accepted: readonly PoolId[]
  readonly toReplica: ReplicaId | null
  readonly toPool: PoolId | null
  readonly state: MoveState
  readonly progressPercent: number
  /**
   * Last instant at which the copy was seen to progress; the time without progress counts from
   * here.
   */
  readonly progressedUs: number
  /** Since when the copy has been seen synced without interruption; null when it was not. */
  readonly syncedSinceUs: number | null
  readonly startedUs: number
  readonly finishedUs: number | null
  readonly expectedDurationUs: number
}

/** Nothing of the move is in flight any more. */
export function isOver(move: MoveRecord): boolean {
  return move.state === 'done' || move.state === 'kept' || move.state === 'undone'
}

export interface LastCommand {
  readonly text: string
  /** The replica that a removal was meant for. */
  readonly removes?: ReplicaId
  readonly atUs: number
  /**
   * Why it was refused, or that its effect is unknown; left out: it was taken, or not answered yet.
   */
  readonly refusal?: Refusal | 'unknown'
}

export interface MigrationStatus {
  readonly protocol: number
  /** The holder's epoch: a later leader carries a higher one. */
  readonly epoch: number
  readonly phase: 'claimed' | 'moving' | 'rolling-back' | 'finished'
  readonly outcome: Outcome | null
  /** Code of the reason when the outcome is not `completed`; one of core/reasons. */
  readonly why: string | null
  /**
   * Replica count that the volume is meant to have, from when the migration began or as a person
   * set it since.
   */
  readonly intendedReplicas: number
  /** Replicas that were there when the migration began, or came since by other hands. */
  readonly originalReplicas: readonly ReplicaId[]
  /** Replicas that were seen to come from this migration's commands. */
  readonly addedReplicas: readonly ReplicaId[]
  readonly moves: readonly MoveRecord[]
  /** Null: it moves replicas from tier to tier. */
  readonly conversion: Conversion | null
  readonly cordons: readonly CordonRecord[]
  /** The last command that was sent, and when: observations older than it are ignored. */
  readonly lastCommand: LastCommand | null
  /** Tries of the command that the current move waits for. */
  readonly attempts: number
  /** False while it cannot progress and has given its slot back. */
  readonly holdsSlot: boolean
  readonly startedUs: number
  readonly finishedUs: number | null
  readonly message: string
}

export interface MigrationRecord {
  /** `VOLUME-N` for the operator's own. Creating it is the claim. */
  readonly name: string
  /**
   * Opaque to the core: a replace names the version that was read. Empty before the first write.
   */
  readonly version: string
  readonly spec: MigrationSpec
  /** Null on a person's object that nobody has taken up yet. */
  readonly status: MigrationStatus | null
  /** True once a person deleted the object: cancel, undo, then let it go. */
  readonly deleting: boolean
}

/**
 * One object for the whole operator: slots, the window, brakes, pause. Changed by compare-and-swap
 * only.
 */
export interface OperatorRecord {
  readonly version: string
  /** The leader's: an operator that meets a higher one than its own was deposed and stands down. */
  readonly epoch: number
  /** Names of the migrations that hold a slot, with their policy. */
  readonly slots: readonly { readonly migration: string; readonly policy: PolicyName | null }[]
  /** The one window of the cluster. */
  readonly window: {
    readonly migration: string
    readonly openedUs: number
    readonly epoch: number
  } | null
  /** Bytes that moves were started for, by policy and day (days since the epoch, UTC). */
  readonly movedBytes: readonly {
    readonly policy: PolicyName
    readonly day: number
    readonly bytes: number
  }[]
  readonly pause: { readonly why: string; readonly sinceUs: number } | null
}

export const emptyOperatorRecord: OperatorRecord = {
  version: '',
  epoch: 0,
  slots: [],
  window: null,
  movedBytes: [],
  pause: null,
}
