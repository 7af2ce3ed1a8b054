/** A program as a service account: its token from the server, in a kubeconfig. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ControlPlane } from '../controlplane/control-plane.js'
import { namespace } from './chart.js'

/** Answers the file's path. */
export async function tokenKubeconfig(plane: ControlPlane, account: string): Promise<string> {
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`
  const { body } = await plane.call('POST', path, { spec: { expirationSeconds: 3600 } })
  const token: unknown = Object(body).status?.token
  if (typeof token !== 'string') throw new Error(`no token: ${JSON.stringify(body)}`)
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
