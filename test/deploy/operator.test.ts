/**
 * The operator as the chart's service account, and nobody else: it moves a volume, is refused
 * nothing, and uses what the chart says that it uses. The server's own audit log tells.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { writeCertificate } from '../controlplane/certificates.js'
import { create, manifestOf, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { endOf, scratch, start } from '../e2e/program.js'
import { scenarioIn } from '../e2e/small-scenario.js'
import { type AuditEvent, type Audited, startAudited } from './audited.js'
import { namespace, only, rendered } from './chart.js'
import { install } from './installed.js'
import { permissionsIn, wordsOf } from './permissions.js'

const assets = controlPlaneAssets()
const cwd = scratch()
const account = `system:serviceaccount:${namespace}:couchestor-operator`
const chart = rendered({ 'namespace.create': true, 'rbac.seedFloor': false })

describe('the operator under the rights of the chart', () => {
  let audited: Audited
  let twin: Running
  let origin = ''
  const ask = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${origin}${path}`, init)
    return { status: answer.status, text: await answer.text() }
  }
  /** Moves time on, once whoever is awake sleeps. */
  const advance = (hours: number) =>
    until(async () => {
      const { status } = await ask('POST', '/twin/v1/advance', { us: hours * 3_600_000_000 })
      return status === 200
    }, 'advance')

  beforeAll(async () => {
    if (assets === null) return
    audited = await startAudited(assets, account)
    const { plane } = audited
    await install(
      plane,
      chart.filter(({ kind }) => kind !== 'Deployment'),
    )
    await installDiskPools(plane)
    const groups = '/O=system:serviceaccounts/O=system:serviceaccounts:couchestor-system'
    writeCertificate(plane.folder, 'operator', `${groups}/CN=${account}`)
    const published = ['--publish', '--kubeconfig', writeKubeconfig(plane)]
    const listening = ['--listen', '127.0.0.1:0', '--speed', 'manual']
    twin = running(['twin', scenarioIn(cwd), ...listening, ...published])
    const told = /listens on (\S+?),/
    await until(async () => told.test(twin.said()), 'twin')
    origin = told.exec(twin.said())?.[1] ?? ''
    await plane.call('POST', pathOf('StoragePolicy'), policy)
    await create(plane, manifestOf('ErasureCodingPolicy', 'rs-4-2', {}))
    await advance(1)
  })
  afterAll(async () => {
    await twin?.end()
    await audited?.stop()
  })

  it.runIf(assets !== null)(
    'moves a volume, is refused nothing, and uses every right',
    async () => {
      const { plane, asked } = audited
      const operator = running([
        ...argumentsOfChart(),
        ...['--kubeconfig', writeKubeconfig(plane, 'operator')],
        ...['--mayastor-url', origin, '--prometheus-url', origin, '--clock', origin],
        ...['--scrape-interval', '60s', '--lease-seconds', '3'],
        ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
      ])
      try {
        await until(async () => {
          const { text } = await ask('GET', '/twin/v1/clock')
          return text.includes('"operator"')
        }, 'party of the operator')
        await advance(4)
      } finally {
        await operator.end()
      }
      expect(operator.said()).toContain('the lease is given back')
      const { body } = await plane.call('GET', pathOf('VolumeMigration'))
      expect(JSON.stringify(body)).toContain('"outcome":"Completed"')
      const events = asked()
      expect(events.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([])
      const used = new Set(events.map(wordsOfEvent))
      const given = new Set(permissionsIn(chart).map(wordsOf))
      expect([...used].filter(one => !given.has(one))).toEqual([])
      expect([...given].filter(one => !used.has(one))).toEqual(rare)
    },
  )
})

/** A tale that is told again soon: in a move that goes well there is none. */
const rare = ['patch events.events.k8s.io']

function wordsOfEvent({ verb, requestURI, objectRef }: AuditEvent): string {
  if (objectRef === undefined) return `${verb} ${requestURI}`
  const { apiGroup: group = '', resource, subresource } = objectRef
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`
  return wordsOf({ verb, group, resource: whole })
}

/** What the pod is started with: those of the test come after and win. */
function argumentsOfChart(): readonly string[] {
  const { spec } = only(chart, 'Deployment')
  const { template } = spec as {
    readonly template: { readonly spec: { readonly containers: readonly Container[] } }
  }
  return template.spec.containers[0]?.args ?? []
}

interface Container {
  readonly args: readonly string[]
}

interface Running {
  readonly said: () => string
  readonly end: () => Promise<void>
}

function running(words: readonly string[]): Running {
  const child = start(words, { cwd })
  const ended = endOf(child)
  let text = ''
  const add = (part: Buffer): void => {
    text += part.toString('utf8')
  }
  child.stdout?.on('data', add)
  child.stderr?.on('data', add)
  return {
    said: () => text,
    async end() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function until(look: () => Promise<boolean>, what: string): Promise<void> {
  for (let tenths = 0; tenths < 600; tenths++) {
    if (await look()) return
    await sleep(100)
  }
  throw new Error(`after 60 s there is no ${what}`)
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
