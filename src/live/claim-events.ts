/**
 * What the owner of a claim is told, as Events of it: that its volume begins to move, how that
 * ended, and what holds it back where a person can do something about it.
 */
import type { Decision } from '../core/decision.js'
import type { DomainEvent } from '../core/event.js'
import type { VolumeId } from '../core/model.js'
import { type ReasonCode, reasons } from '../core/reasons.js'
import type { MigrationRecord, Outcome } from '../core/record.js'
import { camelCase } from '../core/resources/status-kinds.js'
import type { Tale } from '../kubernetes/recorder.js'

export interface ClaimIdentity {
  readonly namespace: string
  readonly name: string
  readonly uid: string
}

/** Null: it is nothing for a claim's owner, or nobody claims the volume. */
export function claimTale(
  event: DomainEvent,
  claimOf: (volume: VolumeId) => ClaimIdentity | null,
): Tale | null {
  const told = toldOf(event)
  const claim = told === null ? null : claimOf(told.volume)
  if (told === null || claim === null) return null
  const { volume: _, ...words } = told
  const regarding = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim }
  return { regarding, ...words }
}

interface Told extends Omit<Tale, 'regarding'> {
  readonly volume: VolumeId
}

function toldOf(event: DomainEvent): Told | null {
  if (event.kind === 'decision') return heldBack(event.decision)
  return event.kind === 'record' ? migration(event.record) : null
}

/** Reasons that lie with the volume, its claim or the room: whoever waits, waits for a person. */
const forPeople: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'policy-conflict',
  'outside-tiers',
  'repeated-failure',
  'snapshots',
  'affinity-group',
  'cannot-steer',
  'topology-forbids',
  'no-node-free',
  'tier-full',
])

function heldBack({ volume, verdict, reason, from, to }: Decision): Told | null {
  if (verdict !== 'blocked' || !forPeople.has(reason)) return null
  const way = to === null ? `on ${from}` : `from ${from} to ${to}`
  const note = `It cannot move ${way} [${reason}]: see docs/reasons.md.`
  return { volume, type: 'Warning', reason: camelCase(reason), action: 'Hold', note }
}

function migration({ name, spec, status }: MigrationRecord): Told | null {
  const { volume, fromTier, toTier } = spec
  const way = `from ${fromTier} to ${toTier}`
  if (status?.phase === 'claimed') {
    const note = `Migration ${name} ${way} begins.`
    return { volume, type: 'Normal', reason: 'MigrationStarted', action: 'Migrate', note }
  }
  if (status?.phase !== 'finished' || status.outcome === null) return null
  const { type, reason, ended } = endings[status.outcome]
  const why = status.why === null ? '' : `: ${whyText(status.why)}`
  const note = `Migration ${name} ${way} ${ended}${why}${status.why === null ? '.' : ''}`
  return { volume, type, reason, action: 'Migrate', note }
}

type Ending = Pick<Tale, 'type' | 'reason'> & { readonly ended: string }

/** A warning only where somebody should look. */
const endings: Readonly<Record<Outcome, Ending>> = {
  completed: { type: 'Normal', reason: 'MigrationCompleted', ended: 'is completed' },
  preserved: {
    type: 'Normal',
    reason: 'MigrationPreserved',
    ended: 'ended, its old replicas kept',
  },
  cancelled: { type: 'Normal', reason: 'MigrationCancelled', ended: 'was cancelled' },
  gone: { type: 'Normal', reason: 'MigrationCancelled', ended: 'was cancelled' },
  'rolled-back': failed('was rolled back'),
  failed: failed('failed'),
  abandoned: failed('was abandoned'),
  refused: failed('was refused'),
}

function failed(ended: string): Ending {
  return { type: 'Warning', reason: 'MigrationFailed', ended }
}

function whyText(why: string): string {
  const known = Object.entries(reasons).find(([code]) => code === why)
  return known === undefined ? why : `${known[1].says} [${why}]`
}
