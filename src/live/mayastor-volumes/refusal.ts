/** What an API server's answer to a write of ours means for the command that it carried. */
import type { Refusal, Reply } from '../../core/command.js'
import type { Answer } from '../../kubernetes/api.js'

const refusals: Readonly<Record<number, Refusal>> = {
  400: 'invalid',
  401: 'invalid',
  403: 'invalid',
  404: 'not-found',
  409: 'conflict',
  422: 'invalid',
  429: 'busy',
}

/** All else, as a server that gave up waiting for its store, may have been done all the same. */
export function replyTo(answer: Exclude<Answer<never>, { kind: 'answered' }>): Reply {
  if (answer.kind === 'failed') {
    const { reached, why } = answer
    return reached ? { kind: 'unknown', why } : { kind: 'refused', refusal: 'busy', text: why }
  }
  const { status, message } = answer
  const text = `${status}: ${message}`
  if (!Object.hasOwn(refusals, status)) return { kind: 'unknown', why: text }
  return { kind: 'refused', refusal: refusals[status], text }
}
