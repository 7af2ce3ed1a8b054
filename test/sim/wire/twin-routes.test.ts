/** The twin's own routes over real HTTP: parties, sleep, advance, faults, state, history. */
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { minute, second } from '../small-world.js'
import { type ServedTwin, servedTwin, type VolumePage } from './served.js'

interface Clock {
  readonly nowUs: number
  readonly parties: readonly { readonly name: string; readonly untilUs: number | null }[]
}

const sleep = (one: ServedTwin, party: string, untilUs: number) =>
  one.ask('POST', '/twin/v1/sleep', { party, untilUs })

/** Until the twin says that the party sleeps: its request has arrived. */
async function asleep(one: ServedTwin, party: string): Promise<void> {
  for (;;) {
    const { parties } = await one.get<Clock>('/twin/v1/clock')
    if (parties.some(({ name, untilUs }) => name === party && untilUs !== null)) return
  }
}

describe('a clock moved by hand, with two parties', () => {
  it('goes on only while both sleep, and wakes each at its instant', async () => {
    const own = await servedTwin()
    await own.ask('PUT', '/twin/v1/parties/a')
    await own.ask('PUT', '/twin/v1/parties/b')
    expect(await own.advance(minute)).toMatchObject({
      status: 409,
      value: { errors: [{ error: 'party a is awake' }] },
    })
    const a = sleep(own, 'a', 20 * second)
    await asleep(own, 'a')
    expect(await own.advance(minute)).toMatchObject({ status: 409 })
    const b = sleep(own, 'b', 30 * second)
    await asleep(own, 'b')
    const moved = own.advance(minute)
    expect((await a).value).toEqual({ nowUs: 20 * second, woken: 'reached' })
    expect(await own.get<Clock>('/twin/v1/clock')).toMatchObject({
      nowUs: 20 * second,
      now: '1970-01-01T00:00:20Z',
      pace: 'by-hand',
      parties: [
        { name: 'a', untilUs: null },
        { name: 'b', untilUs: 30 * second },
      ],
    })
    const again = sleep(own, 'a', 2 * minute)
    expect((await b).value).toEqual({ nowUs: 30 * second, woken: 'reached' })
    expect(await own.ask('DELETE', '/twin/v1/parties/b')).toMatchObject({ status: 200 })
    expect((await moved).value).toMatchObject({ nowUs: minute })
    await own.ask('DELETE', '/twin/v1/parties/a')
    expect((await again).value).toMatchObject({ woken: 'removed' })
  })

  it('holds time for a party that went away in its sleep', async () => {
    const own = await servedTwin()
    await own.ask('PUT', '/twin/v1/parties/a')
    const leaves = new AbortController()
    const sent = fetch(`${own.origin}/twin/v1/sleep`, {
      method: 'POST',
      body: JSON.stringify({ party: 'a', untilUs: minute }),
      signal: leaves.signal,
    })
    await asleep(own, 'a')
    leaves.abort()
    await expect(sent).rejects.toThrow()
    let clock = await own.get<Clock>('/twin/v1/clock')
    while (clock.parties[0]?.untilUs !== null) clock = await own.get<Clock>('/twin/v1/clock')
    expect(await own.advance(second)).toMatchObject({ status: 409 })
  })

  it('answers requests while time stands, and what they did lasts', async () => {
    const own = await servedTwin()
    await own.ask('PUT', '/twin/v1/parties/a')
    const { entries } = await own.get<VolumePage>('/v0/volumes?max_entries=0')
    const path = `/v0/volumes/${entries[1].spec.uuid}`
    await own.ask('PUT', `${path}/replica_count/2`)
    expect(await own.get(path)).toMatchObject({ state: { status: 'Degraded' } })
    const woken = sleep(own, 'a', minute)
    await asleep(own, 'a')
    await own.advance(minute)
    await woken
    expect(await own.get(path)).toMatchObject({ state: { status: 'Online' } })
  })
})

