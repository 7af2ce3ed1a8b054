/**
 * The records of the journal, out of the objects as they are known: the same array while none of
 * them changed, and each at its place.
 */
import type { Problem } from '../core/field.js'
import type { VolumeId } from '../core/model.js'
import type { MigrationRecord } from '../core/record.js'
import { isSame, keptArray } from './kept.js'
import { hasFinalizer, type KeptMigration } from './migration-object.js'

/** An object that says nothing to anybody until it is mended. */
export interface Unreadable {
  readonly name: string
  readonly problems: readonly Problem[]
}

/** Bytes of a volume; null where nobody knows. */
export type SizeOf = (volume: VolumeId) => number | null

export class JournalView {
  /** In the order in which they came. */
  private readonly known = new Map<string, { kept: KeptMigration; record: MigrationRecord }>()
  /** Names of those that are under way, and of whose volume no size is known. */
  private readonly unsized = new Set<string>()
  private stored: readonly MigrationRecord[] = []
  private notRead: readonly Unreadable[] = []

  constructor(private readonly sizeOf: SizeOf) {}

  records(): readonly MigrationRecord[] {
    if (this.fillSizes()) this.list()
    return this.stored
  }

  unreadable(): readonly Unreadable[] {
    return this.notRead
  }

  /** Those that are finished, and still keep an object that was deleted. */
  leftBehind(): readonly KeptMigration[] {
    return [...this.known.values()]
      .filter(({ kept, record }) => hasFinalizer(kept) && record.status?.phase === 'finished')
      .map(({ kept }) => kept)
  }

  /** What is known now, of all. */
  take(all: ReadonlyMap<string, KeptMigration>): void {
    for (const name of this.known.keys()) if (!all.has(name)) this.forget(name)
    const notRead: Unreadable[] = []
    for (const [name, kept] of all) {
      if (kept.record !== null) this.note(kept, kept.record)
      else {
        this.forget(name)
        notRead.push({ name, problems: kept.problems })
      }
    }
    this.notRead = notRead
    this.fillSizes()
    this.list()
  }

  /** A person's object does not say how large its volume is: once that is known, it stands. */
  sized(record: MigrationRecord): MigrationRecord {
    const { spec, status } = record
    if (spec.sizeBytes > 0 || status?.phase === 'finished') return record
    const before = this.known.get(record.name)?.record.spec
    const known = before?.volume === spec.volume && before.sizeBytes > 0 ? before.sizeBytes : null
    const sizeBytes = known ?? this.sizeOf(spec.volume)
    return sizeBytes === null ? record : { ...record, spec: { ...spec, sizeBytes } }
  }

  private note(kept: KeptMigration, read: MigrationRecord): void {
    const { name } = kept
    const before = this.known.get(name)
    if (before?.kept === kept) return
    const now = this.sized(read)
    const isKept = before !== undefined && isSame(before.record, now)
    this.known.set(name, { kept, record: isKept ? before.record : now })
    if (now.spec.sizeBytes > 0 || now.status?.phase === 'finished') this.unsized.delete(name)
    else this.unsized.add(name)
  }

  private forget(name: string): void {
    this.known.delete(name)
    this.unsized.delete(name)
  }

  /** Answers whether one was filled. */
  private fillSizes(): boolean {
    let isFilled = false
    for (const name of this.unsized) {
      const known = this.known.get(name)
      const record = known && this.sized(known.record)
      if (known === undefined || record === undefined || record === known.record) continue
      known.record = record
      if (record.spec.sizeBytes > 0) this.unsized.delete(name)
      isFilled = true
    }
    return isFilled
  }

  private list(): void {
    this.stored = keptArray(
      this.stored,
      [...this.known.values()].map(({ record }) => record),
    )
  }
}
