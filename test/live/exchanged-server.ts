/** A TLS server that is given other certificates while it runs; gone after each test. */
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, onTestFinished, vi } from 'vitest'
import type { Certificates } from './certificates.js'

export interface ExchangedServer {
  readonly url: string
  /** Settles when so many connections to it are open. */
  has(connections: number): Promise<void>
  /** Settles when so many requests are held back. */
  holds(requests: number): Promise<void>
  /** Ends all connections: what comes next comes over new ones. */
  cut(): Promise<void>
  /** From now on it shows these, over new connections alone. */
  exchange(identity: ServerOptions): void
  /** Answers held back requests, and no longer holds any back. */
  answer(): void
  /** Answers nothing from now on. */
  hold(): void
}

const patience = { timeout: 10_000, interval: 5 }

/** It wants a certificate of its clients where `clients` are those of an authority. */
export function identityOf(
  { server }: Certificates,
  clients: Certificates | null = null,
): ServerOptions {
  const { certificate: cert, key } = server
  return clients === null ? { cert, key } : { cert, key, ca: clients.authority }
}

export async function serveExchanged(identity: ServerOptions): Promise<ExchangedServer> {
  const sockets = new Set<TLSSocket>()
  const held: (() => void)[] = []
  let isHolding = false
  const wanted = { requestCert: true, rejectUnauthorized: true }
  const settings = identity.ca === undefined ? identity : { ...identity, ...wanted }
  const server = createServer(settings, (_, response) => {
    const reply = (): void => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end('{"metadata": {"name": "a"}}')
    }
    if (isHolding) held.push(reply)
    else reply()
  })
  // It is the client that has to close what it no longer wants.
  server.keepAliveTimeout = 0
  server.on('secureConnection', socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  const port = await new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(portOf(server.address())))
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `https://127.0.0.1:${port}`,
    has: connections => vi.waitFor(() => expect(sockets.size).toBe(connections), patience),
    holds: requests => vi.waitFor(() => expect(held.length).toBe(requests), patience),
    cut: async () => {
      for (const socket of sockets) socket.destroy()
      await vi.waitFor(() => expect(sockets.size).toBe(0), patience)
    },
    exchange: next => server.setSecureContext(next),
    answer: () => {
      isHolding = false
      for (const reply of held.splice(0)) reply()
    },
    hold: () => {
      isHolding = true
    },
  }
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === 'string') throw new Error('it does not listen')
  return address.port
}
