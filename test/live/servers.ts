/** Real HTTP servers on this machine, whose answers a test decides; gone after each test. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { type ClientSettings, HttpClient, usualClient } from '../../src/live/http/client.js'
import type { Timing } from '../../src/live/http/timing.js'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export type Answering = (asked: Asked, response: ServerResponse) => void

export interface TestServer {
  readonly url: string
  readonly asked: Asked[]
  /** Distinct connections that requests came over. */
  readonly connections: () => number
  answer: Answering
}

export async function serve(answer: Answering, secure?: ServerOptions): Promise<TestServer> {
  const asked: Asked[] = []
  let connections = 0
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    let body = ''
    request.on('data', (part: Buffer) => {
      body += part.toString('utf8')
    })
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body }
      asked.push(one)
      made.answer(one, response)
    })
  }
  const server: Server =
    secure === undefined ? createServer(listener) : createSecureServer(secure, listener)
  server.on(secure === undefined ? 'connection' : 'secureConnection', () => {
    connections += 1
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const scheme = secure === undefined ? 'http' : 'https'
  const url = `${scheme}://127.0.0.1:${portOf(server.address())}`
  const made: TestServer = { url, asked, connections: () => connections, answer }
  return made
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  return address.port
}

/** A URL where nothing listens. */
export async function nobody(): Promise<string> {
  const server = createServer()
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const port = portOf(server.address())
  await new Promise(resolve => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

export function answerJson(value: unknown, status = 200): Answering {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }
}

/** Never answers. */
export const silent: Answering = () => {}

/** Begins an answer, and cuts the connection within it. */
export const cutOff: Answering = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"entries": [', () => response.destroy())
}

export const redirecting: Answering = (_, response) => {
  response.writeHead(302, { location: 'http://127.0.0.1:1/' })
  response.end()
}

export const webPage: Answering = (_, response) => {
  response.writeHead(200, { 'content-type': 'text/html' })
  response.end('<html>sign in</html>')
}

export const brokenJson: Answering = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end('{"spec": ')
}

export function bare(status: number, headers: Readonly<Record<string, string>> = {}): Answering {
  return (_, response) => {
    response.writeHead(status, headers)
    response.end()
  }
}

/** A clock that a test moves; sleeping moves it too, and is remembered. */
export class TestTiming implements Timing {
  atUs = 1_767_571_200_000_000
  chances = 0.5
  readonly slept: number[] = []

  nowUs(): number {
    return this.atUs
  }

  monotonicUs(): number {
    return this.atUs
  }

  async sleep(durationUs: number): Promise<void> {
    this.slept.push(durationUs)
    this.atUs += durationUs
  }

  chance(): number {
    return this.chances
  }
}

export function clientOf(
  url: string,
  timing: Timing = new TestTiming(),
  settings: Partial<ClientSettings> = {},
  token: (() => string) | null = null,
): HttpClient {
  const server = { url, authority: null, clientCertificate: null, token }
  const client = new HttpClient(server, timing, { ...usualClient, attempts: 1, ...settings })
  onTestFinished(() => client.close())
  return client
}
