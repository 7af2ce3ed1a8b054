/**
 * Writes statuses by server-side apply, and only those that changed: a round of an idle cluster
 * writes nothing.
 */

import { isObject } from '../core/field.js'
import { formatInstant } from '../core/instant.js'
import type { Answer, KubernetesApi, KubernetesObject, Resource } from '../kubernetes/api.js'
import type { Status } from './policy-status.js'

export const statusManager = 'couchestor-status'

/** A status without the instants that depend on the one before. */
export interface Wanted {
  readonly name: string
  readonly status: Status
}

interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime?: string
}

export class StatusWriter {
  /** What was last written of each, without instants, and the conditions as they stand there. */
  private readonly known = new Map<string, { readonly text: string; conditions: Condition[] }>()

  constructor(
    private readonly api: KubernetesApi,
    private readonly resource: Resource,
    private readonly kind: string,
    /** The field that tells when the status last changed. */
    private readonly changedField: 'lastReconcileTime' | 'lastValidationTime',
  ) {}

  /** Answers what could not be written: it is tried again with the next round. */
  async write(all: readonly Wanted[], nowUs: number): Promise<readonly string[]> {
    const names = new Set(all.map(one => one.name))
    for (const name of this.known.keys()) if (!names.has(name)) this.known.delete(name)
    const failed: string[] = []
    for (const one of all) {
      const why = await this.writeOne(one, nowUs)
      if (why !== null) failed.push(`${this.kind} ${one.name}: ${why}`)
    }
    return failed
  }

  private async writeOne({ name, status }: Wanted, nowUs: number): Promise<string | null> {
    const text = JSON.stringify(status)
    const before = this.known.get(name)
    if (before?.text === text) return null
    const stood = before?.conditions ?? (await this.conditionsThere(name))
    if (stood === null) return 'it cannot be read'
    const now = formatInstant(nowUs)
    const conditions = conditionsOf(status).map(one => {
      const old = stood.find(other => other.type === one.type)
      const isSame = old?.status === one.status && old.lastTransitionTime !== undefined
      return { ...one, lastTransitionTime: isSame ? old.lastTransitionTime : now }
    })
    const answer = await this.apply(name, { ...status, conditions, [this.changedField]: now })
    if (answer.kind === 'answered') {
      this.known.set(name, { text, conditions })
      return null
    }
    // It is gone: there is nothing to tell any more.
    if (answer.kind === 'refused' && answer.status === 404) return null
    return answer.kind === 'refused' ? answer.message : answer.why
  }

  /** After a restart the transitions of before stand in the object. */
  private async conditionsThere(name: string): Promise<Condition[] | null> {
    const answer = await this.api.get(this.resource, name)
    if (answer.kind === 'failed') return null
    if (answer.kind === 'refused') return answer.status === 404 ? [] : null
    return conditionsOf(answer.value.status)
  }

  private apply(name: string, status: Status): Promise<Answer<KubernetesObject>> {
    const { group, version } = this.resource
    const object = {
      apiVersion: `${group}/${version}`,
      kind: this.kind,
      metadata: { name },
      status: withoutEmptyMaps(status),
    }
    return this.api.apply(this.resource, object, {
      fieldManager: statusManager,
      force: true,
      subresource: 'status',
    })
  }
}

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
