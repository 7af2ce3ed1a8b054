/**
 * A cluster for one service account of the chart: an API server that writes down what that account
 * asks of it, what the chart renders, and the twin on the wire.
 */
import { writeCertificate } from '../controlplane/certificates.js'
import type { ControlPlane } from '../controlplane/control-plane.js'
import { create, manifestOf, pathOf } from '../controlplane/definitions.js'
import { writeKubeconfig } from '../controlplane/kubeconfig.js'
import { installDiskPools } from '../controlplane/mayastor.js'
import { originIn, type Started, started, tiers, until } from '../e2e/cluster.js'
import { type AuditEvent, startAudited, wordsOfEvent } from './audited.js'
import { type Manifest, namespace } from './chart.js'
import { install } from './installed.js'
import { permissionsIn, wordsOf } from './permissions.js'

export interface AuditedCluster {
  readonly plane: ControlPlane
  /** Of the twin. */
  readonly origin: string
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
  ) => Promise<{ status: number; text: string }>
  /** Moves time on, once whoever is awake sleeps. */
  readonly advance: (us: number) => Promise<void>
  /** As a pod of that account, with the twin's clock, unless words say otherwise. */
  readonly run: (words: readonly string[]) => Started
  /** When time waits for somebody. */
  readonly joined: (party?: string) => Promise<void>
  /** What the account asked for so far. */
  readonly asked: () => readonly AuditEvent[]
  readonly stop: () => Promise<void>
}

export interface Audience {
  readonly account: 'couchestor-operator' | 'couchestor-release'
  readonly manifests: readonly Manifest[]
  readonly cwd: string
  /** Of the twin: a file in that directory. */
  readonly scenario: string
}

const kinds: readonly string[] = ['Deployment', 'Job']

export async function startAuditedCluster(
  assets: string,
  { account, manifests, cwd, scenario }: Audience,
): Promise<AuditedCluster> {
  const user = `system:serviceaccount:${namespace}:${account}`
  const { plane, asked, stop } = await startAudited(assets, user)
  const mayastor = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'mayastor' } }
  await plane.call('POST', '/api/v1/namespaces', mayastor)
  await install(
    plane,
    manifests.filter(({ kind }) => !kinds.includes(kind)),
  )
  await installDiskPools(plane)
  const groups = '/O=system:serviceaccounts/O=system:serviceaccounts:couchestor-system'
  writeCertificate(plane.folder, account, `${groups}/CN=${user}`)
  const published = ['--publish', '--kubeconfig', writeKubeconfig(plane)]
  const listening = ['--listen', '127.0.0.1:0', '--speed', 'manual']
  const twin = started(['twin', scenario, ...listening, ...published], cwd)
  const origin = await until(() => originIn(twin), 'twin')
  await plane.call('POST', pathOf('StoragePolicy'), tiers)
  await create(plane, manifestOf('ErasureCodingPolicy', 'rs-4-2', {}))
  const kubeconfig = writeKubeconfig(plane, account)
  return {
    ...{ plane, origin, asked, ...timeOf(origin) },
    run: ([command = '', ...more]) =>
      started([command, '--kubeconfig', kubeconfig, '--clock', origin, ...more], cwd),
    async stop() {
      twin.child.kill()
      await twin.ended
      await stop()
    },
  }
}

function timeOf(origin: string): Pick<AuditedCluster, 'ask' | 'advance' | 'joined'> {
  const ask: AuditedCluster['ask'] = async (method, path, body) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const answer = await fetch(`${origin}${path}`, init)
    return { status: answer.status, text: await answer.text() }
  }
  return {
    ask,
    async advance(us) {
      await until(async () => {
        const { status } = await ask('POST', '/twin/v1/advance', { us })
        return status === 200 ? status : null
      }, 'advance')
    },
    async joined(party = 'operator') {
      await until(async () => {
        const { text } = await ask('GET', '/twin/v1/clock')
        return text.includes(`"${party}"`) ? text : null
      }, `party ${party}`)
    },
  }
}

/** Flags of an operator in these tests: they come after the chart's and win. */
export function wordsOfTest({ origin }: AuditedCluster): readonly string[] {
  return [
    ...['--mayastor-url', origin, '--prometheus-url', origin],
    ...['--scrape-interval', '60s', '--lease-seconds', '3'],
    ...['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0'],
  ]
}

/** What the pod of a Deployment or a Job is started with. */
export function argumentsOf({ spec }: Manifest): readonly string[] {
  const { template } = spec as {
    readonly template: { readonly spec: { readonly containers: readonly Container[] } }
  }
  return template.spec.containers[0]?.args ?? []
}

interface Container {
  readonly args: readonly string[]
}

export interface Compared {
  readonly refused: readonly AuditEvent[]
  readonly usedNotGiven: readonly string[]
  readonly givenNotUsed: readonly string[]
}

/** What was asked for beside what these manifests allow, both ways. */
export function compared(events: readonly AuditEvent[], manifests: readonly Manifest[]): Compared {
  const used = new Set(events.map(wordsOfEvent))
  const given = new Set(permissionsIn(manifests).map(wordsOf))
  return {
    refused: events.filter(({ responseStatus }) => responseStatus?.code === 403),
    usedNotGiven: [...used].filter(one => !given.has(one)).sort(),
    givenNotUsed: [...given].filter(one => !used.has(one)).sort(),
  }
}
