import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { objectOf, pageOf } from '../../src/kubernetes/answer.js'
import type { KubernetesApi, Resource } from '../../src/kubernetes/api.js'
import type { Timing } from '../../src/kubernetes/timing.js'
import { type ApiSettings, openApi } from '../../src/kubernetes/transport.js'
import { type Answering, answerJson, bare, serve, TestTiming } from '../live/servers.js'

const things: Resource = { group: 'x.io', version: 'v1', plural: 'things', namespace: null }
const thing = { metadata: { name: 'a', resourceVersion: '7' }, spec: {} }

function apiOf(
  url: string,
  timing: Timing = new TestTiming(),
  settings: Partial<ApiSettings> = {},
): KubernetesApi {
  return openApi({ url, tls: {}, headers: async () => ({}) }, timing, settings)
}

describe('a list', () => {
  const page = { metadata: { resourceVersion: '9' }, items: [thing] }
  const zipped = (body: Buffer): Answering => {
    return (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(body)
    }
  }

  it('asks for gzip, and takes it', async () => {
    const server = await serve(zipped(gzipSync(JSON.stringify(page))))
    const outcome = await apiOf(server.url).list(things, { limit: 2 })
    expect(outcome).toEqual({
      kind: 'answered',
      value: { items: [thing], version: '9', next: null },
    })
    expect(server.asked[0]?.headers['accept-encoding']).toBe('gzip')
  })

  it('fails where that is broken, or larger than is allowed once it is unzipped', async () => {
    const whole = gzipSync(JSON.stringify({ ...page, padding: 'x'.repeat(10_000) }))
    const server = await serve(zipped(whole.subarray(0, 50)))
    const api = apiOf(server.url, new TestTiming(), { mostBytes: 1000, attempts: 1 })
    const why = 'its answer is no whole gzip'
    expect(await api.list(things, { limit: 2 })).toEqual({ kind: 'failed', reached: true, why })
    server.answer = zipped(whole)
    expect(await api.list(things, { limit: 2 })).toMatchObject({
      kind: 'failed',
      why: 'the answer is larger than 1000 bytes',
    })
  })

  it('leaves one that goes on and on once it is unzipped, and its connection too', async () => {
    let isClosed: Promise<unknown> | null = null
    const server = await serve((_, response) => {
      isClosed = new Promise(resolve => response.on('close', resolve))
      response.writeHead(200, { 'content-encoding': 'gzip' })
      // It says no more then, and does not end.
      response.write(gzipSync(Buffer.alloc(4_000_000, ' ')))
    })
    const api = apiOf(server.url, new TestTiming(), { mostBytes: 1_000_000, attempts: 1 })
    const why = 'the answer is larger than 1000000 bytes'
    expect(await api.list(things, { limit: 2 })).toMatchObject({ kind: 'failed', why })
    await isClosed
    api.close()
  })

  it('takes an answer of the size that is allowed, and none of a byte more', async () => {
    const text = JSON.stringify(page)
    const server = await serve((_, response) => response.end(text))
    const sized = (mostBytes: number) =>
      apiOf(server.url, new TestTiming(), { mostBytes }).list(things, { limit: 2 })
    expect(await sized(text.length)).toMatchObject({ kind: 'answered' })
    expect(await sized(text.length - 1)).toMatchObject({ kind: 'failed' })
  })
})

describe('a refusal', () => {
  const status = { kind: 'Status', code: 409, reason: 'AlreadyExists', message: 'there is one' }
  const refused = { kind: 'refused', status: 409, retryAfterUs: null }

  it.each([
    [answerJson(status, 409), 'AlreadyExists', 'there is one'],
    [answerJson({ reason: 'x', message: 'y' }, 409), '', 'it answers 409 with a body of '],
    [answerJson({ ...status, reason: 5, message: '' }, 409), '', 'it answers 409 with a body of '],
    [bare(409), '', 'it answers 409 with no body'],
    [withBody('<html>', 'text/html; charset=x'), '', 'it answers 409 with a body of text/html'],
    [withBody('{"kind":', 'application/json'), '', 'it answers 409 with a body of application'],
  ])('tells why as far as it is told itself', async (answering, reason, message) => {
    const server = await serve(answering)
    const outcome = await apiOf(server.url).create(things, thing)
    expect(outcome).toEqual({ ...refused, reason, message: expect.stringContaining(message) })
  })

  it('says until when to wait where it names an instant', async () => {
    const timing = new TestTiming()
    const at = new Date(timing.atUs / 1000 + 5000).toUTCString()
    const server = await serve(bare(503, { 'retry-after': at }))
    const outcome = await apiOf(server.url, timing).create(things, thing)
    expect(outcome).toMatchObject({ retryAfterUs: 5_000_000 })
  })
})

function withBody(body: string, type: string): Answering {
  return (_, response) => {
    response.writeHead(409, { 'content-type': type })
    response.end(body)
  }
}

describe('an object', () => {
  it('is told without who manages which field, and with all else', () => {
    const managed = { ...thing.metadata, managedFields: [{}], labels: { a: 'b' } }
    expect(objectOf({ ...thing, metadata: managed })).toEqual({
      ...thing,
      metadata: { ...thing.metadata, labels: { a: 'b' } },
    })
    expect(managed.managedFields).toHaveLength(1)
  })

  it.each([null, 5, 'x', [], {}, { metadata: null }, { metadata: {} }, { metadata: { name: 5 } }])(
    'is not %j',
    document => {
      expect(objectOf(document)).toBeNull()
    },
  )
})

describe('a page', () => {
  it.each([
    [{ resourceVersion: '9' }, null],
    [{ resourceVersion: '9', continue: '' }, null],
    [{ resourceVersion: '9', continue: 'more' }, 'more'],
  ])('with %j is followed by %j', (metadata, next) => {
    expect(pageOf({ metadata, items: [thing] })).toEqual({ items: [thing], version: '9', next })
  })

  it('of null is empty', () => {
    const page = pageOf({ metadata: { resourceVersion: '9' }, items: null })
    expect(page).toEqual({ items: [], version: '9', next: null })
  })

  it.each([
    null,
    [],
    {},
    { items: [] },
    { metadata: {}, items: [] },
    { metadata: { resourceVersion: 9 }, items: [] },
    { metadata: { resourceVersion: '9' }, items: {} },
    { metadata: { resourceVersion: '9' }, items: [thing, {}] },
  ])('is not %j', document => {
    expect(pageOf(document)).toBeNull()
  })
})
