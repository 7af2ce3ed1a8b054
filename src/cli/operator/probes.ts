/** What the kubelet asks: whether it turns, and whether it can work. */
import { createServer, type Server, type ServerResponse } from 'node:http'
import { Refused } from '../../core/errors.js'
import type { Instruments } from '../../live/instruments.js'
import { originOf, parseAddress } from '../twin/address.js'

/** Null: it is well; else why not. */
export interface Probes {
  readonly alive: () => string | null
  readonly ready: () => string | null
}

export interface Listening {
  readonly origin: string
  close(): Promise<void>
}

export async function serveProbes(address: string, probes: Probes): Promise<Listening> {
  return listen(address, '--health-addr', (path, response) => {
    if (path === '/healthz' || path === '/livez') return told(response, probes.alive())
    if (path === '/readyz') return told(response, probes.ready())
    return unknown(response)
  })
}

export async function serveMetrics(address: string, instruments: Instruments): Promise<Listening> {
  return listen(address, '--metrics-addr', async (path, response) => {
    if (path !== '/metrics') return unknown(response)
    const { registry } = instruments
    const text = await registry.metrics()
    response.writeHead(200, { 'content-type': registry.contentType })
    response.end(text)
  })
}

type Answering = (path: string, response: ServerResponse) => void | Promise<void>

function told(response: ServerResponse, why: string | null): void {
  response.writeHead(why === null ? 200 : 503, { 'content-type': 'text/plain' })
  response.end(`${why ?? 'ok'}\n`)
}

function unknown(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain' })
  response.end('not found\n')
}

function listen(at: string, flag: string, answering: Answering): Promise<Listening> {
  const address = parseAddress(at, flag)
  const server: Server = createServer((request, response) => {
    const [path] = (request.url ?? '/').split('?')
    void Promise.resolve(answering(path, response)).catch(() => response.destroy())
  })
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      const message = `nobody can listen there: ${error.message}`
      const where = { field: `${flag} ${at}` }
      const hint = 'choose another address, or port 0 for any that is free'
      reject(new Refused([{ code: 'ADDRESS_TAKEN', message, where, hint }]))
    })
    server.listen(address.port, address.host, () => {
      const bound = server.address()
      const port = bound === null || typeof bound === 'string' ? address.port : bound.port
      resolve({
        origin: originOf({ ...address, port }),
        close: () =>
          new Promise(closed => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
