/**
 * An API server over node:http(s): calls share a pool of connections, and watches have their own,
 * since each holds one for minutes. Reads are tried again, with jitter; all else is sent once.
 */
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Received, receive } from './answer.js'
import type { WhyNot } from './api.js'
import type { Connection } from './connect.js'
import { type OnRequest, observed, opened } from './ended-request.js'
import { type Exchanged, exchange, type Failed, type Head } from './exchange.js'
import { mostAnswerBytes } from './most-bytes.js'
import { type Agent, RenewedAgent } from './renewed-agent.js'
import { RenewedTls } from './renewed-tls.js'
import type { Timing } from './timing.js'

export interface ApiSettings {
  /** Of one attempt, and of a watch: until the head of the answer is here. */
  readonly headUs: number
  /** Of a whole call, its further attempts included. */
  readonly deadlineUs: number
  /** Of a read. */
  readonly attempts: number
  readonly firstBackoffUs: number
  /** Of one answer, or of one event. */
  readonly mostBytes: number
  readonly connections: number
  /**
   * A connection that waits for a call for so long is closed: before the server closes it, which
   * may be while a write is on its way.
   */
  readonly unusedUs: number
  /** A watch that says nothing for so long is cut. */
  readonly watchIdleUs: number
  readonly onRequest: OnRequest
  /** Of a watch: its answer, once it begins or is refused. */
  readonly onWatch: OnRequest
}

export const usualApi: ApiSettings = {
  headUs: 10_000_000,
  deadlineUs: 60_000_000,
  attempts: 3,
  firstBackoffUs: 200_000,
  mostBytes: mostAnswerBytes,
  connections: 16,
  unusedUs: 30_000_000,
  watchIdleUs: 295_000_000,
  onRequest: () => {},
  onWatch: () => {},
}

export interface Call {
  readonly method: Exchanged['method']
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly whyNot?: WhyNot | undefined
}

export class ApiServer {
  readonly url: string
  private readonly calls: RenewedAgent
  private readonly watches: RenewedAgent
  private readonly closing = new AbortController()

  constructor(
    private readonly connection: Connection,
    private readonly timing: Timing,
    private readonly settings: ApiSettings,
  ) {
    const { connections: maxSockets, unusedUs } = settings
    const pool = { keepAlive: true, maxSockets, timeout: Math.ceil(unusedUs / 1000) }
    this.url = connection.url
    // Each call listens to it: many are no leak.
    setMaxListeners(0, this.closing.signal)
    const isSecure = this.url.startsWith('https:')
    const tls = new RenewedTls(connection.tls, connection.tlsParts ?? [], timing)
    this.calls = new RenewedAgent(isSecure, pool, tls)
    this.watches = new RenewedAgent(isSecure, { keepAlive: false }, tls)
  }

  /** Something without effect: tried again while there is time. */
  async read(path: string, headers: Readonly<Record<string, string>>): Promise<Received | Failed> {
    const call: Call = { method: 'GET', path, headers, body: null }
    const beganUs = this.timing.monotonicUs()
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.attempt(call, beganUs, attempt)
      if (!isTransient(outcome) || attempt >= this.settings.attempts) return outcome
      const pauseUs = this.backoffUs(outcome, attempt)
      if (pauseUs >= this.leftUs(beganUs) || !(await this.pause(pauseUs))) return outcome
    }
  }

  /** Something with an effect. */
  once(call: Call): Promise<Received | Failed> {
    return this.attempt(call, this.timing.monotonicUs(), 1)
  }

  /** An answer of 200 is followed as it comes; any other is received. */
  stream<Value>(
    path: string,
    signal: AbortSignal,
    follow: (head: Head) => Promise<Value>,
  ): Promise<Value | Received | Failed> {
    const { headUs, deadlineUs } = this.settings
    const call: Call = { method: 'GET', path, headers: {}, body: null }
    const signals = [signal, this.closing.signal]
    return opened(this.settings.onWatch, call, begun =>
      this.send<Value | Received | Failed>(call, this.watches.current(), headUs, signals, head => {
        begun(head.status)
        return head.status === 200 ? follow(head) : this.whole(head, deadlineUs)
      }),
    )
  }

  close(): void {
    this.closing.abort()
    this.calls.close()
    this.watches.close()
  }

  private attempt(call: Call, beganUs: number, attempt: number): Promise<Received | Failed> {
    const headUs = Math.min(this.settings.headUs, this.leftUs(beganUs))
    const signals = [this.closing.signal]
    const exchanging = (): Promise<Received | Failed> =>
      this.send(call, this.calls.current(), headUs, signals, head =>
        this.whole(head, this.leftUs(beganUs)),
      )
    const asked = { ...call, attempt }
    return observed(this.settings.onRequest, asked, exchanging)
  }

  private async send<Value>(
    { method, path, headers, body, whyNot }: Call,
    agent: Agent,
    headUs: number,
    signals: readonly AbortSignal[],
    take: (head: Head) => Promise<Value>,
  ): Promise<Value | Failed> {
    const url = `${this.url}${path}`
    const own = await this.credentials(headUs)
    if (own.kind === 'failed') return own
    const usual = { accept: 'application/json', 'user-agent': 'couchestor' }
    const all = { ...usual, ...headers, ...own.headers }
    return exchange({ method, url, headers: all, body, agent, headUs, signals, whyNot }, take)
  }

  private whole(head: Head, limitUs: number): Promise<Received | Failed> {
    const { mostBytes } = this.settings
    return receive(head, { kind: 'whole', limitUs }, mostBytes, this.timing.nowUs())
  }

  /** They may come from a program of the user's, which may hang. */
  private async credentials(limitUs: number): Promise<Credentials> {
    const late = new AbortController()
    const asked = this.connection.headers().then<Credentials, Credentials>(
      headers => ({ kind: 'known', headers }),
      error => notKnown(`no credentials: ${error instanceof Error ? error.message : 'no reason'}`),
    )
    const hung = sleep(limitUs / 1000, null, { signal: late.signal }).then(
      () => notKnown(`no credentials within ${limitUs / 1_000_000} s`),
      () => notKnown('not waited for'),
    )
    try {
      return await Promise.race([asked, hung])
    } finally {
      late.abort()
    }
  }

  private leftUs(beganUs: number): number {
    return Math.max(1000, this.settings.deadlineUs - (this.timing.monotonicUs() - beganUs))
  }

  /** Drawn between nothing and a bound that doubles; never less than the server asks for. */
  private backoffUs(outcome: Received | Failed, attempt: number): number {
    const boundUs = this.settings.firstBackoffUs * 2 ** (attempt - 1)
    const askedUs = outcome.kind === 'received' ? (outcome.retryAfterUs ?? 0) : 0
    return Math.max(Math.floor(boundUs * this.timing.chance()), askedUs)
  }

  /** False where it was closed meanwhile. */
  private async pause(durationUs: number): Promise<boolean> {
    const { signal } = this.closing
    await this.timing.sleep(durationUs, signal).catch(error => {
      if (!signal.aborted) throw error
    })
    return !signal.aborted
  }
}

type Credentials =
  | { readonly kind: 'known'; readonly headers: Readonly<Record<string, string>> }
  | Failed

function notKnown(why: string): Failed {
  return { kind: 'failed', reached: false, why }
}

function isTransient(outcome: Received | Failed): boolean {
  if (outcome.kind === 'failed') return outcome.isLasting !== true
  return [429, 503, 504].includes(outcome.status)
}
