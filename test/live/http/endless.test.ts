import { createServer, type Socket } from 'node:net'
import { getHeapStatistics } from 'node:v8'
import { describe, expect, it, onTestFinished } from 'vitest'
import { usualApi } from '../../../src/kubernetes/server.js'
import { openApi } from '../../../src/kubernetes/transport.js'
import { HttpClient, usualClient } from '../../../src/live/http/client.js'
import { systemTiming } from '../../../src/live/http/timing.js'

const mebibyte = 1_048_576
const gibibyte = 1024 * mebibyte
const mostBytes = mebibyte

/** Sends `head`, and then `part` again and again, up to a gibibyte or until nobody listens. */
async function endless(head: string, part: string) {
  let sentBytes = 0
  let connections = 0
  const piece = Buffer.from(part.repeat(Math.ceil(65_536 / part.length)))
  const pour = (socket: Socket): void => {
    while (!socket.destroyed && sentBytes < gibibyte) {
      sentBytes += piece.length
      if (!socket.write(piece)) return
    }
    socket.end()
  }
  const server = createServer(socket => {
    connections += 1
    socket.on('error', () => {})
    socket.on('drain', () => pour(socket))
    socket.once('data', () => {
      socket.write(head)
      pour(socket)
    })
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => void server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  const url = `http://127.0.0.1:${address.port}`
  return { url, sentBytes: () => sentBytes, connections: () => connections }
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n'
const item = '{"metadata": {"name": "a"}}, '
const why = {
  large: `the answer is larger than ${mostBytes} bytes`,
  event: `an event is larger than ${mostBytes} bytes`,
  cut: 'the connection was cut',
  headers: 'the headers of its answer are too large',
}
const answers = [
  ['a body of a gibibyte', `${ok}content-length: ${gibibyte}\r\n\r\n[`, item, why.large],
  ['a body without an end', `${ok}\r\n[`, item, why.large],
  [
    'a body in chunks',
    `${ok}transfer-encoding: chunked\r\n\r\n`,
    '10\r\n[1, 2, 3, 4, 5],\r\n',
    why.large,
  ],
  ['headers without an end', ok, 'x-more: and more\r\n', why.headers],
  ['a header without an end', `${ok}x-more: `, 'and more', why.headers],
  [
    'an extension of a chunk without an end',
    `${ok}transfer-encoding: chunked\r\n\r\n4;`,
    'more',
    why.cut,
  ],
] as const

const things = { group: '', version: 'v1', plural: 'x', namespace: null }
/** One that is too large once is too large the next time. */
const failedFor = (told: string) => ({
  ...{ kind: 'failed', reached: true, why: told },
  ...(told === why.large ? { isLasting: true } : {}),
})
/** What stands in the buffers of both ends when one is closed. */
const betweenBytes = 16 * mebibyte

describe('a server that answers with', () => {
  it.each(answers)('%s is left before it is whole', async (_, head, part, told) => {
    const server = await endless(head, part)
    const own = { url: server.url, authority: null, clientCertificate: null, token: null }
    const client = new HttpClient(own, systemTiming, { ...usualClient, mostBytes, attempts: 1 })
    onTestFinished(() => client.close())
    const outcome = await client.read({ method: 'GET', path: '/' })
    expect(outcome).toEqual(failedFor(told))
    expect(server.sentBytes()).toBeLessThan(mostBytes + betweenBytes)
  })

  it.each(answers)('%s is left by the client of Kubernetes, too', async (_, head, part, told) => {
    const server = await endless(head, part)
    const connection = { url: server.url, tls: {}, headers: async () => ({}) }
    const api = openApi(connection, systemTiming, { mostBytes, attempts: 1 })
    onTestFinished(() => api.close())
    const outcome = await api.list(things, { limit: 10 })
    expect(outcome).toEqual(failedFor(told))
    expect(server.sentBytes()).toBeLessThan(mostBytes + betweenBytes)
    const events: unknown[] = []
    const request = { version: '1', timeoutUs: 60_000_000 }
    const { signal } = new AbortController()
    const again = await endless(head, part)
    const other = openApi({ ...connection, url: again.url }, systemTiming, { mostBytes })
    onTestFinished(() => other.close())
    const watched = await other.watch(things, request, event => events.push(event), signal)
    const ending = told === why.large ? why.event : told
    expect([watched, events]).toEqual([{ kind: 'failed', reached: true, why: ending }, []])
    expect(again.sentBytes()).toBeLessThan(mostBytes + betweenBytes)
  })

  it('too much is asked once, however patient a client is', async () => {
    const server = await endless(`${ok}\r\n[`, item)
    const own = { url: server.url, authority: null, clientCertificate: null, token: null }
    const client = new HttpClient(own, systemTiming, { ...usualClient, mostBytes })
    const connection = { url: server.url, tls: {}, headers: async () => ({}) }
    const api = openApi(connection, systemTiming, { mostBytes })
    onTestFinished(() => [client, api].forEach(one => void one.close()))
    const outcomes = [await client.read({ method: 'GET', path: '/' }), await api.get(things, 'a')]
    for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: 'failed' })
    expect(server.connections()).toBe(2)
  })

  it('more than an eighth of what this program may have is not heard to its end', () => {
    const eighth = getHeapStatistics().heap_size_limit / 8
    for (const settings of [usualClient, usualApi]) {
      expect(settings.mostBytes).toBeLessThanOrEqual(Math.min(eighth, 256 * mebibyte))
      expect(settings.mostBytes).toBeGreaterThan(mebibyte)
    }
  })
})
