/**
 * Work by key, as the name of an object, done by a few workers: a key is never worked on twice at
 * once, and what is added while it is worked on is done once more afterwards. What failed is tried
 * again later and later. Whoever works reads what is wanted then: the queue holds names only.
 */
import { RetryDelays } from './retry-delays.js'
import type { Timing } from './timing.js'

export type WorkOutcome =
  /** Its failures are forgotten. */
  | { readonly kind: 'done' }
  /** To be tried again, and not before so long; null: when its turn comes. */
  | { readonly kind: 'again'; readonly notBeforeUs: number | null }

/** What is told of the work as it goes on, for metrics. It must not throw. */
export interface QueueObserver {
  /** One more key waits. */
  added(): void
  /** One will be tried again. */
  retried(): void
  begun(waitedUs: number): void
  ended(workedUs: number): void
}

export interface QueueState {
  /** Keys that are to be worked on now. */
  readonly depth: number
  /** Of the keys that are worked on, how long that has lasted in all, and the longest of them. */
  readonly unfinishedUs: number
  readonly longestUs: number
}

/** Somebody may wait for a key to be tried. */
interface Trial {
  readonly ended: Promise<void>
  readonly end: () => void
}

interface Dirty {
  readonly sinceUs: number
  /** Null: nobody added it, it is a retry. */
  trial: Trial | null
}

interface Processing {
  readonly sinceUs: number
  readonly trial: Trial | null
}

/** At most such a share of what a server asks for is waited on top: not all come back at once. */
const mostJitter = 0.1

export class WorkQueue {
  /** To be worked on; those of them that nobody works on yet stand in the queue. */
  private readonly dirty = new Map<string, Dirty>()
  private readonly processing = new Map<string, Processing>()
  private queue: string[] = []
  /** What is to be tried again: neither dirty nor processed. */
  private readonly waiting = new Map<string, AbortController>()
  private readonly delays: RetryDelays
  private observer: QueueObserver | null = null
  private isClosed = false

  /** `work` must not throw. */
  constructor(
    private readonly work: (key: string) => Promise<WorkOutcome>,
    private readonly workers: number,
    private readonly timing: Timing,
  ) {
    this.delays = new RetryDelays(timing)
  }

  observe(observer: QueueObserver): void {
    this.observer = observer
  }

  /** To be worked on as soon as a worker is free, whatever its failures. */
  add(key: string): void {
    if (this.isClosed) return
    const dirty = this.mark(key)
    dirty.trial ??= newTrial()
    this.begin()
  }

  /** What waits to be tried again is tried now. */
  hurry(): void {
    for (const key of [...this.waiting.keys()]) this.add(key)
  }

  /** When every key that was added up to now has been tried once: not when it succeeded. */
  async whenTried(): Promise<void> {
    const all = [...this.dirty.values(), ...this.processing.values()]
    await Promise.all(all.map(one => one.trial?.ended))
  }

  state(): QueueState {
    const nowUs = this.timing.monotonicUs()
    const lasted = [...this.processing.values()].map(one => nowUs - one.sinceUs)
    return {
      depth: this.dirty.size,
      unfinishedUs: lasted.reduce((sum, one) => sum + one, 0),
      longestUs: Math.max(0, ...lasted),
    }
  }

  /** Nothing more is begun, and nobody waits any longer; what is under way is not cut off. */
  close(): void {
    this.isClosed = true
    for (const one of this.waiting.values()) one.abort()
    this.waiting.clear()
    for (const one of [...this.dirty.values(), ...this.processing.values()]) one.trial?.end()
    this.dirty.clear()
    this.queue = []
  }

  private mark(key: string): Dirty {
    this.waiting.get(key)?.abort()
    this.waiting.delete(key)
    const known = this.dirty.get(key)
    if (known !== undefined) return known
    const dirty: Dirty = { sinceUs: this.timing.monotonicUs(), trial: null }
    this.dirty.set(key, dirty)
    this.observer?.added()
    if (!this.processing.has(key)) this.queue.push(key)
    return dirty
  }

  private begin(): void {
    while (this.processing.size < this.workers) {
      const key = this.queue.shift()
      const dirty = key === undefined ? undefined : this.dirty.get(key)
      if (key === undefined || dirty === undefined) return
      this.dirty.delete(key)
      const sinceUs = this.timing.monotonicUs()
      this.processing.set(key, { sinceUs, trial: dirty.trial })
      this.observer?.begun(sinceUs - dirty.sinceUs)
      void this.work(key).then(outcome => this.end(key, outcome))
    }
  }

  private end(key: string, outcome: WorkOutcome): void {
    const done = this.processing.get(key)
    this.processing.delete(key)
    if (done !== undefined) this.observer?.ended(this.timing.monotonicUs() - done.sinceUs)
    if (outcome.kind === 'done') this.delays.forget(key)
    // What was added meanwhile needs no retry: it is tried at once.
    if (this.dirty.has(key)) this.queue.push(key)
    else if (outcome.kind === 'again' && !this.isClosed) this.again(key, outcome.notBeforeUs ?? 0)
    done?.trial?.end()
    this.begin()
  }

  private again(key: string, askedUs: number): void {
    const jitteredUs = Math.floor(askedUs * (1 + mostJitter * this.timing.chance()))
    const delayUs = Math.max(this.delays.next(key), jitteredUs)
    const waiting = new AbortController()
    this.waiting.set(key, waiting)
    this.observer?.retried()
    this.timing.sleep(delayUs, waiting.signal).then(
      () => {
        this.mark(key)
        this.begin()
      },
      // It was added meanwhile, or the queue is closed.
      () => {},
    )
  }
}

function newTrial(): Trial {
  let end = (): void => {}
  const ended = new Promise<void>(resolve => {
    end = resolve
  })
  return { ended, end: () => end() }
}
