/** All metrics of an operator, and what its clients tell them. */
import type { EndedRequest, OnRequest } from '../../kubernetes/ended-request.js'
import { systemTiming } from '../../live/http/timing.js'
import { Instruments } from '../../live/instruments.js'
import { MachineryMetrics } from '../../live/machinery-metrics.js'
import { RequestMetrics } from '../../live/request-metrics.js'
import type { Client } from '../../live/tracing/path-template.js'
import type { ServerTroubles } from './server-troubles.js'
import type { Tracing } from './tracing.js'

export interface OperatorMetrics {
  readonly instruments: Instruments
  readonly requests: RequestMetrics
  readonly machinery: MachineryMetrics
}

export function operatorMetrics(version: string): OperatorMetrics {
  const instruments = new Instruments(version)
  const { registry } = instruments
  const requests = new RequestMetrics(registry)
  const machinery = new MachineryMetrics(registry, systemTiming)
  return { instruments, requests, machinery }
}

/** A watch is counted, and is no part of any round: no trace has it. */
export function observedBy(
  { requests }: OperatorMetrics,
  tracing: Tracing | null,
  troubles: ServerTroubles,
) {
  return (client: Client): { readonly onRequest: OnRequest; readonly onWatch: OnRequest } => ({
    onRequest: (done: EndedRequest) => {
      requests.ended(client, done)
      tracing?.traces.ended(client, done)
      // What Kubernetes does not answer is in the state of the watches.
      if (client !== 'kubernetes') troubles.ended(client, done)
    },
    onWatch: (done: EndedRequest) => requests.ended(client, done),
  })
}

/** What is told of a client's breaker: closed, until it opens. */
export function breakerOf({ machinery }: OperatorMetrics, client: 'mayastor' | 'prometheus') {
  return { onBreaker: (isOpen: boolean) => machinery.breaker(client, isOpen) }
}

/** Where the requests of each client go: from here on its series begin. */
export function beginAt(
  { requests, machinery }: OperatorMetrics,
  urls: Readonly<Record<Client, string>>,
): void {
  for (const client of ['kubernetes', 'mayastor', 'prometheus'] as const) {
    requests.open(client, urls[client])
  }
  for (const client of ['mayastor', 'prometheus'] as const) {
    machinery.openBreaker(client, urls[client])
  }
}
