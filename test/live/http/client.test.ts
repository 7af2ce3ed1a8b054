import { describe, expect, it } from 'vitest'
import { systemTiming } from '../../../src/live/http/timing.js'
import {
  answerJson,
  bare,
  clientOf,
  cutOff,
  nobody,
  redirecting,
  serve,
  silent,
  TestTiming,
} from '../servers.js'

const read = { method: 'GET', path: '/things' } as const
const change = { method: 'PUT', path: '/things/1' } as const

describe('a read', () => {
  it('asks below the URL of the server and gives the answer', async () => {
    const server = await serve(answerJson({ a: 1 }))
    const outcome = await clientOf(`${server.url}/v0/`).read(read)
    expect(outcome).toMatchObject({ kind: 'answered', status: 200, text: '{"a":1}' })
    expect(server.asked[0]).toMatchObject({ method: 'GET', url: '/v0/things' })
  })

  it('of a form is a POST of it', async () => {
    const server = await serve(answerJson({}))
    await clientOf(server.url).read({ method: 'POST', path: '/q', form: { query: 'a b{c="d"}' } })
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      body: 'query=a+b%7Bc%3D%22d%22%7D',
    })
  })

  it('shares connections with the others', async () => {
    const server = await serve(answerJson({}))
    const client = clientOf(server.url)
    for (let turn = 0; turn < 5; turn++) await client.read(read)
    expect(server.connections()).toBe(1)
  })

  it.each([
    { what: 'a server that is not there', status: 0 },
    { what: 'busy', status: 503 },
    { what: 'too many', status: 429 },
    { what: 'out of time', status: 408 },
    { what: 'a gateway', status: 502 },
    { what: 'a gateway out of time', status: 504 },
  ])('is tried again where it met $what', async ({ status }) => {
    const timing = new TestTiming()
    const server = await serve(bare(status === 0 ? 503 : status))
    const url = status === 0 ? await nobody() : server.url
    const outcome = await clientOf(url, timing, { attempts: 3 }).read(read)
    expect(timing.slept).toEqual([100_000, 200_000])
    if (status === 0) expect(outcome).toMatchObject({ kind: 'failed', reached: false })
    else expect([server.asked.length, outcome]).toMatchObject([3, { status }])
  })

  it.each([200, 204, 302, 400, 401, 404, 412, 500, 501, 507])(
    'that is answered %i is not tried again',
    async status => {
      const server = await serve(bare(status))
      await clientOf(server.url, new TestTiming(), { attempts: 3 }).read(read)
      expect(server.asked).toHaveLength(1)
    },
  )

  it('waits as long as the server says, unless its own time ends before', async () => {
    const timing = new TestTiming()
    const server = await serve(bare(503, { 'retry-after': '7' }))
    const client = clientOf(server.url, timing, { attempts: 2, deadlineUs: 10_000_000 })
    await client.read(read)
    expect(timing.slept).toEqual([7_000_000])
    server.answer = bare(503, { 'retry-after': '11' })
    await client.read(read)
    expect(timing.slept).toEqual([7_000_000])
  })

  it('draws its pauses from nothing up to a bound', async () => {
    const timing = new TestTiming()
    timing.chances = 0
    const server = await serve(bare(503))
    await clientOf(server.url, timing, { attempts: 4 }).read(read)
    expect(timing.slept).toEqual([0, 0, 0])
  })

  it('that is not answered in time fails, and may have reached the server', async () => {
    const server = await serve(silent)
    const outcome = await clientOf(server.url, systemTiming, { attemptUs: 50_000 }).read(read)
    expect(outcome).toEqual({ kind: 'failed', reached: true, why: 'no answer within 0.1 s' })
  })

  it('whose answer is cut off fails', async () => {
    const server = await serve(cutOff)
    const outcome = await clientOf(server.url).read(read)
    expect(outcome).toEqual({ kind: 'failed', reached: true, why: 'the connection was cut' })
  })

  it('over a connection that stands may have reached the server', async () => {
    const server = await serve(answerJson({}))
    const client = clientOf(server.url)
    await client.read(read)
    server.answer = (_, response) => response.destroy()
    expect(await client.read(read)).toMatchObject({ kind: 'failed', reached: true })
    expect(server.connections()).toBe(1)
  })

  it('takes an answer of the size that is allowed, and none of a byte more', async () => {
    const server = await serve((_, response) => response.end('x'.repeat(1000)))
    const sized = (mostBytes: number) => clientOf(server.url, new TestTiming(), { mostBytes })
    expect(await sized(1000).read(read)).toMatchObject({ kind: 'answered' })
    expect(await sized(999).read(read)).toMatchObject({
      kind: 'failed',
      why: 'the answer is larger than 999 bytes',
    })
  })

  it('leaves a server alone that failed several times, and comes back to it', async () => {
    const timing = new TestTiming()
    const server = await serve(bare(503))
    const breaker = { failuresToOpen: 2, firstPauseUs: 1_000_000, longestPauseUs: 1_000_000 }
    const client = clientOf(server.url, timing, { breaker })
    await client.read(read)
    await client.read(read)
    const alone = await client.read(read)
    expect(alone).toMatchObject({ kind: 'failed', reached: false })
    expect(server.asked).toHaveLength(2)
    timing.atUs += 1_000_000
    server.answer = answerJson({})
    expect(await client.read(read)).toMatchObject({ status: 200 })
    expect(await client.read(read)).toMatchObject({ status: 200 })
  })
})

