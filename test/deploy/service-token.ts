/** A program as a service account: its token from the server, in a kubeconfig. */
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ControlPlane } from '../controlplane/control-plane.js'
import { namespace } from './chart.js'

/** Answers the file's path. */
export async function tokenKubeconfig(plane: ControlPlane, account: string): Promise<string> {
  const token = await tokenOf(plane, account, {})
  const at = join(plane.folder, `${account}-token.kubeconfig`)
  const cluster = { server: plane.url, 'certificate-authority': join(plane.folder, 'ca.crt') }
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
    clusters: [{ name: 'test', cluster }],
    users: [{ name: account, user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: account } }],
  }
  writeFileSync(at, stringify(config))
  return at
}

/** One that ends with a Secret of that name, which is made for it. */
export async function boundToken(
  plane: ControlPlane,
  account: string,
  secret: string,
): Promise<string> {
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: secret } }
  const { body } = await plane.call('POST', `/api/v1/namespaces/${namespace}/secrets`, object)
  const uid: unknown = Object(body).metadata?.uid
  const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: secret, uid }
  return tokenOf(plane, account, { boundObjectRef })
}

async function tokenOf({ call }: ControlPlane, account: string, more: object): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`
  const { body } = await call('POST', path, { spec: { expirationSeconds: 3600, ...more } })
  const token: unknown = Object(body).status?.token
  if (typeof token !== 'string') throw new Error(`no token: ${JSON.stringify(body)}`)
  return token
}

/** Whether the server knows by it who asks. */
export function isTaken({ folder, url }: ControlPlane, token: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const ca = readFileSync(join(folder, 'ca.crt'))
    const asked = request(`${url}/api`, { headers, ca, agent: false }, reply => {
      reply.resume()
      reply.on('end', () => resolve(reply.statusCode !== 401))
    })
    asked.on('error', reject)
    asked.end()
  })
}
