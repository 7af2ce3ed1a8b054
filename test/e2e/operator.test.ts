/**
 * The operator as a process of its own: a real API server, the twin on the wire as Mayastor and
 * Prometheus, its clock moved by hand. What a platform engineer does, in that order: look, run dry,
 * let it move, end it.
 */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { installDefinitions, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { couchestor, type Ended, endOf, scratch, start } from './program.js'
import { scenarioIn } from './small-scenario.js'

const assets = controlPlaneAssets()
const cwd = scratch()
const hourUs = 3_600_000_000

interface Started {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Lines of its log, or of its answer, so far. */
  readonly lines: () => readonly string[]
}

function started(words: readonly string[]): Started {
  const child = start(words, { cwd })
  let text = ''
  const add = (part: Buffer): void => {
    text += part.toString('utf8')
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return { child, ended: endOf(child), lines: () => text.split('\n') }
}

async function until<Found>(look: () => Promise<Found | null> | Found | null, what: string) {
  for (let tenths = 0; tenths < 600; tenths++) {
    const found = await look()
    if (found !== null) return found
    await sleep(100)
  }
  throw new Error(`after 60 s there is no ${what}`)
}

describe.runIf(assets !== null)('an operator in a cluster', () => {
  let plane: ControlPlane
  let twin: Started
  let origin = ''
  let cluster: readonly string[] = []

  const ask = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${origin}${path}`, init)
    return { status: answer.status, text: await answer.text() }
  }
  /** Moves time on, once whoever is awake sleeps. */
  const advance = async (us: number): Promise<void> => {
    await until(async () => {
      const { status } = await ask('POST', '/twin/v1/advance', { us })
      return status === 200 ? status : null
    }, 'advance')
  }
  const list = async (kind: string): Promise<readonly Listed[]> => {
    const { body } = await plane.call('GET', pathOf(kind))
    return isList(body) ? body.items : []
  }

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    await installDefinitions(plane)
    await installDiskPools(plane)
    const kubeconfig = writeKubeconfig(plane)
    const scenario = scenarioIn(cwd)
    const listen = ['--listen', '127.0.0.1:0', '--speed', 'manual']
    twin = started(['twin', scenario, ...listen, '--publish', '--kubeconfig', kubeconfig])
    origin = await until(
      () => /listens on (\S+?),/.exec(twin.lines().join('\n'))?.[1] ?? null,
      'twin',
    )
    const servers = ['--mayastor-url', origin, '--prometheus-url', origin]
    cluster = [
      '--kubeconfig',
      kubeconfig,
      ...servers,
      '--clock',
      origin,
      '--scrape-interval',
      '60s',
    ]
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'couchestor-system' },
    }
    await plane.call('POST', '/api/v1/namespaces', namespace)
    await plane.call('POST', pathOf('StoragePolicy'), policy)
    await advance(hourUs)
  })
  afterAll(async () => {
    twin?.child.kill()
    await twin?.ended
    await plane?.stop()
  })

  it('is looked at before: preview says what would move, and writes nothing', async () => {
    const { status, out, notes } = await couchestor(['preview', ...cluster, '--json'], { cwd })
    expect(notes).toBe('')
    expect(status, out).toBe(1)
    const { schema, volumes } = JSON.parse(out)
    expect(schema).toBe('couchestor.preview/v1')
    expect(volumes.length).toBeGreaterThan(0)
    for (const { from, to } of volumes) expect([from, to]).toEqual(['hot', 'cold'])
    expect(await list('VolumeMigration')).toEqual([])
  })

  it('moves volumes, tells of them, and ends without a trace in between', async () => {
    const operator = started([
      'operator',
      ...cluster,
      ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
      ...['--log-json', '--log-level', 'debug', '--lease-seconds', '3'],
    ])
    const logged = (message: string) =>
      until(() => operator.lines().find(line => line.includes(message)) ?? null, message)
    try {
      const { health, metrics } = JSON.parse(await logged('"listening"'))
      await until(async () => {
        const { text } = await ask('GET', '/twin/v1/clock')
        return text.includes('"operator"') ? text : null
      }, 'party of the operator')
      await advance(6 * hourUs)
      const ended = (await list('VolumeMigration')).filter(one => one.status?.phase === 'Finished')
      expect(ended.map(one => one.status?.outcome)).toContain('Completed')
      const [{ status }] = await list('StoragePolicy')
      expect(status).toMatchObject({ phase: 'Active', watchedVolumes: 4 })
      const events = await until(async () => {
        const { body } = await plane.call('GET', '/apis/events.k8s.io/v1/namespaces/default/events')
        const text = JSON.stringify(body)
        return text.includes('MigrationCompleted') ? text : null
      }, 'event')
      expect(events).toContain('MigrationStarted')
      expect((await fetch(`${health}/readyz`)).status).toBe(200)
      expect((await fetch(`${health}/healthz`)).status).toBe(200)
      const told = await (await fetch(`${metrics}/metrics`)).text()
      expect(told).toMatch(/storage_operator_migrations_total\{[^}]*"success"\} [1-9]/)
    } finally {
      operator.child.kill('SIGTERM')
    }
    const { status, notes } = await operator.ended
    expect(status, notes.split('\n').slice(-20).join('\n')).toBe(143)
    expect(notes).toContain('the lease is given back')
  })
})

interface Listed {
  readonly status?: Readonly<Record<string, unknown>>
}

function isList(body: unknown): body is { readonly items: readonly Listed[] } {
  return typeof body === 'object' && body !== null && 'items' in body
}

const policy = {
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
