/** A VolumeMigration as the journal keeps it, and the finalizer that it carries. */
import type { Problem } from '../core/field.js'
import { group } from '../core/manifest.js'
import { readMigration } from '../core/read-migration.js'
import type { MigrationRecord } from '../core/record.js'
import { volumeMigration } from '../core/resources/volume-migration.js'
import type { KubernetesObject, Resource } from '../kubernetes/api.js'
import { asFarAsKnown } from './newer-record.js'

export const volumeMigrations: Resource = {
  group,
  version: volumeMigration.version,
  plural: volumeMigration.plural,
  namespace: null,
}

/** Keeps an object that was deleted until what we did is undone. */
export const undoFinalizer = `${group}/undo`

export interface KeptMigration {
  readonly name: string
  readonly version: string
  /** Null where the object cannot be read: then the problems say why. */
  readonly record: MigrationRecord | null
  readonly problems: readonly Problem[]
  readonly finalizers: readonly string[]
}

export function keptMigration(object: KubernetesObject): KeptMigration {
  const { name, resourceVersion, finalizers } = object.metadata
  const read = readAsFarAsKnown(object)
  return {
    name,
    version: resourceVersion ?? '',
    record: read.ok ? read.value : null,
    problems: read.ok ? [] : read.problems,
    finalizers: finalizers ?? [],
  }
}

function readAsFarAsKnown(object: KubernetesObject): ReturnType<typeof readMigration> {
  const read = readMigration(object)
  const known = read.ok ? null : asFarAsKnown(object)
  return known === null ? read : readMigration(known)
}

/** It stands, or is to, while a migration is under way: then there may be something to undo. */
export function wantsFinalizer({ status }: MigrationRecord): boolean {
  return status !== null && status.phase !== 'finished'
}

export function hasFinalizer({ finalizers }: KeptMigration): boolean {
  return finalizers.includes(undoFinalizer)
}

/** An object that was deleted goes away with its last finalizer. */
export function isGone({ record, finalizers }: KeptMigration): boolean {
  return record?.deleting === true && finalizers.length === 0
}

/** Against the version that was read. */
export function finalizerPatch({ version, finalizers }: KeptMigration, wanted: boolean): object {
  const others = finalizers.filter(one => one !== undoFinalizer)
  const all = wanted ? [...others, undoFinalizer] : others
  return { metadata: { resourceVersion: version, finalizers: all } }
}
