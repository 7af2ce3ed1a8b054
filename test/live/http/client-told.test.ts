import { describe, expect, it } from 'vitest'
import type { EndedRequest } from '../../../src/kubernetes/ended-request.js'
import { bare, clientOf, nobody, serve, TestTiming } from '../servers.js'

const secret = 's3cr3t.t0k3n'

describe('what is told of requests', () => {
  it('is each attempt of a read, without its query, its form and its token', async () => {
    const told: EndedRequest[] = []
    const server = await serve(bare(503))
    const settings = { attempts: 2, onRequest: (one: EndedRequest) => told.push(one) }
    const client = clientOf(`${server.url}/v0`, new TestTiming(), settings, () => secret)
    await client.read({ method: 'GET', path: `/volumes?max_entries=5&x=${secret}` })
    await client.read({ method: 'POST', path: '/q', form: { query: secret } })
    await client.change({ method: 'PUT', path: '/pools/a/label/b=c?overwrite=true' })
    expect(server.asked).toHaveLength(5)
    expect(server.asked[0].headers.authorization).toBe(`Bearer ${secret}`)
    expect(told.map(one => [one.method, one.path, one.status, one.attempt])).toEqual([
      ['GET', '/volumes', 503, 1],
      ['GET', '/volumes', 503, 2],
      ['POST', '/q', 503, 1],
      ['POST', '/q', 503, 2],
      ['PUT', '/pools/a/label/b=c', 503, 1],
    ])
    expect(JSON.stringify(told)).not.toContain(secret)
  })

  it('is why there was no answer', async () => {
    const told: EndedRequest[] = []
    const onRequest = (one: EndedRequest) => told.push(one)
    const client = clientOf(await nobody(), new TestTiming(), { onRequest })
    await client.change({ method: 'DELETE', path: '/pools/a/cordon' })
    expect(told).toMatchObject([{ status: null, why: 'nothing listens there', attempt: 1 }])
  })

  it('is nothing of one that was not asked, as the server is left alone', async () => {
    const told: EndedRequest[] = []
    const onRequest = (one: EndedRequest) => told.push(one)
    const server = await serve(bare(503))
    const breaker = { failuresToOpen: 1, firstPauseUs: 9_000_000, longestPauseUs: 9_000_000 }
    const client = clientOf(server.url, new TestTiming(), { breaker, onRequest })
    await client.read({ method: 'GET', path: '/a' })
    await client.read({ method: 'GET', path: '/b' })
    expect(told.map(({ path }) => path)).toEqual(['/a'])
  })
})
