/** Who begins spans, and instants as spans take them. */
import { createHash } from 'node:crypto'
import type { HrTime, Span, Tracer } from '@opentelemetry/api'

export interface SpanIds {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  /** 16 hexadecimal digits. */
  readonly spanId: string
}

export interface SpanSource {
  readonly tracer: Tracer
  /** The one span that `start` begins, a root, gets these ids. */
  withIds(ids: SpanIds, start: () => Span): Span
}

/** The same for the same words, on any machine. */
export function idsFrom(...words: readonly string[]): SpanIds {
  const digest = createHash('sha256').update(words.join('\n')).digest('hex')
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) }
}

export function spanTime(atUs: number): HrTime {
  return [Math.floor(atUs / 1_000_000), 1000 * (atUs % 1_000_000)]
}
