import { describe, expect, it } from 'vitest'
import type { Command } from '../../../src/core/command.js'
import { nodeId, poolId, volumeId } from '../../../src/core/model.js'
import { systemTiming } from '../../../src/live/http/timing.js'
import { MayastorClient } from '../../../src/live/mayastor/client.js'
import {
  answerJson,
  bare,
  brokenJson,
  clientOf,
  cutOff,
  nobody,
  redirecting,
  serve,
  silent,
  webPage,
} from '../servers.js'
import { nodeReply, poolReply, problem, recorded, uuid, volumeReply } from './recorded.js'

const volume = volumeId(uuid)
const pool = poolId('pool-1')
const noLabels = () => undefined

function lists(volumes: readonly unknown[]): Readonly<Record<string, unknown>> {
  return {
    'GET /v0/pools': [poolReply('pool-hot-1'), poolReply('pool-cold-2', { labels: {} })],
    'GET /v0/nodes': [nodeReply('node-1'), nodeReply('node-2')],
    'GET /v0/volumes': { entries: volumes },
  }
}

describe('the lists of Mayastor', () => {
  it('are read with one request each, volumes all at once', async () => {
    const { mayastor, server } = await recorded(lists([volumeReply()]))
    const read = await mayastor.cluster()
    if (read.kind !== 'read') throw new Error('nothing was read')
    const { pools, nodes, volumes } = read.value
    expect([pools.length, nodes.length, volumes.map(one => one.id)]).toEqual([2, 2, [uuid]])
    expect(server.asked.map(one => one.url).sort((a, b) => (a < b ? -1 : 1))).toEqual([
      '/v0/nodes',
      '/v0/pools',
      '/v0/volumes?max_entries=0',
    ])
  })

  it('are read page by page where they are given so', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const { mayastor, server, answers } = await recorded(lists([]), 2)
    answers.set('GET /v0/volumes', (asked, response) => {
      const from = Number(/starting_token=(\d+)/.exec(asked.url)?.[1] ?? 0)
      const entries = ids.slice(from, from + 2).map(id => volumeReply({ uuid: id }))
      const next = from + 2 < ids.length ? { next_token: from + 2 } : {}
      answerJson({ entries, ...next })(asked, response)
    })
    const read = await mayastor.cluster()
    expect(read.kind === 'read' && read.value.volumes.map(one => one.id)).toEqual(ids)
    expect(server.asked.filter(one => one.url.includes('max_entries=2'))).toHaveLength(3)
  })

  it('that change while they are paged are read again, and given up in the end', async () => {
    const { mayastor, answers } = await recorded(lists([]), 1)
    let changes = 1
    answers.set('GET /v0/volumes', (asked, response) => {
      const isSecond = asked.url.includes('starting_token')
      const isMoved = isSecond && changes > 0
      if (isMoved) changes -= 1
      const entries = [volumeReply({ uuid: isSecond && !isMoved ? 'b' : 'a' })]
      answerJson(isSecond ? { entries } : { entries, next_token: 1 })(asked, response)
    })
    const read = await mayastor.cluster()
    expect(read.kind === 'read' && read.value.volumes.map(one => one.id)).toEqual(['a', 'b'])
    changes = 100
    expect(await mayastor.cluster()).toMatchObject({ kind: 'unavailable' })
  })

  it('whose pages go in a circle are none', async () => {
    const answer = { entries: [], next_token: 1 }
    const { mayastor } = await recorded({ ...lists([]), 'GET /v0/volumes': answer }, 1)
    expect(await mayastor.cluster()).toMatchObject({ kind: 'unavailable' })
  })

  it.each(['/v0/pools', '/v0/nodes', '/v0/volumes'])(
    'are all unavailable where %s is wrong, and the wrong field is named',
    async path => {
      const wrong = path === '/v0/volumes' ? { entries: [{ spec: {} }] } : [{ id: 7 }]
      const { mayastor } = await recorded({ ...lists([]), [`GET ${path}`]: wrong })
      const read = await mayastor.cluster()
      expect(read).toMatchObject({ kind: 'unavailable' })
      const field = path === '/v0/volumes' ? '/entries/0' : '/0/id'
      expect(read.kind === 'unavailable' && read.why).toContain(field)
    },
  )
})

