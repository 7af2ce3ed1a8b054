/**
 * A cluster for one file of tests, without nodes: a real API server with our definitions, and the
 * twin on the wire as Mayastor and Prometheus, its clock moved by hand.
 */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { installDefinitions, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { type Ended, endOf, start } from './program.js'
import { scenarioIn } from './small-scenario.js'

export const minuteUs = 60_000_000
export const hourUs = 60 * minuteUs

export interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Lines of its log, or of its answer, so far. */
  readonly lines: () => readonly string[]
}

export interface Listed {
  readonly metadata: { readonly name: string; readonly finalizers?: readonly string[] }
  readonly spec?: Readonly<Record<string, unknown>>
  readonly status?: Readonly<Record<string, unknown>>
}

export interface TestCluster {
  readonly plane: ControlPlane
  readonly kubeconfig: string
  /** Of the twin. */
  readonly origin: string
  /** How a command finds the cluster. */
  readonly flags: readonly string[]
  run(words: readonly string[]): Started
  /** An operator that leads within seconds, and whose time the twin's is. */
  operator(words?: readonly string[]): Started
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; text: string }>
  /** Moves time on, once whoever is awake sleeps. */
  advance(us: number): Promise<void>
  list(kind: string): Promise<readonly Listed[]>
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** Scenario of the twin: a file in the cluster's directory. */
  readonly scenario: string
  /** Of the twin: manual, or a number; other than by hand the operator's clock is the machine's. */
  readonly speed: string
  readonly policies: readonly object[]
  readonly scrapeInterval: string
  /** Which Prometheus is asked, told by the twin's origin; left out, the twin is. */
  readonly prometheus?: (twin: string) => Promise<string>
}

export async function startCluster(
  assets: string,
  cwd: string,
  given: Partial<ClusterOptions> = {},
): Promise<TestCluster> {
  const options = { ...usual, ...given, scenario: given.scenario ?? scenarioIn(cwd) }
  const plane = await startControlPlane(assets)
  await installDefinitions(plane)
  await installDiskPools(plane)
  const kubeconfig = writeKubeconfig(plane)
  const run = (words: readonly string[]): Started => started(words, cwd)
  const { scenario, speed, policies, scrapeInterval } = options
  const listen = ['--listen', '127.0.0.1:0', '--speed', speed]
  const twin = run(['twin', scenario, ...listen, '--publish', '--kubeconfig', kubeconfig])
  const origin = await until(() => originIn(twin), 'twin')
  const prometheus = (await options.prometheus?.(origin)) ?? origin
  const servers = ['--mayastor-url', origin, '--prometheus-url', prometheus]
  const clock = speed === 'manual' ? ['--clock', origin] : []
  const scraped = ['--scrape-interval', scrapeInterval]
  const flags = ['--kubeconfig', kubeconfig, ...servers, ...clock, ...scraped]
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'couchestor-system' } }
  await plane.call('POST', '/api/v1/namespaces', namespace)
  for (const policy of policies) await plane.call('POST', pathOf('StoragePolicy'), policy)
  const ask = askOf(origin)
  return {
    plane,
    kubeconfig,
    origin,
    flags,
    run,
    ask,
    operator: (words = []) => run(['operator', ...flags, ...quick, ...words]),
    async advance(us) {
      await until(async () => {
        const { status } = await ask('POST', '/twin/v1/advance', { us })
        return status === 200 ? status : null
      }, 'advance')
    },
    async list(kind) {
      const { body } = await plane.call('GET', pathOf(kind))
      return isList(body) ? body.items : []
    },
    async stop() {
      twin.child.kill()
      await twin.ended
      await plane.stop()
    },
  }
}

function askOf(origin: string): TestCluster['ask'] {
  return async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${origin}${path}`, init)
    return { status: answer.status, text: await answer.text() }
  }
}

const quick = [
  ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
  ...['--log-json', '--log-level', 'debug', '--lease-seconds', '3'],
]

/** Marks between the two kinds of volumes of the small scenario: its logs are cold. */
export const tiers = {
  apiVersion: 'storage.billyronks.io/v1',
  kind: 'StoragePolicy',
  metadata: { name: 'tiers' },
  spec: {
    highWatermarkIOPS: 900,
    lowWatermarkIOPS: 120,
    warmWatermarkIOPS: 0,
    samplingWindow: '30m',
    cooldownPeriod: '1h',
    hotPoolSelector: { matchLabels: { 'storage-tier': 'hot' } },
    coldPoolSelector: { matchLabels: { 'storage-tier': 'cold' } },
  },
}

const usual = { speed: 'manual', policies: [tiers], scrapeInterval: '60s' }

/** When a line of its log says so. */
export function logged(program: Started, words: string): Promise<string> {
  return until(() => program.lines().find(line => line.includes(words)) ?? null, words)
}

/** When time waits for the operator. */
export async function joined(cluster: TestCluster, party = 'operator'): Promise<void> {
  await until(async () => {
    const { text } = await cluster.ask('GET', '/twin/v1/clock')
    return text.includes(`"${party}"`) ? text : null
  }, `party ${party}`)
}

/** With so many volumes of logs, an hour on, when all heat is known. */
export async function startFleet(assets: string, cwd: string, logs: number): Promise<TestCluster> {
  const change = [['name: logs, count: 2', `name: logs, count: ${logs}`]] as const
  const cluster = await startCluster(assets, cwd, {
    scenario: scenarioIn(cwd, 'fleet.yaml', change),
  })
  await cluster.advance(hourUs)
  return cluster
}

/** Kills what runs still, and waits for its end; the list is empty then. */
export async function killAll(running: Started[]): Promise<void> {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL')
    await ended
  }
}

export async function until<Found>(
  look: () => Promise<Found | null> | Found | null,
  what: string,
): Promise<Found> {
  for (let tenths = 0; tenths < 600; tenths++) {
    const found = await look()
    if (found !== null) return found
    await sleep(100)
  }
  throw new Error(`after 60 s there is no ${what}`)
}

export function started(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Started {
  return followed(start(words, { cwd, env }))
}

/** A process that somebody else started, in some other way. */
export function followed(child: ChildProcess): Started {
  const lines = ['']
  const add = (part: Buffer): void => {
    const [rest = '', ...more] = part.toString('utf8').split('\n')
    lines[lines.length - 1] += rest
    lines.push(...more)
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return { child, ended: endOf(child), lines: () => lines }
}

export function originIn(twin: Started): string | null {
  return /listens on (\S+?),/.exec(twin.lines().join('\n'))?.[1] ?? null
}

export function isList(body: unknown): body is { readonly items: readonly Listed[] } {
  return typeof body === 'object' && body !== null && 'items' in body
}
