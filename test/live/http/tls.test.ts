import { describe, expect, it } from 'vitest'
import { HttpClient, type Server, usualClient } from '../../../src/live/http/client.js'
import { makeCertificates } from '../certificates.js'
import { answerJson, serve, TestTiming } from '../servers.js'

const made = makeCertificates()
const trusting = () => ({ ca: made.authority })

function clientTo(url: string, change: Partial<Server>): HttpClient {
  const server = { url, authority: null, clientCertificate: null, token: null, ...change }
  return new HttpClient(server, new TestTiming(), { ...usualClient, attempts: 1 })
}

const read = { method: 'GET', path: '/' } as const

describe('over TLS', () => {
  const secure = { cert: made.server.certificate, key: made.server.key }

  it('a server is trusted whose certificate the authority signed', async () => {
    const server = await serve(answerJson({}), secure)
    const client = clientTo(server.url, { authority: trusting })
    expect(await client.read(read)).toMatchObject({ status: 200 })
    const loud = clientTo(server.url.replace('https', 'HTTPS'), { authority: trusting })
    expect(await loud.read(read)).toMatchObject({ status: 200 })
  })

  it.each([
    { what: 'signed by a stranger', authority: null, pair: made.server, why: /nobody/ },
    {
      what: 'of another name',
      authority: trusting,
      pair: made.elsewhere,
      why: /another name/,
    },
  ])('a server with a certificate $what is asked nothing', async ({ authority, pair, why }) => {
    const server = await serve(answerJson({}), { cert: pair.certificate, key: pair.key })
    const client = clientTo(server.url, { authority, token: () => 'secret' })
    const outcome = await client.read(read)
    expect(outcome).toMatchObject({ kind: 'failed', reached: false })
    expect(outcome.kind === 'failed' && outcome.why).toMatch(why)
    expect(server.asked).toEqual([])
  })

  it('a server that wants a certificate of its client gets it', async () => {
    const server = await serve(answerJson({}), {
      ...secure,
      ca: made.authority,
      requestCert: true,
      rejectUnauthorized: true,
    })
    const { certificate: cert, key } = made.client
    const clientCertificate = () => ({ cert, key })
    const known = clientTo(server.url, { authority: trusting, clientCertificate })
    expect(await known.read(read)).toMatchObject({ status: 200 })
    const stranger = clientTo(server.url, { authority: trusting })
    expect(await stranger.read(read)).toMatchObject({ kind: 'failed' })
    expect(server.asked).toHaveLength(1)
  })
})
