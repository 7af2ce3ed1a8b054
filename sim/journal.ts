/**
 * The journal in memory: versions, create and replace that fail as an API server's do. Several
 * parties share one; it survives the crash of each.
 */
import type { MigrationRecord, OperatorRecord } from '../src/core/record.js'
import { emptyOperatorRecord } from '../src/core/record.js'
import type { Journal, WriteAnswer } from '../src/ports.js'
import type { Party } from './engine/engine.js'
import type { PortLatency } from './latency.js'

export class MemoryJournal {
  private readonly byName = new Map<string, MigrationRecord>()
  private list: readonly MigrationRecord[] | null = null
  private operatorRecord: OperatorRecord = { ...emptyOperatorRecord, version: '1' }
  private nextVersion = 2

  /** The same array again while nothing changed. */
  records(): readonly MigrationRecord[] {
    this.list ??= [...this.byName.values()]
    return this.list
  }

  operator(): OperatorRecord {
    return this.operatorRecord
  }

  create(record: MigrationRecord): WriteAnswer<MigrationRecord> {
    if (this.byName.has(record.name)) return { kind: 'conflict' }
    return this.store(record)
  }

  replace(record: MigrationRecord): WriteAnswer<MigrationRecord> {
    const known = this.byName.get(record.name)
    if (known === undefined || known.version !== record.version) return { kind: 'conflict' }
    return this.store(record)
  }

  replaceOperator(record: OperatorRecord): WriteAnswer<OperatorRecord> {
    if (record.version !== this.operatorRecord.version) return { kind: 'conflict' }
    this.operatorRecord = { ...record, version: this.version() }
    return { kind: 'written', stored: this.operatorRecord }
  }

  /** A person's word on a record, as `kubectl delete` and `kubectl apply` give it. */
  markDeleting(name: string): void {
    const known = this.byName.get(name)
    if (known !== undefined) this.store({ ...known, deleting: true })
  }

  private store(record: MigrationRecord): WriteAnswer<MigrationRecord> {
    const stored = { ...record, version: this.version() }
    this.byName.set(record.name, stored)
    this.list = null
    return { kind: 'written', stored }
  }

  private version(): string {
    this.nextVersion += 1
    return String(this.nextVersion)
  }
}

/** The journal port of one party. */
export function journalOf(journal: MemoryJournal, party: Party, latency: PortLatency): Journal {
  const { journalUs } = latency
  return {
    records: () => party.call(journalUs, () => ({ kind: 'read', stored: journal.records() })),
    operator: () => party.call(journalUs, () => ({ kind: 'read', stored: journal.operator() })),
    create: record => party.call(journalUs, () => journal.create(record)),
    replace: record => party.call(journalUs, () => journal.replace(record)),
    replaceOperator: record => party.call(journalUs, () => journal.replaceOperator(record)),
  }
}
