/**
 * Writes statuses by server-side apply, a few at once, and only those that changed: a round of an
 * idle cluster writes nothing. What is not written stays in a queue, so that no round waits for it.
 */

import { isObject } from '../core/field.js'
import { formatInstant } from '../core/instant.js'
import type { Answer, KubernetesApi, KubernetesObject, Resource } from '../kubernetes/api.js'
import { longestRetryUs } from '../kubernetes/retry-delays.js'
import type { Timing } from '../kubernetes/timing.js'
import { type WorkOutcome, WorkQueue } from '../kubernetes/work-queue.js'
import type { Status } from './policy-status.js'

export const statusManager = 'couchestor-status'

/** A status without the instants that depend on the one before. */
export interface Wanted {
  readonly name: string
  readonly status: Status
}

export interface StatusKind {
  readonly name: string
  readonly resource: Resource
  /** The field that tells when the status last changed. */
  readonly changedField: 'lastReconcileTime' | 'lastValidationTime'
}

/** So many are written at once. */
const workers = 4
const longestWaitUs = 5_000_000

interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
}

interface Told extends Wanted {
  readonly text: string
  /** Since when it is wanted. */
  readonly atUs: number
}

export class StatusWriter {
  readonly queue: WorkQueue
  /** What is to stand there: written, or in the hands of the queue. */
  private readonly wanted = new Map<string, Told>()
  /** What was last written of each, without instants, and the conditions as they stand there. */
  private readonly known = new Map<string, { readonly text: string; conditions: Condition[] }>()
  /** Why what is wanted does not stand there. */
  private readonly failures = new Map<string, string>()
  private isClosed = false

  constructor(
    private readonly api: KubernetesApi,
    private readonly kind: StatusKind,
    /** Of the machine, whatever clock the statuses are of. */
    private readonly timing: Timing,
  ) {
    this.queue = new WorkQueue(name => this.work(name), workers, timing)
  }

  /**
   * Waits until each status that changed was tried once, and no longer than a slow server may hold
   * the loop. Answers what is not written: the queue tries it again.
   */
  async write(all: readonly Wanted[], nowUs: number): Promise<readonly string[]> {
    if (this.isClosed) return []
    const names = new Set(all.map(one => one.name))
    for (const name of this.wanted.keys()) if (!names.has(name)) this.forget(name)
    for (const one of all) {
      const text = JSON.stringify(one.status)
      if (this.wanted.get(one.name)?.text === text) continue
      this.wanted.set(one.name, { ...one, text, atUs: nowUs })
      this.failures.delete(one.name)
      this.queue.add(one.name)
    }
    await this.whenTried(longestWaitUs)
    return all.flatMap(({ name }) => {
      const why = this.failures.get(name) ?? this.whyUntold(name)
      return why === null ? [] : [`${this.kind.name} ${name}: ${why}`]
    })
  }

  /** Tries once more what is not written, for so long, and then writes nothing more. */
  async end(withinUs: number): Promise<void> {
    this.queue.hurry()
    await this.whenTried(withinUs)
    this.close()
  }

  close(): void {
    this.isClosed = true
    this.queue.close()
  }

  private async whenTried(withinUs: number): Promise<void> {
    const isOver = new AbortController()
    const late = this.timing.sleep(withinUs, isOver.signal).catch(() => {})
    await Promise.race([this.queue.whenTried(), late])
    isOver.abort()
  }

  private whyUntold(name: string): string | null {
    const wanted = this.wanted.get(name)
    if (wanted === undefined || this.known.get(name)?.text === wanted.text) return null
    return 'it is not answered yet'
  }

  private forget(name: string): void {
    this.wanted.delete(name)
    this.known.delete(name)
    this.failures.delete(name)
  }

  private async work(name: string): Promise<WorkOutcome> {
    const wanted = this.wanted.get(name)
    if (wanted === undefined || this.known.get(name)?.text === wanted.text) return done
    const answer = await this.writeOne(wanted)
    if (answer.kind === 'answered') {
      if (this.wanted.get(name) === wanted) this.failures.delete(name)
      return done
    }
    // It is gone: there is nothing to tell any more.
    if (answer.kind === 'refused' && answer.status === 404) {
      this.forget(name)
      return done
    }
    // Whether it stands there is not known, nor what does.
    if (answer.kind === 'failed' || answer.status >= 500) this.known.delete(name)
    const why = answer.kind === 'refused' ? answer.message : answer.why
    if (this.wanted.get(name) === wanted) this.failures.set(name, why)
    return { kind: 'again', notBeforeUs: notBeforeUs(answer) }
  }

  private async writeOne({ name, status, text, atUs }: Told): Promise<Answer<unknown>> {
    const stood = this.known.get(name)?.conditions ?? (await this.conditionsThere(name))
    if (!Array.isArray(stood)) return stood
    const now = formatInstant(atUs)
    const conditions = conditionsOf(status).map(one => {
      const old = stood.find(other => other.type === one.type)
      const isSame = old?.status === one.status && old.lastTransitionTime !== undefined
      return { ...one, lastTransitionTime: isSame ? old.lastTransitionTime : now }
    })
    const { changedField } = this.kind
    const answer = await this.apply(name, { ...status, conditions, [changedField]: now })
    // Whoever is not wanted any more may come again as another.
    if (answer.kind === 'answered' && this.wanted.has(name)) {
      this.known.set(name, { text, conditions })
    }
    return answer
  }

  /** After a restart the transitions of before stand in the object. */
  private async conditionsThere(name: string): Promise<Condition[] | NotAnswered> {
    const answer = await this.api.get(this.kind.resource, name)
    if (answer.kind === 'answered') return conditionsOf(answer.value.status)
    if (answer.kind === 'refused') {
      return answer.status === 404 ? [] : { ...answer, message: 'it cannot be read' }
    }
    return { ...answer, why: 'it cannot be read' }
  }

  private apply(name: string, status: Status): Promise<Answer<KubernetesObject>> {
    const { name: kind, resource } = this.kind
    const { group, version } = resource
    const object = {
      apiVersion: `${group}/${version}`,
      kind,
      metadata: { name },
      status: withoutEmptyMaps(status),
    }
    return this.api.apply(resource, object, {
      fieldManager: statusManager,
      force: true,
      subresource: 'status',
    })
  }
}

type NotAnswered = Exclude<Answer<never>, { readonly kind: 'answered' }>

const done: WorkOutcome = { kind: 'done' }

/**
 * A status that the server's definition does not take is as wrong the next time, until somebody
 * changes the definition: a server says so with a 422, and of an unknown field with a 500.
 */
function notBeforeUs(answer: NotAnswered): number | null {
  if (answer.kind === 'failed') return null
  const isUnknownField = answer.status === 500 && answer.message.includes(unknownField)
  return answer.status === 422 || isUnknownField ? longestRetryUs : answer.retryAfterUs
}

const unknownField = 'field not declared in schema'

/**
 * A map that an apply takes the last key of becomes null, which the server then refuses: the whole
 * status stays as it was. One that is left out is taken away.
 */
function withoutEmptyMaps(status: Status): Status {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => !isEmptyMap(value)))
}

function isEmptyMap(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 0
}

function conditionsOf(status: unknown): Condition[] {
  if (typeof status !== 'object' || status === null || !('conditions' in status)) return []
  const { conditions } = status
  return Array.isArray(conditions) ? conditions.filter(isCondition) : []
}

function isCondition(value: unknown): value is Condition {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'status' in value &&
    typeof value.status === 'string'
  )
}
