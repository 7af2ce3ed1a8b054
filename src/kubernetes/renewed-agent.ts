/**
 * An agent that follows certificates as they are exchanged: new requests go over a new one, and the
 * old one ends with the requests that it has.
 */
import http from 'node:http'
import https from 'node:https'
import type { RenewedTls } from './renewed-tls.js'
import type { Tls } from './tls-files.js'

export type Agent = http.Agent | https.Agent

export class RenewedAgent {
  private tls: Tls
  private agent: Agent
  /** Those that may still have requests: `close` ends these, too. */
  private leaving: readonly Agent[] = []

  constructor(
    private readonly isSecure: boolean,
    private readonly options: http.AgentOptions,
    private readonly renewed: RenewedTls,
  ) {
    this.tls = renewed.current()
    this.agent = this.made()
  }

  /** For one request: asked at each. */
  current(): Agent {
    const tls = this.renewed.current()
    if (tls !== this.tls) {
      this.tls = tls
      leave(this.agent)
      this.leaving = [...this.leaving, this.agent].filter(isAtWork)
      this.agent = this.made()
    }
    return this.agent
  }

  close(): void {
    for (const agent of [...this.leaving, this.agent]) agent.destroy()
  }

  private made(): Agent {
    return this.isSecure
      ? new https.Agent({ ...this.options, ...this.tls })
      : new http.Agent(this.options)
  }
}

/** Closes what waits for a request now, and all else once its request ended. */
function leave(agent: Agent): void {
  agent.maxFreeSockets = 0
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy()
  }
}

function isAtWork({ sockets, requests }: Agent): boolean {
  return Object.keys(sockets).length > 0 || Object.keys(requests).length > 0
}
