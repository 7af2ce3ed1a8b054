/** Virtual time, and an API server that counts versions as a true one, behind a bad network. */
import { setImmediate as othersTurn } from 'node:timers/promises'
import type { Answer, KubernetesApi, KubernetesObject, Resource } from '../../src/kubernetes/api.js'
import type { Timing } from '../../src/kubernetes/timing.js'
import { Sleepers } from './sleepers.js'

export class Timeline {
  nowUs = 0
  private readonly sleepers = new Sleepers()

  sleep(durationUs: number, signal?: AbortSignal): Promise<void> {
    return this.sleepers.until(this.nowUs + durationUs, signal)
  }

  /** Looks after each instant at which anything happened. */
  async pass(durationUs: number, look: () => void = () => {}): Promise<void> {
    const untilUs = this.nowUs + durationUs
    for (;;) {
      await othersTurn()
      look()
      const next = this.sleepers.next()
      if (next === null || next.dueUs > untilUs) break
      this.nowUs = Math.max(this.nowUs, next.dueUs)
      next.wake()
    }
    this.nowUs = untilUs
  }

  /** As one machine has it: its clocks begin anywhere, and it may wake too late. */
  timing(chance: () => number, aheadUs = 0, lateUs: () => number = () => 0): Timing {
    return {
      nowUs: () => wallUs + aheadUs + this.nowUs,
      monotonicUs: () => 7_000_000 + Math.abs(aheadUs) + this.nowUs,
      sleep: (durationUs, signal) => this.sleep(durationUs + lateUs(), signal),
      chance,
    }
  }
}

/** The wall clock when a test begins. */
export const wallUs = 1_800_000_000_123_456

export function seeded(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** What the network does with one call. A request may come after its caller gave up. */
export interface Passage {
  readonly requestUs: number
  readonly answerUs: number
  readonly refusal: number | null
  readonly isLost: boolean
}

export const smooth: Passage = { requestUs: 0, answerUs: 0, refusal: null, isLost: false }

type Done = Answer<KubernetesObject>

export class FaultyServer {
  readonly objects = new Map<string, KubernetesObject>()
  readonly calls: string[] = []
  private version = 0

  constructor(
    private readonly timeline: Timeline,
    private readonly callerGivesUpUs = 300_000,
  ) {}

  api(passage: () => Passage = () => smooth): KubernetesApi {
    const call = (verb: string, act: () => Done): Promise<Done> => this.call(verb, act, passage())
    return {
      url: 'https://faulty',
      get: (resource, name) => call('get', () => this.get(resource, name)),
      create: (resource, object) => call('create', () => this.create(resource, object)),
      replace: (resource, object) => call('replace', () => this.replace(resource, object)),
      merge: (resource, name, patch) => call('merge', () => this.merge(resource, name, patch)),
      list: unasked,
      watch: unasked,
      apply: unasked,
      delete: unasked,
      close: unasked,
    }
  }

  /** As somebody else writes it. */
  put(object: KubernetesObject, path: string): Done {
    this.version += 1
    const metadata = { ...object.metadata, resourceVersion: String(this.version) }
    const value = structuredClone({ ...object, metadata })
    this.objects.set(path, value)
    return { kind: 'answered', value: structuredClone(value) }
  }

  private async call(verb: string, act: () => Done, passage: Passage): Promise<Done> {
    const { requestUs, answerUs, refusal, isLost } = passage
    const answer = async (): Promise<Done> => {
      if (requestUs > 0) await this.timeline.sleep(requestUs)
      if (isLost) return new Promise(() => {})
      this.calls.push(verb)
      const done = refusal === null ? act() : refused(refusal)
      if (answerUs > 0) await this.timeline.sleep(answerUs)
      return done
    }
    const late = this.timeline
      .sleep(this.callerGivesUpUs)
      .then((): Done => ({ kind: 'failed', reached: true, why: 'no answer in time' }))
    return Promise.race([answer(), late])
  }

  private get(resource: Resource, name: string): Done {
    const value = this.objects.get(pathOf(resource, name))
    return value === undefined ? refused(404) : { kind: 'answered', value: structuredClone(value) }
  }

  private create(resource: Resource, object: KubernetesObject): Done {
    const path = pathOf(resource, object.metadata.name)
    if (this.objects.has(path)) return refused(409)
    const uid = `uid-${this.version}`
    return this.put({ ...object, metadata: { ...object.metadata, uid } }, path)
  }

  private replace(resource: Resource, object: KubernetesObject): Done {
    const { name, uid, resourceVersion } = object.metadata
    const before = this.objects.get(pathOf(resource, name))
    if (resourceVersion === undefined) return refused(422)
    if (before === undefined)
      return uid === undefined ? this.create(resource, object) : refused(409)
    const isSame = before.metadata.uid === uid
    if (!isSame || before.metadata.resourceVersion !== resourceVersion) return refused(409)
    // A replace that changes nothing makes no version.
    if (JSON.stringify(before) === JSON.stringify(object)) return this.get(resource, name)
    return this.put(object, pathOf(resource, name))
  }

  private merge(resource: Resource, name: string, patch: object): Done {
    const before = this.objects.get(pathOf(resource, name))
    return before === undefined
      ? refused(404)
      : this.put({ ...before, ...patch }, pathOf(resource, name))
  }
}

export function pathOf({ plural, namespace }: Resource, name: string): string {
  return `${plural}/${namespace}/${name}`
}

function refused(status: number): Done {
  return { kind: 'refused', status, reason: '', message: 'no', retryAfterUs: null }
}

function unasked(): never {
  throw new Error('nobody asks this here')
}
