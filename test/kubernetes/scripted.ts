/** Virtual time, and an API server that answers lists and watches as a test wants. */
import { setImmediate as othersTurn } from 'node:timers/promises'
import type {
  Answer,
  KubernetesApi,
  KubernetesObject,
  ListRequest,
  Page,
  Resource,
  WatchEvent,
  WatchRequest,
} from '../../src/kubernetes/api.js'
import { type ReflectingOptions, reflect } from '../../src/kubernetes/reflecting.js'
import type { Timing } from '../../src/kubernetes/timing.js'
import type { Change } from '../../src/kubernetes/watched.js'
import { Sleepers } from './sleepers.js'

export class VirtualTiming implements Timing {
  /** What is drawn. */
  chances = 0.5
  private atUs = 0
  private readonly sleepers = new Sleepers()

  nowUs(): number {
    return wallUs + this.atUs
  }

  monotonicUs(): number {
    return this.atUs
  }

  chance(): number {
    return this.chances
  }

  sleep(durationUs: number, signal?: AbortSignal): Promise<void> {
    return this.sleepers.until(this.atUs + durationUs, signal)
  }

  /** Who sleeps until then wakes in order, and does what he can before the next one wakes. */
  async pass(durationUs: number): Promise<void> {
    const untilUs = this.atUs + durationUs
    await settled()
    for (;;) {
      const next = this.sleepers.next()
      if (next === null || next.dueUs > untilUs) break
      this.atUs = next.dueUs
      next.wake()
      await settled()
    }
    this.atUs = untilUs
  }

  get sleeping(): number {
    return this.sleepers.size
  }
}

/** The wall clock when a test begins. */
export const wallUs = 1_800_000_000_000_000

export async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await othersTurn()
}

export interface OpenWatch {
  readonly request: WatchRequest
  readonly atUs: number
  readonly signal: AbortSignal
  readonly emit: (event: WatchEvent) => void
  readonly end: (answer: Answer<null>) => void
}

export class ScriptedApi implements KubernetesApi {
  readonly url = 'https://scripted'
  readonly lists: { readonly request: ListRequest; readonly atUs: number }[] = []
  readonly watches: OpenWatch[] = []
  answerList: (request: ListRequest) => Answer<Page> | Promise<Answer<Page>> = () => pageOf([])
  /** Null: the watch stays open. */
  answerWatch: (emit: OpenWatch['emit']) => Answer<null> | Promise<Answer<null>> | null = () => null

  constructor(private readonly timing: Timing) {}

  async list(_: unknown, request: ListRequest): Promise<Answer<Page>> {
    this.lists.push({ request, atUs: this.timing.monotonicUs() })
    return this.answerList(request)
  }

  watch(
    _: unknown,
    request: WatchRequest,
    emit: (event: WatchEvent) => void,
    signal: AbortSignal,
  ): Promise<Answer<null>> {
    return new Promise(end => {
      this.watches.push({ request, atUs: this.timing.monotonicUs(), signal, emit, end })
      signal.addEventListener('abort', () => end(failure('aborted')))
      const answer = this.answerWatch(emit)
      if (answer !== null) end(answer)
    })
  }

  /** The last one. */
  get watched(): OpenWatch {
    const last = this.watches.at(-1)
    if (last === undefined) throw new Error('nothing is watched')
    return last
  }

  get = unasked
  create = unasked
  replace = unasked
  apply = unasked
  merge = unasked
  delete = unasked
  close = unasked
}

function unasked(): never {
  throw new Error('a reflector only lists and watches')
}

export function pageOf(
  items: readonly KubernetesObject[],
  next: string | null = null,
): Answer<Page> {
  return { kind: 'answered', value: { items, version: 'listed', next } }
}

export function refusal(status: number, retryAfterUs: number | null = null): Answer<never> {
  return { kind: 'refused', status, reason: '', message: 'no', retryAfterUs }
}

export function failure(why: string): Answer<never> {
  return { kind: 'failed', reached: true, why }
}

export function objectOf(name: string, version: string): KubernetesObject {
  return { metadata: { name, resourceVersion: version } }
}

export const things = { group: 'example.org', version: 'v1', plural: 'things', namespace: null }

/** A reflector of them that has just been started, and all that it tells; it keeps the version. */
export function begin(
  options: Partial<ReflectingOptions<string>> = {},
  resource: Resource = things,
) {
  const timing = new VirtualTiming()
  const api = new ScriptedApi(timing)
  const keep = ({ metadata }: KubernetesObject): string => metadata.resourceVersion ?? ''
  const reflecting = reflect(api, resource, { keep, ...options }, timing)
  const changes: Change<string>[] = []
  reflecting.subscribe(change => changes.push(change))
  reflecting.start()
  return { timing, api, reflecting, changes }
}

export const second = 1_000_000
export const bookmark = { type: 'BOOKMARK', version: 'marked' } as const
export const set = (object: KubernetesObject): WatchEvent => ({ type: 'MODIFIED', object })
