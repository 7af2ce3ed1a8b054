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

/** Open without a collector. */
const usual = (): readonly unknown[] => of({}).ports
const schemes: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

describe('a chart with a collector', () => {
  it('names it in the environment, and lets the operator connect to it', () => {
    const { env, ports } = of(traced)
    expect(env).toContainEqual({ name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: endpoint })
    expect(ports).toContainEqual(collectorPort)
  })

  it.each([
    ['http://collector:14318', 14_318],
    ['https://collector:4318/otlp', 4318],
    ['http://collector', 80],
    ['http://collector:/', 80],
    ['https://gateway.example.com/otlp:4318', 443],
    ['http://10.0.0.1:4318/', 4318],
    ['http://[::1]:4319', 4319],
    ['https://[fd00::4318]', 443],
    ['https://user:4317@collector', 443],
  ])('opens where the exporter connects to for %s: %i', async (where, port) => {
    const { ports } = of({ 'tracing.endpoint': where })
    expect(ports.slice(usual().length)).toEqual([{ port }])
    const { protocol, port: written } = new URL(where)
    expect(written === '' ? schemes[protocol] : Number(written)).toBe(port)
  })

  it.each([
    ['http://collector:65536', 'there is no port 65536'],
    ['http://collector:0', 'there is no port 0'],
    ['http://collector:43x8', 'invalid port'],
  ])('opens nothing for %s', (where, why) => {
    const { status, notes } = template({ ...policy, 'tracing.endpoint': where })
    expect([status, notes]).toEqual([1, expect.stringContaining(why)])
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
    ['networkPolicy.tracingPort', 4318, "additional properties 'tracingPort' not allowed"],
  ])('%s is not %j', (path, value, why) => {
    const { status, notes } = template({ [path]: value })
    expect([status, notes]).toEqual([1, expect.stringContaining(why)])
  })
})
