/**
 * Keeps one resource in memory, for as long as it runs and whatever the server does. It decides
 * nothing but when: what follows from what it hears is the reflector's.
 */
import { setImmediate as othersTurn } from 'node:timers/promises'
import type {
  Answer,
  KubernetesApi,
  KubernetesObject,
  Page,
  Resource,
  Selection,
  WatchEvent,
} from './api.js'
import { type Edit, type Heard, type Reflector, type Setback, step } from './reflector.js'
import { Store } from './store.js'
import type { Timing } from './timing.js'
import type { Change, Watched } from './watched.js'

export interface ReflectingOptions<Kept> {
  readonly selection?: Selection
  /** What is kept of an object: the less, the better. It must not throw. */
  readonly keep: (object: KubernetesObject) => Kept
  /** The first list is begun within so long, so that not all resources are listed at once. */
  readonly firstListJitterUs?: number
  /** Many objects share what is kept of them, and `tally` is asked. */
  readonly isTallied?: boolean
}

export interface Reflecting<Kept> extends Watched<Kept> {
  /** Once. */
  start(): void
  /** For good; waits for no answer. */
  stop(): Promise<void>
  /** Resolves at the first whole list: never, where it is stopped before. */
  whenListed(): Promise<void>
  /** How many lists were begun: more than one where what was known was lost. */
  lists(): number
  /** Objects that are known; 0 before the first list is whole. */
  size(): number
  /** How many objects keep each value: read at once, it changes as they do, and is no copy. */
  tally(): ReadonlyMap<Kept, number> | null
}

export function reflect<Kept>(
  api: Pick<KubernetesApi, 'list' | 'watch'>,
  resource: Resource,
  options: ReflectingOptions<Kept>,
  timing: Timing,
): Reflecting<Kept> {
  return new Driver(api, resource, options, timing)
}

const pageLimit = 500
const longestWatchUs = 290_000_000
/** A server sends a bookmark about once a minute: one that is silent for so long is not heard. */
const longestSilenceUs = 180_000_000

class Driver<Kept> implements Reflecting<Kept> {
  private readonly store: Store<Kept>
  private readonly backoff: Backoff
  private readonly listeners = new Set<{ readonly tell: (change: Change<Kept>) => void }>()
  private readonly stopping = new AbortController()
  private readonly listed: Promise<void>
  private resolveListed: () => void = () => {}
  private reflector: Reflector = { kind: 'empty' }
  private knownUs: number | null = null
  private why: string | null = null
  /** By the monotonic clock. */
  private heardUs = 0
  private running: Promise<void> | null = null
  private begunLists = 0

  constructor(
    private readonly api: Pick<KubernetesApi, 'list' | 'watch'>,
    private readonly resource: Resource,
    private readonly options: ReflectingOptions<Kept>,
    private readonly timing: Timing,
  ) {
    this.store = new Store(options.keep, options.isTallied)
    this.backoff = new Backoff(timing)
    this.listed = new Promise(resolve => {
      this.resolveListed = resolve
    })
  }

