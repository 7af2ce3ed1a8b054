/**
 * Records of a newer protocol than ours, as after a way back to an older operator: their cordons
 * are undone, and nothing else of them is changed, understood or not.
 */
import { isObject } from '../core/field.js'
import { type MigrationRecord, protocol } from '../core/record.js'
import { writeMigration } from '../core/write-migration.js'
import type { KubernetesObject } from '../kubernetes/api.js'

export function isNewer({ status }: Pick<MigrationRecord, 'status'>): boolean {
  return status !== null && status.protocol > protocol
}

/** With as much of its status as undoing takes; null: it is of no newer protocol. */
export function asFarAsKnown(object: KubernetesObject): KubernetesObject | null {
  const { status } = object
  if (!isObject(status) || typeof status.protocol !== 'number') return null
  if (status.protocol <= protocol) return null
  const known = Object.fromEntries(needed.map(name => [name, status[name]]))
  // Whatever else it does, it is under way: there may be something to undo.
  const phase = status.phase === 'Finished' ? 'Finished' : 'Moving'
  return { ...object, status: { ...known, phase } }
}

/**
 * The object as it stands, but for what was undone: against the version that was read. Null: what
 * stands there is of no newer protocol.
 */
export function withUndone(
  object: KubernetesObject,
  record: MigrationRecord,
): KubernetesObject | null {
  if (asFarAsKnown(object) === null) return null
  const { status } = writeMigration(record)
  const said = isObject(status) ? status : {}
  const undone = Object.fromEntries(changed.map(name => [name, said[name]]))
  const stood = isObject(object.status) ? object.status : {}
  const metadata = { ...object.metadata, resourceVersion: record.version }
  return { ...object, metadata, status: { ...stood, ...undone } }
}

const changed = ['cordons', 'holdsSlot', 'message'] as const
const needed = ['protocol', 'epoch', 'intendedReplicas', 'started', ...changed] as const
