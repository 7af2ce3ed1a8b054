/**
 * What a migration may want next, what it is told of the world, and how its record changes with it.
 */
import type { Reply } from './command.js'
import type { Landscape } from './landscape.js'
import type { Tier, Volume } from './model.js'
import type { Placement } from './place.js'
import type { ConversionPlacement } from './place-coded.js'
import {
  type CordonRecord,
  type LastCommand,
  type MigrationRecord,
  type MigrationStatus,
  type MoveRecord,
  type Outcome,
  protocol,
} from './record.js'
import type { PolicyObject } from './resources.js'
import type { StripeCommand } from './stripe-command.js'
import type { VersionRow } from './versions.js'

export type Intent =
  | { readonly kind: 'wait'; readonly why: string; readonly holdsSlot: boolean }
  | { readonly kind: 'write'; readonly record: MigrationRecord }
  | { readonly kind: 'finish'; readonly record: MigrationRecord }
  /** The record with the intent noted is written first; then the window, then the command. */
  | {
      readonly kind: 'window'
      readonly record: MigrationRecord
      readonly cordons: readonly CordonRecord[]
      readonly count: number
      readonly step: 'add' | 'remove'
    }
  | { readonly kind: 'take-back'; readonly record: MigrationRecord; readonly count: number }
  /** To the coder; the record with the intent noted is written first. */
  | {
      readonly kind: 'stripes'
      readonly record: MigrationRecord
      readonly command: StripeCommand
    }

export interface MigrationView {
  readonly nowUs: number
  readonly epoch: number
  /** Null: the volume is gone. */
  readonly volume: Volume | null
  readonly landscape: Landscape
  /**
   * Another migration of the volume that runs, or was asked for first; null: it is this one's turn.
   */
  readonly ahead: string | null
  readonly policy: PolicyObject | null
  readonly version: VersionRow | null
  readonly preservationMode: boolean
  /** The operator itself runs with --dry-run: as if paused. */
  readonly sendsNothing: boolean
  /** The tier that its use deserves now; null while that is unknown. */
  readonly wanted: () => Tier | null
  readonly place: (volume: Volume) => Placement
  /** A plan for a conversion that a person asked for. */
  readonly plan: (volume: Volume) => ConversionPlacement
  /** A move or a step that makes no progress for so long is given up. */
  readonly timeoutUs: number
  readonly notWhole: () => string | null
}

export function startStatus(volume: Volume, nowUs: number, epoch: number): MigrationStatus {
  return {
    ...emptyStatus(nowUs, epoch),
    phase: 'claimed',
    intendedReplicas:
      volume.coded?.serves === true ? volume.coded.replicaCount : volume.replicaCount,
    originalReplicas: volume.replicas.map(replica => replica.id),
    holdsSlot: true,
    finishedUs: null,
  }
}

/** The record with one more try of a command, written before the command is sent. */
export function tried(
  record: MigrationRecord,
  status: MigrationStatus,
  move: MoveRecord,
  command: Pick<LastCommand, 'text' | 'removes'>,
  view: MigrationView,
): MigrationRecord {
  const moves = [...status.moves.slice(0, -1), move]
  const phase = move.state === 'undoing' ? 'rolling-back' : 'moving'
  const lastCommand: LastCommand = { ...command, atUs: view.nowUs }
  const attempts = status.attempts + 1
  return {
    ...record,
    status: { ...status, moves, phase, lastCommand, attempts, epoch: view.epoch, holdsSlot: true },
  }
}

/** The record after a command was answered and its window closed. */
export function answered(record: MigrationRecord, reply: Reply): MigrationRecord {
  const { status } = record
  if (status === null) return record
  const command = status.lastCommand
  const cordons: readonly CordonRecord[] = []
  if (reply.kind === 'done' || command === null) return withCordons(record, cordons)
  const refusal: NonNullable<LastCommand['refusal']> =
    reply.kind === 'refused' ? reply.refusal : 'unknown'
  const message = reply.kind === 'refused' ? reply.text : reply.why
  const lastCommand: LastCommand = { ...command, refusal }
  return { ...record, status: { ...status, cordons, lastCommand, message } }
}

export function withCordons(
  record: MigrationRecord,
  cordons: readonly CordonRecord[],
): MigrationRecord {
  return record.status === null ? record : { ...record, status: { ...record.status, cordons } }
}

export function write(
  record: MigrationRecord,
  status: MigrationStatus,
  move: MoveRecord,
  change: Partial<MigrationStatus>,
): Intent {
  const moves = [...status.moves.slice(0, -1), move]
  const phase = move.state === 'undoing' ? 'rolling-back' : 'moving'
  return { kind: 'write', record: { ...record, status: { ...status, phase, ...change, moves } } }
}

export function finish(
  record: MigrationRecord,
  view: MigrationView,
  outcome: Outcome,
  why: string | null,
): Intent {
  const status = record.status ?? emptyStatus(view.nowUs, view.epoch)
  const ended = {
    ...status,
    phase: 'finished' as const,
    outcome,
    why,
    cordons: [],
    finishedUs: view.nowUs,
    holdsSlot: false,
  }
  return { kind: 'finish', record: { ...record, status: ended } }
}

/** Of a migration that ends before it began. */
function emptyStatus(nowUs: number, epoch: number): MigrationStatus {
  return {
    protocol,
    epoch,
    phase: 'finished',
    outcome: null,
    why: null,
    intendedReplicas: 0,
    originalReplicas: [],
    addedReplicas: [],
    moves: [],
    conversion: null,
    cordons: [],
    lastCommand: null,
    attempts: 0,
    holdsSlot: false,
    startedUs: nowUs,
    finishedUs: nowUs,
    message: '',
  }
}

export function wait(why: string, holdsSlot: boolean): Intent {
  return { kind: 'wait', why, holdsSlot }
}
