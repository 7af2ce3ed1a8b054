import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubernetesApi, Resource } from '../../src/kubernetes/api.js'
import { type EndedRequest, observed } from '../../src/kubernetes/ended-request.js'
import { type ApiSettings, openApi } from '../../src/kubernetes/transport.js'
import { answerJson, bare, nobody, serve, silent, TestTiming } from '../live/servers.js'

const things: Resource = { group: 'x.io', version: 'v1', plural: 'things', namespace: null }
const thing = { metadata: { name: 'a', resourceVersion: '7' }, spec: {} }
const secret = 's3cr3t.t0k3n'

function toldBy(
  url: string,
  settings: Partial<ApiSettings> = {},
): { readonly api: KubernetesApi; readonly told: readonly EndedRequest[] } {
  const told: EndedRequest[] = []
  const onRequest = (request: EndedRequest): number => told.push(request)
  const headers = async () => ({ Authorization: `Bearer ${secret}` })
  const connection = { url, tls: {}, headers }
  return { api: openApi(connection, new TestTiming(), { ...settings, onRequest }), told }
}

const shortly = (told: readonly EndedRequest[]): readonly unknown[] =>
  told.map(({ method, path, status, why, attempt }) => [method, path, status, why, attempt])

describe('what is told of a request', () => {
  it('is its path without a query, whatever that is', async () => {
    const path = fc.stringMatching(/^(\/[a-z0-9%.-]{0,8}){1,5}$/)
    await fc.assert(
      fc.asyncProperty(path, fc.option(fc.string(), { nil: null }), async (bare, query) => {
        const told: EndedRequest[] = []
        const asked = { method: 'GET', path: query === null ? bare : `${bare}?${query}` }
        const outcome = await observed(
          request => told.push(request),
          { ...asked, attempt: 3 },
          async () => ({ status: 418 }),
        )
        expect(outcome).toEqual({ status: 418 })
        expect(shortly(told)).toEqual([['GET', bare, 418, null, 3]])
      }),
    )
  })

  it('comes after it ended, with its beginning and how long it took', async () => {
    const told: EndedRequest[] = []
    const beforeUs = Date.now() * 1000
    await observed(
      request => told.push(request),
      { method: 'PUT', path: '/a', attempt: 1 },
      async () => {
        expect(told).toEqual([])
        await new Promise(resolve => setTimeout(resolve, 20))
        return { kind: 'failed', reached: true, why: 'no' } as const
      },
    )
    expect(shortly(told)).toEqual([['PUT', '/a', null, 'no', 1]])
    const [{ startUs, durationUs }] = told
    expect(startUs).toBeGreaterThanOrEqual(beforeUs)
    expect(startUs + durationUs).toBeLessThanOrEqual((Date.now() + 5) * 1000)
    expect(durationUs).toBeGreaterThan(10_000)
    expect([Number.isInteger(startUs), Number.isInteger(durationUs)]).toEqual([true, true])
  })
})

it('nothing is told of a request that was held back', async () => {
  const told: EndedRequest[] = []
  const held = { kind: 'failed', reached: false, why: 'no', isHeld: true } as const
  const asked = { method: 'PUT', path: '/a', attempt: 1 }
  expect(
    await observed(
      request => told.push(request),
      asked,
      async () => held,
    ),
  ).toBe(held)
  expect(told).toEqual([])
})

describe('a call of Kubernetes', () => {
  it('is told with each of its attempts, without its query', async () => {
    const server = await serve((asked, response) => {
      const isLast = server.asked.length === 3
      const answer = isLast ? answerJson({ metadata: {}, items: [] }) : bare(503)
      answer(asked, response)
    })
    const { api, told } = toldBy(server.url)
    await api.list(things, { limit: 2 })
    expect(server.asked[0].url).toContain('?limit=2')
    const path = '/apis/x.io/v1/things'
    expect(shortly(told)).toEqual([
      ['GET', path, 503, null, 1],
      ['GET', path, 503, null, 2],
      ['GET', path, 200, null, 3],
    ])
  })

  it('that nobody answers is told with the reason', async () => {
    const path = '/apis/x.io/v1/things/a'
    const away = toldBy(await nobody(), { attempts: 2 })
    await away.api.get(things, 'a')
    expect(shortly(away.told)).toEqual([
      ['GET', path, null, 'nothing listens there', 1],
      ['GET', path, null, 'nothing listens there', 2],
    ])
    const late = toldBy((await serve(silent)).url, { headUs: 50_000 })
    await late.api.delete(things, 'a')
    expect(shortly(late.told)).toEqual([['DELETE', path, null, 'no answer within 0.1 s', 1]])
  })

  it('is told once where it changes something, and with nothing secret', async () => {
    const server = await serve(bare(503))
    const { api, told } = toldBy(server.url)
    const spec = { password: secret }
    await api.create(things, { ...thing, spec })
    await api.apply(things, thing, { fieldManager: 'm', force: true, subresource: 'status' })
    expect(server.asked[0].headers.authorization).toContain(secret)
    expect(server.asked[0].body).toContain(secret)
    expect(shortly(told)).toEqual([
      ['POST', '/apis/x.io/v1/things', 503, null, 1],
      ['PATCH', '/apis/x.io/v1/things/a/status', 503, null, 1],
    ])
    expect(JSON.stringify(told)).not.toContain(secret)
  })
})
