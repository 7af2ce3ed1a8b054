/** What is told of a request once its exchange ended: for metrics and traces. */
import type { Failed } from './exchange.js'

export interface EndedRequest {
  readonly method: string
  /** As it was asked, without its query. */
  readonly path: string
  /** Of the answer; null: there was none that is whole. */
  readonly status: number | null
  /** Why there was none; null: there was one. */
  readonly why: string | null
  /** 1, or more where a read was tried again: each attempt is told. */
  readonly attempt: number
  /** By the machine's clock, since the Unix epoch. */
  readonly startUs: number
  readonly durationUs: number
}

/** Neither headers nor bodies are told, so that nothing secret is. It must not throw. */
export type OnRequest = (request: EndedRequest) => void

/** Calls `onRequest` when `exchanging` ended, but of what was held back, which asked nothing. */
export async function observed<Outcome extends Failed | { readonly status: number }>(
  onRequest: OnRequest,
  asked: Pick<EndedRequest, 'method' | 'path' | 'attempt'>,
  exchanging: () => Promise<Outcome>,
): Promise<Outcome> {
  const startUs = Date.now() * 1000
  const beganMs = performance.now()
  const outcome = await exchanging()
  const isAnswered = 'status' in outcome
  if (!isAnswered && outcome.isHeld === true) return outcome
  const durationUs = Math.round(1000 * (performance.now() - beganMs))
  const { method, path, attempt } = asked
  const [bare] = path.split('?')
  const ended = { method, path: bare, attempt, startUs, durationUs }
  onRequest(
    isAnswered
      ? { ...ended, status: outcome.status, why: null }
      : { ...ended, status: null, why: outcome.why },
  )
  return outcome
}

/** Of what lasts once it has begun, the answer is told as soon as its head is here. */
export async function opened<Outcome>(
  onRequest: OnRequest,
  asked: Pick<EndedRequest, 'method' | 'path'>,
  exchanging: (begun: (status: number) => void) => Promise<Outcome>,
): Promise<Outcome> {
  const startUs = Date.now() * 1000
  const beganMs = performance.now()
  const [path] = asked.path.split('?')
  let isTold = false
  const tell = (status: number | null): void => {
    if (isTold) return
    isTold = true
    const durationUs = Math.round(1000 * (performance.now() - beganMs))
    const why = status === null ? 'no answer' : null
    onRequest({ method: asked.method, path, attempt: 1, startUs, durationUs, status, why })
  }
  const outcome = await exchanging(tell)
  tell(null)
  return outcome
}
