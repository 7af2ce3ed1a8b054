/** What a server of JSON answered: a document with its status, or why there is none. */
import type { Exchange } from './exchange.js'

export type JsonAnswer =
  | {
      readonly kind: 'document'
      readonly status: number
      /** Undefined where the body is empty. */
      readonly value: unknown
      readonly dateUs: number | null
    }
  | {
      readonly kind: 'none'
      /** False: nothing of the request was sent. */
      readonly reached: boolean
      /** Null: no answer came. */
      readonly status: number | null
      readonly why: string
    }

export function jsonAnswer(outcome: Exchange): JsonAnswer {
  if (outcome.kind === 'failed') {
    return { kind: 'none', reached: outcome.reached, status: null, why: outcome.why }
  }
  const { status, contentType, text, dateUs } = outcome
  const none = (why: string): JsonAnswer => ({ kind: 'none', reached: true, status, why })
  if (status >= 300 && status < 400) {
    return none(`it answers ${status}, a redirect, which is not followed`)
  }
  if (text === '') return { kind: 'document', status, value: undefined, dateUs }
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType)) {
    const type = contentType === '' ? 'a body of no type' : contentType.split(';')[0]
    return none(`it answers ${status} with ${type} where JSON is expected`)
  }
  try {
    const value: unknown = JSON.parse(text)
    return { kind: 'document', status, value, dateUs }
  } catch {
    return none(`it answers ${status} with broken JSON`)
  }
}
