/**
 * A cluster on a laptop, with nothing to install: a real API server, the twin of the quick start as
 * Mayastor and Prometheus, two hours of it a minute, and an operator that moves its volumes.
 * `npm run demo`; `-- --for 60` ends after so many seconds, status 0 if a volume was moved by then.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { installDefinitions, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'

const program = join('dist', 'src', 'cli', 'start.cjs')
const scenario = join('scenarios', 'quick-start.yaml')
const policy = join('scenarios', 'policies', 'default.yaml')
const timesAsFast = '120'

const home = mkdtempSync(join(tmpdir(), 'couchestor-demo-'))
const running: ChildProcess[] = []
const planes: ControlPlane[] = []
let moved = 0

try {
  await demonstrate(assetsOrEnd())
  await lastUntilEnded()
} finally {
  for (const child of running.reverse()) await end(child)
  for (const plane of planes) await plane.stop()
  rmSync(home, { recursive: true, force: true })
}
process.exitCode = moved > 0 ? 0 : 1

function assetsOrEnd(): string {
  const script = join('scripts', 'control-plane.mjs')
  const { status, stdout } = spawnSync(process.execPath, [script, '--where'], { encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  say('There is no API server yet: npm run control-plane builds one, once and in minutes.')
  process.exit(4)
}

async function demonstrate(assets: string): Promise<void> {
  say('Starting an API server …')
  const plane = await startControlPlane(assets)
  planes.push(plane)
  await installDefinitions(plane)
  await installDiskPools(plane)
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'couchestor-system' } }
  await plane.call('POST', '/api/v1/namespaces', namespace)
  const applied = parse(readFileSync(policy, 'utf8'))
  await plane.call('POST', pathOf('StoragePolicy'), applied)
  const kubeconfig = writeKubeconfig(plane)
  say('Starting a modelled Mayastor with 60 volumes …')
  const cluster = ['--kubeconfig', kubeconfig]
  const listen = ['--listen', '127.0.0.1:0', '--speed', timesAsFast, '--publish']
  const twin = run(['twin', scenario, ...listen, ...cluster])
  const [, origin = ''] = await line(twin, /listens on (\S+?),/)
  say('Starting the operator …')
  const servers = ['--mayastor-url', origin, '--prometheus-url', origin, '--clock', origin]
  const listening = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0']
  const settings = ['--scrape-interval', '60s', '--lease-seconds', '6', '--log-json']
  const operator = run(['operator', ...cluster, ...servers, ...listening, ...settings])
  const [, metrics = ''] = await line(operator, /"metrics":"(\S+?)"/)
  follow(operator, await namesOf(origin))
  say(lookAt(join(assets, 'kubectl'), kubeconfig, metrics, origin))
}

function lookAt(kubectl: string, kubeconfig: string, metrics: string, twin: string): string {
  return [
    '',
    'It runs. Two hours pass in a minute; the first volumes move after half a minute. In another',
    'terminal:',
    '',
    `  export KUBECONFIG=${kubeconfig}`,
    `  ${kubectl} get storagepolicies`,
    `  ${kubectl} get volumemigrations --watch`,
    `  ${kubectl} get events --watch`,
    `  ${kubectl} describe pvc archive-0`,
    `  curl -s ${metrics}/metrics | grep -v '^#' | grep storage_operator`,
    `  curl -s ${twin}/twin/v1/state | head -c 2000`,
    '',
    'Ctrl-C ends all of it, and leaves nothing behind. Migrations as they end:',
    '',
  ].join('\n')
}

function run(words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...words], { cwd: process.cwd(), detached: true })
  running.push(child)
  return child
}

/** The first line of its answer or its log that says so. */
function line(child: ChildProcess, form: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', text => {
        const match = form.exec(text)
        if (match !== null) resolve(match)
        else if (text.startsWith('error:')) reject(new Error(text))
      })
    }
    child.once('exit', status => reject(new Error(`it ended with status ${status}`)))
  })
}

/** Of the volumes, by the uuid that Mayastor knows them by. */
async function namesOf(twin: string): Promise<ReadonlyMap<string, string>> {
  const answer = await fetch(`${twin}/twin/v1/state`)
  const state: { readonly volumes: readonly { uuid: string; name: string }[] } = JSON.parse(
    await answer.text(),
  )
  return new Map(state.volumes.map(({ uuid, name }) => [uuid, name]))
}

function follow({ stderr }: ChildProcess, names: ReadonlyMap<string, string>): void {
  if (stderr === null) return
  createInterface({ input: stderr }).on('line', text => {
    if (!text.includes('"migration ended"')) return
    const { volume, from, to, outcome } = JSON.parse(text)
    if (outcome === 'completed') moved += 1
    say(`  ${names.get(volume) ?? volume}: ${from} → ${to}, ${outcome}`)
  })
}

/** By Ctrl-C, or after so many seconds. */
async function lastUntilEnded(): Promise<void> {
  const at = process.argv.indexOf('--for')
  const ended = new Promise<void>(resolve => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  if (at < 0) return ended
  await Promise.race([ended, sleep(1000 * Number(process.argv[at + 1]), undefined, { ref: false })])
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([ended, sleep(30_000, undefined, { ref: false })])
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
