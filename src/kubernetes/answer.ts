/** What an API server's answer means: an object, a page, or a Status that says why not. */
import type { Answer, KubernetesObject, Page } from './api.js'
import type { Failed, Head, Limit } from './exchange.js'
import { wholeBody } from './whole-body.js'

export interface Received {
  readonly kind: 'received'
  readonly status: number
  readonly type: string
  readonly text: string
  readonly retryAfterUs: number | null
}

/** `read` gives null where the document is not what was asked for. */
export function answerOf<Value>(
  outcome: Received | Failed,
  read: (document: unknown) => Value | null,
): Answer<Value> {
  if (outcome.kind === 'failed') return outcome
  if (outcome.status < 200 || outcome.status > 299) return refusalOf(outcome)
  const value = read(parsed(outcome.text))
  if (value !== null) return { kind: 'answered', value }
  const why = `it answers ${outcome.status} with ${typeOf(outcome)} that is not what was asked for`
  return { kind: 'failed', reached: true, why }
}

export function refusalOf(received: Received): Extract<Answer<never>, { kind: 'refused' }> {
  const { status, text, retryAfterUs } = received
  const document = parsed(text)
  const fields = isRecord(document) && document.kind === 'Status' ? document : {}
  const reason = typeof fields.reason === 'string' ? fields.reason : ''
  const message =
    typeof fields.message === 'string' && fields.message !== ''
      ? fields.message
      : `it answers ${status} with ${typeOf(received)}`
  return { kind: 'refused', status, reason, message, retryAfterUs }
}

/** The whole answer, unzipped; at most so many bytes. */
export async function receive(
  head: Head,
  limit: Limit,
  mostBytes: number,
  nowUs: number,
): Promise<Received | Failed> {
  const { status, headers } = head
  const whole = await wholeBody(head, limit, mostBytes)
  if (whole.kind === 'failed') return whole
  const retryAfterUs = waitOf(headers['retry-after'], nowUs)
  const type = headers['content-type']?.split(';')[0] ?? ''
  return { kind: 'received', status, type, text: whole.text, retryAfterUs }
}

/** Without who manages which field, which is often the largest part and which we never read. */
export function objectOf(document: unknown): KubernetesObject | null {
  if (!isRecord(document) || !isRecord(document.metadata)) return null
  const { managedFields, ...metadata } = document.metadata
  const object = { ...document, metadata }
  return isObject(object) ? object : null
}

export function pageOf(document: unknown): Page | null {
  if (!isRecord(document) || !isRecord(document.metadata)) return null
  const { resourceVersion, continue: next } = document.metadata
  // A server written in Go sends null for a list of none.
  const listed = document.items ?? []
  if (!Array.isArray(listed) || typeof resourceVersion !== 'string') return null
  const items: KubernetesObject[] = []
  for (const one of listed) {
    const object = objectOf(one)
    if (object === null) return null
    items.push(object)
  }
  const isLast = typeof next !== 'string' || next === ''
  return { items, version: resourceVersion, next: isLast ? null : next }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: { readonly metadata: object }): value is KubernetesObject {
  return 'name' in value.metadata && typeof value.metadata.name === 'string'
}

/** What a Retry-After asks for: seconds, or an instant. */
export function waitOf(header: string | undefined, nowUs: number): number | null {
  if (header === undefined) return null
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000_000
  const atMs = Date.parse(header)
  return Number.isFinite(atMs) ? Math.max(0, atMs * 1000 - nowUs) : null
}

function typeOf({ text, type }: Received): string {
  if (text === '') return 'no body'
  return type === '' ? 'a body of no type' : `a body of ${type}`
}
