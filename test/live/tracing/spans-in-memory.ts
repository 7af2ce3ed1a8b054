/** The SDK as the operator sets it up, whose spans stay in memory. */
import type { HrTime } from '@opentelemetry/api'
import {
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { spansTo } from '../../../src/cli/operator/tracing-sdk.js'
import type { SpanSource } from '../../../src/live/tracing/span-source.js'

export interface SpansInMemory {
  readonly source: SpanSource
  /** Those that ended, in that order. */
  ended(): Promise<readonly ReadableSpan[]>
  named(name: string): Promise<readonly ReadableSpan[]>
}

export function spansInMemory(): SpansInMemory {
  const exporter = new InMemorySpanExporter()
  const { source, provider } = spansTo(new SimpleSpanProcessor(exporter))
  const ended = async (): Promise<readonly ReadableSpan[]> => {
    await provider.forceFlush()
    return exporter.getFinishedSpans()
  }
  const named = async (name: string): Promise<readonly ReadableSpan[]> =>
    (await ended()).filter(span => span.name === name)
  return { source, ended, named }
}

export function inUs([seconds, nanoseconds]: HrTime): number {
  return seconds * 1_000_000 + nanoseconds / 1000
}

export function linksOf(span: ReadableSpan): readonly string[] {
  return span.links.map(({ context }) => context.spanId)
}
