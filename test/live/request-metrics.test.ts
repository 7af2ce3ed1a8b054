import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { RequestMetrics } from '../../src/live/request-metrics.js'

const hosts = { kubernetes: '10.0.0.1:6443', mayastor: 'api:8081', prometheus: 'prom:9090' }
const done = { method: 'GET', status: 200, attempt: 1, durationUs: 30_000 }

function opened() {
  const registry = new Registry()
  const metrics = new RequestMetrics(registry)
  metrics.open('kubernetes', `https://${hosts.kubernetes}`)
  metrics.open('mayastor', `http://${hosts.mayastor}/v0`)
  metrics.open('prometheus', `http://${hosts.prometheus}`)
  const lines = async () => (await registry.metrics()).split('\n')
  return { registry, metrics, lines }
}

describe('the metrics of requests', () => {
  it('begin at zero for each server, refusals and failures too', async () => {
    const lines = await opened().lines()
    for (const host of Object.values(hosts)) {
      for (const code of ['200', '429', '<error>']) {
        expect(lines).toContain(
          `rest_client_requests_total{code="${code}",method="GET",host="${host}"} 0`,
        )
      }
      expect(lines).toContain(`couchestor_request_retries_total{host="${host}"} 0`)
      expect(lines).toContain(`rest_client_request_duration_seconds_count{host="${host}"} 0`)
    }
  })

  it('count each attempt by its answer, and those after the first as retries', async () => {
    const { metrics, lines } = opened()
    metrics.ended('mayastor', { ...done, status: 503 })
    metrics.ended('mayastor', { ...done, status: null, attempt: 2 })
    metrics.ended('mayastor', { ...done, attempt: 3 })
    const told = await lines()
    const mine = (code: string) =>
      `rest_client_requests_total{code="${code}",method="GET",host="api:8081"} 1`
    for (const code of ['503', '<error>', '200']) expect(told).toContain(mine(code))
    expect(told).toContain('couchestor_request_retries_total{host="api:8081"} 2')
    expect(told).toContain('rest_client_request_duration_seconds_count{host="api:8081"} 3')
    expect(told).toContain('couchestor_request_retries_total{host="prom:9090"} 0')
  })

  it('have no more series than statuses and methods of HTTP, whatever servers say', async () => {
    const request = fc.record({
      method: fc.oneof(fc.constantFrom('GET', 'PUT'), fc.string()),
      status: fc.oneof(fc.constant(null), fc.double(), fc.integer()),
      attempt: fc.integer({ min: 1, max: 9 }),
      durationUs: fc.integer(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(request), async requests => {
        const { metrics, lines } = opened()
        for (const one of requests) metrics.ended('kubernetes', one)
        const allowed = /code="(?:[1-5]\d\d|0|<error>)",method="(?:[A-Z]{3,6}|other)",host="[^"]+"/
        const counted = (await lines()).filter(line =>
          line.startsWith('rest_client_requests_total'),
        )
        expect(counted.every(line => allowed.test(line))).toBe(true)
        const sum = counted.reduce((all, line) => all + Number(line.split(' ').at(-1)), 0)
        expect(sum).toBe(requests.length)
      }),
    )
  })

  it('pass promtool', async () => {
    const { registry, metrics } = opened()
    metrics.ended('kubernetes', done)
    const input = await registry.metrics()
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input,
      encoding: 'utf8',
    })
    expect({ status, said: `${stdout}${stderr}` }).toEqual({ status: 0, said: '' })
  })
})
