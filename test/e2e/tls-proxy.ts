/** A server in front of another, over TLS: what it shows of itself, a test decides. */
import { request } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import { freePort } from '../controlplane/ports.js'

export interface TlsProxy {
  readonly url: string
  /** Requests that came through. */
  readonly asked: () => number
  close(): void
}

export async function tlsBefore(origin: string, identity: ServerOptions): Promise<TlsProxy> {
  const port = await freePort()
  let asked = 0
  const server = createServer(identity, (near, answer) => {
    asked += 1
    const { method, headers, url } = near
    const far = request(`${origin}${url}`, { method, headers }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    far.on('error', () => answer.destroy())
    near.pipe(far)
  })
  server.on('tlsClientError', () => {})
  await new Promise<void>(resolve => {
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `https://127.0.0.1:${port}`, asked: () => asked, close }
}
