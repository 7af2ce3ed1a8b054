/**
 * How an operator is someone in a pod: by the files of its service account, which lie where a
 * mount namespace of its own shows them. Where the machine gives nobody such a namespace it has a
 * kubeconfig, and with it the client library, which takes as much memory as all the rest.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeCertificate } from '../../test/controlplane/certificates.js'
import type { ControlPlane } from '../../test/controlplane/control-plane.js'
import { writeKubeconfig } from '../../test/controlplane/kubeconfig.js'
import { operatorUser } from './audit.js'

export interface Entry {
  /** What comes before the program. */
  readonly before: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly flags: readonly string[]
}

const token = 'of-the-benchmark'
const usualPlace = '/var/run'

export function canBePod(): boolean {
  return spawnSync('unshare', ['-rm', 'true']).status === 0
}

/** For the API server, so that it knows the token. */
export function tokenFlags(directory: string): readonly string[] {
  const file = join(directory, 'tokens.csv')
  writeFileSync(file, `${token},${operatorUser},${operatorUser},"system:masters"\n`)
  return [`--token-auth-file=${file}`]
}

export function entryOf(plane: ControlPlane, directory: string): Entry {
  return canBePod() ? podEntry(plane, directory) : kubeconfigEntry(plane)
}

function podEntry({ folder, url }: ControlPlane, directory: string): Entry {
  const root = join(directory, 'pod')
  const account = join(root, 'secrets', 'kubernetes.io', 'serviceaccount')
  mkdirSync(account, { recursive: true })
  copyFileSync(join(folder, 'ca.crt'), join(account, 'ca.crt'))
  writeFileSync(join(account, 'token'), token)
  const { hostname, port } = new URL(url)
  const mounted = `mount --bind "$0" ${usualPlace} && exec "$@"`
  return {
    before: ['unshare', '-rm', 'sh', '-c', mounted, root],
    env: {
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      // As the chart sets it; the heap's limit follows from the pod's memory, and is left out.
      NODE_OPTIONS: '--max-semi-space-size=4',
    },
    flags: [],
  }
}

function kubeconfigEntry(plane: ControlPlane): Entry {
  writeCertificate(plane.folder, operatorUser, `/O=system:masters/CN=${operatorUser}`)
  return { before: [], env: {}, flags: ['--kubeconfig', writeKubeconfig(plane, operatorUser)] }
}
