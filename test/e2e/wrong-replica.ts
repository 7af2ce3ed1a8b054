/**
 * A Mayastor that removes another replica than the one that it was steered to: in front of the
 * twin, it moves the cordon to the node of the copy for as long as the count is lowered.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { freePort } from '../controlplane/ports.js'
import type { TestCluster } from './cluster.js'
import { stoodOf } from './whole.js'

export class WrongMayastor {
  private server: Server | null = null
  /** Removals that went wrong. */
  wrong = 0

  private constructor(
    private readonly cluster: TestCluster,
    readonly url: string,
  ) {}

  static async before(cluster: TestCluster): Promise<WrongMayastor> {
    const port = await freePort()
    const made = new WrongMayastor(cluster, `http://127.0.0.1:${port}`)
    await made.listen(port)
    return made
  }

  async close(): Promise<void> {
    const { server } = this
    if (server === null) return
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  }

  private async listen(port: number): Promise<void> {
    const server = createServer((request, response) => {
      this.forward(request).then(
        ({ status, text }) => {
          response.writeHead(status, { 'content-type': 'application/json' })
          response.end(text)
        },
        () => response.destroy(),
      )
    })
    this.server = server
    await new Promise<void>(resolve => {
      server.listen(port, '127.0.0.1', resolve)
    })
  }

  private async forward(request: IncomingMessage): Promise<{ status: number; text: string }> {
    const { method = 'GET', url = '/' } = request
    let body = ''
    for await (const part of request) body += String(part)
    const init = { method, headers: { 'content-type': 'application/json' } }
    const pass = async (): Promise<{ status: number; text: string }> => {
      const sent = body === '' ? init : { ...init, body }
      const answer = await fetch(`${this.cluster.origin}${url}`, sent)
      return { status: answer.status, text: await answer.text() }
    }
    const volume = /\/volumes\/([^/]+)\/replica_count\/2$/.exec(url)?.[1]
    return method === 'PUT' && volume !== undefined ? this.misled(volume, pass) : pass()
  }

  private async misled<Answer>(volume: string, lower: () => Promise<Answer>): Promise<Answer> {
    const { cluster } = this
    const { nodes, volumes } = await stoodOf(cluster)
    const steered = nodes.find(({ cordonLabels }) => cordonLabels.length > 0)
    const copy = volumes
      .find(({ uuid }) => uuid === volume)
      ?.replicas.find(({ pool }) => pool.startsWith('cold-'))
    if (steered === undefined || copy === undefined) return lower()
    const [label] = steered.cordonLabels
    const ours = `/v0/nodes/${steered.id}/cordon/${label}`
    const { text } = await cluster.ask('GET', `/v0/pools/${copy.pool}`)
    const node = /"node": ?"([^"]+)"/.exec(text)?.[1] ?? ''
    const other = `/v0/nodes/${node}/cordon/odd`
    await cluster.ask('DELETE', ours)
    await cluster.ask('PUT', other)
    const answer = await lower()
    await cluster.ask('PUT', ours)
    await cluster.ask('DELETE', other)
    this.wrong += 1
    return answer
  }
}
