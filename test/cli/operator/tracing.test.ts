import { describe, expect, it } from 'vitest'
import { isAsked, openTracing } from '../../../src/cli/operator/tracing.js'
import type { LogLine } from '../../../src/live/log-line.js'

const url = 'http://collector:4318'

describe('traces are asked for', () => {
  it.each<Readonly<Record<string, string>>>([
    { OTEL_EXPORTER_OTLP_ENDPOINT: url },
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${url}/v1/traces` },
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'false' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_EXPORTER: 'otlp' },
  ])('by %j', environment => {
    expect(isAsked(environment)).toBe(true)
  })

  it.each<Readonly<Record<string, string>>>([
    {},
    { OTEL_EXPORTER_OTLP_ENDPOINT: '' },
    { OTEL_SERVICE_NAME: 'couchestor' },
    { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: url },
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_SDK_DISABLED: 'TRUE' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_EXPORTER: 'none' },
  ])('not by %j', async environment => {
    const told: LogLine[] = []
    expect(isAsked(environment)).toBe(false)
    expect(await openTracing(environment, line => told.push(line))).toBeNull()
    expect(told).toEqual([])
  })

  it('are opened without a connection, and closed with nothing to send', async () => {
    const told: LogLine[] = []
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: url }
    const tracing = await openTracing(environment, line => told.push(line))
    expect(tracing?.traces.idsOf({})).toEqual({})
    await tracing?.close()
    expect(told).toEqual([])
  })
})
