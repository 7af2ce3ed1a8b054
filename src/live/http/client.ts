/**
 * A client of one server: pooled connections, a deadline for each call, retries with jitter of
 * reads alone, a circuit breaker before them. A change is sent once, over a connection of its own,
 * whatever the breaker says: a connection that the server closed meanwhile must not leave its
 * effect in doubt, and cordons must be undone.
 */
import { Refused } from '../../core/errors.js'
import type { WhyNot } from '../../kubernetes/api.js'
import { type OnRequest, observed } from '../../kubernetes/ended-request.js'
import { mostAnswerBytes } from '../../kubernetes/most-bytes.js'
import { type Agent, RenewedAgent } from '../../kubernetes/renewed-agent.js'
import { RenewedTls } from '../../kubernetes/renewed-tls.js'
import { type TlsPart, tlsOf } from '../../kubernetes/tls-files.js'
import { Breaker, type BreakerSettings, usualBreaker } from './breaker.js'
import { type Exchange, exchange, type Failed, type Method } from './exchange.js'
import type { Timing } from './timing.js'

export interface Server {
  /** Where its paths begin: `http://host:8081/v0`. */
  readonly url: string
  /** Who signs its certificate; null: whom the system trusts. Read again, as is the next. */
  readonly authority: TlsPart | null
  readonly clientCertificate: TlsPart | null
  /** Asked at each call, since tokens are renewed; it is written nowhere but into the header. */
  readonly token: (() => string) | null
}

export interface ClientSettings {
  /** Of one call, its retries included. */
  readonly deadlineUs: number
  /** Of one attempt of a read. */
  readonly attemptUs: number
  readonly attempts: number
  readonly firstBackoffUs: number
  readonly longestBackoffUs: number
  readonly mostBytes: number
  readonly connections: number
  readonly breaker: BreakerSettings
  readonly onRequest: OnRequest
  /** Told whenever reads are stopped, and when they go on. */
  readonly onBreaker: (isOpen: boolean) => void
}

export const usualClient: ClientSettings = {
  deadlineUs: 30_000_000,
  attemptUs: 15_000_000,
  attempts: 3,
  firstBackoffUs: 200_000,
  longestBackoffUs: 5_000_000,
  mostBytes: mostAnswerBytes,
  connections: 4,
  breaker: usualBreaker,
  onRequest: () => {},
  onBreaker: () => {},
}

export interface ReadRequest {
  readonly method: 'GET' | 'POST'
  /** Appended to the server's URL; parts are encoded by the caller. */
  readonly path: string
  readonly form?: Readonly<Record<string, string>>
}

export interface ChangeRequest {
  readonly method: 'PUT' | 'POST' | 'DELETE'
  readonly path: string
  readonly document?: object
  /** Asked again when it is about to leave. */
  readonly whyNot?: WhyNot | undefined
}

export class HttpClient {
  readonly url: string
  private readonly pooled: RenewedAgent
  private readonly single: RenewedAgent
  private readonly breaker: Breaker

  constructor(
    private readonly server: Server,
    private readonly timing: Timing,
    private readonly settings: ClientSettings = usualClient,
  ) {
    const { connections, breaker } = settings
    this.url = checkedUrl(server.url)
    const isSecure = this.url.startsWith('https:')
    const tls = tlsFrom(server, timing)
    this.pooled = new RenewedAgent(isSecure, { keepAlive: true, maxSockets: connections }, tls)
    this.single = new RenewedAgent(isSecure, { keepAlive: false }, tls)
    this.breaker = new Breaker(timing, breaker, settings.onBreaker)
  }

  /** Something without effect: tried again while there is time. */
  async read(request: ReadRequest): Promise<Exchange> {
    const beganUs = this.timing.monotonicUs()
    let heard: Exchange | null = null
    for (let attempt = 1; ; attempt++) {
      const openUs = this.breaker.admit()
      // Whoever has just heard why it fails is told that, and not that it is left alone now.
      if (openUs !== null) return heard ?? notAsked(openUs)
      const outcome = await this.attempt(request, this.leftUs(beganUs), attempt)
      heard = outcome
      const pauseUs = isTransient(outcome) ? this.backoffUs(outcome, attempt) : null
      if (pauseUs === null || attempt >= this.settings.attempts) return outcome
      if (pauseUs >= this.leftUs(beganUs)) return outcome
      await this.timing.sleep(pauseUs)
    }
  }

