/**
 * How one resource is followed: listed page by page, then watched from the version of the list. A
 * pure step function: it takes what was heard, and says what becomes of the store and whether it
 * was a setback. Versions are opaque, and nothing is ever an end.
 */
import type { Answer, KubernetesObject, Page, WatchEvent } from './api.js'

/** What to ask next. */
export type Reflector =
  | { readonly kind: 'empty' }
  | { readonly kind: 'listing'; readonly begunUs: number; readonly next: string }
  | { readonly kind: 'watching'; readonly version: string }

export type Heard =
  /** `askedUs`: wall clock, when the page was asked for. */
  | { readonly kind: 'page'; readonly answer: Answer<Page>; readonly askedUs: number }
  | { readonly kind: 'event'; readonly event: WatchEvent }
  | { readonly kind: 'over'; readonly answer: Answer<null>; readonly lastedUs: number }
  /** Nothing at all for longer than a server is ever silent. */
  | { readonly kind: 'silence'; readonly silentUs: number }

/** What becomes of the store. */
export type Edit =
  | { readonly kind: 'begin' }
  | { readonly kind: 'gather'; readonly objects: readonly KubernetesObject[] }
  /** What was gathered takes the place of what was known. */
  | { readonly kind: 'swap'; readonly begunUs: number }
  | { readonly kind: 'set'; readonly object: KubernetesObject }
  | { readonly kind: 'remove'; readonly object: KubernetesObject }

export interface Setback {
  readonly why: string
  /** What we know is too old to go on from: a list mends that, and need not be waited for. */
  readonly isStale: boolean
  readonly retryAfterUs: number | null
}

export interface Step {
  readonly reflector: Reflector
  readonly edits: readonly Edit[]
  /** A watch is over with it. */
  readonly setback: Setback | null
}

export function step(reflector: Reflector, heard: Heard): Step {
  if (heard.kind === 'page') {
    if (reflector.kind === 'watching') throw new Error('a page, and no list was asked for')
    return afterPage(reflector, heard.answer, heard.askedUs)
  }
  if (reflector.kind !== 'watching') throw new Error(`${heard.kind}, and there is no watch`)
  if (heard.kind === 'event') return afterEvent(reflector, heard.event)
  if (heard.kind === 'over') return afterWatch(reflector, heard.answer, heard.lastedUs)
  const seconds = Math.round(heard.silentUs / 1_000_000)
  return onlySetback({ kind: 'empty' }, `nothing was heard for ${seconds} s`, true)
}

type Listing = Exclude<Reflector, { kind: 'watching' }>
type Watching = Extract<Reflector, { kind: 'watching' }>

function afterPage(reflector: Listing, answer: Answer<Page>, askedUs: number): Step {
  if (answer.kind !== 'answered') return withoutPage(reflector, answer)
  const { items, version, next } = answer.value
  const begunUs = reflector.kind === 'listing' ? reflector.begunUs : askedUs
  const begin: readonly Edit[] = reflector.kind === 'listing' ? [] : [{ kind: 'begin' }]
  const edits: readonly Edit[] = [...begin, { kind: 'gather', objects: items }]
  if (next !== null) {
    return { reflector: { kind: 'listing', begunUs, next }, edits, setback: null }
  }
  const watching: Reflector = { kind: 'watching', version }
  return { reflector: watching, edits: [...edits, { kind: 'swap', begunUs }], setback: null }
}

/**
 * A page is asked for again where the server said nothing or was too busy. Any other refusal may
 * be of the token itself, which no patience mends.
 */
function withoutPage(reflector: Listing, answer: NotAnswered): Step {
  if (answer.kind === 'failed') {
    return onlySetback(reflector, `the list failed: ${answer.why}`, false)
  }
  const anew: Reflector = answer.status === 429 ? reflector : { kind: 'empty' }
  return refused(anew, 'list', answer)
}

type NotAnswered = Exclude<Answer<never>, { kind: 'answered' }>
type Refusal = Extract<NotAnswered, { kind: 'refused' }>

function afterEvent(reflector: Watching, event: WatchEvent): Step {
  switch (event.type) {
    case 'BOOKMARK':
      return { reflector: { kind: 'watching', version: event.version }, edits: [], setback: null }
    case 'ERROR': {
      const isStale = event.status === gone
      const why = `the watch ended with ${event.status}: ${event.message}`
      return onlySetback(isStale ? { kind: 'empty' } : reflector, why, isStale)
    }
    default: {
      const { object, type } = event
      const version = object.metadata.resourceVersion ?? reflector.version
      const edit: Edit = { kind: type === 'DELETED' ? 'remove' : 'set', object }
      return { reflector: { kind: 'watching', version }, edits: [edit], setback: null }
    }
  }
}

const gone = 410

/** A watch that ended or was cut off is gone on with from the last version. */
function afterWatch(reflector: Watching, answer: Answer<null>, lastedUs: number): Step {
  if (answer.kind === 'refused') {
    return refused(answer.status === gone ? { kind: 'empty' } : reflector, 'watch', answer)
  }
  if (answer.kind === 'failed') {
    return onlySetback(reflector, `the watch failed: ${answer.why}`, false)
  }
  // A server that ends each watch at once is not asked without a pause.
  if (lastedUs < shortestWatchUs) {
    return onlySetback(reflector, 'the watch ended as soon as it had begun', false)
  }
  return { reflector, edits: [], setback: null }
}

const shortestWatchUs = 1_000_000

function refused(reflector: Reflector, what: string, answer: Refusal): Step {
  const { status, reason, message, retryAfterUs } = answer
  const why = `the ${what} was refused with ${`${status} ${reason}`.trim()}: ${message}`
  return { reflector, edits: [], setback: { why, isStale: status === gone, retryAfterUs } }
}

function onlySetback(reflector: Reflector, why: string, isStale: boolean): Step {
  return { reflector, edits: [], setback: { why, isStale, retryAfterUs: null } }
}
