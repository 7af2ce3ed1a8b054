/** What of ours is in the journal still, as the server has it, not as a watch knows it. */
import { isRunning } from '../../core/past.js'
import { emptyOperatorRecord, type MigrationRecord } from '../../core/record.js'
import type { KubernetesApi } from '../../kubernetes/api.js'
import { listAll } from '../../kubernetes/list-all.js'
import {
  hasFinalizer,
  type KeptMigration,
  keptMigration,
  volumeMigrations,
} from '../../live/migration-object.js'
import { OperatorMap } from '../../live/operator-map.js'
import { whyNot } from '../undo/cancel.js'

export interface Running {
  readonly kept: KeptMigration
  readonly record: MigrationRecord
}

export interface Left {
  readonly running: readonly Running[]
  /** Finished, with our finalizer still on them. */
  readonly held: readonly string[]
  /** With our finalizer, and in a form that nobody here can read. */
  readonly unreadable: readonly string[]
  /** The migration whose window is open; null: none is. */
  readonly window: string | null
  /** Migrations that hold a slot: a round gives back those of the ones that ended before it. */
  readonly slots: readonly string[]
  /** Of whoever led last. */
  readonly epoch: number
}

export type LeftAnswer =
  | { readonly kind: 'left'; readonly left: Left }
  | { readonly kind: 'unavailable'; readonly why: string }

export async function whatIsLeft(api: KubernetesApi, namespace: string): Promise<LeftAnswer> {
  const [listed, operator] = await Promise.all([
    listAll(api, volumeMigrations),
    new OperatorMap(api, namespace).look(),
  ])
  // A server that does not know the kind has none.
  const isUnknown = listed.kind === 'refused' && listed.status === notFound
  if (listed.kind !== 'answered' && !isUnknown) {
    return { kind: 'unavailable', why: whyNot(listed) }
  }
  if (operator.kind === 'unavailable') return operator
  const all = listed.kind === 'answered' ? listed.value.map(keptMigration) : []
  const running = all.flatMap(kept =>
    kept.record !== null && isRunning(kept.record) ? { kept, record: kept.record } : [],
  )
  const marked = all.filter(hasFinalizer)
  const record = operator.kind === 'read' ? operator.stored : emptyOperatorRecord
  const left: Left = {
    running,
    held: marked.flatMap(({ name, record }) => (record && !isRunning(record) ? name : [])),
    unreadable: marked.flatMap(({ name, record }) => (record === null ? name : [])),
    window: record.window?.migration ?? null,
    slots: record.slots.map(slot => slot.migration),
    epoch: record.epoch,
  }
  return { kind: 'left', left }
}

const notFound = 404

/** Nothing that rounds could end. */
export function isSettled({ running, held, window, slots }: Left): boolean {
  return [running, held, slots].every(list => list.length === 0) && window === null
}
