/**
 * One request and the head of its answer over node:http(s); its body is read by who asked. It
 * follows no redirect, so that what is secret goes to nobody else. What failed says whether the
 * request may have reached the server: then its effect is unknown. Limits are the machine's own
 * time, since bytes do not move in a virtual one.
 */
import http from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import type { Answer, WhyNot } from './api.js'

export interface Exchanged {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly agent: http.Agent | https.Agent
  /** Until the head of the answer is here. */
  readonly headUs: number
  /** Whichever is aborted first ends it. */
  readonly signals: readonly AbortSignal[]
  /** Asked when there is a connection, right before the first byte goes over it. */
  readonly whyNot?: WhyNot | undefined
}

export interface Head {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** Has to be read, once; whoever leaves it before its end closes the connection. */
  body(limit: Limit): AsyncIterable<Buffer>
}

/** For all of a body, or for each silence within it. */
export type Limit =
  | { readonly kind: 'whole'; readonly limitUs: number }
  | { readonly kind: 'silence'; readonly limitUs: number }

export type Failed = Extract<Answer<never>, { kind: 'failed' }>

/** What `receive` makes of the answer; what it throws is thrown. */
export async function exchange<Value>(
  asked: Exchanged,
  receive: (head: Head) => Promise<Value>,
): Promise<Value | Failed> {
  const call = new Call(asked)
  try {
    return await receive(await call.head())
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    const held = call.isHeld ? ({ isHeld: true } as const) : {}
    return { kind: 'failed', reached: call.reached, why: error.message, ...held }
  } finally {
    call.end()
  }
}

/**
 * Connections that were made: a pool gives them to others, who are not told so where they waited in
 * its queue.
 */
const standing = new WeakSet<Duplex>()

/** Why a call came to nothing, on its way from the connection to the answer. */
class Broken extends Error {}

class Call {
  /** True as soon as any of it may be at the server. */
  reached = false
  /** It was not sent, since whoever asked may no longer. */
  isHeld = false
  private request: http.ClientRequest | null = null
  private response: http.IncomingMessage | null = null
  private timer: NodeJS.Timeout | null = null
  /** Ours, which tells more than what the connection says when it is cut by us. */
  private stopped: string | null = null
  private reject: (error: Error) => void = () => {}

  constructor(private readonly asked: Exchanged) {}

  head(): Promise<Head> {
    const { headUs, signals } = this.asked
    return new Promise((resolve, reject) => {
      this.reject = reject
      for (const signal of signals) signal.addEventListener('abort', this.onAbort)
      if (signals.some(({ aborted }) => aborted)) {
        this.onAbort()
        return
      }
      this.limit(headUs, `no answer within ${secondsOf(headUs)} s`)
      try {
        this.send(response => {
          this.response = response
          // It may be destroyed before anyone reads it, and is said then to who does.
          response.on('error', () => {})
          const { statusCode = 0, headers } = response
          resolve({ status: statusCode, headers, body: limit => this.body(response, limit) })
        })
      } catch (error) {
        // A header or a certificate that cannot be sent is found here.
        reject(new Broken(saying(error)))
      }
    })
  }

  end(): void {
    this.clear()
    for (const signal of this.asked.signals) signal.removeEventListener('abort', this.onAbort)
    // Where something stands between the body and who reads it, leaving it is not heard here.
    if (this.response?.complete === false) this.response.destroy()
  }

  private send(onHead: (response: http.IncomingMessage) => void): void {
    const { method, url, headers, body, agent } = this.asked
    const isSecure = url.startsWith('https:')
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const begin = isSecure ? https.request : http.request
    const request = begin(url, { method, headers: { ...headers, ...length }, agent })
    this.request = request
    request.on('socket', socket => {
      if (standing.has(socket)) this.go()
      else {
        socket.once(isSecure ? 'secureConnect' : 'connect', () => {
          standing.add(socket)
          this.go()
        })
      }
    })
    request.on('error', error => this.reject(new Broken(this.stopped ?? saying(error))))
    request.on('response', onHead)
    request.end(body ?? undefined)
  }

  /** What was asked is written as soon as this returns. */
  private go(): void {
    const why = this.asked.whyNot?.() ?? null
    if (why === null) {
      this.reached = true
      return
    }
    this.isHeld = true
    this.stop(why)
  }

  private async *body(response: http.IncomingMessage, limit: Limit): AsyncGenerator<Buffer> {
    const { kind, limitUs } = limit
    const seconds = secondsOf(limitUs)
    const why = kind === 'whole' ? 'the answer was not whole within' : 'nothing was heard for'
    this.limit(limitUs, `${why} ${seconds} s`)
    try {
      for await (const part of response) {
        if (kind === 'silence') this.timer?.refresh()
        if (part instanceof Buffer) yield part
      }
    } catch (error) {
      throw new Broken(this.stopped ?? saying(error))
    }
  }

  private readonly onAbort = (): void => this.stop('it was ended from here')

  private limit(limitUs: number, why: string): void {
    this.clear()
    this.timer = setTimeout(() => this.stop(why), limitUs / 1000)
  }

  private clear(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private stop(why: string): void {
    this.stopped ??= why
    // A request that still waits for a connection says nothing when it is destroyed.
    this.reject(new Broken(why))
    if (this.response !== null) this.response.destroy(new Error(why))
    else this.request?.destroy()
  }
}

const known: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'no way leads there',
  ENETUNREACH: 'no way leads there',
  ETIMEDOUT: 'it does not answer',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody that is trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody that is trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by nobody that is trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by nobody that is trusted',
  CERT_SIGNATURE_FAILURE: 'its certificate is signed by nobody that is trusted',
  HPE_HEADER_OVERFLOW: 'the headers of its answer are too large',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

function saying(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return known[code] ?? error.message
}

function secondsOf(durationUs: number): number {
  return Math.round(durationUs / 100_000) / 10
}