describe('one volume', () => {
  const path = `GET /v0/volumes/${uuid}`

  it('is read afresh', async () => {
    const { mayastor } = await recorded({ [path]: volumeReply() })
    const read = await mayastor.volume(volume, noLabels)
    expect(read).toMatchObject({ kind: 'read', value: { id: uuid, replicaCount: 2 } })
  })

  it('is gone only where Mayastor itself says so', async () => {
    const { mayastor, answers, server } = await recorded()
    expect(await mayastor.volume(volume, noLabels)).toMatchObject({ kind: 'unavailable' })
    answers.set(path, problem('NotFound', 404))
    expect(await mayastor.volume(volume, noLabels)).toEqual({ kind: 'gone' })
    answers.set(path, problem('NotFound', 500))
    expect(await mayastor.volume(volume, noLabels)).toMatchObject({ kind: 'unavailable' })
    answers.set(path, problem('Unavailable', 404))
    expect(await mayastor.volume(volume, noLabels)).toMatchObject({ kind: 'unavailable' })
    const asked = server.asked.length
    expect(await mayastor.volume(volumeId('../pools'), noLabels)).toEqual({ kind: 'gone' })
    expect(server.asked).toHaveLength(asked)
  })

  it('is not another one', async () => {
    const other = volumeReply({ uuid: 'ec4e66fd-3b33-4439-b504-d49aba53da27' })
    const { mayastor } = await recorded({ [path]: other })
    expect(await mayastor.volume(volume, noLabels)).toMatchObject({ kind: 'unavailable' })
  })

  it.each([
    { what: 'silence', answering: silent, why: /no answer within 0.1 s/ },
    { what: 'half an answer', answering: cutOff, why: /the connection was cut/ },
    { what: 'a redirect', answering: redirecting, why: /a redirect, which is not followed/ },
    { what: 'a web page', answering: webPage, why: /text\/html where JSON is expected/ },
    { what: '401', answering: bare(401), why: /401: it wants a valid token/ },
    { what: '503', answering: bare(503), why: /503/ },
    { what: '503 with why', answering: problem('Unavailable', 503, 'etcd'), why: /503.*etcd/ },
    { what: 'nothing', answering: bare(200), why: /must be object/ },
    {
      what: 'too much',
      answering: answerJson({ x: 'x'.repeat(2_000_000) }),
      why: /larger than 1000000 bytes/,
    },
    { what: 'broken JSON', answering: brokenJson, why: /broken JSON/ },
  ])('met by $what is unavailable, and it is said why', async ({ answering, why }) => {
    const server = await serve(answering)
    const settings = { attemptUs: 50_000, mostBytes: 1_000_000 }
    const mayastor = new MayastorClient(clientOf(server.url, systemTiming, settings))
    const read = await mayastor.volume(volume, noLabels)
    expect(read).toMatchObject({ kind: 'unavailable' })
    expect(read.kind === 'unavailable' && read.why).toMatch(why)
  })
})

