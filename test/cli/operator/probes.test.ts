import { describe, expect, it } from 'vitest'
import { type Listening, serveMetrics, serveProbes } from '../../../src/cli/operator/probes.js'
import { Refused } from '../../../src/core/errors.js'
import { Instruments } from '../../../src/live/instruments.js'

async function ask(listening: Listening, path: string) {
  const answer = await fetch(`${listening.origin}${path}`)
  return { status: answer.status, text: await answer.text(), headers: answer.headers }
}

describe('the probes', () => {
  it('tell the truth, and why not', async () => {
    let alive: string | null = null
    const ready = 'not everything was listed yet'
    const listening = await serveProbes('127.0.0.1:0', { alive: () => alive, ready: () => ready })
    try {
      for (const path of ['/healthz', '/livez']) {
        expect(await ask(listening, path)).toMatchObject({ status: 200, text: 'ok\n' })
      }
      expect(await ask(listening, '/readyz')).toMatchObject({ status: 503, text: `${ready}\n` })
      alive = 'no round ended for 300 s'
      expect(await ask(listening, '/healthz')).toMatchObject({ status: 503, text: `${alive}\n` })
      expect((await ask(listening, '/')).status).toBe(404)
    } finally {
      await listening.close()
    }
  })

  it('say so where somebody else listens', async () => {
    const probes = { alive: () => null, ready: () => null }
    const listening = await serveProbes('127.0.0.1:0', probes)
    const taken = listening.origin.slice('http://'.length)
    await expect(serveProbes(taken, probes)).rejects.toThrow(Refused)
    await expect(serveProbes('nowhere', probes)).rejects.toThrow('--health-addr')
    await listening.close()
  })
})

describe('the metrics', () => {
  it('are served as Prometheus wants them', async () => {
    const listening = await serveMetrics('127.0.0.1:0', new Instruments('1'))
    try {
      const { status, text, headers } = await ask(listening, '/metrics')
      expect(status).toBe(200)
      expect(headers.get('content-type')).toContain('text/plain; version=0.0.4')
      expect(text).toContain('storage_operator_reconcile_total 0')
      expect((await ask(listening, '/healthz')).status).toBe(404)
    } finally {
      await listening.close()
    }
  })
})