  /** Something with an effect: sent once. */
  async change({ method, path, document, whyNot }: ChangeRequest): Promise<Exchange> {
    const body = document === undefined ? null : JSON.stringify(document)
    const headers = body === null ? {} : { 'content-type': 'application/json' }
    const { deadlineUs } = this.settings
    const outcome = await this.observed({ method, path, attempt: 1 }, () =>
      this.send(method, path, headers, body, this.single.current(), deadlineUs, whyNot),
    )
    this.learn(outcome)
    return outcome
  }

  close(): void {
    this.pooled.close()
    this.single.close()
  }

  private async attempt(request: ReadRequest, leftUs: number, attempt: number): Promise<Exchange> {
    const { method, path, form } = request
    const body = form === undefined ? null : new URLSearchParams(form).toString()
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    const deadlineUs = Math.min(this.settings.attemptUs, leftUs)
    const headers = body === null ? {} : type
    const asked = { method, path, attempt }
    const outcome = await this.observed(asked, () =>
      this.send(method, path, headers, body, this.pooled.current(), deadlineUs),
    )
    this.learn(outcome)
    return outcome
  }

  private observed(
    asked: { readonly method: Method; readonly path: string; readonly attempt: number },
    exchanging: () => Promise<Exchange>,
  ): Promise<Exchange> {
    return observed(this.settings.onRequest, asked, exchanging)
  }

  private send(
    method: Method,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string | null,
    agent: Agent,
    deadlineUs: number,
    whyNot?: WhyNot,
  ): Promise<Exchange> {
    const bearer = this.bearer()
    if (bearer === null) return Promise.resolve(noToken)
    const all = { accept: 'application/json', ...headers, ...bearer }
    const { mostBytes } = this.settings
    const url = new URL(`${this.url}${path}`)
    const call = { method, url, headers: all, body, agent, deadlineUs, mostBytes, whyNot }
    return exchange(call, this.timing)
  }

  /** Null where there is none that a header could hold. */
  private bearer(): Readonly<Record<string, string>> | null {
    const { token } = this.server
    if (token === null) return {}
    try {
      const text = token()
      return /^[\x21-\x7e]+$/.test(text) ? { authorization: `Bearer ${text}` } : null
    } catch {
      return null
    }
  }

  private learn(outcome: Exchange): void {
    if (outcome.kind === 'failed' && outcome.isHeld === true) return
    const isDown = outcome.kind === 'failed' || [502, 503, 504].includes(outcome.status)
    if (isDown) this.breaker.failed()
    else this.breaker.succeeded()
  }

  private leftUs(beganUs: number): number {
    return Math.max(1000, this.settings.deadlineUs - (this.timing.monotonicUs() - beganUs))
  }

  /** Drawn between nothing and a bound that doubles; never less than the server asks for. */
  private backoffUs(outcome: Exchange, attempt: number): number {
    const { firstBackoffUs, longestBackoffUs } = this.settings
    let boundUs = firstBackoffUs
    for (let doubling = 1; doubling < attempt; doubling++) boundUs *= 2
    const drawnUs = Math.min(boundUs, longestBackoffUs) * this.timing.chance()
    const askedUs = outcome.kind === 'answered' ? (outcome.retryAfterUs ?? 0) : 0
    return Math.floor(Math.max(drawnUs, askedUs))
  }
}

const noToken: Failed = {
  kind: 'failed',
  reached: false,
  why: 'the token cannot be read, or is none',
}

function isTransient(outcome: Exchange): boolean {
  if (outcome.kind === 'failed') return outcome.isLasting !== true
  return [408, 429, 502, 503, 504].includes(outcome.status)
}

function notAsked(openUs: number): Failed {
  const seconds = Math.ceil(openUs / 1_000_000)
  const why = `it failed several times in a row and is left alone for ${seconds} s more`
  return { kind: 'failed', reached: false, why }
}

/** Throws where a file of it cannot be read or used. */
function tlsFrom({ authority, clientCertificate }: Server, timing: Timing): RenewedTls {
  const parts = [authority, clientCertificate].flatMap(part => (part === null ? [] : [part]))
  return new RenewedTls(tlsOf(parts), parts, timing)
}

/** Without a slash at its end. A password in it would stand in every message. */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw wrongUrl(`this is no URL of a server: ${text}`, 'write it as http://host:port')
  }
  if (url.username !== '' || url.password !== '') {
    throw wrongUrl('a URL holds a name or a password', 'take it out; a token is read from a file')
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function wrongUrl(message: string, hint: string): Refused {
  return new Refused([{ code: 'USAGE', message, where: {}, hint }])
}