describe('a command', () => {
  const count: Command = { kind: 'set-replica-count', volume, count: 3 }
  const countPath = `PUT /v0/volumes/${uuid}/replica_count/3`
  const scopes = { replicas: true, snapshots: false, restores: false, import: false }
  const node = nodeId('node-1')

  it.each([
    { command: count, url: `/v0/volumes/${uuid}/replica_count/3`, method: 'PUT' },
    {
      command: { kind: 'cordon-pool', pool, scopes },
      url: '/v0/pools/pool-1/cordon',
      method: 'PUT',
      body: JSON.stringify(scopes),
    },
    {
      command: { kind: 'uncordon-pool', pool, scopes },
      url: '/v0/pools/pool-1/cordon',
      method: 'DELETE',
      body: JSON.stringify(scopes),
    },
    {
      command: { kind: 'cordon-node', node, label: 'a/b' },
      url: '/v0/nodes/node-1/cordon/a%2Fb',
      method: 'PUT',
    },
    {
      command: { kind: 'uncordon-node', node, label: 'ours' },
      url: '/v0/nodes/node-1/cordon/ours',
      method: 'DELETE',
    },
    {
      command: { kind: 'label-pool', pool, key: 'k', value: 'v=1' },
      url: '/v0/pools/pool-1/label/k=v%3D1?overwrite=true',
      method: 'PUT',
    },
    {
      command: { kind: 'unlabel-pool', pool, key: 'k' },
      url: '/v0/pools/pool-1/label/k',
      method: 'DELETE',
    },
  ] as const)('$command.kind is sent as $method $url', async ({ command, ...sent }) => {
    const { server, mayastor } = await recorded()
    await mayastor.send(command)
    expect(server.asked).toHaveLength(1)
    expect(server.asked[0]).toMatchObject({ body: '', ...sent })
  })

  it('is done where the reply shows the thing', async () => {
    const { mayastor, answers } = await recorded({
      [countPath]: volumeReply({ num_replicas: 3 }),
      'PUT /v0/nodes/node-1/cordon/x': nodeReply('node-1'),
      'PUT /v0/pools/pool-1/cordon': poolReply('pool-1'),
    })
    const commands: readonly Command[] = [
      count,
      { kind: 'cordon-node', node, label: 'x' },
      { kind: 'cordon-pool', pool, scopes },
    ]
    for (const command of commands) {
      expect(await mayastor.send(command)).toEqual({ kind: 'done', volume: null })
    }
    answers.set('PUT /v0/pools/pool-1/cordon', bare(204))
    expect(await mayastor.send(commands[2])).toMatchObject({ kind: 'done' })
  })

  it.each([
    { what: 'silence', answering: silent },
    { what: 'half an answer', answering: cutOff },
    { what: 'a web page', answering: webPage },
    { what: 'a redirect', answering: redirecting },
    { what: 'nothing', answering: bare(200) },
    { what: 'another thing', answering: answerJson({ id: 'pool-1' }) },
    { what: 'a gateway’s 502', answering: bare(502) },
    { what: '503 of somebody else', answering: bare(503) },
    { what: 'a kind that is not known', answering: problem('Surprise', 418) },
  ])('met by $what is unknown: it may have been done', async ({ answering }) => {
    const server = await serve(answering)
    const settings = { deadlineUs: 50_000 }
    const mayastor = new MayastorClient(clientOf(server.url, systemTiming, settings))
    expect(await mayastor.send(count)).toMatchObject({ kind: 'unknown' })
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    ['Timeout', 408, 'unknown'],
    ['Deserialize', 400, 'invalid'],
    ['Internal', 500, 'unknown'],
    ['InvalidArgument', 400, 'invalid'],
    ['DeadlineExceeded', 504, 'unknown'],
    ['NotFound', 404, 'not-found'],
    ['AlreadyExists', 422, 'already'],
    ['PermissionDenied', 401, 'invalid'],
    ['ResourceExhausted', 507, 'no-pool'],
    ['FailedPrecondition', 412, 'precondition'],
    ['NotShared', 412, 'precondition'],
    ['NotPublished', 412, 'precondition'],
    ['AlreadyPublished', 412, 'precondition'],
    ['AlreadyShared', 412, 'precondition'],
    ['Aborted', 503, 'busy'],
    ['OutOfRange', 416, 'invalid'],
    ['Unimplemented', 501, 'invalid'],
    ['Unavailable', 503, 'busy'],
    ['Unauthenticated', 401, 'invalid'],
    ['Unauthorized', 401, 'invalid'],
    ['Conflict', 409, 'conflict'],
    ['FailedPersist', 507, 'unknown'],
    ['Deleting', 409, 'conflict'],
    ['InUse', 409, 'conflict'],
    ['CapacityLimitExceeded', 507, 'no-pool'],
    ['NotAcceptable', 406, 'precondition'],
  ])('refused with %s (%i) is %s', async (kind, status, meant) => {
    const { mayastor, answers } = await recorded()
    answers.set(countPath, problem(kind, status, 'so it is'))
    const reply = await mayastor.send(count)
    const told = reply.kind === 'refused' ? reply.refusal : reply.kind
    expect(told).toBe(meant)
    expect(JSON.stringify(reply)).toContain('so it is')
  })

  it('refused for the cap on rebuilds is told from one without a pool', async () => {
    const { mayastor, answers } = await recorded()
    const text = 'Maximum number of rebuilds 5 reached'
    answers.set(countPath, problem('ResourceExhausted', 507, text))
    expect(await mayastor.send(count)).toMatchObject({ refusal: 'rebuild-cap' })
    const pools = 'Not enough suitable pools available, 0/1'
    answers.set(countPath, problem('ResourceExhausted', 507, pools))
    expect(await mayastor.send(count)).toMatchObject({ refusal: 'no-pool' })
  })

  it.each([
    [404, 'invalid'],
    [405, 'invalid'],
    [401, 'invalid'],
    [403, 'invalid'],
    [429, 'busy'],
  ])('answered %i by what is not Mayastor’s API was not done: %s', async (status, refusal) => {
    const server = await serve(bare(status))
    const reply = await new MayastorClient(clientOf(server.url)).send(count)
    expect(reply).toMatchObject({ kind: 'refused', refusal })
  })

  it('that reached nobody was not done', async () => {
    const mayastor = new MayastorClient(clientOf(await nobody()))
    expect(await mayastor.send(count)).toMatchObject({ kind: 'refused', refusal: 'busy' })
  })
})
