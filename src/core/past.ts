/** What the journal says of each volume's past: what runs, when it last moved, how often it failed. */
import type { PolicyName, Tier, VolumeId } from './model.js'
import type { MigrationRecord, Outcome } from './record.js'

export interface Past {
  /** Not finished: somebody works on it, or will. */
  readonly running: MigrationRecord | null
  readonly lastCompletedUs: number | null
  readonly lastCompletedTo: Tier | null
  readonly lastFailedUs: number | null
  /** Failures since the last completed one. */
  readonly failures: number
  /** Fingerprint of pools, policy and replicas at the last failure: a change lifts the block. */
  readonly lastFailure: MigrationRecord | null
  /** Until when a person's move keeps the policy away. */
  readonly heldUntilUs: number | null
  /** The highest number in the names of the operator's own records. */
  readonly lastNumber: number
}

const nothing: Past = {
  running: null,
  lastCompletedUs: null,
  lastCompletedTo: null,
  lastFailedUs: null,
  failures: 0,
  lastFailure: null,
  heldUntilUs: null,
  lastNumber: 0,
}

const failed: ReadonlySet<Outcome> = new Set<Outcome>(['failed', 'rolled-back'])

export class Pasts {
  private records: readonly MigrationRecord[] = []
  private readonly byVolume = new Map<VolumeId, Past>()
  private active: readonly MigrationRecord[] = []

  /** Derives again only the pasts of volumes whose records are others than before. */
  read(records: readonly MigrationRecord[]): void {
    const before = this.records
    if (records === before) return
    this.records = records
    const changed = new Set<VolumeId>()
    for (let index = 0; index < Math.max(records.length, before.length); index++) {
      if (records[index] === before[index]) continue
      for (const record of [records[index], before[index]]) {
        if (record !== undefined) changed.add(record.spec.volume)
      }
    }
    const own = new Map<VolumeId, MigrationRecord[]>()
    for (const volume of changed) own.set(volume, [])
    for (const record of records) own.get(record.spec.volume)?.push(record)
    for (const [volume, some] of own) {
      if (some.length === 0) this.byVolume.delete(volume)
      else this.byVolume.set(volume, summarize(some))
    }
    this.active = records.filter(isRunning)
  }

  of(volume: VolumeId): Past {
    return this.byVolume.get(volume) ?? nothing
  }

  running(): readonly MigrationRecord[] {
    return this.active
  }
}

export function isRunning(record: MigrationRecord): boolean {
  return record.status === null || record.status.phase !== 'finished'
}

function summarize(records: readonly MigrationRecord[]): Past {
  const ended = records
    .filter(record => !isRunning(record))
    .sort((a, b) => (a.status?.finishedUs ?? 0) - (b.status?.finishedUs ?? 0))
  let past: Past = nothing
  for (const record of ended) past = after(past, record)
  const running = records.find(isRunning) ?? null
  const lastNumber = Math.max(0, ...records.map(numberOf))
  return { ...past, running, lastNumber }
}

function after(past: Past, record: MigrationRecord): Past {
  const finishedUs = record.status?.finishedUs ?? 0
  const outcome = record.status?.outcome
  const held =
    record.spec.requestedBy === 'person' && outcome === 'completed'
      ? { heldUntilUs: finishedUs + record.spec.holdForUs }
      : {}
  if (outcome === 'completed') {
    const lastCompletedTo = record.spec.toTier
    return { ...past, ...held, lastCompletedUs: finishedUs, lastCompletedTo, failures: 0 }
  }
  if (outcome === null || outcome === undefined || !failed.has(outcome)) return past
  const failures = past.failures + 1
  return { ...past, lastFailedUs: finishedUs, failures, lastFailure: record }
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
