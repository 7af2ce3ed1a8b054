/**
 * Tells people what happens to an object, as Events of it. Telling costs its caller nothing and
 * cannot fail; what could not be written is counted. What is told again soon becomes a series of
 * the event that was written, and nobody is told too much of one object.
 */
import { Buffer } from 'node:buffer'
import type { Answer, KubernetesApi, KubernetesObject, Resource } from './api.js'
import { microTime, risingClock } from './micro-time.js'
import type { Timing } from './timing.js'

export interface RecorderSettings {
  /** Who reports, as `storage.billyronks.io/couchestor`. */
  readonly reportingController: string
  /** Which of them: the pod. */
  readonly reportingInstance: string
  /** Where events of objects without a namespace go: a server takes them in `default` only. */
  readonly namespaceOfClusterObjects: string
}

export interface Tale {
  /** With the right uid: without it `kubectl describe` does not show the event. */
  readonly regarding: {
    readonly apiVersion: string
    readonly kind: string
    readonly name: string
    readonly namespace?: string
    readonly uid: string
  }
  readonly type: 'Normal' | 'Warning'
  /** CamelCase. */
  readonly reason: string
  readonly action: string
  /** In a series, the note of the first stays: a server lets nobody change it. */
  readonly note: string
}

export interface Recorder {
  tell(tale: Tale): void
  /** Settles when all is written or given up, at the latest after so long. */
  flush(deadlineUs: number): Promise<void>
  /** Gives up what is not written, and all that is told from here on. */
  close(): void
  /** How many tales were given up. One whose answer was lost may be written all the same. */
  dropped(): number
  queued(): number
}

export function recorder(api: KubernetesApi, settings: RecorderSettings, timing: Timing): Recorder {
  return new EventRecorder(api, settings, timing)
}

const sameSeriesUs = 120_000_000
const longestSeriesUs = 1_800_000_000
const mostAtOnce = 25
const laterEachUs = 300_000_000
const mostRemembered = 4096
const mostQueued = 1000
const mostTries = 12
const firstBackoffUs = 500_000
const longestBackoffUs = 30_000_000

/** One event, and what was told that belongs to it. */
interface Series {
  readonly event: KubernetesObject
  readonly resource: Resource
  readonly uid: string
  readonly beganUs: number
  lastToldUs: number
  lastTime: string
  count: number
  /** Told, and neither written nor given up. */
  pending: number
  isWritten: boolean
  /** In the queue, or being written: once at a time, with all that was told meanwhile. */
  isBusy: boolean
  isGivenUp: boolean
}

class EventRecorder implements Recorder {
  private readonly known = new Map<string, Series>()
  /** For each object, up to when its share of writes is used. */
  private readonly dueUs = new Map<string, number>()
  private readonly queue: Series[] = []
  private readonly closing = new AbortController()
  private readonly writtenUs: () => number
  private writing: Promise<void> | null = null
  private droppedTales = 0

  constructor(
    private readonly api: KubernetesApi,
    private readonly settings: RecorderSettings,
    private readonly timing: Timing,
  ) {
    this.writtenUs = risingClock(timing)
  }

  tell(tale: Tale): void {
    if (this.closing.signal.aborted) {
      this.droppedTales += 1
      return
    }
    const key = keyOf(tale)
    const nowUs = this.timing.monotonicUs()
    const known = this.known.get(key)
    const series = known !== undefined && goesOn(known, nowUs) ? known : this.begin(tale, nowUs)
    series.lastToldUs = nowUs
    series.lastTime = microTime(this.timing.nowUs())
    series.count += 1
    series.pending += 1
    if (known !== undefined && known !== series) this.forget(known)
    const evicted = remember(this.known, key, series)
    if (evicted !== null) this.forget(evicted)
    this.enqueue(series)
    // An event that is not on its way has nothing to go on from; a series carries its count.
    if (!series.isBusy && !series.isWritten) this.giveUp(series)
  }

  async flush(deadlineUs: number): Promise<void> {
    if (this.writing === null) return
    const done = new AbortController()
    void this.writing.then(() => done.abort())
    await this.nap(deadlineUs, done.signal)
  }

  close(): void {
    this.closing.abort()
    for (const series of [...this.queue.splice(0), ...this.known.values()]) this.giveUp(series)
  }

  dropped(): number {
    return this.droppedTales
  }

  queued(): number {
    return this.queue.length
  }

