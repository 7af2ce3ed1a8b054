/** The journal as it stands, read once: nothing is written, and nothing need be installed. */
import { emptyOperatorRecord, type MigrationRecord, type OperatorRecord } from '../core/record.js'
import type { Answer, KubernetesApi, Page } from '../kubernetes/api.js'
import type { ReadAnswer } from '../ports.js'
import { keptMigration, volumeMigrations } from './migration-object.js'
import { OperatorMap } from './operator-map.js'

export interface JournalState {
  readonly records: readonly MigrationRecord[]
  readonly operator: OperatorRecord
}

export async function readJournal(
  api: KubernetesApi,
  namespace: string,
): Promise<ReadAnswer<JournalState>> {
  const records = await listed(api)
  if (records.kind === 'unavailable') return records
  const operator = await new OperatorMap(api, namespace).look()
  if (operator.kind === 'unavailable') return operator
  const stored = operator.kind === 'absent' ? emptyOperatorRecord : operator.stored
  return { kind: 'read', stored: { records: records.stored, operator: stored } }
}

const pageLimit = 500
const notFound = 404

/** Those that can be read. A server that does not know the kind has none. */
async function listed(api: KubernetesApi): Promise<ReadAnswer<readonly MigrationRecord[]>> {
  const records: MigrationRecord[] = []
  let next: string | null = null
  do {
    const from = next === null ? {} : { next }
    const answer: Answer<Page> = await api.list(volumeMigrations, { limit: pageLimit, ...from })
    if (answer.kind === 'failed') return { kind: 'unavailable', why: answer.why }
    if (answer.kind === 'refused') {
      if (answer.status === notFound) return { kind: 'read', stored: [] }
      return { kind: 'unavailable', why: answer.message }
    }
    const read = answer.value.items.map(object => keptMigration(object).record)
    records.push(...read.filter(record => record !== null))
    next = answer.value.next
  } while (next !== null)
  return { kind: 'read', stored: records }
}