describe('a free clock', () => {
  it('lets a month of one party pass', async () => {
    const own = await servedTwin({}, 'free')
    await own.ask('PUT', '/twin/v1/parties/a')
    for (let day = 1; day <= 30; day++) {
      const untilUs = day * 24 * 60 * minute
      expect((await sleep(own, 'a', untilUs)).value).toEqual({ nowUs: untilUs, woken: 'reached' })
    }
  })
})

describe('faults by request', () => {
  it('begin at once, are told, and end', async () => {
    const own = await servedTwin()
    await own.advance(second)
    const asked = await own.ask('POST', '/twin/v1/faults', {
      for: '5m',
      node: 'node-3',
      how: 'offline',
    })
    expect(asked).toMatchObject({ status: 200, value: { nowUs: second, faults: 1 } })
    expect(await own.get('/v0/nodes/node-3')).toMatchObject({ state: { status: 'Offline' } })
    expect(await own.get('/v0/pools/cold-3')).toMatchObject({ state: { status: 'Unknown' } })
    await own.advance(5 * minute)
    expect(await own.get('/v0/nodes/node-3')).toMatchObject({ state: { status: 'Online' } })
    const { text } = await own.ask('GET', '/twin/v1/history')
    expect(text).toContain('"kind":"fault"')
  })

  it('come in lists, later than now, and two of one node end with the last', async () => {
    const own = await servedTwin()
    const first = { for: '10m', node: 'node-3', how: 'offline' }
    await own.ask('POST', '/twin/v1/faults', first)
    await own.ask('POST', '/twin/v1/faults', [{ ...first, at: '5m' }])
    await own.advance(12 * minute)
    expect(await own.get('/v0/nodes/node-3')).toMatchObject({ state: { status: 'Offline' } })
    await own.advance(3 * minute)
    expect(await own.get('/v0/nodes/node-3')).toMatchObject({ state: { status: 'Online' } })
  })

  it('a draining node is one that drains, and not a cordoned one', async () => {
    const own = await servedTwin()
    await own.ask('PUT', '/v0/nodes/node-3/cordon/ours')
    await own.ask('POST', '/twin/v1/faults', { for: '5m', node: 'node-3', how: 'draining' })
    const { spec } = await own.get<{ readonly spec: object }>('/v0/nodes/node-3')
    expect(spec).toMatchObject({
      cordondrainstate: { drainingstate: { cordonlabels: ['ours'], drainlabels: ['drain'] } },
    })
  })

  it('an answer that is lost had its effect', async () => {
    const own = await servedTwin()
    const { entries } = await own.get<VolumePage>('/v0/volumes?max_entries=0')
    const path = `/v0/volumes/${entries[1].spec.uuid}`
    await own.ask('POST', '/twin/v1/faults', { for: '1m', answers: 'mayastor', how: 'lost' })
    await expect(own.ask('PUT', `${path}/replica_count/2`)).rejects.toThrow('fetch failed')
    await own.advance(minute)
    expect(await own.get(path)).toMatchObject({ spec: { num_replicas: 2 } })
  })

  it('an answer that is late is late only where time goes by itself', async () => {
    const slow = { for: '1m', answers: 'mayastor', how: 'slow' }
    const asked = { method: 'GET', path: '/v0/pools', body: '', isTooLong: false }
    const request = { ...asked, query: new URLSearchParams(), gone: () => {} }
    for (const [pace, lateUs] of [
      ['by-hand', 0],
      ['paced', 5 * second],
    ] as const) {
      const own = await servedTwin({}, pace)
      await own.ask('POST', '/twin/v1/faults', slow)
      expect(await own.twin.answer(request)).toMatchObject({ status: 200, lateUs })
      await own.ask('PUT', '/twin/v1/parties/a')
      expect(await own.twin.answer(request)).toMatchObject({ status: 200, lateUs: 0 })
    }
  })

  it.each([
    [{}, /it is not said what fails/],
    [{ node: 'node-9', how: 'offline' }, /there is no node node-9/],
    [{ pool: 'hot-0', how: 'sideways' }, /how is sideways/],
    [{ operator: 'crash' }, /no operator runs in here/],
    [{ prometheus: 'down', for: 'ever' }, /for/],
    [{ prometheus: 'down', colour: 1 }, /colour/],
    [7, /faults/],
    ['{', /faults/],
  ])('%o is refused, with what is wrong', async (body, told) => {
    const own = await servedTwin()
    const answer = await own.ask('POST', '/twin/v1/faults', body)
    expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(told) })
    expect(own.twin.world.faults.faults).toEqual([])
  })
})

