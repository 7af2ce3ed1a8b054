/** A real API server, and the twin on the wire with so many volumes behind a door that counts. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ControlPlane, startControlPlane } from '../../test/controlplane/control-plane.js'
import { installDefinitions, pathOf } from '../../test/controlplane/definitions.js'
import { writeKubeconfig } from '../../test/controlplane/kubeconfig.js'
import { installDiskPools } from '../../test/controlplane/mayastor.js'
import { type Audit, auditIn } from './audit.js'
import { fleetIn, policy, scrapeInterval } from './fleet.js'
import { entryOf, tokenFlags } from './pod.js'
import { openDoor, type PrometheusDoor } from './prometheus-door.js'
import { nowUs, type Running, run, until } from './running.js'

/** By hand: an hour passes at once. Real: as an operator in a cluster has it. */
export type Time = 'by-hand' | 'real'

export interface Cluster {
  readonly plane: ControlPlane
  readonly audit: Audit
  readonly door: PrometheusDoor
  /** How long the twin took to put its objects into the API server. */
  readonly publishedUs: number
  operator(words?: readonly string[]): Running
  /** Answers what it prints. */
  kubectl(words: readonly string[]): string
  /** By hand alone. Answers when whoever is awake sleeps again. */
  advance(us: number): Promise<void>
  stop(): Promise<void>
}

export async function startCluster(volumes: number, time: Time): Promise<Cluster> {
  const directory = mkdtempSync(join(tmpdir(), 'couchestor-bench-operator-'))
  const audit = auditIn(directory)
  const plane = await startControlPlane(assets(), [...audit.flags, ...tokenFlags(directory)])
  await prepare(plane)
  const beganUs = nowUs()
  const words = ['--listen', '127.0.0.1:0', '--speed', time === 'real' ? '1' : 'manual']
  const kubeconfig = writeKubeconfig(plane)
  const publishing = ['--publish', '--kubeconfig', kubeconfig]
  const twin = run(['twin', fleetIn(directory, volumes), ...words, ...publishing])
  const origin = await until(() => originIn(twin), 'twin', twin)
  const publishedUs = nowUs() - beganUs
  const door = await openDoor(origin)
  const entry = entryOf(plane, directory)
  const flags = [
    ...entry.flags,
    ...['--log-json', '--mayastor-url', origin, '--prometheus-url', door.origin],
    ...['--scrape-interval', scrapeInterval],
    ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
    ...(time === 'real' ? [] : ['--clock', origin, '--lease-seconds', '3']),
  ]
  return {
    ...{ plane, audit, door, publishedUs },
    operator: (words = []) => run(['operator', ...flags, ...words], entry),
    kubectl: words => kubectl(kubeconfig, words),
    async advance(us) {
      await until(() => advanced(origin, us), 'end of what runs', twin)
    },
    async stop() {
      await twin.end('SIGTERM')
      await door.close()
      await plane.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function assets(): string {
  const script = join('scripts', 'control-plane.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--where'])
  if (status !== 0) throw new Error(stderr.toString('utf8'))
  return stdout.toString('utf8').trim()
}

function kubectl(kubeconfig: string, words: readonly string[]): string {
  const program = join(assets(), 'kubectl')
  const options = { encoding: 'utf8', maxBuffer: 268_435_456 } as const
  const ended = spawnSync(program, ['--kubeconfig', kubeconfig, ...words], options)
  if (ended.status !== 0) throw new Error(ended.stderr)
  return ended.stdout
}

async function prepare(plane: ControlPlane): Promise<void> {
  await installDefinitions(plane)
  await installDiskPools(plane)
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'couchestor-system' } }
  await plane.call('POST', '/api/v1/namespaces', namespace)
  const { status, body } = await plane.call('POST', pathOf('StoragePolicy'), policy)
  if (status !== 201) throw new Error(`the policy is refused: ${JSON.stringify(body)}`)
}

function originIn(twin: Running): string | null {
  return /listens on (\S+?),/.exec(twin.lines.join('\n'))?.[1] ?? null
}

async function advanced(origin: string, us: number): Promise<true | null> {
  const body = JSON.stringify({ us })
  const answer = await fetch(`${origin}/twin/v1/advance`, { method: 'POST', body })
  return answer.ok ? true : null
}
