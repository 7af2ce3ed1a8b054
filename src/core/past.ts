/**
 * What the journal says of each volume's past: what runs, when it last moved, how often it failed.
 */
import type { PolicyName, VolumeId } from './model.js'
import type { MigrationRecord } from './record.js'

export interface Past {
  /** Not finished: somebody works on it, or will. */
  readonly running: MigrationRecord | null
  readonly lastCompletedUs: number | null
  readonly lastFailedUs: number | null
  /** Failures since the last completed one. */
  readonly failures: number
  /** Fingerprint of pools, policy and replicas at the last failure: a change lifts the block. */
  readonly failedWith: string | null
  /** How many of the last failures had that fingerprint, without another between them. */
  readonly failuresAlike: number
  /** It has its extra copies of preservation mode, and was not moved since. */
  readonly preserved: boolean
  /** Until when a person's move keeps the policy away. */
  readonly heldUntilUs: number | null
  /** The highest number in the names of the operator's own records. */
  readonly lastNumber: number
}

export const neverMoved: Past = {
  running: null,
  lastCompletedUs: null,
  lastFailedUs: null,
  failures: 0,
  failedWith: null,
  failuresAlike: 0,
  preserved: false,
  heldUntilUs: null,
  lastNumber: 0,
}

export class Pasts {
  private records: readonly MigrationRecord[] = []
  private readonly byVolume = new Map<VolumeId, Past>()
  /** Where the records of each volume stand, in order. */
  private readonly places = new Map<VolumeId, number[]>()
  private changed = new Set<VolumeId>()
  private readonly runningPlaces = new Set<number>()
  private active: readonly MigrationRecord[] = []
  /** Few at any time: looking there is quicker than in all pasts. */
  private readonly runningByVolume = new Map<VolumeId, MigrationRecord>()

  /** Derives again only the pasts of volumes whose records are others than before. */
  read(records: readonly MigrationRecord[]): void {
    const before = this.records
    if (records === before) return
    this.records = records
    const places = differences(before, records)
    const changed = new Set<VolumeId>()
    for (const place of places) {
      for (const record of [before[place], records[place]]) {
        if (record !== undefined) changed.add(record.spec.volume)
      }
    }
    this.noteOrder(before, places)
    for (const volume of changed) {
      this.changed.add(volume)
      this.derive(volume)
    }
    this.noteRunning(places)
  }

  /** Afterwards `places` are those of the records. */
  private noteOrder(before: readonly MigrationRecord[], changed: readonly number[]): void {
    const { records } = this
    const stands = changed.every(
      place => place >= before.length || records[place]?.spec.volume === before[place].spec.volume,
    )
    if (!stands) this.places.clear()
    for (let place = stands ? before.length : 0; place < records.length; place++) {
      const { volume } = records[place].spec
      const places = this.places.get(volume)
      if (places === undefined) this.places.set(volume, [place])
      else places.push(place)
    }
  }

  private derive(volume: VolumeId): void {
    const { records } = this
    const places = this.places.get(volume)
    if (places === undefined) this.byVolume.delete(volume)
    else this.byVolume.set(volume, summarize(places.map(place => records[place])))
  }

  /** Those that run, the oldest first, in whatever order a journal lists them. */
  private noteRunning(changed: readonly number[]): void {
    const { records, runningPlaces } = this
    for (const place of changed) {
      const record = records[place]
      if (record !== undefined && isRunning(record)) runningPlaces.add(place)
      else runningPlaces.delete(place)
    }
    const places = [...runningPlaces].sort((a, b) => a - b)
    this.active = places.map(place => records[place]).sort(byAge)
    this.runningByVolume.clear()
    for (const { spec } of this.active) {
      const { running } = this.of(spec.volume)
      if (running !== null) this.runningByVolume.set(spec.volume, running)
    }
  }

  /** Volumes whose past may be another one than when this was last asked. */
  takeChanged(): ReadonlySet<VolumeId> {
    const { changed } = this
    if (changed.size > 0) this.changed = new Set()
    return changed
  }

  of(volume: VolumeId): Past {
    return this.byVolume.get(volume) ?? neverMoved
  }

  /** The migration of a volume that runs, or null. */
  runningOf(volume: VolumeId): MigrationRecord | null {
    return this.runningByVolume.get(volume) ?? null
  }

  running(): readonly MigrationRecord[] {
    return this.active
  }

  /** Those that run, without requests that wait until another one of their volume has ended. */
  runningOrNext(): readonly MigrationRecord[] {
    return this.active.filter(
      record => record.status !== null || this.runningOf(record.spec.volume) === record,
    )
  }
}

/** Whoever was not taken up yet comes last. */
function byAge(one: MigrationRecord, other: MigrationRecord): number {
  const older = startedUs(one) - startedUs(other)
  if (older !== 0) return older
  return Number(one.name > other.name) - Number(one.name < other.name)
}

function startedUs({ status }: MigrationRecord): number {
  return status?.startedUs ?? Number.MAX_SAFE_INTEGER
}

/** Places at which two lists differ, up to the end of the longer one. */
function differences(
  before: readonly MigrationRecord[],
  now: readonly MigrationRecord[],
): readonly number[] {
  const places: number[] = []
  const length = Math.max(before.length, now.length)
  for (let place = 0; place < length; place++) {
    if (before[place] !== now[place]) places.push(place)
  }
  return places
}

export function isRunning(record: MigrationRecord): boolean {
  return record.status === null || record.status.phase !== 'finished'
}

function summarize(records: readonly MigrationRecord[]): Past {
  const ended = records
    .filter(record => !isRunning(record))
    .sort((a, b) => finishedUs(a) - finishedUs(b))
  let past: Past = neverMoved
  for (const record of ended) past = after(past, record)
  const open = records.filter(isRunning)
  // A person's request that waits behind a migration is not the one that runs.
  const running = open.find(record => record.status !== null) ?? open[0] ?? null
  const lastNumber = Math.max(0, ...records.map(numberOf))
  return { ...past, running, lastNumber }
}

function finishedUs(record: MigrationRecord): number {
  return record.status?.finishedUs ?? 0
}

function after(past: Past, record: MigrationRecord): Past {
  const atUs = finishedUs(record)
  switch (record.status?.outcome) {
    case 'completed': {
      const byPerson = record.spec.requestedBy === 'person'
      const heldUntilUs = byPerson ? atUs + record.spec.holdForUs : past.heldUntilUs
      return { ...neverMoved, heldUntilUs, lastCompletedUs: atUs }
    }
    case 'preserved':
      return { ...past, preserved: true }
    case 'failed':
    case 'rolled-back':
      return afterFailure(past, record.spec.fingerprint, atUs)
    default:
      return past
  }
}

function afterFailure(past: Past, failedWith: string, atUs: number): Past {
  return {
    ...past,
    lastFailedUs: atUs,
    failures: past.failures + 1,
    failedWith,
    failuresAlike: failedWith === past.failedWith ? past.failuresAlike + 1 : 1,
  }
}

/** The number at the end of `VOLUME-N`; a person's object has any name, and no number counts. */
function numberOf(record: MigrationRecord): number {
  const prefix = `${record.spec.volume}-`
  if (!record.name.startsWith(prefix)) return 0
  const number = Number(record.name.slice(prefix.length))
  return Number.isSafeInteger(number) && number > 0 ? number : 0
}

export function nextName(volume: VolumeId, past: Past): string {
  return `${volume}-${past.lastNumber + 1}`
}

/** Slots of one policy that are in use. */
export function runningOf(policy: PolicyName, running: readonly MigrationRecord[]): number {
  return running.filter(record => record.spec.policy === policy).length
}