  start(): void {
    if (this.running !== null) throw new Error('a reflector is started once')
    this.running = this.run()
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  whenListed(): Promise<void> {
    return this.listed
  }

  lists(): number {
    return this.begunLists
  }

  objects(): ReadonlyMap<string, Kept> | null {
    return this.store.objects()
  }

  size(): number {
    return this.store.size()
  }

  tally(): ReadonlyMap<Kept, number> | null {
    return this.store.tally()
  }

  knownUpToUs(): number | null {
    return this.knownUs
  }

  trouble(): string | null {
    return this.why
  }

  subscribe(listener: (change: Change<Kept>) => void): () => void {
    const entry = { tell: listener }
    this.listeners.add(entry)
    return () => {
      this.listeners.delete(entry)
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping
    await this.pause(Math.floor((this.options.firstListJitterUs ?? 0) * this.timing.chance()))
    while (!signal.aborted) {
      const setback = await this.ask()
      if (setback !== null) await this.pause(this.backoff.afterUs(setback))
    }
  }

  private async ask(): Promise<Setback | null> {
    const { reflector } = this
    if (reflector.kind === 'empty') return await this.list({})
    if (reflector.kind === 'listing') return await this.list({ next: reflector.next })
    // Watches that all failed said nothing either.
    const silentUs = this.silentUs()
    if (silentUs >= longestSilenceUs) return this.hear({ kind: 'silence', silentUs })
    return await this.watch(reflector.version)
  }

  private async list(next: { readonly next?: string }): Promise<Setback | null> {
    const askedUs = this.timing.nowUs()
    if (next.next === undefined) this.begunLists += 1
    const request = { ...this.options.selection, limit: pageLimit, ...next }
    const answer = await this.unlessStopped(this.api.list(this.resource, request))
    if (answer === null) return null
    const setback = this.hear({ kind: 'page', answer, askedUs })
    await othersTurn()
    return setback
  }

  /** Whatever ends it first counts; what comes later is not heard. */
  private watch(version: string): Promise<Setback | null> {
    return new Promise((resolve, reject) => {
      const ending = new AbortController()
      const beganUs = this.timing.monotonicUs()
      const end = (setback: Setback | null): void => {
        this.stopping.signal.removeEventListener('abort', halt)
        ending.abort()
        resolve(setback)
      }
      const halt = (): void => end(null)
      const onEvent = (event: WatchEvent): void => {
        if (ending.signal.aborted) return
        try {
          const setback = this.hear({ kind: 'event', event })
          if (setback !== null) end(setback)
        } catch (error) {
          // A listener's mistake is no failure of the watch that called it.
          reject(error)
          end(null)
        }
      }
      const onOver = (answer: Answer<null>): void => {
        if (ending.signal.aborted) return
        end(this.hear({ kind: 'over', answer, lastedUs: this.timing.monotonicUs() - beganUs }))
      }
      const onSilence = (silentUs: number | null): void => {
        if (ending.signal.aborted || silentUs === null) return
        end(this.hear({ kind: 'silence', silentUs }))
      }
      const timeoutUs = Math.floor(longestWatchUs * (1 - this.timing.chance() / 10))
      const request = { ...this.options.selection, version, timeoutUs }
      this.stopping.signal.addEventListener('abort', halt)
      this.api.watch(this.resource, request, onEvent, ending.signal).then(onOver).catch(reject)
      this.silence(ending.signal).then(onSilence).catch(reject)
    })
  }

  /** Until nothing was heard for too long: how long; null where the watch is over before. */
  private async silence(signal: AbortSignal): Promise<number | null> {
    while (!signal.aborted) {
      const silentUs = this.silentUs()
      if (silentUs >= longestSilenceUs) return silentUs
      await this.sleep(longestSilenceUs - silentUs, signal)
    }
    return null
  }

  private silentUs(): number {
    return this.timing.monotonicUs() - this.heardUs
  }

  private hear(heard: Heard): Setback | null {
    const { reflector, edits, setback } = step(this.reflector, heard)
    this.reflector = reflector
    if (setback === null) this.backoff.wentWell()
    if (setback === null && heard.kind !== 'over') this.heardUs = this.timing.monotonicUs()
    if (setback !== null) this.why = `${nameOf(this.resource)}: ${setback.why}`
    else if (heard.kind === 'event') this.isCurrentUpTo(this.timing.nowUs())
    for (const edit of edits) this.apply(edit)
    return setback
  }

  private apply(edit: Edit): void {
    const change = this.store.edit(edit)
    if (edit.kind === 'swap') {
      this.isCurrentUpTo(edit.begunUs)
      this.resolveListed()
    }
    if (change === null) return
    for (const { tell } of [...this.listeners]) tell(change)
  }

  private isCurrentUpTo(atUs: number): void {
    this.knownUs = atUs
    this.why = null
  }

  private async pause(durationUs: number): Promise<void> {
    if (durationUs > 0) await this.sleep(durationUs, this.stopping.signal)
  }

  private async sleep(durationUs: number, signal: AbortSignal): Promise<void> {
    await this.timing.sleep(durationUs, signal).catch(error => {
      if (!signal.aborted) throw error
    })
  }

  private unlessStopped(asked: Promise<Answer<Page>>): Promise<Answer<Page> | null> {
    const { signal } = this.stopping
    return new Promise((resolve, reject) => {
      const halt = (): void => resolve(null)
      signal.addEventListener('abort', halt)
      asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', halt))
    })
  }
}

const firstBackoffUs = 800_000
const longestBackoffUs = 30_000_000
const healthUs = 120_000_000

/** How long to wait after each setback. */
class Backoff {
  private boundUs = firstBackoffUs
  private hasRelisted = false
  private healthySinceUs: number | null = null
  private healthyUntilUs = 0

  constructor(private readonly timing: Pick<Timing, 'monotonicUs' | 'chance'>) {}

  wentWell(): void {
    this.healthyUntilUs = this.timing.monotonicUs()
    this.healthySinceUs ??= this.healthyUntilUs
  }

  /** Drawn between nothing and a bound that doubles; never less than the server asks for. */
  afterUs({ isStale, retryAfterUs }: Setback): number {
    const { healthySinceUs, healthyUntilUs } = this
    this.healthySinceUs = null
    if (healthySinceUs !== null && healthyUntilUs - healthySinceUs >= healthUs) {
      this.boundUs = firstBackoffUs
      this.hasRelisted = false
    }
    const isAtOnce = isStale && !this.hasRelisted
    if (isStale) this.hasRelisted = true
    if (isAtOnce) return retryAfterUs ?? 0
    const drawnUs = Math.floor(this.boundUs * this.timing.chance())
    this.boundUs = Math.min(this.boundUs * 2, longestBackoffUs)
    return Math.max(drawnUs, retryAfterUs ?? 0)
  }
}

function nameOf({ plural, group }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`
}