describe('a read that opens the breaker', () => {
  it('answers what it met, and not that the server is left alone since', async () => {
    const server = await serve(bare(503))
    const breaker = { failuresToOpen: 2, firstPauseUs: 9_000_000, longestPauseUs: 9_000_000 }
    const client = clientOf(server.url, new TestTiming(), { attempts: 3, breaker })
    expect(await client.read(read)).toMatchObject({ kind: 'answered', status: 503 })
    expect(server.asked).toHaveLength(2)
  })
})

describe('a change', () => {
  it.each([
    { what: '503', answering: bare(503) },
    { what: 'silence', answering: silent },
    { what: 'half an answer', answering: cutOff },
  ])('that met $what is sent once', async ({ answering }) => {
    const server = await serve(answering)
    const settings = { attempts: 3, deadlineUs: 50_000 }
    await clientOf(server.url, systemTiming, settings).change(change)
    expect(server.asked).toHaveLength(1)
  })

  it('is sent although the server is left alone, over a connection of its own', async () => {
    const server = await serve(bare(503))
    const breaker = { failuresToOpen: 1, firstPauseUs: 1_000_000, longestPauseUs: 1_000_000 }
    const client = clientOf(server.url, new TestTiming(), { breaker })
    await client.read(read)
    await client.change(change)
    await client.change(change)
    expect(server.asked.map(one => one.method)).toEqual(['GET', 'PUT', 'PUT'])
    expect(server.connections()).toBe(3)
  })

  it('tells whether it may have reached the server', async () => {
    const cut = await serve(cutOff)
    expect(await clientOf(cut.url).change(change)).toMatchObject({ reached: true })
    expect(await clientOf(await nobody()).change(change)).toMatchObject({ reached: false })
  })
})

describe('what is secret', () => {
  const secret = 's3cr3t.t0k3n.x'

  it('goes into the header, afresh each time, and not where a redirect points', async () => {
    const server = await serve(redirecting)
    const tokens = ['one', 'two']
    const client = clientOf(server.url, new TestTiming(), {}, () => tokens.shift() ?? '')
    await client.read(read)
    await client.change(change)
    expect(server.asked.map(one => one.headers.authorization)).toEqual(['Bearer one', 'Bearer two'])
  })

  it('is in nothing that is said', async () => {
    const server = await serve(bare(401))
    const outcomes = [
      await clientOf(server.url, new TestTiming(), {}, () => secret).read(read),
      await clientOf(await nobody(), new TestTiming(), {}, () => secret).read(read),
      await clientOf(server.url, new TestTiming(), {}, () => `${secret}\n${secret}`).read(read),
    ]
    expect(JSON.stringify(outcomes)).not.toContain(secret)
    expect(outcomes[2]).toMatchObject({ kind: 'failed', reached: false })
  })

  it('is not sent where it cannot be read', async () => {
    const server = await serve(answerJson({}))
    const client = clientOf(server.url, new TestTiming(), {}, () => {
      throw new Error(secret)
    })
    const outcome = await client.read(read)
    expect(outcome).toMatchObject({ kind: 'failed', reached: false })
    expect(JSON.stringify(outcome)).not.toContain(secret)
    expect(server.asked).toEqual([])
  })

  it('may not stand in a URL', () => {
    expect(() => clientOf(`http://me:${secret}@127.0.0.1`)).toThrow(/a name or a password/)
    expect(() => clientOf('ftp://127.0.0.1')).toThrow(/no URL of a server/)
    expect(() => clientOf('127.0.0.1:80')).toThrow(/no URL of a server/)
  })
})
