/** An operator's traces as a real collector wrote them down. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stringify } from 'yaml'
import { controlPlaneAssets } from '../controlplane/assets.js'
import type { ControlPlane } from '../controlplane/control-plane.js'
import { hourUs, joined, type Started, startCluster, started, type TestCluster } from './cluster.js'
import {
  attributeOf,
  type Collector,
  collectorProgram,
  type SpanLine,
  startCollector,
} from './collector.js'
import { passUntil } from './passing.js'
import { scratch } from './program.js'
import { type Tap, tapBefore } from './tap.js'

const assets = controlPlaneAssets()
const program = collectorProgram()
const cwd = scratch()

const mayastorToken = 'mayastor.s3cr3t.t0k3n'
const system = '/api/v1/namespaces/couchestor-system'

interface Scene {
  readonly cluster: TestCluster
  readonly collector: Collector
  readonly tap: Tap
  readonly kubernetesToken: string
}

it.runIf(assets !== null && program !== null)(
  'of rounds, requests and migrations go on over a kill, and hold nothing secret',
  async () => {
    if (assets === null || program === null) return
    const cluster = await startCluster(assets, cwd)
    const collector = await startCollector(program, cwd)
    const tap = await tapBefore(cluster.origin)
    const operators: Started[] = []
    try {
      const kubernetesToken = await tokenOf(cluster.plane)
      const scene: Scene = { cluster, collector, tap, kubernetesToken }
      await cluster.advance(hourUs)
      const first = operator(scene, 'first')
      operators.push(first)
      await joined(cluster)
      const trace = await killedWithin(scene, first)
      const second = operator(scene, 'second')
      operators.push(second)
      await joined(cluster)
      await cluster.advance(3 * hourUs)
      second.child.kill('SIGTERM')
      const { status, notes } = await second.ended
      expect(status, notes.slice(-2000)).toBe(143)
      await collector.stop()
      const spans = collector.spans()
      expect(spans.filter(isRoot).length).toBeGreaterThanOrEqual(endsIn(notes).length)
      expectTree(spans)
      expectOneTrace(spans, trace)
      expectSameInLog(spans, notes)
      expectNothingSecret(scene, operators)
    } finally {
      for (const { child } of operators) child.kill('SIGKILL')
      await collector.stop()
      tap.close()
      await cluster.stop()
    }
  },
  110_000,
)

function operator({ cluster, collector, tap, kubernetesToken }: Scene, name: string): Started {
  const kubeconfig = kubeconfigOf(cluster.plane, kubernetesToken)
  const tokenFile = join(cwd, 'mayastor-token')
  writeFileSync(tokenFile, `${mayastorToken}\n`)
  const { flags } = cluster
  const addresses = ['--metrics-addr', '127.0.0.1:0', '--health-addr', '127.0.0.1:0']
  const log = ['--log-json', '--log-level', 'debug', '--lease-seconds', '3']
  // The last one counts.
  const own = ['--kubeconfig', kubeconfig, '--mayastor-url', tap.url]
  const words = [...flags, ...addresses, ...log, ...own, '--mayastor-token-file', tokenFile]
  return started(['operator', ...words], cwd, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_RESOURCE_ATTRIBUTES: `service.instance.id=${name}`,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  })
}

/** Kills it once the collector has a command of a migration that runs; answers its trace. */
async function killedWithin({ cluster, collector }: Scene, one: Started): Promise<string> {
  const isSent = ({ name }: SpanLine): boolean => name === 'command set-replica-count'
  const { isSo, rest } = await passUntil(cluster, () => collector.spans().some(isSent))
  one.child.kill('SIGKILL')
  await one.ended
  // It has no time to leave the clock itself.
  await cluster.ask('DELETE', '/twin/v1/parties/operator')
  await rest
  expect(isSo).toBe(true)
  const { traceId } = collector.spans().find(isSent) ?? { traceId: '' }
  expect(collector.spans().filter(isRoot)).toEqual([])
  return traceId
}

