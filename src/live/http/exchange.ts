/**
 * One request and its answer over node:http(s), within a deadline and a size. It follows no
 * redirect, so that what is secret goes to nobody else. What failed says whether the request may
 * have reached the server: then its effect is unknown.
 */
import http from 'node:http'
import https from 'node:https'
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

export interface Failed {
  readonly kind: 'failed'
  /** False: nothing of it was sent. */
  readonly reached: boolean
  readonly why: string
}

export type Exchange = Answered | Failed

export function exchange(asked: ExchangeRequest, timing: Pick<Timing, 'nowUs'>): Promise<Exchange> {
  const { method, url, headers, body, agent, deadlineUs } = asked
  const isSecure = url.protocol === 'https:'
  return new Promise(resolve => {
    let reached = false
    let sized = headers
    if (body !== null) {
      sized = { ...headers, 'content-length': String(Buffer.byteLength(body)) }
    }
    const send = isSecure ? https.request : http.request
    const request = send(url, { method, headers: sized, agent })
    const timer = setTimeout(() => {
      settle({ kind: 'failed', reached, why: `no answer within ${secondsOf(deadlineUs)} s` })
    }, deadlineUs / 1000)
    const settle = (outcome: Exchange): void => {
      clearTimeout(timer)
      resolve(outcome)
      if (outcome.kind === 'failed') request.destroy()
    }
    const fail = (error: Error): void => settle({ kind: 'failed', reached, why: saying(error) })
    request.on('socket', socket => {
      // A pooled connection stands already: a listener on it is never called, and stays.
      if (request.reusedSocket) reached = true
      else {
        socket.once(isSecure ? 'secureConnect' : 'connect', () => {
          reached = true
        })
      }
    })
    request.on('error', fail)
    request.on('response', response => {
      receive(response, asked.mostBytes, timing).then(settle, fail)
    })
    request.end(body ?? undefined)
  })
}

async function receive(
  response: http.IncomingMessage,
  mostBytes: number,
  timing: Pick<Timing, 'nowUs'>,
): Promise<Exchange> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response) {
    if (!(part instanceof Buffer)) continue
    bytes += part.length
    if (bytes > mostBytes) {
      const why = `the answer is larger than ${mostBytes} bytes`
      return { kind: 'failed', reached: true, why }
    }
    parts.push(part)
  }
  const { headers } = response
  return {
    kind: 'answered',
    status: response.statusCode ?? 0,
    contentType: headers['content-type'] ?? '',
    text: Buffer.concat(parts).toString('utf8'),
    dateUs: instantOf(headers.date),
    retryAfterUs: waitOf(headers['retry-after'], timing),
  }
}

function instantOf(header: string | undefined): number | null {
  const atMs = header === undefined ? Number.NaN : Date.parse(header)
  return Number.isFinite(atMs) ? atMs * 1000 : null
}

/** Seconds, or an instant. */
function waitOf(header: string | undefined, timing: Pick<Timing, 'nowUs'>): number | null {
  if (header === undefined) return null
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000_000
  const atUs = instantOf(header)
  return atUs === null ? null : Math.max(0, atUs - timing.nowUs())
}

const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'it does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody that is trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that is trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody that is trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody that is trusted',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

function saying(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  const told = Object.entries(known).find(([one]) => one === code)?.[1]
  if (told !== undefined) return told
  return error.message === 'aborted' ? 'the answer was cut off' : error.message
}

function secondsOf(durationUs: number): number {
  return Math.round(durationUs / 100_000) / 10
}
