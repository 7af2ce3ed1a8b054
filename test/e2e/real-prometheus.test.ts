/**
 * In real time, with nothing modelled but the devices: an operator that asks a real Prometheus,
 * which scrapes the twin and the operator. It decides as the simulation of the same scenario does,
 * waits while Prometheus is away, is seen by the dashboards, and is missed by an alert.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HistoryEntry } from '../../src/core/event.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { create, manifestOf } from '../controlplane/definitions.js'
import { freePort } from '../controlplane/ports.js'
import { dashboards, metricsIn, questionsOf } from '../deploy/dashboards.js'
import {
  alertManagerOf,
  hasAlertManager,
  healthsOfRules,
  impatientRules,
  prometheusOf,
  type Server,
  vectorOf,
  webhookOf,
} from '../deploy/dashboards-prometheus.js'
import { hasPrometheus } from '../live/prometheus/real-server.js'
import { logged, type Started, startCluster, type TestCluster, until } from './cluster.js'
import { load, nobodys, scenario, tiers } from './nine-volumes.js'
import { couchestor, scratch } from './program.js'

const assets = controlPlaneAssets()
const isWhole = hasPrometheus && hasAlertManager
if (!isWhole) {
  if (process.env.CI === 'true') throw new Error('CI needs prometheus and prometheus-alertmanager')
  process.stderr.write('skipped: no prometheus, or no prometheus-alertmanager, in the path\n')
}

const cwd = scratch()
/** Most of the window, which is 20 s: some of what was measured before is left in it. */
const awayMs = 14_000
const patience = { timeout: 60_000, interval: 200 }

let cluster: TestCluster
let prometheus: Server
let alertManager: Server
let webhook: Awaited<ReturnType<typeof webhookOf>>
let operator: Started

beforeAll(async () => {
  if (assets === null || !isWhole) return
  writeFileSync(join(cwd, 'load.csv'), load())
  writeFileSync(join(cwd, 'minute.yaml'), JSON.stringify(scenario('1m')))
  writeFileSync(join(cwd, 'hour.yaml'), JSON.stringify(scenario('1h')))
  webhook = await webhookOf()
  alertManager = await alertManagerOf(webhook.url)
  const [port, metricsPort] = [await freePort(), await freePort()]
  const metrics = `127.0.0.1:${metricsPort}`
  cluster = await startCluster(assets, cwd, {
    scenario: 'hour.yaml',
    speed: '1',
    policies: [tiers, nobodys],
    scrapeInterval: '1s',
    async prometheus(twin) {
      const targets = { mayastor: new URL(twin).host, couchestor: metrics }
      prometheus = await prometheusOf({ targets, rules: impatientRules(), alertManager }, port)
      return prometheus.url
    },
  })
  // Of stripes nothing is exposed while there are none.
  const stripe = { volumeRef: 'archive-0', stripeId: 0, policyRef: 'rs-4-2', shardLocations: [] }
  await create(cluster.plane, manifestOf('ECStripe', 'archive-0-0', stripe))
  operator = cluster.operator([
    ...['--metrics-addr', metrics],
    ...['--round-interval', '2s', '--sync-poll-interval-seconds', '1'],
  ])
  await logged(operator, '"leading"')
})
afterAll(async () => {
  operator?.child.kill('SIGKILL')
  await operator?.ended
  await cluster?.stop()
  for (const one of [prometheus, alertManager, webhook]) await one?.close()
})

describe.runIf(assets !== null && isWhole)('an operator that asks a real Prometheus', () => {
  it('decides of each volume as the simulation of the same scenario does', async () => {
    const expected = await simulated()
    expect(new Set(Object.values(expected).map(({ says }) => says))).toEqual(allReasons)
    await agreed(expected)
    for (const [name, { heatIops }] of Object.entries(await decided())) {
      const wanted = expected[name]?.heatIops ?? 0
      expect(Math.abs((heatIops ?? 0) - wanted), name).toBeLessThan(0.1 * wanted)
    }
    const named = (reason: RegExp): readonly string[] =>
      Object.keys(expected).filter(name => reason.test(expected[name].says))
    const wanted = [...named(/move|operator-limit/)].sort()
    const blocked = { held: 1, 'operator-limit': named(/operator-limit/).length }
    const told = async () => {
      const { wanted = [], blocked } = await statusOf('tiers')
      return { wanted: wanted.map(({ claim }) => claim).sort(), blocked }
    }
    // A status is written when the round is over.
    await expect.poll(told, patience).toEqual({ wanted, blocked })
  })

  it('is seen by every panel of the dashboards, and by every alert', async () => {
    for (const dashboard of dashboards()) {
      for (const { title, expr } of questionsOf(dashboard, 'couchestor', 15)) {
        await answered(expr, `${title}: ${expr}`)
      }
    }
    const rules = impatientRules().groups.flatMap(group => group.rules)
    for (const { expr } of rules) {
      // Most are answered with nothing, since all is well; what they look at is there.
      await vectorOf(prometheus, expr)
      for (const name of metricsIn(expr)) {
        await answered(name, `${expr}: ${name}`)
      }
    }
    expect(await healthsOfRules(prometheus)).toEqual(rules.map(() => 'ok'))
  })
})

