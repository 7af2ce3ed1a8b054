/** What undoing one migration means, as the journal stands: values in, values out. */
import type { Problem } from '../../core/field.js'
import type { Tier } from '../../core/model.js'
import { tiers } from '../../core/model.js'
import { nearest } from '../../core/nearest.js'
import { isRunning } from '../../core/past.js'
import type { MigrationRecord, MigrationStatus, Outcome } from '../../core/record.js'
import type { KeptMigration } from '../../live/migration-object.js'

export type UndoPlan =
  | { readonly kind: 'unknown'; readonly nearest: string | null }
  | { readonly kind: 'unreadable'; readonly problems: readonly Problem[] }
  /** It runs, or waits for its turn. */
  | { readonly kind: 'cancel'; readonly kept: KeptMigration; readonly record: MigrationRecord }
  | { readonly kind: 'cancelled-already'; readonly record: MigrationRecord }
  /** A person's move the other way. */
  | { readonly kind: 'move-back'; readonly record: MigrationRecord; readonly back: MoveBack }
  | { readonly kind: 'nothing-to-undo'; readonly why: string }
  /** It stays as it is, and why. */
  | { readonly kind: 'stays'; readonly why: string }

export interface MoveBack {
  readonly name: string
  readonly volume: MigrationRecord['spec']['volume']
  readonly toTier: Tier
}

export function planUndo(journal: readonly KeptMigration[], name: string): UndoPlan {
  const kept = journal.find(one => one.name === name)
  if (kept === undefined) {
    const names = journal.map(one => one.name)
    return { kind: 'unknown', nearest: nearest(name, names) }
  }
  const { record, problems } = kept
  if (record === null) return { kind: 'unreadable', problems }
  if (isRunning(record)) {
    return record.deleting
      ? { kind: 'cancelled-already', record }
      : { kind: 'cancel', kept, record }
  }
  const { status } = record
  if (status === null) throw new Error('a record without a status runs')
  return status.outcome === 'completed'
    ? planBack(journal, record, status)
    : planOfOther(status.outcome)
}

function planBack(
  journal: readonly KeptMigration[],
  record: MigrationRecord,
  status: MigrationStatus,
): UndoPlan {
  const { volume, fromTier, toForm } = record.spec
  const others = journal.flatMap(one =>
    one.record !== null && one.name !== record.name && one.record.spec.volume === volume
      ? one.record
      : [],
  )
  const running = others.find(isRunning)
  if (running !== undefined) {
    return { kind: 'stays', why: `${running.name} runs for its volume: undo that one first` }
  }
  const later = others.find(other => movedAfter(other, status.finishedUs ?? 0))
  if (later !== undefined) {
    const why = `${later.name} moved its volume since, to ${later.spec.toTier}: undo that one`
    return { kind: 'stays', why }
  }
  const toTier = tiers.find(tier => tier === fromTier)
  if (toForm === 'coded' || toTier === undefined) {
    const from = toForm === 'coded' ? 'a coded volume has no way back here' : fromWords(fromTier)
    return { kind: 'stays', why: `${from}: create a VolumeMigration to the tier that you want` }
  }
  return { kind: 'move-back', record, back: { name: nextBack(journal, volume), volume, toTier } }
}

function fromWords(fromTier: MigrationRecord['spec']['fromTier']): string {
  return fromTier === 'mixed'
    ? 'its volume was on several tiers before'
    : 'its volume was on no tier before'
}

function movedAfter({ status }: MigrationRecord, atUs: number): boolean {
  return status?.outcome === 'completed' && (status.finishedUs ?? 0) > atUs
}

/** No name of the operator's own, which are `VOLUME-N`. */
function nextBack(journal: readonly KeptMigration[], volume: string): string {
  const stem = `${volume}-back-`
  const numbers = journal.flatMap(({ name }) =>
    name.startsWith(stem) && /^\d+$/.test(name.slice(stem.length))
      ? Number(name.slice(stem.length))
      : [],
  )
  return `${stem}${Math.max(0, ...numbers) + 1}`
}

function planOfOther(outcome: Outcome | null): UndoPlan {
  switch (outcome) {
    case 'preserved':
      return {
        kind: 'stays',
        why: 'preservation mode kept its copies: remove those that you do not want in Mayastor',
      }
    case 'failed':
      return {
        kind: 'stays',
        why: 'it failed, and what it left is not undone by anybody: compare the volume’s replicas',
      }
    default:
      return { kind: 'nothing-to-undo', why: `it ended as ${outcome ?? 'finished'} before` }
  }
}
