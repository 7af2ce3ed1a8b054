/** One request and its answer, without the transport: what the twin's own routes work on. */

export interface WireRequest {
  readonly method: string
  /** As it came, escapes and all, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: string
  /** The body was longer than anybody may send: it was not read to its end. */
  readonly isTooLong: boolean
  /** Calls back when nobody waits for the answer any more. */
  readonly gone: (action: () => void) => void
}

export interface Answered {
  readonly kind: 'answer'
  readonly status: number
  readonly type: string
  readonly body: string
  /** Virtual time that the answer is late. */
  readonly lateUs?: number
}

export type WireAnswer =
  | Answered
  /** The connection is cut: what was asked may have been done. */
  | { readonly kind: 'cut' }

/** Bytes of a body that is read. */
export const mostBodyBytes = 1_048_576

export function json(status: number, value: unknown): Answered {
  return { kind: 'answer', status, type: 'application/json', body: JSON.stringify(value) }
}

export function text(status: number, type: string, body: string): Answered {
  return { kind: 'answer', status, type, body }
}

/** The path's parts below a prefix, unescaped; null where an escape is none. */
export function partsOf(path: string, prefix: string): readonly string[] | null {
  try {
    return path
      .slice(prefix.length)
      .split('/')
      .filter(part => part !== '')
      .map(decodeURIComponent)
  } catch {
    return null
  }
}

/** A body as JSON; undefined where it is none. */
export function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
