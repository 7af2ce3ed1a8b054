/**
 * A program as a pod of a service account sees it: the token and the authority of the API server
 * lie where the kubelet puts them, and are replaced as it replaces them.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlPlane } from '../controlplane/control-plane.js'
import { main } from '../e2e/program.js'

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'

/** Nothing of the machine's own is changed: the mounts are those of the process. */
const mounting = `mount -t tmpfs none /var/run && mkdir -p ${mountPath} &&
  mount --bind "$0" ${mountPath} && exec "$@"`
const asRoot = ['--map-root-user', '--mount', 'sh', '-c', mounting]

let told = false

/** Whether this machine lets a user mount in a namespace; where not, it is said once. */
export function canMount(): boolean {
  const { status, stderr } = spawnSync('unshare', [...asRoot, '/tmp', 'true'], { encoding: 'utf8' })
  if (status === 0) return true
  if (!told) process.stderr.write(`skipped: no mount in a namespace of its own: ${stderr ?? ''}\n`)
  told = true
  return false
}

/** As the kubelet does it: a folder for each time, and a link that one renaming turns. */
export function projectToken({ folder }: ControlPlane, pod: string, token: string): void {
  const [at, now] = [join(folder, pod), `..${process.hrtime.bigint()}`]
  mkdirSync(join(at, now), { recursive: true })
  writeFileSync(join(at, now, 'token'), token)
  copyFileSync(join(folder, 'ca.crt'), join(at, now, 'ca.crt'))
  symlinkSync(now, join(at, '..data_tmp'))
  renameSync(join(at, '..data_tmp'), join(at, '..data'))
  for (const name of ['token', 'ca.crt']) {
    symlinkSync(join('..data', name), join(at, `${name}_tmp`))
    renameSync(join(at, `${name}_tmp`), join(at, name))
  }
}

/** With what a pod is told of its API server, and nothing more. */
export function startInPod(
  { folder, url }: ControlPlane,
  pod: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const { hostname, port } = new URL(url)
  const program = [...asRoot, join(folder, pod), process.execPath, main, ...words]
  return spawn('unshare', program, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
      ...env,
    },
  })
}
