/** The one place where the twin meets a socket: node:http, bodies up to 1 MiB, no state. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as later } from 'node:timers/promises'
import { mostBodyBytes, type WireAnswer, type WireRequest } from '../../../sim/wire/exchange.js'
import { Refused } from '../../core/errors.js'
import { type Address, originOf } from './address.js'

export interface Served {
  readonly origin: string
  close(): Promise<void>
}

export interface Serving {
  readonly answer: (request: WireRequest) => Promise<WireAnswer>
  /** Real milliseconds for so much virtual time. */
  readonly realMs: (virtualUs: number) => number
  /** An answer could not be made: a defect, which its asker is told. */
  readonly failed: (error: unknown) => void
}

export async function serve(address: Address, serving: Serving): Promise<Served> {
  const server = createServer((incoming, response) => {
    void exchange(incoming, response, serving)
  })
  const port = await listen(server, address)
  return {
    origin: originOf({ ...address, port }),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function exchange(
  incoming: IncomingMessage,
  response: ServerResponse,
  { answer, realMs, failed }: Serving,
): Promise<void> {
  try {
    const given = await answer(await requestOf(incoming, response))
    if (given.kind === 'cut') {
      incoming.socket.destroy()
      return
    }
    const { status, type, body, lateUs = 0 } = given
    if (lateUs > 0) await later(realMs(lateUs), undefined, { ref: false })
    const length = { 'content-length': Buffer.byteLength(body) }
    response.writeHead(status, type === '' ? length : { ...length, 'content-type': type })
    response.end(body)
  } catch (error) {
    // Whoever went away in the middle of a body needs no answer.
    if (incoming.destroyed && !incoming.complete) return
    failed(error)
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ details: 'a defect', message: 'a defect', kind: 'Internal' }))
  }
}

async function requestOf(
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<WireRequest> {
  const url = incoming.url ?? '/'
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  const query = new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1))
  const { body, isTooLong } = await bodyOf(incoming)
  const gone = (action: () => void): void => {
    response.on('close', () => {
      if (!response.writableEnded) action()
    })
  }
  return { method: incoming.method ?? '', path, query, body, isTooLong, gone }
}

/** What is too long is read to its end and thrown away, so that the answer can be read. */
async function bodyOf(incoming: IncomingMessage): Promise<Pick<WireRequest, 'body' | 'isTooLong'>> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of incoming) {
    const read: Buffer = part
    bytes += read.length
    if (bytes <= mostBodyBytes) parts.push(read)
    else parts.length = 0
  }
  const isTooLong = bytes > mostBodyBytes
  return { body: isTooLong ? '' : Buffer.concat(parts).toString('utf8'), isTooLong }
}

const refusals: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EACCES: 'this user may not listen there',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host cannot be looked up',
}

/** Answers the port, which is another one where 0 was asked for. */
function listen(server: Server, address: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const message = refusals[error.code ?? '']
      const where = { field: `--listen ${originOf(address).slice('http://'.length)}` }
      const hint = 'choose another one, or port 0 for any that is free'
      const refused = new Refused([{ code: 'ADDRESS_TAKEN', message: message ?? '', where, hint }])
      reject(message === undefined ? error : refused)
    })
    server.listen(address.port, address.host, () => {
      const bound = server.address()
      resolve(bound === null || typeof bound === 'string' ? address.port : bound.port)
    })
  })
}
