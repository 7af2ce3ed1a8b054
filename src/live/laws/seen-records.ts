/**
 * The journal as the laws hear it. A record is judged as the operator means to write it, because
 * that is what its other migrations plan beside; what others wrote, deleted, or what did not come
 * to be, is learned with the next reading, and nobody is blamed for it.
 */
import type { LawWatch } from '../../core/laws.js'
import type { VolumeId } from '../../core/model.js'
import type { MigrationRecord } from '../../core/record.js'

export class SeenRecords {
  /** As they were read last, or are about to be written. */
  private readonly known = new Map<string, MigrationRecord>()
  private read: readonly MigrationRecord[] | null = null
  private readonly volumes = new Set<VolumeId>()

  constructor(
    private readonly watch: Pick<LawWatch, 'hear' | 'learn'>,
    private readonly operator: string,
  ) {}

  get(name: string): MigrationRecord | undefined {
    return this.known.get(name)
  }

  /** All records; the same array again costs nothing. */
  reads(records: readonly MigrationRecord[], atUs: number): void {
    if (records === this.read) return
    this.read = records
    const changed = records.filter(record => this.known.get(record.name) !== record)
    for (const record of changed.sort(byEnd)) this.learn(record, atUs)
    const there = new Set(records.map(({ name }) => name))
    for (const record of [...this.known.values()]) {
      if (!there.has(record.name)) this.vanished(record, records, atUs)
    }
  }

  /** Right before it is written. */
  means(record: MigrationRecord, atUs: number): void {
    // What a person asked for has no status until it is taken up: that is no start of a policy's.
    const known = this.known.get(record.name)
    if (known?.status === null) this.watch.learn(this.entry(known, atUs))
    this.known.set(record.name, record)
    this.introduce(record, atUs)
    this.watch.hear(this.entry(record, atUs))
  }

  /** Whether the last write had an effect is not known, or it had none. */
  doubts(): void {
    this.read = null
  }

  private learn(record: MigrationRecord, atUs: number): void {
    this.known.set(record.name, record)
    if (record.status === null) return
    this.introduce(record, atUs)
    this.watch.learn(this.entry(record, atUs))
  }

  /** A person took it away: neither does it run, nor does a cooldown count from it. */
  private vanished(
    record: MigrationRecord,
    records: readonly MigrationRecord[],
    atUs: number,
  ): void {
    this.known.delete(record.name)
    if (record.status === null) return
    const status = { ...record.status, phase: 'finished', finishedUs: 0 } as const
    this.watch.learn(this.entry({ ...record, status }, atUs))
    const { volume } = record.spec
    for (const other of records.filter(one => one.spec.volume === volume).sort(byEnd)) {
      this.learn(other, atUs)
    }
  }

  /** Volumes are told for their cooldowns alone: as unpublished ones they cannot be short. */
  private introduce({ spec }: MigrationRecord, atUs: number): void {
    const { volume, sizeBytes } = spec
    if (this.volumes.has(volume)) return
    this.volumes.add(volume)
    const sizes = { replicaCount: 0, sizeBytes, allocatedBytes: 0 }
    this.watch.learn({ kind: 'volume-created', atUs, volume, ...sizes })
    this.watch.learn({ kind: 'volume-unpublished', atUs, volume })
  }

  private entry(record: MigrationRecord, atUs: number) {
    return { kind: 'record', atUs, operator: this.operator, record } as const
  }
}

function byEnd(one: MigrationRecord, other: MigrationRecord): number {
  return endOf(one) - endOf(other)
}

function endOf({ status }: MigrationRecord): number {
  return status?.finishedUs ?? Number.MAX_SAFE_INTEGER
}
