/** Changes that may no longer be made when there is a connection for them: they do not leave. */
import { describe, expect, it } from 'vitest'
import type { Resource } from '../../../src/kubernetes/api.js'
import { usualApi } from '../../../src/kubernetes/server.js'
import { openApi } from '../../../src/kubernetes/transport.js'
import { HttpClient, usualClient } from '../../../src/live/http/client.js'
import { systemTiming } from '../../../src/live/http/timing.js'
import { makeCertificates } from '../certificates.js'
import { type Answering, answerJson, clientOf, serve } from '../servers.js'

const change = { method: 'PUT', path: '/nodes/a/cordon/b' } as const
const things: Resource = { group: '', version: 'v1', plural: 'things', namespace: null }
const why = 'the lease may end before the command does'
const late = { kind: 'failed', reached: false, why, isHeld: true }

describe('a change', () => {
  it('that may not be made when its connection stands is not sent', async () => {
    const server = await serve(answerJson({}))
    const client = clientOf(server.url, systemTiming)
    let asked = 0
    const whyNot = (): string => {
      asked += 1
      return why
    }
    expect(await client.change({ ...change, whyNot })).toEqual(late)
    expect(asked).toBe(1)
    expect(await client.change({ ...change, whyNot: () => null })).toMatchObject({ status: 200 })
    expect(server.asked).toHaveLength(1)
    expect(server.connections()).toBe(2)
  })

  it('is not sent over a secured connection either, whose beginning takes longer', async () => {
    const made = makeCertificates()
    const { certificate: cert, key } = made.server
    const server = await serve(answerJson({}), { cert, key })
    const authority = () => ({ ca: made.authority })
    const trusted = { url: server.url, authority, clientCertificate: null, token: null }
    const client = new HttpClient(trusted, systemTiming, usualClient)
    expect(await client.change({ ...change, whyNot: () => why })).toEqual(late)
    expect(await client.change({ ...change, whyNot: () => null })).toMatchObject({ status: 200 })
    expect(server.asked).toHaveLength(1)
    client.close()
  })

  it('that is held back is no trouble of the server', async () => {
    const server = await serve(answerJson({}))
    const told: string[] = []
    const breaker = { failuresToOpen: 1, firstPauseUs: 60_000_000, longestPauseUs: 60_000_000 }
    const onRequest = ({ method }: { readonly method: string }) => void told.push(method)
    const client = clientOf(server.url, systemTiming, { breaker, onRequest })
    expect(await client.change({ ...change, whyNot: () => why })).toEqual(late)
    expect(await client.read({ method: 'GET', path: '/nodes' })).toMatchObject({ status: 200 })
    expect(told).toEqual(['GET'])
  })

  it('that waited for a connection of others is asked about once more', async () => {
    const held: (() => void)[] = []
    const holding: Answering = (asked, response) => {
      held.push(() => answerJson({ metadata: { name: 'a' } })(asked, response))
    }
    const server = await serve(holding)
    const connection = { url: server.url, tls: {}, headers: async () => ({}) }
    const api = openApi(connection, systemTiming, { ...usualApi, connections: 1 })
    const first = api.merge(things, 'a', {})
    let isTooLate = false
    const second = api.merge(things, 'a', {}, () => (isTooLate ? why : null))
    while (held.length === 0) await systemTiming.sleep(1000)
    isTooLate = true
    for (const answer of held.splice(0)) answer()
    expect(await first).toMatchObject({ kind: 'answered' })
    expect(await second).toEqual(late)
    expect(server.asked).toHaveLength(1)
    api.close()
  })
})