  private begin({ regarding, type, reason, action, note }: Tale, nowUs: number): Series {
    const { reportingController, reportingInstance, namespaceOfClusterObjects } = this.settings
    const namespace = regarding.namespace ?? namespaceOfClusterObjects
    const atUs = this.writtenUs()
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: nameOf(regarding.name, atUs), namespace },
      eventTime: microTime(atUs),
      reportingController,
      reportingInstance: cut(reportingInstance, 128),
      regarding,
      type,
      reason: cut(reason, 128),
      action: cut(action, 128),
      note: cut(note, 1024),
    }
    return {
      event,
      resource: { group: 'events.k8s.io', version: 'v1', plural: 'events', namespace },
      uid: regarding.uid,
      beganUs: nowUs,
      lastToldUs: nowUs,
      lastTime: event.eventTime,
      count: 0,
      pending: 0,
      isWritten: false,
      isBusy: false,
      isGivenUp: false,
    }
  }

  private enqueue(series: Series): void {
    if (this.closing.signal.aborted || series.isBusy || !this.mayWrite(series)) return
    series.isBusy = true
    this.queue.push(series)
    if (this.queue.length > mostQueued) {
      const oldest = this.queue.shift()
      if (oldest !== undefined) this.giveUp(oldest)
    }
    this.writing ??= this.writeAll()
  }

  /** Repetitions count apart from events, so that what is told all the time silences nothing. */
  private mayWrite({ uid, isWritten }: Series): boolean {
    const key = `${isWritten ? 'again' : 'new'} ${uid}`
    const nowUs = this.timing.monotonicUs()
    const dueUs = Math.max(this.dueUs.get(key) ?? nowUs, nowUs)
    const isAllowed = dueUs - nowUs <= (mostAtOnce - 1) * laterEachUs
    remember(this.dueUs, key, isAllowed ? dueUs + laterEachUs : dueUs)
    return isAllowed
  }

  private async writeAll(): Promise<void> {
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      const isWritten = await this.write(next)
      next.isBusy = false
      if (!isWritten) this.giveUp(next)
      else if (next.pending > 0) this.enqueue(next)
    }
    this.writing = null
  }

  private async write(series: Series): Promise<boolean> {
    let isInDoubt = false
    for (let tries = 1; ; tries++) {
      const carried = series.isWritten ? series.pending : 1
      const answer = await this.send(series)
      // The event of this name is the one whose answer was lost.
      const mayBeThere = isInDoubt && !series.isWritten
      if (answer.kind === 'answered' || (mayBeThere && isConflict(answer))) {
        series.isWritten = true
        series.pending = Math.max(0, series.pending - carried)
        return true
      }
      if (!isPassing(answer) || tries === mostTries) return false
      isInDoubt ||= answer.kind === 'refused' ? answer.status >= 500 : answer.reached
      await this.nap(this.backoffUs(answer, tries), this.closing.signal)
      if (this.closing.signal.aborted) return false
    }
  }

  private send({ event, resource, isWritten, count, lastTime }: Series) {
    if (!isWritten) return this.api.create(resource, event)
    const series = { count, lastObservedTime: lastTime }
    return this.api.merge(resource, event.metadata.name, { series })
  }

  /** Full jitter; never less than the server asks for. */
  private backoffUs(answer: Unanswered, tries: number): number {
    const boundUs = Math.min(firstBackoffUs * 2 ** (tries - 1), longestBackoffUs)
    const askedUs = answer.kind === 'refused' ? (answer.retryAfterUs ?? 0) : 0
    return Math.max(Math.floor(boundUs * this.timing.chance()), askedUs)
  }

  /** Nothing more will be told of it; a write that is on its way settles what is pending. */
  private forget(series: Series): void {
    if (!series.isBusy) this.giveUp(series)
  }

  private giveUp(series: Series): void {
    series.isGivenUp = true
    this.droppedTales += series.pending
    series.pending = 0
  }

  private async nap(durationUs: number, signal: AbortSignal): Promise<void> {
    try {
      await this.timing.sleep(durationUs, signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

type Unanswered = Exclude<Answer<KubernetesObject>, { readonly kind: 'answered' }>

function isPassing(answer: Unanswered): boolean {
  return answer.kind === 'failed' || answer.status === 429 || answer.status >= 500
}

function isConflict(answer: Unanswered): boolean {
  return answer.kind === 'refused' && answer.status === 409
}

function goesOn({ isGivenUp, lastToldUs, beganUs }: Series, nowUs: number): boolean {
  return !isGivenUp && nowUs - lastToldUs < sameSeriesUs && nowUs - beganUs < longestSeriesUs
}

/** Notes that differ in their numbers only are the same. */
function keyOf({ regarding, type, reason, note }: Tale): string {
  return JSON.stringify([regarding.uid, type, reason, note.replace(/\d+/g, '')])
}

/** Answers what was used longest ago, where there is no more room for it. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): Value | null {
  map.delete(key)
  map.set(key, value)
  if (map.size <= mostRemembered) return null
  for (const [oldest, evicted] of map) {
    map.delete(oldest)
    return evicted
  }
  return null
}

/** A server's limits are bytes, whatever it calls them; no character is cut in two. */
function cut(text: string, mostBytes: number): string {
  if (Buffer.byteLength(text) <= mostBytes) return text
  let [kept, bytes] = ['', 0]
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > mostBytes) break
    kept += character
  }
  return kept
}

/** At most 253 characters; each part of it ends with a letter or a digit. */
function nameOf(name: string, atUs: number): string {
  const suffix = atUs.toString(16)
  return `${name.slice(0, 252 - suffix.length).replace(/[^a-z0-9]+$/, '')}.${suffix}`
}
