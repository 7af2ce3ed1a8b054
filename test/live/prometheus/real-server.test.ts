import { setTimeout as later } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { systemTiming } from '../../../src/live/http/timing.js'
import { LiveMetrics } from '../../../src/live/metrics.js'
import { PrometheusClient } from '../../../src/live/prometheus/client.js'
import { type Answering, bare, clientOf, serve } from '../servers.js'
import { second } from './answers.js'
import { hasPrometheus, startPrometheus } from './real-server.js'

if (!hasPrometheus) {
  if (process.env.CI === 'true') throw new Error('CI needs a prometheus in its path')
  process.stderr.write('skipped: no prometheus in the path\n')
}

const stepUs = 2 * second

function counting(): { readonly answer: Answering; readonly scrapes: () => number } {
  let scrapes = 0
  const answer: Answering = (_, response) => {
    scrapes += 1
    const lines = ['read', 'write'].flatMap(operation => {
      const name = `volume_num_${operation}_ops`
      return [`# TYPE ${name} gauge`, `${name}{node="node-1",pv_name="pvc-a"} ${scrapes * 100}`]
    })
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(`${lines.join('\n')}\n`)
  }
  return { answer, scrapes: () => scrapes }
}

describe.runIf(hasPrometheus)('a real Prometheus', () => {
  it('gives raw counters at aligned instants, and a gap where the exporter was away', async () => {
    const { answer, scrapes } = counting()
    const exporter = await serve(answer)
    const prometheus = await startPrometheus(exporter.url)
    try {
      const client = new PrometheusClient(clientOf(prometheus.url, systemTiming), systemTiming)
      expect(await client.version()).toMatch(/^\d+\.\d+/)
      const metrics = new LiveMetrics(client, systemTiming)
      const early = { stepUs, sinceUs: 0, untilUs: 600 * stepUs }
      expect(await metrics.counters(early)).toMatchObject({
        kind: 'samples',
        columns: { count: 0 },
      })
      while (scrapes() < 6) await later(100)
      exporter.answer = bare(503)
      const wentUs = systemTiming.nowUs()
      while (systemTiming.nowUs() < wentUs + 3 * stepUs) await later(100)

      const untilUs = Math.floor(systemTiming.nowUs() / stepUs) * stepUs
      const answered = await metrics.counters({ stepUs, sinceUs: untilUs - 20 * stepUs, untilUs })
      if (answered.kind !== 'samples') throw new Error(answered.why)
      const { series, count, instantUs, value } = answered.columns
      expect(series.map(({ operation }) => operation).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
        ['read', 'write'],
      )
      expect(series[0]).toMatchObject({ volume: 'a', node: 'node-1' })
      expect(count).toBeGreaterThanOrEqual(4)
      expect([...instantUs].every(atUs => atUs % stepUs === 0)).toBe(true)
      expect([...value].every(counted => counted % 100 === 0 && counted <= 100 * scrapes())).toBe(
        true,
      )
      // A sample counts for the step in which it was taken, and for none after it.
      expect(Math.max(...instantUs)).toBeLessThan(wentUs + stepUs)
    } finally {
      await prometheus.stop()
    }
  })
})
