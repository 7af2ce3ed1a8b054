/**
 * The journal in memory: versions, create and replace that fail as an API server's do. Several
 * parties share one; it survives the crash of each.
 */
import type { MigrationRecord, OperatorRecord } from '../src/core/record.js'
import { emptyOperatorRecord } from '../src/core/record.js'
import type { Journal, ReadAnswer, WriteAnswer } from '../src/ports.js'
import type { Party } from './engine/engine.js'
import type { AnswerFate } from './faults/fault-plan.js'
import type { PortLatency } from './latency.js'

/** A call that is not answered is given up after so long. */
const deadlineUs = 10_000_000
const noAnswer = 'the API server does not answer'

export class MemoryJournal {
  private readonly places = new Map<string, number>()
  private readonly stored: MigrationRecord[] = []
  /** What was given out last; null since something changed. */
  private list: readonly MigrationRecord[] | null = null
  private operatorRecord: OperatorRecord = { ...emptyOperatorRecord, version: '1' }
  private nextVersion = 2

  /** Told of every record that is written, at that instant, and by whom. */
  constructor(private readonly tell: (record: MigrationRecord, by: string) => void) {}

  /** The same array again while nothing changed. */
  records(): readonly MigrationRecord[] {
    this.list ??= this.stored.slice()
    return this.list
  }

  operator(): OperatorRecord {
    return this.operatorRecord
  }

  create(record: MigrationRecord, by: string): WriteAnswer<MigrationRecord> {
    if (this.places.has(record.name)) return { kind: 'conflict' }
    return this.store(record, by)
  }

  replace(record: MigrationRecord, by: string): WriteAnswer<MigrationRecord> {
    const known = this.find(record.name)
    if (known === undefined || known.version !== record.version) return { kind: 'conflict' }
    return this.store(record, by)
  }

  replaceOperator(record: OperatorRecord): WriteAnswer<OperatorRecord> {
    if (record.version !== this.operatorRecord.version) return { kind: 'conflict' }
    this.operatorRecord = { ...record, version: this.version() }
    return { kind: 'written', stored: this.operatorRecord }
  }

  /** `couchestor pause` and `couchestor resume`. */
  setPause(pause: OperatorRecord['pause']): void {
    this.replaceOperator({ ...this.operatorRecord, pause })
  }

  /** A person's word on a record, as `kubectl delete` and `kubectl apply` give it. */
  markDeleting(name: string): void {
    const known = this.find(name)
    if (known !== undefined) this.store({ ...known, deleting: true }, 'person')
  }

  private store(record: MigrationRecord, by: string): WriteAnswer<MigrationRecord> {
    const stored = { ...record, version: this.version() }
    const place = this.places.get(record.name) ?? this.stored.length
    this.places.set(record.name, place)
    this.stored[place] = stored
    this.list = null
    this.tell(stored, by)
    return { kind: 'written', stored }
  }

  private find(name: string): MigrationRecord | undefined {
    const place = this.places.get(name)
    return place === undefined ? undefined : this.stored[place]
  }

  private version(): string {
    this.nextVersion += 1
    return String(this.nextVersion)
  }
}

/** The journal port of one party; a write whose answer is lost has been written all the same. */
export function journalOf(
  journal: MemoryJournal,
  party: Party,
  latency: PortLatency,
  fate: () => AnswerFate,
): Journal {
  const read = <Stored>(stored: () => Stored): Promise<ReadAnswer<Stored>> => {
    const drawn = fate()
    if (drawn.kind === 'lost') {
      return party.call(deadlineUs, () => ({ kind: 'unavailable', why: noAnswer }))
    }
    return party.call(latency.journalUs + drawn.delayUs, () => ({ kind: 'read', stored: stored() }))
  }
  const write = async <Stored>(effect: () => WriteAnswer<Stored>): Promise<WriteAnswer<Stored>> => {
    const drawn = fate()
    const answer = await party.call(latency.journalUs, effect)
    if (drawn.kind === 'lost') {
      await party.call(deadlineUs, () => null)
      return { kind: 'unknown', why: noAnswer }
    }
    if (drawn.delayUs > 0) await party.call(drawn.delayUs, () => null)
    return answer
  }
  return {
    records: () => read(() => journal.records()),
    operator: () => read(() => journal.operator()),
    create: record => write(() => journal.create(record, party.name)),
    replace: record => write(() => journal.replace(record, party.name)),
    replaceOperator: record => write(() => journal.replaceOperator(record)),
  }
}
