/**
 * The SDK of OpenTelemetry, which is loaded only where traces are asked for. What it is told stands
 * in its own environment variables: endpoint, headers, service, resource, sampler, batches.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { systemTiming } from '../../live/http/timing.js'
import type { SpanIds, SpanSource } from '../../live/tracing/span-source.js'
import { Traces } from '../../live/tracing/traces.js'
import { programVersion } from '../version.js'
import type { Log } from './log.js'
import type { Tracing } from './tracing.js'

/** For what is not sent yet when the operator ends. */
const lastSpansMs = 3000

export function tracingOverHttp(log: Log): Tracing {
  const exporter = warningOnce(new OTLPTraceExporter(), log)
  const { source, provider } = spansTo(new BatchSpanProcessor(exporter))
  const traces = new Traces(source, systemTiming.nowUs)
  return {
    traces,
    async close() {
      traces.close()
      // A collector that does not answer keeps nobody; neither does one that refuses.
      const isOver = new AbortController()
      const late = sleep(lastSpansMs, null, { signal: isOver.signal }).catch(() => {})
      await Promise.race([provider.shutdown().catch(() => {}), late])
      isOver.abort()
    },
  }
}

export function spansTo(processor: SpanProcessor): {
  readonly source: SpanSource
  readonly provider: BasicTracerProvider
} {
  const idGenerator = new GivenIds()
  const usual = resourceFromAttributes({
    'service.name': 'couchestor-operator',
    'service.version': programVersion(),
  })
  const resource = usual.merge(detectResources({ detectors: [envDetector] }))
  const provider = new BasicTracerProvider({ resource, idGenerator, spanProcessors: [processor] })
  const tracer = provider.getTracer('couchestor', programVersion())
  const withIds: SpanSource['withIds'] = (ids, start) => idGenerator.within(ids, start)
  return { source: { tracer, withIds }, provider }
}

/** Random, but for a span that is to have the ids that it had before a restart. */
class GivenIds implements IdGenerator {
  private readonly random = new RandomIdGenerator()
  private given: SpanIds | null = null

  generateTraceId = (): string => this.given?.traceId ?? this.random.generateTraceId()
  generateSpanId = (): string => this.given?.spanId ?? this.random.generateSpanId()

  within<Value>(ids: SpanIds, start: () => Value): Value {
    this.given = ids
    try {
      return start()
    } finally {
      this.given = null
    }
  }
}

/** Spans that nobody takes are dropped, and that is told once until some are taken again. */
function warningOnce(exporter: SpanExporter, log: Log): SpanExporter {
  let isTold = false
  return {
    export(spans, onResult) {
      exporter.export(spans, result => {
        if (result.error !== undefined && !isTold) {
          const why = result.error.message
          log({ level: 'warn', message: 'traces are not taken, and dropped', fields: { why } })
        }
        isTold = result.error !== undefined
        onResult(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }
}
