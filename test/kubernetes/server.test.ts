import { describe, expect, it } from 'vitest'
import type { KubernetesApi, Resource } from '../../src/kubernetes/api.js'
import type { Connection } from '../../src/kubernetes/connect.js'
import type { Timing } from '../../src/kubernetes/timing.js'
import { type ApiSettings, openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import {
  answerJson,
  bare,
  brokenJson,
  cutOff,
  nobody,
  redirecting,
  serve,
  silent,
  TestTiming,
  webPage,
} from '../live/servers.js'

const things: Resource = { group: 'x.io', version: 'v1', plural: 'things', namespace: null }
const thing = { metadata: { name: 'a', resourceVersion: '7' }, spec: {} }

function apiOf(
  url: string,
  timing: Timing = new TestTiming(),
  settings: Partial<ApiSettings> = {},
  headers: Connection['headers'] = async () => ({}),
): KubernetesApi {
  return openApi({ url, tls: {}, headers }, timing, settings)
}

/** Where nothing is answered; on a slow machine the server has to hear of it all the same. */
const soon = { headUs: 300_000 }

/** Every write there is. */
const writes: Readonly<Record<string, (api: KubernetesApi) => Promise<unknown>>> = {
  create: api => api.create(things, thing),
  replace: api => api.replace(things, thing, null),
  apply: api => api.apply(things, thing, { fieldManager: 'm', force: true, subresource: null }),
  merge: api => api.merge(things, 'a', {}),
  delete: api => api.delete(things, 'a'),
}

const reads: Readonly<Record<string, (api: KubernetesApi) => Promise<unknown>>> = {
  get: api => api.get(things, 'a'),
  list: api => api.list(things, { limit: 2 }),
}

for (const [name, read] of Object.entries(reads))
  describe(name, () => {
    it.each([429, 503, 504])('is tried again where it met %i', async status => {
      const timing = new TestTiming()
      const server = await serve(bare(status))
      expect(await read(apiOf(server.url, timing))).toMatchObject({ kind: 'refused', status })
      expect(timing.slept).toEqual([100_000, 200_000])
      expect(server.asked).toHaveLength(3)
    })

    it('is tried again where the connection failed, and is answered then', async () => {
      const page = { metadata: { name: 'a', resourceVersion: '7' }, items: [] }
      const server = await serve((asked, response) => {
        server.answer = answerJson(page)
        cutOff(asked, response)
      })
      expect(await read(apiOf(server.url))).toMatchObject({ kind: 'answered' })
      expect(server.asked).toHaveLength(2)
    })

    it.each([301, 400, 401, 403, 404, 409, 410, 422, 500, 502])(
      'that is refused with %i is not tried again',
      async status => {
        const server = await serve(bare(status, { location: 'http://127.0.0.1:1/' }))
        expect(await read(apiOf(server.url))).toMatchObject({ kind: 'refused', status })
        expect(server.asked).toHaveLength(1)
      },
    )

    it('waits as long as the server says, unless its own time ends before', async () => {
      const timing = new TestTiming()
      const server = await serve(bare(429, { 'retry-after': '7' }))
      const api = apiOf(server.url, timing, { deadlineUs: 10_000_000 })
      const refused = { kind: 'refused', status: 429, retryAfterUs: 7_000_000 }
      expect(await read(api)).toMatchObject(refused)
      expect(timing.slept).toEqual([7_000_000])
      expect(server.asked).toHaveLength(2)
    })

    it('that is not answered fails in time', async () => {
      const server = await serve(silent)
      const settings = { ...soon, attempts: 2 }
      const outcome = await read(apiOf(server.url, new TestTiming(), settings))
      expect(outcome).toEqual({ kind: 'failed', reached: true, why: 'no answer within 0.3 s' })
      expect(server.asked).toHaveLength(2)
    })

    it('whose answer stops within fails in time', async () => {
      const server = await serve((_, response) => {
        response.writeHead(200, { 'content-length': '1000' })
        response.write('{')
      })
      const settings = { deadlineUs: 100_000, attempts: 1 }
      const outcome = await read(apiOf(server.url, new TestTiming(), settings))
      const why = 'the answer was not whole within 0.1 s'
      expect(outcome).toEqual({ kind: 'failed', reached: true, why })
    })

    it('at nobody has reached nobody', async () => {
      const outcome = await read(apiOf(await nobody()))
      expect(outcome).toEqual({ kind: 'failed', reached: false, why: 'nothing listens there' })
    })

    it.each([
      { what: 'a page of the web', answering: webPage },
      { what: 'broken JSON', answering: brokenJson },
      { what: 'another document', answering: answerJson({ kind: 'Status' }) },
      { what: 'nothing', answering: bare(200) },
    ])('that is answered with $what fails', async ({ answering }) => {
      const server = await serve(answering)
      const outcome = await read(apiOf(server.url))
      expect(outcome).toMatchObject({ kind: 'failed', reached: true })
      expect(server.asked).toHaveLength(1)
    })
  })

for (const [name, write] of Object.entries(writes))
  describe(name, () => {
    it.each([
      { what: '503', answering: bare(503, { 'retry-after': '1' }) },
      { what: '429', answering: bare(429) },
      { what: 'silence', answering: silent, settings: soon },
      { what: 'half an answer', answering: cutOff },
      { what: 'a redirect', answering: redirecting },
    ])('that met $what is sent once', async ({ answering, settings }) => {
      const server = await serve(answering)
      await write(apiOf(server.url, new TestTiming(), settings))
      expect(server.asked).toHaveLength(1)
    })

    it.each([301, 404, 409, 422, 500])('that is refused with %i says so', async status => {
      const server = await serve(bare(status))
      expect(await write(apiOf(server.url))).toMatchObject({ kind: 'refused', status })
    })

    it('tells whether it may have reached the server', async () => {
      const cut = await serve(cutOff)
      expect(await write(apiOf(cut.url))).toMatchObject({ kind: 'failed', reached: true })
      expect(await write(apiOf(await nobody()))).toMatchObject({ kind: 'failed', reached: false })
    })
  })

describe('connections', () => {
  it('are shared by calls, and no more than are allowed', async () => {
    const server = await serve(answerJson(thing))
    const api = apiOf(server.url, systemTiming, { connections: 3 })
    await Promise.all(Array.from({ length: 40 }, () => api.get(things, 'a')))
    await writes.create(api)
    expect(server.asked).toHaveLength(41)
    expect(server.connections()).toBe(3)
  })

  it('that a write waited for may have brought it to the server', async () => {
    const server = await serve((asked, response) => {
      if (asked.method === 'GET') answerJson(thing)(asked, response)
      else response.destroy()
    })
    const api = apiOf(server.url, systemTiming, { connections: 1 })
    const [, outcome] = await Promise.all([api.get(things, 'a'), api.create(things, thing)])
    expect(outcome).toEqual(failed(true, 'the connection was cut'))
    expect(server.connections()).toBe(1)
  })

  it('that wait for too long are not used again, which no slow answer meets', async () => {
    const server = await serve((asked, response) => {
      setTimeout(() => answerJson(thing)(asked, response), 100)
    })
    const api = apiOf(server.url, systemTiming, { unusedUs: 20_000 })
    expect(await api.get(things, 'a')).toMatchObject({ kind: 'answered' })
    await systemTiming.sleep(200_000)
    expect(await api.get(things, 'a')).toMatchObject({ kind: 'answered' })
    expect(server.asked).toHaveLength(2)
    expect(server.connections()).toBe(2)
  })

  it('that are closed end what goes on over them, and what waits for one', async () => {
    const server = await serve(silent)
    const api = apiOf(server.url, systemTiming, { connections: 1 })
    const asked = [api.get(things, 'a'), api.get(things, 'b'), api.create(things, thing)]
    while (server.asked.length === 0) await systemTiming.sleep(1000)
    api.close()
    const outcomes = await Promise.all([...asked, api.get(things, 'c')])
    const why = 'it was ended from here'
    expect(outcomes).toEqual([true, false, false, false].map(reached => failed(reached, why)))
    expect(server.asked).toHaveLength(1)
  })

  it('that are closed end the pause before another attempt', async () => {
    const server = await serve(bare(503, { 'retry-after': '50' }))
    const api = apiOf(server.url, systemTiming)
    const asked = api.get(things, 'a')
    while (server.asked.length === 0) await systemTiming.sleep(1000)
    await systemTiming.sleep(20_000)
    const closedUs = systemTiming.monotonicUs()
    api.close()
    expect(await asked).toMatchObject({ kind: 'refused', status: 503 })
    expect(systemTiming.monotonicUs() - closedUs).toBeLessThan(10_000_000)
  })
})

function failed(reached: boolean, why: string) {
  return { kind: 'failed', reached, why }
}

describe('credentials', () => {
  it('are asked for at each request, and go where no redirect leads them', async () => {
    const server = await serve(redirecting)
    const tokens = ['one', 'two']
    const headers = async () => ({ Authorization: `Bearer ${tokens.shift()}` })
    const api = apiOf(server.url, new TestTiming(), {}, headers)
    await api.get(things, 'a')
    await api.delete(things, 'a')
    expect(server.asked.map(one => one.headers.authorization)).toEqual(['Bearer one', 'Bearer two'])
  })

  it('that cannot be had, or that no header can hold, send nothing', async () => {
    const server = await serve(answerJson(thing))
    const none = async () => Promise.reject(new Error('the session has expired'))
    const lines = async () => ({ Authorization: 'Bearer s3cr3t\ns3cr3t' })
    const hung = () => new Promise<never>(() => {})
    const [first, second, third] = await Promise.all(
      [none, lines, hung].map(headers =>
        apiOf(server.url, new TestTiming(), { headUs: 50_000 }, headers).create(things, thing),
      ),
    )
    expect(first).toEqual(failed(false, 'no credentials: the session has expired'))
    expect(second).toMatchObject({ kind: 'failed', reached: false })
    expect(JSON.stringify(second)).not.toContain('s3cr3t')
    expect(third).toEqual(failed(false, 'no credentials within 0.05 s'))
    expect(server.asked).toEqual([])
  })
})
