/**
 * What Prometheus sees of the requests that an operator sends, under the names that dashboards of
 * Kubernetes clients read. A path is no label: it names objects.
 */
import { Counter, Histogram, type Registry } from 'prom-client'
import { durationBuckets } from './duration-buckets.js'

/** One attempt that ended. */
export interface MeteredRequest {
  readonly method: string
  /** Of the answer; null: none came. */
  readonly status: number | null
  /** From 1; above it, it is a retry. */
  readonly attempt: number
  readonly durationUs: number
}

export type RequestedClient = 'kubernetes' | 'mayastor' | 'prometheus'

/** Methods that a client ever sends: all else counts as `other`. */
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

export class RequestMetrics {
  private readonly requests: Counter<'code' | 'method' | 'host'>
  private readonly retries: Counter<'host'>
  private readonly duration: Histogram<'host'>
  private readonly hosts = new Map<RequestedClient, string>()

  constructor(registry: Registry) {
    const registers = [registry]
    this.requests = new Counter({
      name: 'rest_client_requests_total',
      help: 'Requests that ended, by the status of their answer; <error> where none came.',
      labelNames: ['code', 'method', 'host'],
      registers,
    })
    this.retries = new Counter({
      name: 'couchestor_request_retries_total',
      help: 'Requests that were sent again.',
      labelNames: ['host'],
      registers,
    })
    this.duration = new Histogram({
      name: 'rest_client_request_duration_seconds',
      help: 'How long requests took, from their sending to the end of their answer.',
      labelNames: ['host'],
      buckets: durationBuckets,
      registers,
    })
  }

  /** Before the first request: where a client's requests go. */
  open(client: RequestedClient, url: string): void {
    const { host } = new URL(url)
    this.hosts.set(client, host)
    this.beginAt(host)
  }

  ended(client: RequestedClient, { method, status, attempt, durationUs }: MeteredRequest): void {
    const host = this.hosts.get(client) ?? client
    this.requests.inc({ code: codeOf(status), method: methodOf(method), host })
    if (attempt > 1) this.retries.inc({ host })
    this.duration.observe({ host }, Math.max(0, durationUs) / 1_000_000)
  }

  /** A rate needs a first sample: of what is usual, and of what an alert looks at. */
  private beginAt(host: string): void {
    for (const code of ['200', '429', noAnswer]) {
      this.requests.inc({ code, method: 'GET', host }, 0)
    }
    this.retries.inc({ host }, 0)
    this.duration.zero({ host })
  }
}

/** As other clients of Kubernetes write it. */
const noAnswer = '<error>'

/** What no server should say counts as 0, so that a broken one makes no new series. */
function codeOf(status: number | null): string {
  if (status === null) return noAnswer
  return Number.isInteger(status) && status >= 100 && status <= 599 ? String(status) : '0'
}

function methodOf(method: string): string {
  return methods.includes(method) ? method : 'other'
}
