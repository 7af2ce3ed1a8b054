/** A real Kubernetes API server with its etcd, for one file of tests. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeAuthority, writeCertificate } from './certificates.js'
import { freePort } from './ports.js'

export interface Answer {
  readonly status: number
  readonly body: unknown
}

export interface ControlPlane {
  readonly url: string
  /** Its etcd. */
  readonly etcd: string
  /** Holds ca.crt, admin.crt and admin.key. */
  readonly folder: string
  /** A call as the administrator. */
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Headers,
  ) => Promise<Answer>
  /** With no time to say goodbye; answers when it is gone. */
  readonly kill: (program: Program) => Promise<void>
  /** One that was killed, as it was before; answers when the API server is ready again. */
  readonly restart: (program: Program) => Promise<void>
  readonly stop: () => Promise<void>
}

export type Program = 'etcd' | 'kube-apiserver'

type Headers = Readonly<Record<string, string>>

const startSeconds = 90

/** `further` flags are the API server's own. */
export async function startControlPlane(
  assets: string,
  further: readonly string[] = [],
): Promise<ControlPlane> {
  const folder = mkdtempSync(join(tmpdir(), 'couchestor-control-plane-'))
  writeAuthority(folder)
  writeCertificate(folder, 'server', '/CN=kube-apiserver')
  writeCertificate(folder, 'admin', '/O=system:masters/CN=admin')
  const [client, peer, secure] = [await freePort(), await freePort(), await freePort()]
  const flags = {
    etcd: etcdFlags(folder, client, peer),
    'kube-apiserver': [...serverFlags(client, secure), ...further],
  }
  const begun = (name: Program): ChildProcess => run(folder, join(assets, name), flags[name])
  const children = { etcd: begun('etcd'), 'kube-apiserver': begun('kube-apiserver') }
  const url = `https://127.0.0.1:${secure}`
  const { call, close } = callerOf(folder, url)
  const stop = async (): Promise<void> => {
    close()
    for (const name of ['kube-apiserver', 'etcd'] as const) await end(children[name], 'SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  const kill = (name: Program): Promise<void> => end(children[name], 'SIGKILL')
  const restart = async (name: Program): Promise<void> => {
    children[name] = begun(name)
    await ready(call, Object.values(children), folder)
  }
  try {
    await ready(call, Object.values(children), folder)
  } catch (error) {
    await stop()
    throw error
  }
  const etcd = `http://127.0.0.1:${client}`
  return { url, etcd, folder, call, kill, restart, stop }
}

function etcdFlags(folder: string, client: number, peer: number): readonly string[] {
  const at = `http://127.0.0.1:${client}`
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${at}`,
    `--advertise-client-urls=${at}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    '--unsafe-no-fsync=true',
  ]
}

function serverFlags(client: number, secure: number): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${client}`,
    '--tls-cert-file=server.crt',
    '--tls-private-key-file=server.key',
    `--secure-port=${secure}`,
    '--bind-address=127.0.0.1',
    '--client-ca-file=ca.crt',
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
    '--service-cluster-ip-range=10.0.0.0/24',
    `--service-account-issuer=https://127.0.0.1:${secure}/`,
    '--service-account-key-file=sa.key',
    '--service-account-signing-key-file=sa.key',
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
  ]
}

/** A program in a folder that gets its log. */
export function run(folder: string, program: string, flags: readonly string[]): ChildProcess {
  const log = openSync(`${folder}/${program.slice(program.lastIndexOf('/') + 1)}.log`, 'a')
  const child = spawn(program, flags, { cwd: folder, stdio: ['ignore', log, log] })
  // Nothing of ours outlives the tests, however they end.
  const kill = (): boolean => child.kill('SIGKILL')
  process.once('exit', kill)
  child.once('exit', () => process.off('exit', kill))
  return child
}

export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill(signal)
  const late = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(late)
}

async function ready(
  call: ControlPlane['call'],
  children: readonly ChildProcess[],
  folder: string,
): Promise<void> {
  for (let tenths = 0; tenths < startSeconds * 10; tenths++) {
    if (children.some(child => child.exitCode !== null)) break
    const status = await call('GET', '/readyz').then(
      answer => answer.status,
      () => 0,
    )
    if (status === 200) return
    await sleep(100)
  }
  const log = readFileSync(join(folder, 'kube-apiserver.log'), 'utf8').slice(-2_000)
  throw new Error(`no API server after ${startSeconds} s:\n${log}`)
}

function callerOf(folder: string, url: string): Pick<ControlPlane, 'call'> & { close(): void } {
  const read = (name: string): Buffer => readFileSync(join(folder, name))
  const [ca, cert, key] = [read('ca.crt'), read('admin.crt'), read('admin.key')]
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca, cert, key })
  const call: ControlPlane['call'] = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const options = { method, agent, headers: { ...type, ...headers }, timeout: 20_000 }
      const sent = request(`${url}${path}`, options, reply => {
        let text = ''
        reply.setEncoding('utf8')
        reply.on('data', (part: string) => {
          text += part
        })
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: parsed(text) }))
        reply.on('error', reject)
      })
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer in 20 s`)))
      sent.on('error', reject)
      sent.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return { call, close: () => agent.destroy() }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
