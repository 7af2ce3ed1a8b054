import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { Answer, KubernetesApi, Resource, WatchEvent } from '../../src/kubernetes/api.js'
import { type ApiSettings, openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import {
  answerJson,
  bare,
  cutOff,
  nobody,
  serve,
  silent,
  type TestServer,
  TestTiming,
} from '../live/servers.js'

const things: Resource = { group: 'x.io', version: 'v1', plural: 'things', namespace: 'n' }
const asking = { version: '5', timeoutUs: 290_900_000 }

function apiOf(url: string, settings: Partial<ApiSettings> = {}): KubernetesApi {
  return openApi({ url, tls: {}, headers: async () => ({}) }, new TestTiming(), settings)
}

interface Watching {
  readonly events: WatchEvent[]
  readonly over: Promise<Answer<null>>
}

function watch(
  url: string,
  settings: Partial<ApiSettings> = {},
  signal = new AbortController().signal,
): Watching {
  const events: WatchEvent[] = []
  const onEvent = (event: WatchEvent): void => {
    events.push(event)
  }
  return { events, over: apiOf(url, settings).watch(things, asking, onEvent, signal) }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await systemTiming.sleep(1000)
}

/** A server of one watch, whose bytes the test sends itself. */
async function streaming(): Promise<{ server: TestServer; response: Promise<ServerResponse> }> {
  let begun: (response: ServerResponse) => void = () => {}
  const response = new Promise<ServerResponse>(resolve => {
    begun = resolve
  })
  const server = await serve((_, one) => {
    one.writeHead(200, { 'content-type': 'application/json' })
    one.flushHeaders()
    begun(one)
  })
  return { server, response }
}

function added(name: string): { readonly event: WatchEvent; readonly line: string } {
  const event: WatchEvent = { type: 'ADDED', object: { metadata: { name } } }
  return { event, line: `${JSON.stringify(event)}\n` }
}

describe('what is asked', () => {
  const thing = { metadata: { name: 'a', resourceVersion: '7' } }
  const at = '/apis/x.io/v1/namespaces/n/things'
  const json = 'application/json'
  const apply = { fieldManager: 'm', force: true, subresource: 'status' } as const
  const page = { limit: 2, next: 't/o', labelSelector: 'a=b', fieldSelector: 'c=d' }
  const query = 'limit=2&continue=t%2Fo&labelSelector=a%3Db&fieldSelector=c%3Dd'
  const asked: readonly (readonly [
    ask: (api: KubernetesApi) => Promise<unknown>,
    method: string,
    url: string,
    type: string | null,
  ])[] = [
    [api => api.get(things, 'a'), 'GET', `${at}/a`, null],
    [api => api.list(things, { limit: 2 }), 'GET', `${at}?limit=2`, null],
    [api => api.list(things, page), 'GET', `${at}?${query}`, null],
    [api => api.create(things, thing), 'POST', at, json],
    [api => api.replace(things, thing, null), 'PUT', `${at}/a`, json],
    [api => api.replace(things, thing, 'status'), 'PUT', `${at}/a/status`, json],
    [
      api => api.apply(things, thing, apply),
      'PATCH',
      `${at}/a/status?fieldManager=m&force=true`,
      'application/apply-patch+yaml',
    ],
    [api => api.merge(things, 'a', thing), 'PATCH', `${at}/a`, 'application/merge-patch+json'],
    [api => api.delete(things, 'a'), 'DELETE', `${at}/a`, null],
  ]

  it.each(asked)('by %s is %s %s', async (ask, method, url, type) => {
    const server = await serve(answerJson(thing))
    await ask(apiOf(`${server.url}/below`))
    expect(server.asked).toMatchObject([{ method, url: `/below${url}` }])
    expect(server.asked[0]?.headers['content-type']).toBe(type ?? undefined)
    expect(server.asked[0]?.body).toBe(type === null ? '' : JSON.stringify(thing))
  })

  it('of a watch is the version, bookmarks, and an end in whole seconds', async () => {
    const server = await serve(bare(200))
    const watching = watch(server.url)
    expect(await watching.over).toEqual({ kind: 'answered', value: null })
    const query = 'watch=true&allowWatchBookmarks=true&resourceVersion=5&timeoutSeconds=290'
    expect(server.asked).toMatchObject([{ method: 'GET', url: `${at}?${query}` }])
  })

  it('is a replace only with the version that was read', async () => {
    const api = apiOf(await nobody())
    const object = { metadata: { name: 'a' } }
    await expect(api.replace(things, object, null)).rejects.toThrow(/of a version/)
  })
})

describe('a watch', () => {
  it('tells each event as it comes, and ends as the server ends it', async () => {
    const { server, response } = await streaming()
    const watching = watch(server.url)
    const stream = await response
    const [first, second] = [added('a'), added('b')]
    stream.write(first.line)
    await until(() => watching.events.length === 1)
    stream.end(second.line)
    expect(await watching.over).toEqual({ kind: 'answered', value: null })
    expect(watching.events).toEqual([first.event, second.event])
  })

  it('is told of once it begins, is refused or not answered, and not as a call', async () => {
    const told: (readonly [string, string, number | null])[] = []
    const onWatch: ApiSettings['onWatch'] = ({ method, path, status }) =>
      told.push([method, path, status])
    const onRequest = (): never => {
      throw new Error('a watch is no call')
    }
    const { server, response } = await streaming()
    const watching = watch(server.url, { onWatch, onRequest })
    const stream = await response
    stream.write(added('a').line)
    await until(() => watching.events.length === 1)
    const path = '/apis/x.io/v1/namespaces/n/things'
    expect(told).toEqual([['GET', path, 200]])
    stream.end()
    await watching.over
    await watch((await serve(bare(429))).url, { onWatch }).over
    await watch(await nobody(), { onWatch }).over
    expect(told.map(([, , status]) => status)).toEqual([200, 429, null])
  })

  it('takes a character that is split over two chunks', async () => {
    const { server, response } = await streaming()
    const watching = watch(server.url)
    const stream = await response
    const { event, line } = added('naïve-€-😀')
    const bytes = Buffer.from(line)
    const within = bytes.indexOf(Buffer.from('😀')) + 2
    stream.write(bytes.subarray(0, within))
    await systemTiming.sleep(20_000)
    stream.end(bytes.subarray(within))
    await watching.over
    expect(watching.events).toEqual([event])
  })

  it.each([
    ['a line that is no event', '{"type":"ADDED"}\n', 'a line of the watch is no event'],
    ['a line that does not end', '{"type":"ADD', 'the watch ended within a line'],
  ])('fails at %s', async (_, text, why) => {
    const { server, response } = await streaming()
    const watching = watch(server.url)
    const stream = await response
    stream.end(`${added('a').line}${text}`)
    expect(await watching.over).toEqual({ kind: 'failed', reached: true, why })
    expect(watching.events).toHaveLength(1)
  })

  it('fails at an event that is larger than is allowed', async () => {
    const { server, response } = await streaming()
    const watching = watch(server.url, { mostBytes: 1000 })
    const stream = await response
    stream.write('x'.repeat(1001))
    const why = 'an event is larger than 1000 bytes'
    expect(await watching.over).toEqual({ kind: 'failed', reached: true, why })
    await until(() => stream.destroyed)
  })

  it('that is cut off fails', async () => {
    const { server, response } = await streaming()
    const watching = watch(server.url)
    const stream = await response
    stream.write(added('a').line)
    await until(() => watching.events.length === 1)
    stream.destroy()
    const why = 'the connection was cut'
    expect(await watching.over).toEqual({ kind: 'failed', reached: true, why })
  })

  it('that says nothing for too long is cut, and each byte counts', async () => {
    const { server, response } = await streaming()
    const watching = watch(server.url, { watchIdleUs: 300_000 })
    const stream = await response
    const beganUs = systemTiming.monotonicUs()
    for (let turn = 0; turn < 5; turn++) {
      await systemTiming.sleep(100_000)
      stream.write(' ')
    }
    const why = 'nothing was heard for 0.3 s'
    expect(await watching.over).toEqual({ kind: 'failed', reached: true, why })
    expect(systemTiming.monotonicUs() - beganUs).toBeGreaterThan(780_000)
    await until(() => stream.destroyed)
  })

  it('that is not answered in time fails, and is sent once', async () => {
    const server = await serve(silent)
    const why = 'no answer within 0.1 s'
    const over = watch(server.url, { headUs: 100_000 }).over
    expect(await over).toEqual({ kind: 'failed', reached: true, why })
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    [410, 'Expired', null],
    [429, 'TooManyRequests', 3_000_000],
    [403, 'Forbidden', null],
  ])('that is refused with %i tells why, and no event', async (status, reason, retryAfterUs) => {
    const server = await serve((_, response) => {
      const wait = retryAfterUs === null ? {} : { 'retry-after': '3' }
      response.writeHead(status, { 'content-type': 'application/json', ...wait })
      response.end(JSON.stringify({ kind: 'Status', code: status, reason, message: 'no' }))
    })
    const watching = watch(server.url)
    const refused = { kind: 'refused', status, reason, message: 'no', retryAfterUs }
    expect(await watching.over).toEqual(refused)
    expect(watching.events).toEqual([])
    expect(server.asked).toHaveLength(1)
  })

  it('whose refusal is cut off fails', async () => {
    const server = await serve((asked, response) => {
      response.statusCode = 410
      cutOff(asked, response)
    })
    expect(await watch(server.url).over).toMatchObject({ kind: 'failed', reached: true })
  })

  it('of nobody has reached nobody', async () => {
    const outcome = await watch(await nobody()).over
    expect(outcome).toEqual({ kind: 'failed', reached: false, why: 'nothing listens there' })
  })
})
