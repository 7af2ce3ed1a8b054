/**
 * The operator as the chart's service account, and nobody else: it moves a volume, is refused
 * nothing, and uses what the chart says that it uses. The server's own audit log tells.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { writeCertificate } from '../controlplane/certificates.js'
import { create, manifestOf, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { originIn, type Started, started, tiers, until } from '../e2e/cluster.js'
import { scratch } from '../e2e/program.js'
import { scenarioIn } from '../e2e/small-scenario.js'
import { type Audited, startAudited, wordsOfEvent } from './audited.js'
import { namespace, only, rendered } from './chart.js'
import { install } from './installed.js'
import { permissionsIn, wordsOf } from './permissions.js'

const assets = controlPlaneAssets()
const cwd = scratch()
const account = `system:serviceaccount:${namespace}:couchestor-operator`
const chart = rendered({ 'namespace.create': true, 'rbac.seedFloor': false })

describe('the operator under the rights of the chart', () => {
  let audited: Audited
  let twin: Started
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
      return status === 200 ? status : null
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
    twin = started(['twin', scenarioIn(cwd), ...listening, ...published], cwd)
    origin = await until(() => originIn(twin), 'twin')
    await plane.call('POST', pathOf('StoragePolicy'), tiers)
    await create(plane, manifestOf('ErasureCodingPolicy', 'rs-4-2', {}))
    await advance(1)
  })
  afterAll(async () => {
    twin?.child.kill()
    await twin?.ended
    await audited?.stop()
  })

  it.runIf(assets !== null)(
    'moves a volume, is refused nothing, and uses every right',
    async () => {
      const { plane, asked } = audited
      const words = [
        ...argumentsOfChart(),
        ...['--kubeconfig', writeKubeconfig(plane, 'operator')],
        ...['--mayastor-url', origin, '--prometheus-url', origin, '--clock', origin],
        ...['--scrape-interval', '60s', '--lease-seconds', '3'],
        ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
      ]
      const operator = started(words, cwd)
      try {
        await until(async () => {
          const { text } = await ask('GET', '/twin/v1/clock')
          return text.includes('"operator"') ? text : null
        }, 'party of the operator')
        await advance(4)
      } finally {
        operator.child.kill('SIGTERM')
        await operator.ended
      }
      expect(operator.lines().join('\n')).toContain('the lease is given back')
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
