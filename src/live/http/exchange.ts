/** One request and its whole answer as text, within a deadline and a size. */
import type http from 'node:http'
import type https from 'node:https'
import { waitOf } from '../../kubernetes/answer.js'
import type { WhyNot } from '../../kubernetes/api.js'
import * as kubernetes from '../../kubernetes/exchange.js'
import { wholeBody } from '../../kubernetes/whole-body.js'
import type { Timing } from './timing.js'

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface ExchangeRequest {
  readonly method: Method
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly agent: http.Agent | https.Agent
  readonly deadlineUs: number
  readonly mostBytes: number
  readonly whyNot?: WhyNot | undefined
}

export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  readonly contentType: string
  readonly text: string
  /** The server's clock as it says itself. */
  readonly dateUs: number | null
  readonly retryAfterUs: number | null
}

/** `reached` false: nothing of it was sent. */
export type Failed = kubernetes.Failed

export type Exchange = Answered | Failed

export function exchange(asked: ExchangeRequest, timing: Pick<Timing, 'nowUs'>): Promise<Exchange> {
  const { url, deadlineUs, mostBytes, ...same } = asked
  const beganMs = performance.now()
  const request = { ...same, url: url.href, headUs: deadlineUs, signals: [] }
  return kubernetes.exchange(request, head => {
    const leftUs = Math.max(1, deadlineUs - 1000 * (performance.now() - beganMs))
    return receive(head, leftUs, mostBytes, timing)
  })
}

async function receive(
  head: kubernetes.Head,
  limitUs: number,
  mostBytes: number,
  timing: Pick<Timing, 'nowUs'>,
): Promise<Exchange> {
  const body = await wholeBody(head, { kind: 'whole', limitUs }, mostBytes)
  if (body.kind === 'failed') return body
  const { headers, status } = head
  return {
    kind: 'answered',
    status,
    contentType: headers['content-type'] ?? '',
    text: body.text,
    dateUs: instantOf(headers.date),
    retryAfterUs: waitOf(headers['retry-after'], timing.nowUs()),
  }
}

function instantOf(header: string | undefined): number | null {
  const atMs = header === undefined ? Number.NaN : Date.parse(header)
  return Number.isFinite(atMs) ? atMs * 1000 : null
}
