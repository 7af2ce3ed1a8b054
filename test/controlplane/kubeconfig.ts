/** A kubeconfig for a control plane's administrator, as kubectl takes one. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import type { ControlPlane } from './control-plane.js'

/** Answers the file's path. */
export function writeKubeconfig({ folder, url }: ControlPlane, user = 'admin'): string {
  const at = (name: string): string => join(folder, name)
  const path = at(`${user}.kubeconfig`)
  const named = { name: 'test' }
  writeFileSync(
    path,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ ...named, cluster: { server: url, 'certificate-authority': at('ca.crt') } }],
      users: [
        {
          name: user,
          user: { 'client-certificate': at(`${user}.crt`), 'client-key': at(`${user}.key`) },
        },
      ],
      contexts: [{ ...named, context: { cluster: 'test', user } }],
      'current-context': 'test',
    }),
  )
  return path
}