describe('what the twin tells', () => {
  it('is the cluster with both names of each volume, and its history by line', async () => {
    const own = await servedTwin()
    const state = await own.get('/twin/v1/state')
    expect(state).toMatchObject({
      schema: 'couchestor.twin/v1',
      scenario: 'small',
      mayastor: '2.10',
      nowUs: 0,
      volumes: [{ id: 'vol-0' }, { id: 'vol-1' }, { id: 'vol-2' }],
    })
    const { type, text } = await own.ask('GET', '/twin/v1/history')
    expect(type).toBe('application/x-ndjson')
    const lines = text.trimEnd().split('\n')
    expect(JSON.parse(lines[0])).toMatchObject({ kind: 'volume-created', volume: 'vol-0' })
    const rest = await own.ask('GET', `/twin/v1/history?from=${lines.length - 1}`)
    expect(rest.text).toBe(`${lines[lines.length - 1]}\n`)
    expect(await own.ask('GET', `/twin/v1/history?from=${lines.length}`)).toMatchObject({
      text: '',
    })
    expect(await own.ask('GET', '/twin/v1/history?from=x')).toMatchObject({ status: 400 })
  })
})

describe('a request that cannot be read', () => {
  it.each([
    ['GET', '/twin/v1/nothing', undefined, 404],
    ['GET', '/twin/v1', undefined, 404],
    ['GET', '/twin/v1/%zz', undefined, 404],
    ['PATCH', '/twin/v1/state', undefined, 404],
    ['GET', '/nothing', undefined, 404],
    ['POST', '/metrics', undefined, 404],
    ['PUT', '/twin/v1/parties/a%20b', undefined, 400],
    ['POST', '/twin/v1/parties/a', undefined, 404],
    ['PUT', '/twin/v1/parties/a/b', undefined, 404],
    ['DELETE', '/twin/v1/parties/nobody', undefined, 404],
    ['POST', '/twin/v1/sleep', '{', 400],
    ['POST', '/twin/v1/sleep', { party: 'a', untilUs: -1 }, 400],
    ['POST', '/twin/v1/sleep', { party: 'a', untilUs: 1.5 }, 400],
    ['POST', '/twin/v1/sleep', { party: 'nobody', untilUs: 1 }, 404],
    ['POST', '/twin/v1/advance', {}, 400],
    ['POST', '/twin/v1/advance', { us: '1' }, 400],
    ['POST', '/twin/v1/faults', 'x'.repeat(1_048_577), 413],
  ])('%s %s is told so', async (method, path, body, status) => {
    const own = await servedTwin()
    expect(await own.ask(method, path, body)).toMatchObject({ status })
  })

  it('bytes that are no HTTP, and a body that breaks off, end nothing', async () => {
    const own = await servedTwin()
    const port = Number(new URL(own.origin).port)
    const send = (bytes: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
        socket.resume()
        socket.on('close', () => resolve())
        socket.on('error', reject)
      })
    await send('nonsense\r\n\r\n')
    await send('PUT /v0/pools/hot-0/cordon HTTP/1.1\r\nhost: a\r\ncontent-length: 90\r\n\r\n{"rep')
    expect(await own.ask('GET', '/v0/pools/hot-0')).toMatchObject({ status: 200 })
  })
})
