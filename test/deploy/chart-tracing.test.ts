import { describe, expect, it } from 'vitest'
import { only, rendered, template } from './chart.js'

const endpoint = 'http://collector.observability.svc:4318'
const policy = { 'networkPolicy.enabled': true }
const traced = { 'tracing.endpoint': endpoint }
const collectorPort = { port: 4318 }

interface Rendered {
  readonly env: readonly { readonly name: string; readonly value: string }[]
  /** To which the operator may connect. */
  readonly ports: readonly unknown[]
}

function of(values: Readonly<Record<string, unknown>>): Rendered {
  const all = rendered({ ...policy, ...values })
  const { template: pod } = only(all, 'Deployment').spec as {
    readonly template: { readonly spec: { readonly containers: readonly Pick<Rendered, 'env'>[] } }
  }
  const { egress } = only(all, 'NetworkPolicy').spec as {
    readonly egress: readonly Pick<Rendered, 'ports'>[]
  }
  return {
    env: pod.spec.containers.flatMap(({ env }) => env),
    ports: egress.flatMap(({ ports }) => ports),
  }
}

describe('a chart with a collector', () => {
  it('names it in the environment, and lets the operator connect to it', () => {
    const { env, ports } = of(traced)
    expect(env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint })
    expect(ports).toContainEqual(collectorPort)
  })

  it('opens the port that it is told', () => {
    const { ports } = of({ ...traced, 'networkPolicy.tracingPort': 14_318 })
    expect(ports).toContainEqual({ port: 14_318 })
    expect(ports).not.toContainEqual(collectorPort)
  })

  it('is without one neither named nor open to', () => {
    for (const values of [{}, { 'tracing.endpoint': '' }]) {
      const { env, ports } = of(values)
      expect(env.map(({ name }) => name)).toEqual(['NODE_OPTIONS'])
      expect(ports).not.toContainEqual(collectorPort)
    }
  })

  it.each([
    'https://collector',
    'http://10.0.0.1:4318/',
    'http://[::1]:4318',
    'https://gateway.example.com/otlp',
  ])('may have it at %s', where => {
    expect(template({ 'tracing.endpoint': where }).status).toBe(0)
  })

  it.each<readonly [path: string, value: unknown, why: string]>([
    ['tracing.endpoint', 'collector:4318', "at '/tracing/endpoint'"],
    ['tracing.endpoint', 'grpc://collector:4317', "at '/tracing/endpoint'"],
    ['tracing.endpoint', 'http://', "at '/tracing/endpoint'"],
    ['tracing.endpoint', 'http://collector 4318', "at '/tracing/endpoint'"],
    ['tracing.endpoint', 'http://collector:4318\nx', "at '/tracing/endpoint'"],
    // It is put behind by the exporter.
    ['tracing.endpoint', `${endpoint}/v1/traces`, "at '/tracing/endpoint'"],
    ['tracing.endpoint', 4318, "at '/tracing/endpoint': got number, want string"],
    ['tracing.endpoints', endpoint, "additional properties 'endpoints' not allowed"],
    ['networkPolicy.tracingPort', 0, "at '/networkPolicy/tracingPort': minimum: got 0, want 1"],
    ['networkPolicy.tracingPort', '4318', "at '/networkPolicy/tracingPort'"],
  ])('%s is not %j', (path, value, why) => {
    const { status, notes } = template({ [path]: value })
    expect([status, notes]).toEqual([1, expect.stringContaining(why)])
  })
})
