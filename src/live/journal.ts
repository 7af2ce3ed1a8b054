/**
 * The journal port: VolumeMigration objects, and the ConfigMap of the operator. Every write is made
 * against the version that was read, and is read again as soon as it was answered.
 */
import type { VolumeId } from '../core/model.js'
import type { MigrationRecord, OperatorRecord } from '../core/record.js'
import { writeMigration } from '../core/write-migration.js'
import type { Answer, KubernetesApi, KubernetesObject } from '../kubernetes/api.js'
import { type Reflecting, reflect } from '../kubernetes/reflecting.js'
import type { Timing } from '../kubernetes/timing.js'
import type { Change } from '../kubernetes/watched.js'
import type { Journal, ReadAnswer, WriteAnswer } from '../ports.js'
import { JournalView, type Unreadable } from './journal-view.js'
import {
  finalizerPatch,
  hasFinalizer,
  isGone,
  type KeptMigration,
  keptMigration,
  undoFinalizer,
  volumeMigrations,
  wantsFinalizer,
} from './migration-object.js'
import { isNewer, withUndone } from './newer-record.js'
import { OperatorMap, type Wishes, watchWishes } from './operator-map.js'
import { OwnWrites } from './own-writes.js'
import { Requests } from './requests.js'
import { whyUnknown } from './watch-age.js'

export { type JournalState, readJournal } from './read-journal.js'

export interface JournalOptions {
  /** Where the ConfigMap is. */
  readonly namespace: string
  /** Bytes of a volume, which a person's object does not say; null where nobody knows. */
  readonly sizeOf: (volume: VolumeId) => number | null
}

/** An answered write; else what to tell of it. */
type Written = { readonly kind: 'kept'; readonly kept: KeptMigration } | NotWritten
type NotWritten = Exclude<WriteAnswer<never>, { readonly kind: 'written' }>

export class LiveJournal implements Journal {
  private readonly migrations: Reflecting<KeptMigration>
  private readonly wishes: Reflecting<Wishes>
  private readonly map: OperatorMap
  private readonly writes = new OwnWrites<KeptMigration>()
  private readonly requests = new Requests()
  private readonly view: JournalView
  private readonly listeners: (() => void)[] = []
  /** What the view was last made of. */
  private seen: ReadonlyMap<string, KeptMigration> | null = null
  private seenRevision = -1
  private paused: string | null = null
  private hearLogLevel: (word: string | null) => void = () => {}
  private why: string | null = null

  constructor(
    private readonly api: KubernetesApi,
    private readonly timing: Timing,
    { namespace, sizeOf }: JournalOptions,
  ) {
    this.migrations = reflect(api, volumeMigrations, { keep: keptMigration }, timing)
    this.wishes = watchWishes(api, namespace, timing)
    this.map = new OperatorMap(api, namespace)
    this.view = new JournalView(sizeOf)
  }

  /** Once. */
  start(): void {
    this.migrations.subscribe(change => this.heard(change))
    this.wishes.subscribe(() => this.heardOfWishes())
    this.migrations.start()
    this.wishes.start()
  }

  async stop(): Promise<void> {
    await Promise.all([this.migrations.stop(), this.wishes.stop()])
  }

  whenListed(): Promise<void> {
    return this.migrations.whenListed()
  }

  /** By kind of object. */
  watched(): Readonly<Record<string, Pick<Reflecting<unknown>, 'knownUpToUs' | 'lists'>>> {
    return { volumemigrations: this.migrations, configmaps: this.wishes }
  }

  /** Calls back when a person asked for something: a migration, an end of one, a pause. */
  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  /** Calls back with what a person wrote as the level of the log; null: nothing. May repeat it. */
  onLogLevel(listener: (word: string | null) => void): void {
    this.hearLogLevel = listener
  }

  /** Objects that cannot be read: nobody acts on them until they are mended. */
  unreadable(): readonly Unreadable[] {
    this.look()
    return this.view.unreadable()
  }

  /** Why the last write was not done, or may not have been; null once one was. */
  trouble(): string | null {
    return this.why
  }

  async records(): Promise<ReadAnswer<readonly MigrationRecord[]>> {
    const { migrations, timing } = this
    const why = whyUnknown('volumemigrations', migrations, timing.nowUs())
    if (why !== null) return { kind: 'unavailable', why }
    this.look()
    await this.letGo()
    this.look()
    return { kind: 'read', stored: this.view.records() }
  }

  /** The claim: of two, one meets a conflict. */
  create(record: MigrationRecord): Promise<WriteAnswer<MigrationRecord>> {
    return this.writing(record.name, async () => {
      const finalizers = wantsFinalizer(record) ? [undoFinalizer] : []
      const { name } = record
      const object = { ...writeMigration(record), metadata: { name, finalizers } }
      const created = await this.asked(record, this.api.create(volumeMigrations, object))
      if (created.kind !== 'kept' || record.status === null) return created
      // The server drops the status of an object that is created.
      return this.writeStatus({ ...record, version: created.kept.version })
    })
  }

