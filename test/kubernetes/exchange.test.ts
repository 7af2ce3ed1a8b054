import { describe, expect, it } from 'vitest'
import type { Resource, WatchEvent } from '../../src/kubernetes/api.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { type Answering, answerJson, serve, silent } from '../live/servers.js'

const things: Resource = { group: '', version: 'v1', plural: 'things', namespace: null }
const asking = { version: '5', timeoutUs: 1_000_000 }
const event = { type: 'ADDED', object: { metadata: { name: 'a' } } }
const ended = { kind: 'failed', why: 'it was ended from here' }

/** Goes on with the same lines for ever, several at once. */
const chattering: Answering = (_, response) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write(`${JSON.stringify(event)}\n`.repeat(5)), 1)
  response.on('close', () => clearInterval(timer))
}

async function watchOf(answering: Answering, onEvent: (event: WatchEvent) => void = () => {}) {
  const server = await serve(answering)
  const api = openApi({ url: server.url, tls: {}, headers: async () => ({}) }, systemTiming)
  const ending = new AbortController()
  const over = () => api.watch(things, asking, onEvent, ending.signal)
  return { server, api, ending, over }
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await systemTiming.sleep(1000)
}

describe('a watch that is aborted', () => {
  it('before it begins asks nothing', async () => {
    const { server, ending, over } = await watchOf(silent)
    ending.abort()
    expect(await over()).toEqual({ ...ended, reached: false })
    expect(server.asked).toEqual([])
  })

  it('before it is answered ends', async () => {
    const { server, ending, over } = await watchOf(silent)
    const asked = over()
    await until(() => server.asked.length === 1)
    ending.abort()
    expect(await asked).toEqual({ ...ended, reached: true })
  })

  it('within its events tells no more of them', async () => {
    let heard = 0
    const { ending, over } = await watchOf(chattering, () => {
      heard += 1
      if (heard === 7) ending.abort()
    })
    expect(await over()).toEqual({ ...ended, reached: true })
    await systemTiming.sleep(50_000)
    expect(heard).toBe(7)
  })

  it('within a silence ends', async () => {
    let heard = 0
    const answering: Answering = (_, response) => {
      response.writeHead(200)
      response.write(`${JSON.stringify(event)}\n`)
    }
    const { ending, over } = await watchOf(answering, () => {
      heard += 1
    })
    const asked = over()
    await until(() => heard === 1)
    ending.abort()
    expect(await asked).toEqual({ ...ended, reached: true })
  })

  it('with all that is closed ends', async () => {
    let heard = 0
    const { api, over } = await watchOf(chattering, () => {
      heard += 1
    })
    const asked = over()
    await until(() => heard > 0)
    api.close()
    expect(await asked).toEqual({ ...ended, reached: true })
  })
})

describe('watches', () => {
  it('do not take the connections of calls', async () => {
    const { server, api } = await watchOf((asked, response) => {
      const isWatch = asked.url.includes('watch=true')
      if (!isWatch) answerJson(event.object)(asked, response)
    })
    const watches = Array.from({ length: 20 }, () =>
      api.watch(things, asking, () => {}, new AbortController().signal),
    )
    await until(() => server.asked.length === 20)
    expect(await api.get(things, 'a')).toMatchObject({ kind: 'answered' })
    api.close()
    await Promise.all(watches)
    expect(server.connections()).toBe(21)
  })

  it('throw what their listener throws, and let go of the connection', async () => {
    let isClosed = false
    const answering: Answering = (asked, response) => {
      response.on('close', () => {
        isClosed = true
      })
      chattering(asked, response)
    }
    const { over } = await watchOf(answering, () => {
      throw new Error('a mistake of ours')
    })
    await expect(over()).rejects.toThrow('a mistake of ours')
    await until(() => isClosed)
  })
})