describe.runIf(assets !== null && isWhole)('what is away', () => {
  it('is Prometheus: the operator says so, demotes nothing, and goes on later', async () => {
    const expected = await simulated()
    const migrations = (await cluster.list('VolumeMigration')).length
    const from = operator.lines().length
    const sinceMs = Date.now()
    await prometheus.stop()
    const ready = async () => readyOf(await statusOf('tiers'))
    const wanting = { status: 'False', reason: 'NoMetricsAvailable' }
    await expect.poll(ready, patience).toMatchObject(wanting)
    await sleep(Math.max(0, sinceMs + awayMs - Date.now()))
    const meanwhile = decisionsIn(operator.lines().slice(from))
    expect(meanwhile.map(({ reason }) => reason)).toContain('metrics-unavailable')
    expect(meanwhile.filter(({ to }) => to !== null && to !== 'hot')).toEqual([])
    expect(await cluster.list('VolumeMigration')).toHaveLength(migrations)

    await prometheus.start()
    await expect.poll(ready, patience).toMatchObject({ status: 'True' })
    await agreed(expected)
  })

  it('is the operator: an alert says so, as far as a webhook', async () => {
    const goneMs = Date.now()
    operator.child.kill('SIGTERM')
    await operator.ended
    const since = () => webhook.told.filter(({ startsAt }) => Date.parse(startsAt) >= goneMs)
    const labels = { alertname: 'CouchestorDown', severity: 'critical' }
    const wanted = expect.objectContaining({ status: 'firing', labels })
    await expect.poll(since, patience).toContainEqual(wanted)
  })
})

const allReasons = new Set([
  'stay hot hot-above-low',
  'move hot at-or-below-low cold',
  'blocked hot operator-limit cold',
  'stay cold cold-below-high',
  'blocked hot held cold',
  'move cold at-or-above-high hot',
])

/** With data, and where a rate has to be seen twice, soon. */
async function answered(query: string, what: string): Promise<void> {
  const some = async () => ((await vectorOf(prometheus, query)).length > 0 ? true : null)
  await until(some, what)
}

type Logged = Extract<HistoryEntry, { readonly kind: 'decision' }>['decision']

interface Said {
  readonly says: string
  readonly heatIops: number | null
}

type SaidOf = Readonly<Record<string, Said>>

function said({ verdict, from, reason, to, heatIops }: Logged): Said {
  return { says: [verdict, from, reason, to ?? []].flat().join(' '), heatIops }
}

/** What the simulation's operator last said of each volume after a minute. */
async function simulated(): Promise<SaidOf> {
  const words = ['simulate', 'minute.yaml', '--out', 'minute', '--force']
  const { status, notes } = await couchestor(words, { cwd })
  expect(status, notes).toBe(0)
  const lines = readFileSync(join(cwd, 'minute', 'history.ndjson'), 'utf8')
    .trimEnd()
    .split('\n')
  const entries = lines.map((line): HistoryEntry & { readonly run: string } => JSON.parse(line))
  const own = entries.filter(entry => entry.run === 'tiers')
  const decisions = own.flatMap(entry => (entry.kind === 'decision' ? [entry.decision] : []))
  return Object.fromEntries(decisions.map(one => [one.volume, said(one)]))
}

function decisionsIn(lines: readonly string[]): readonly Logged[] {
  const told = lines.filter(line => line.startsWith('{') && line.endsWith('}'))
  return told.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'decision')
}

/** What the operator last said of each volume, by its name in the scenario. */
async function decided(): Promise<SaidOf> {
  const { text } = await cluster.ask('GET', '/twin/v1/state')
  const state: { volumes: { name: string; uuid: string }[] } = JSON.parse(text)
  const names = new Map(state.volumes.map(({ uuid, name }) => [uuid, name]))
  const named = (uuid: string): string => names.get(uuid) ?? uuid
  return Object.fromEntries(
    decisionsIn(operator.lines()).map(one => [named(one.volume), said(one)]),
  )
}

function wordsOf(all: SaidOf): readonly string[] {
  return Object.entries(all)
    .map(([name, { says }]) => `${name}: ${says}`)
    .sort()
}

async function agreed(expected: SaidOf): Promise<void> {
  const now = async (): Promise<readonly string[]> => wordsOf(await decided())
  await expect.poll(now, patience).toEqual(wordsOf(expected))
}

interface Status {
  readonly wanted: readonly { readonly claim: string }[]
  readonly blocked: Readonly<Record<string, number>>
  readonly conditions: readonly { type: string; status: string; reason: string }[]
}

async function statusOf(name: string): Promise<Partial<Status>> {
  const policy = (await cluster.list('StoragePolicy')).find(one => one.metadata.name === name)
  return policy?.status ?? {}
}

function readyOf({ conditions = [] }: Partial<Status>) {
  return conditions.find(({ type }) => type === 'Ready')
}