  replace(record: MigrationRecord): Promise<WriteAnswer<MigrationRecord>> {
    if (record.version === '') return Promise.resolve({ kind: 'conflict' })
    return this.writing(record.name, () => this.writeStatus(record))
  }

  operator(): Promise<ReadAnswer<OperatorRecord>> {
    return this.map.read()
  }

  async replaceOperator(record: OperatorRecord): Promise<WriteAnswer<OperatorRecord>> {
    const answer = await this.map.replace(record)
    this.why = answer.kind === 'unknown' ? answer.why : null
    return answer
  }

  private async writing(
    name: string,
    write: () => Promise<Written>,
  ): Promise<WriteAnswer<MigrationRecord>> {
    this.writes.begin(name)
    const written = await write()
    this.writes.end(name)
    this.why = written.kind === 'unknown' ? written.why : null
    if (written.kind !== 'kept') return written
    const { record, problems } = written.kept
    if (record !== null) return { kind: 'written', stored: this.view.sized(record) }
    this.why = `it was written, and cannot be read: ${problems.map(one => one.message).join('; ')}`
    return { kind: 'unknown', why: this.why }
  }

  /**
   * The status, then the finalizer where it is not as it should be. Nothing goes on without one
   * that is wanted; one that could not be taken away is taken away later.
   */
  private async writeStatus(record: MigrationRecord): Promise<Written> {
    const written = await this.asked(record, this.replaceStatus(record))
    if (written.kind !== 'kept') return written
    const { kept } = written
    const wanted = wantsFinalizer(record)
    // None can be added to an object that was deleted.
    if (hasFinalizer(kept) === wanted || (wanted && kept.record?.deleting === true)) return written
    const settled = await this.patchFinalizer(kept, wanted)
    return settled.kind === 'kept' || wanted ? settled : written
  }

  private async replaceStatus(record: MigrationRecord): Promise<Answer<KubernetesObject>> {
    const { name, version: resourceVersion } = record
    const whole = { ...writeMigration(record), metadata: { name, resourceVersion } }
    const there = isNewer(record) ? await this.api.get(volumeMigrations, name) : null
    if (there !== null && there.kind !== 'answered') return there
    const object = there === null ? whole : (withUndone(there.value, record) ?? whole)
    return this.api.replace(volumeMigrations, object, 'status')
  }

  private patchFinalizer(kept: KeptMigration, wanted: boolean): Promise<Written> {
    const patch = finalizerPatch(kept, wanted)
    return this.asked(kept, this.api.merge(volumeMigrations, kept.name, patch))
  }

  /** Finalizers that an operator left, which ended between its last two writes. */
  private async letGo(): Promise<void> {
    for (const kept of this.view.leftBehind().slice(0, mostLetGo)) {
      if (this.writes.isUnderWay(kept.name)) continue
      const written = await this.writing(kept.name, () => this.patchFinalizer(kept, false))
      // Whatever is in the way is in the way of the others too: they are for another time.
      if (written.kind !== 'written') return
    }
  }

  private async asked(
    { name, version }: Pick<KeptMigration, 'name' | 'version'>,
    asking: Promise<Answer<KubernetesObject>>,
  ): Promise<Written> {
    const answer = await asking
    if (answer.kind === 'answered') return { kind: 'kept', kept: this.answered(answer.value) }
    if (answer.kind === 'failed') return { kind: 'unknown', why: `${name}: ${answer.why}` }
    const { status, message } = answer
    if (status !== taken && status !== notFound) return { kind: 'unknown', why: message }
    this.writes.refused(name, version)
    return { kind: 'conflict' }
  }

  private answered(object: KubernetesObject): KeptMigration {
    const kept = keptMigration(object)
    const { name } = kept
    const watched = this.migrations.objects()?.get(name)
    if (isGone(kept)) this.writes.ended(name, watched, this.timing.nowUs())
    else this.writes.answered(name, kept, watched, this.timing.nowUs())
    return kept
  }

  private look(): void {
    const watched = this.migrations.objects()
    const { revision } = this.writes
    if (watched === null || (watched === this.seen && revision === this.seenRevision)) return
    this.view.take(this.writes.over(watched))
    this.seen = watched
    this.seenRevision = revision
  }

  private heard(change: Change<KeptMigration>): void {
    const { writes } = this
    const isOurs = (name: string): boolean => writes.isUnderWay(name) || writes.isAhead(name)
    const all = this.migrations.objects() ?? new Map()
    const isAsked = this.requests.heard(change, all, isOurs)
    writes.heard(change)
    if (isAsked) this.tell()
  }

  private heardOfWishes(): void {
    const before = this.paused
    const [now = noWishes] = (this.wishes.objects() ?? new Map<string, Wishes>()).values()
    this.paused = now.pause
    this.hearLogLevel(now.logLevel)
    if (before !== null && before !== this.paused) this.tell()
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}

const noWishes: Wishes = { pause: 'null', logLevel: null }

/** With one look. */
const mostLetGo = 5

const notFound = 404
const taken = 409
