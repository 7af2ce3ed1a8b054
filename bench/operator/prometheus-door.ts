/** Stands before Prometheus, hands everything on, and writes down what was asked and answered. */
import { Agent, createServer, type IncomingMessage, request } from 'node:http'
import { nowUs } from './running.js'

export interface Asked {
  /** When Prometheus had answered to the last byte: nothing of it was handed on yet. */
  readonly answeredUs: number
  readonly bytes: number
}

export interface PrometheusDoor {
  readonly origin: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

export async function openDoor(before: string): Promise<PrometheusDoor> {
  const asked: Asked[] = []
  const agent = new Agent({ keepAlive: true })
  const server = createServer(async (incoming, outgoing) => {
    const { method, url, headers } = incoming
    const reply = await sent(`${before}${url}`, { method, headers, agent }, await bodyOf(incoming))
    const body = await bodyOf(reply)
    asked.push({ answeredUs: nowUs(), bytes: body.length })
    outgoing.writeHead(reply.statusCode ?? 500, reply.headers)
    outgoing.end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the door has no port')
  return {
    origin: `http://127.0.0.1:${bound.port}`,
    asked,
    close: () =>
      new Promise(resolve => {
        agent.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function sent(
  url: string,
  options: Parameters<typeof request>[1],
  body: Buffer,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request(url, options, resolve)
    asking.on('error', reject)
    asking.end(body)
  })
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of message) {
    if (part instanceof Buffer) parts.push(part)
  }
  return Buffer.concat(parts)
}
