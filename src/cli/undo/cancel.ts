/** Cancels a migration that runs: an operator that finds it deleted undoes what it did. */
import type { KubernetesApi } from '../../kubernetes/api.js'
import {
  finalizerPatch,
  hasFinalizer,
  type KeptMigration,
  volumeMigrations,
  wantsFinalizer,
} from '../../live/migration-object.js'

/** Null: it is done, or the object is gone; else why not. */
export async function cancel(api: KubernetesApi, kept: KeptMigration): Promise<string | null> {
  const { name, record } = kept
  // Without it the object goes at once, and with it all that says what is to be undone.
  if (record !== null && wantsFinalizer(record) && !hasFinalizer(kept)) {
    const held = await api.merge(volumeMigrations, name, finalizerPatch(kept, true))
    if (held.kind !== 'answered') return `${name}: ${whyNot(held)}`
  }
  const deleted = await api.delete(volumeMigrations, name)
  if (deleted.kind === 'answered') return null
  if (deleted.kind === 'refused' && deleted.status === notFound) return null
  return `${name}: ${whyNot(deleted)}`
}

const notFound = 404

type Unanswered = Exclude<
  Awaited<ReturnType<KubernetesApi['delete']>>,
  { readonly kind: 'answered' }
>

export function whyNot(answer: Unanswered): string {
  return answer.kind === 'refused' ? answer.message : answer.why
}
