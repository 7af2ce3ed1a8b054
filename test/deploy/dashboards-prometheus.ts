/**
 * A Prometheus as a cluster has it: it scrapes several jobs every second, judges rules, tells an
 * AlertManager, and can be away for a while. An AlertManager beside it, which tells a webhook.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { freePort } from '../controlplane/ports.js'
import { monitoring, only, rendered } from './chart.js'

const alertManager = 'prometheus-alertmanager'
export const hasAlertManager = spawnSync(alertManager, ['--version']).status === 0

/** A program that is given a port and a folder, and is ready when it says so. */
export interface Server {
  readonly url: string
  /** Ends it; what it has written stays. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

export interface Scraping {
  /** Job by job: host and port. */
  readonly targets: Readonly<Record<string, string>>
  readonly rules: RuleFile
  readonly alertManager: Server | null
}

export function prometheusOf(scraping: Scraping, port: number): Promise<Server> {
  const static_configs = (host: string) => [{ targets: [host] }]
  const managers = scraping.alertManager === null ? [] : [new URL(scraping.alertManager.url).host]
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.json'],
    alerting: {
      alertmanagers: managers.map(host => ({ static_configs: static_configs(host) })),
    },
    scrape_configs: Object.entries(scraping.targets).map(([job_name, host]) => ({
      job_name,
      static_configs: static_configs(host),
    })),
  }
  const words = ['--config.file=config.json', '--storage.tsdb.path=data']
  return serverOf('prometheus', words, port, {
    'config.json': config,
    'rules.json': scraping.rules,
  })
}

export interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[]
}

/** The alerts of the chart, told as soon as they hold. */
export function impatientRules(): RuleFile {
  const all = rendered({ 'prometheusRule.enabled': true }, monitoring)
  const text = JSON.stringify(only(all, 'PrometheusRule').spec)
  return JSON.parse(text.replace(/"for":"[^"]*"/g, '"for":"1s"'))
}

/** What an expression gives now. */
export async function vectorOf(of: Server, query: string): Promise<readonly unknown[]> {
  const path = `/api/v1/query?${new URLSearchParams({ query })}`
  return (await dataOf<{ readonly result: readonly unknown[] }>(of, path)).result
}

/** Of each rule in turn: whether it could be judged. */
export async function healthsOfRules(of: Server): Promise<readonly string[]> {
  interface Judged {
    readonly groups: readonly { readonly rules: readonly { readonly health: string }[] }[]
  }
  const { groups } = await dataOf<Judged>(of, '/api/v1/rules')
  return groups.flatMap(({ rules }) => rules.map(({ health }) => health))
}

async function dataOf<Data>({ url }: Server, path: string): Promise<Data> {
  const text = await (await fetch(`${url}${path}`)).text()
  const answer: { readonly status: string; readonly error?: string; readonly data: Data } =
    JSON.parse(text)
  if (answer.status !== 'success') throw new Error(`${path}: ${answer.error}`)
  return answer.data
}

export async function alertManagerOf(webhook: string): Promise<Server> {
  const config = {
    route: { receiver: 'webhook', group_by: ['alertname'], ...quick, repeat_interval: '1h' },
    receivers: [{ name: 'webhook', webhook_configs: [{ url: webhook }] }],
  }
  const words = ['--config.file=config.json', '--storage.path=data', '--cluster.listen-address=']
  return serverOf(alertManager, words, await freePort(), { 'config.json': config })
}

const quick = { group_wait: '1s', group_interval: '1s' }

async function serverOf(
  program: string,
  words: readonly string[],
  port: number,
  files: Readonly<Record<string, object>>,
): Promise<Server> {
  const cwd = mkdtempSync(join(tmpdir(), 'couchestor-server-'))
  // JSON is YAML.
  for (const [name, of] of Object.entries(files)) writeFileSync(join(cwd, name), JSON.stringify(of))
  const url = `http://127.0.0.1:${port}`
  let running: ChildProcess | null = null
  let ended: Promise<unknown> = Promise.resolve()
  const server: Server = {
    url,
    async start() {
      const child = spawn(program, [...words, `--web.listen-address=127.0.0.1:${port}`], {
        cwd,
        stdio: 'ignore',
      })
      running = child
      ended = new Promise(resolve => child.once('close', resolve))
      await ready(url, child)
    },
    async stop() {
      running?.kill('SIGKILL')
      await ended
    },
    async close() {
      await server.stop()
      rmSync(cwd, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let times = 0; times < 600; times++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnfile} ended by itself`)
    const answer = await fetch(`${url}/-/ready`).catch(() => null)
    if (answer?.ok === true) return
    await later(50)
  }
  throw new Error(`${child.spawnfile} is not ready after 30 s`)
}

export interface Told {
  readonly status: string
  readonly labels: Readonly<Record<string, string>>
  readonly startsAt: string
}

/** Keeps what an AlertManager tells it. */
export async function webhookOf() {
  const told: Told[] = []
  const port = await freePort()
  const server = createServer((request, response) => {
    void read(request).then(text => {
      const { alerts }: { readonly alerts: readonly Told[] } = JSON.parse(text)
      told.push(...alerts)
      response.end()
    })
  })
  await new Promise<void>(resolve => {
    server.listen(port, '127.0.0.1', resolve)
  })
  const close = (): Promise<void> =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}/`, told, close }
}

async function read(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of request) text += String(part)
  return text
}
