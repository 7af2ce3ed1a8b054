/**
 * Traces, where the standard environment variables of OpenTelemetry name a collector; else nothing
 * of it is loaded. The image's entrypoint is fixed and a variable is what a chart can set, so there
 * is neither a flag nor an `--import`.
 */
import type { Traces } from '../../live/tracing/traces.js'
import type { Log } from './log.js'

export interface Tracing {
  readonly traces: Traces
  /** Sends what is not sent yet, and waits for the collector no longer than a few seconds. */
  close(): Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>

/** Null: off, or not installed, which is told. */
export async function openTracing(environment: Environment, log: Log): Promise<Tracing | null> {
  if (!isAsked(environment)) return null
  try {
    const { tracingOverHttp } = await import('./tracing-sdk.js')
    return tracingOverHttp(log)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'no reason'
    log({ level: 'warn', message: 'no traces: an optional package is missing', fields: { why } })
    return null
  }
}

export function isAsked(environment: Environment): boolean {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = environment
  if (disabled?.toLowerCase() === 'true' || exporter === 'none') return false
  const endpoint = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
  return [endpoint, environment.OTEL_EXPORTER_OTLP_ENDPOINT].some(one => (one ?? '') !== '')
}
