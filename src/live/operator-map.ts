/** The ConfigMap that holds the operator's record: read afresh, and changed by replace only. */
import { isObject } from '../core/field.js'
import { group } from '../core/manifest.js'
import { emptyOperatorRecord, type OperatorRecord } from '../core/record.js'
import type { Answer, KubernetesApi, KubernetesObject, Resource } from '../kubernetes/api.js'
import { type Reflecting, reflect } from '../kubernetes/reflecting.js'
import type { Timing } from '../kubernetes/timing.js'
import type { ReadAnswer, WriteAnswer } from '../ports.js'
import { decodeOperator, encodeOperator } from './operator-record.js'

export const operatorMapName = 'couchestor-operator'
const dataKey = 'record'

export function configMapsOf(namespace: string): Resource {
  return { group: '', version: 'v1', plural: 'configmaps', namespace }
}

export class OperatorMap {
  private readonly resource: Resource
  /** As it was last seen: what others wrote beside the record stays. */
  private latest: KubernetesObject | null = null

  constructor(
    private readonly api: KubernetesApi,
    private readonly namespace: string,
  ) {
    this.resource = configMapsOf(namespace)
  }

  /** Where there is none yet, an empty one is made. */
  async read(): Promise<ReadAnswer<OperatorRecord>> {
    const found = await this.look()
    return found.kind === 'absent' ? this.make() : found
  }

  /** Makes nothing: `absent` where there is none. */
  async look(): Promise<ReadAnswer<OperatorRecord> | { readonly kind: 'absent' }> {
    const answer = await this.api.get(this.resource, operatorMapName)
    if (answer.kind === 'refused' && answer.status === notFound) return { kind: 'absent' }
    return this.readAnswer(answer)
  }

  async replace(record: OperatorRecord): Promise<WriteAnswer<OperatorRecord>> {
    const answer = await this.api.replace(this.resource, this.objectOf(record), null)
    if (answer.kind === 'answered') {
      const read = this.readAnswer(answer)
      return read.kind === 'read' ? { ...read, kind: 'written' } : { ...read, kind: 'unknown' }
    }
    if (answer.kind === 'refused' && (answer.status === conflict || answer.status === notFound)) {
      return { kind: 'conflict' }
    }
    return { kind: 'unknown', why: `${this.where()}: ${whyNot(answer)}` }
  }

  private async make(): Promise<ReadAnswer<OperatorRecord>> {
    const { resourceVersion: _, ...metadata } = this.objectOf(emptyOperatorRecord).metadata
    const object = { ...this.objectOf(emptyOperatorRecord), metadata }
    const answer = await this.api.create(this.resource, object)
    // Somebody else was first, or did it in our name: what is there counts.
    const isThere = answer.kind === 'refused' && answer.status === conflict
    return this.readAnswer(isThere ? await this.api.get(this.resource, operatorMapName) : answer)
  }

  private readAnswer(answer: Answer<KubernetesObject>): ReadAnswer<OperatorRecord> {
    if (answer.kind !== 'answered') return this.unavailable(whyNot(answer))
    const read = operatorIn(answer.value)
    if (read.kind === 'broken') return this.unavailable(read.why)
    this.latest = answer.value
    return { kind: 'read', stored: read.record }
  }

  private objectOf(record: OperatorRecord): KubernetesObject {
    const { latest, namespace } = this
    const data = isObject(latest?.data) ? latest.data : {}
    const metadata = latest === null ? { name: operatorMapName, namespace } : latest.metadata
    return {
      ...latest,
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { ...metadata, resourceVersion: record.version },
      data: { ...data, [dataKey]: encodeOperator(record) },
    }
  }

  private unavailable(why: string): { readonly kind: 'unavailable'; readonly why: string } {
    return { kind: 'unavailable', why: `${this.where()}: ${why}` }
  }

  private where(): string {
    return `ConfigMap ${this.namespace}/${operatorMapName}`
  }
}

/** The record that a ConfigMap holds. */
export function operatorIn(object: KubernetesObject): ReturnType<typeof decodeOperator> {
  const encoded = isObject(object.data) ? object.data[dataKey] : undefined
  if (typeof encoded !== 'string') return { kind: 'broken', why: `it has no key ${dataKey}` }
  return decodeOperator(encoded, object.metadata.resourceVersion ?? '')
}

const notFound = 404
const conflict = 409

function whyNot(answer: Exclude<Answer<unknown>, { readonly kind: 'answered' }>): string {
  return answer.kind === 'refused' ? answer.message : answer.why
}

/** By which a person changes how much the operator logs, while it runs. */
export const logLevelAnnotation = `${group}/log-level`

/** What people change in it, for whoever waits for that. */
export interface Wishes {
  /** As a text. */
  readonly pause: string
  /** As it was written; null: nobody did. */
  readonly logLevel: string | null
}

export function watchWishes(
  api: KubernetesApi,
  namespace: string,
  timing: Timing,
): Reflecting<Wishes> {
  const selection = { fieldSelector: `metadata.name=${operatorMapName}` }
  const keep = (object: KubernetesObject): Wishes => {
    const read = operatorIn(object)
    const pause = read.kind === 'record' ? JSON.stringify(read.record.pause) : read.why
    return { pause, logLevel: object.metadata.annotations?.[logLevelAnnotation] ?? null }
  }
  return reflect(api, configMapsOf(namespace), { selection, keep }, timing)
}
