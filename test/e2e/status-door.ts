/** An API server behind a door that takes no status of a policy as long as a test says so. */
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { request } from 'node:https'
import { join } from 'node:path'
import type { ControlPlane } from '../controlplane/control-plane.js'
import { freePort } from '../controlplane/ports.js'

export interface StatusDoor {
  readonly kubeconfig: string
  /** `refused`: not to be tried again for ten minutes. `silent`: never answered. */
  statuses: 'taken' | 'refused' | 'silent'
  /** Writes of a status that came, taken or not. */
  readonly asked: () => number
  close(): void
}

export async function statusDoorBefore({ folder, url }: ControlPlane): Promise<StatusDoor> {
  const read = (name: string): Buffer => readFileSync(join(folder, name))
  const tls = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
  const port = await freePort()
  const kubeconfig = join(folder, 'door.kubeconfig')
  let asked = 0
  const server = createServer((near, answer) => {
    const { method, headers, url: path = '' } = near
    const isStatus = method === 'PATCH' && /\/storagepolicies\/[^/]+\/status/.test(path)
    if (isStatus) asked += 1
    if (isStatus && door.statuses === 'silent') return
    if (isStatus && door.statuses === 'refused') {
      answer.writeHead(503, { 'retry-after': '600' }).end()
      return
    }
    const far = request(`${url}${path}`, { ...tls, method, headers }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    far.on('error', () => answer.destroy())
    answer.on('close', () => far.destroy())
    near.pipe(far)
  })
  await new Promise<void>(resolve => {
    server.listen(port, '127.0.0.1', resolve)
  })
  // Nobody's credentials: those of the administrator are the door's own.
  const cluster = { server: `http://127.0.0.1:${port}` }
  const users = [{ name: 'a', user: {} }]
  const contexts = [{ name: 'a', context: { cluster: 'a', user: 'a' } }]
  const head = { apiVersion: 'v1', kind: 'Config', 'current-context': 'a' }
  const clusters = [{ name: 'a', cluster }]
  writeFileSync(kubeconfig, JSON.stringify({ ...head, clusters, users, contexts }))
  const door: StatusDoor = {
    kubeconfig,
    statuses: 'refused',
    asked: () => asked,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  return door
}