const isRoot = ({ name }: SpanLine): boolean => name === 'migration'

function endsIn(notes: string): readonly string[] {
  return notes.split('\n').filter(line => line.includes('"migration ended"'))
}

function expectTree(spans: readonly SpanLine[]): void {
  const named = (name: string): readonly SpanLine[] => spans.filter(span => span.name === name)
  const byId = new Map(spans.map(span => [span.spanId, span]))
  expect(named('round').length).toBeGreaterThan(5)
  const requests = spans.filter(span => /^(GET|PUT|POST|PATCH|DELETE) /.test(span.name))
  for (const client of ['kubernetes', 'mayastor', 'prometheus']) {
    const own = requests.filter(span => span.name.includes(` ${client} `))
    expect(own.length, client).toBeGreaterThan(0)
  }
  // The kill left rounds without their end.
  const whole = requests.filter(({ instance }) => instance === 'second')
  expect(whole.length).toBeGreaterThan(0)
  for (const span of whole) expect(byId.get(span.parentSpanId ?? '')?.name).toBe('round')
  const names = new Set(spans.map(({ name }) => name))
  for (const name of names) expect(name).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
}

/** Of the migration that the first one began and the second one ended. */
function expectOneTrace(spans: readonly SpanLine[], trace: string): void {
  const own = spans.filter(({ traceId }) => traceId === trace)
  const [root, ...more] = own.filter(isRoot)
  expect(more).toEqual([])
  expect(root).toMatchObject({ instance: 'second' })
  expect(root.parentSpanId ?? '').toBe('')
  const children = own.filter(span => span !== root)
  for (const { parentSpanId } of children) expect(parentSpanId).toBe(root.spanId)
  const byWhom = (name: string) => children.filter(({ instance }) => instance === name)
  expect(byWhom('first').map(({ name }) => name)).toContain('command set-replica-count')
  expect(byWhom('second').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['syncing', 'removing', 'command cordon-node']),
  )
}

/** Each migration that the log ends is one root, found by what that line says. */
function expectSameInLog(spans: readonly SpanLine[], notes: string): void {
  const told = endsIn(notes).map(line => {
    const { migration, trace_id, span_id } = JSON.parse(line)
    return [migration, trace_id, span_id].join(' ')
  })
  const found = spans
    .filter(isRoot)
    .map(span => [attributeOf(span, 'couchestor.migration'), span.traceId, span.spanId].join(' '))
  expect(told.length).toBeGreaterThan(1)
  expect([...found].sort()).toEqual([...told].sort())
}

function expectNothingSecret(scene: Scene, operators: readonly Started[]): void {
  const { collector, tap, kubernetesToken } = scene
  // Kubernetes took nobody without one: the operator has no certificate.
  expect(tap.heard()).toContain(`Bearer ${mayastorToken}`)
  const all = [collector.text(), ...operators.flatMap(({ lines }) => lines())].join('\n')
  for (const secret of [mayastorToken, kubernetesToken]) expect(all).not.toContain(secret)
  expect(collector.text().toLowerCase()).not.toMatch(/bearer|authorization/)
}

async function tokenOf({ call }: ControlPlane): Promise<string> {
  const metadata = { name: 'operator' }
  await call('POST', `${system}/serviceaccounts`, { metadata })
  await call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'operator', namespace: 'couchestor-system' }],
  })
  const asked = { spec: { expirationSeconds: 3600 } }
  const { body } = await call('POST', `${system}/serviceaccounts/operator/token`, asked)
  const { status } = body as { readonly status: { readonly token: string } }
  return status.token
}

function kubeconfigOf({ folder, url }: ControlPlane, token: string): string {
  const path = join(cwd, 'token.kubeconfig')
  const authority = join(folder, 'ca.crt')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url, 'certificate-authority': authority } }],
    users: [{ name: 'operator', user: { token } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'operator' } }],
    'current-context': 'test',
  }
  writeFileSync(path, stringify(config))
  return path
}
