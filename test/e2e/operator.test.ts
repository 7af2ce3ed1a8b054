/**
 * The operator as a process of its own. What a platform engineer does, in that order: look, let it
 * move, end it.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Preview } from '../../src/cli/preview/document.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { manifestOf, pathOf } from '../controlplane/definitions.js'
import { repository } from '../tidy/source.js'
import { hourUs, joined, logged, startCluster, type TestCluster, until } from './cluster.js'
import { couchestor, scratch } from './program.js'

const assets = controlPlaneAssets()
const cwd = scratch()

let cluster: TestCluster

beforeAll(async () => {
  if (assets === null) return
  cluster = await startCluster(assets, cwd)
  const archive = manifestOf('ErasureCodingPolicy', 'archive', {})
  await cluster.plane.call('POST', pathOf('ErasureCodingPolicy'), archive)
  await cluster.advance(hourUs)
})
afterAll(() => cluster?.stop())

describe.runIf(assets !== null)('a cluster that is looked at', () => {
  it('hears from preview what would move, and nothing is written', async () => {
    const { status, out, notes } = await couchestor(['preview', ...cluster.flags, '--json'], {
      cwd,
    })
    expect(notes).toBe('')
    expect(status, out).toBe(1)
    const document: Preview = JSON.parse(out)
    expect(whyNotPreview(document)).toEqual([])
    const { volumes } = document
    expect(volumes.length).toBeGreaterThan(0)
    for (const { from, to } of volumes) expect([from, to]).toEqual(['hot', 'cold'])
    expect(await cluster.list('VolumeMigration')).toEqual([])
  })

  it('says in words what preview says, and takes policies from files', async () => {
    const policy = join(cwd, 'none.yaml')
    writeFileSync(
      policy,
      'apiVersion: storage.billyronks.io/v1\nkind: StoragePolicy\n' +
        'metadata: {name: none}\nspec: {lowWatermarkIOPS: 0, samplingWindow: 30m}\n',
    )
    const words = await couchestor(['preview', ...cluster.flags], { cwd })
    expect(words.out).toMatch(/^Would move now\n {2}default\/logs-\d: hot → cold, \d+ IOPS, 20 GiB/)
    const other = await couchestor(['preview', ...cluster.flags, '--policy', policy], { cwd })
    expect([other.status, other.out.split('\n')[0]]).toEqual([0, 'Nothing would move now'])
  })
})

describe.runIf(assets !== null)('an operator in a cluster', () => {
  it('moves volumes, tells of them, and gives its lease back at the end', async () => {
    const operator = cluster.operator()
    try {
      const { health, metrics } = JSON.parse(await logged(operator, '"listening"'))
      await joined(cluster)
      await chooseLevel(cluster, 'warn')
      await logged(operator, '"next":"warn"')
      await chooseLevel(cluster, null)
      await logged(operator, '"next":"debug"')
      await cluster.advance(6 * hourUs)
      await expectMoved(cluster)
      for (const probe of ['readyz', 'healthz', 'livez']) {
        const answer = await fetch(`${health}/${probe}`)
        expect(answer.status).toBe(200)
        expect(await namesIn(cluster, await answer.text())).toEqual([])
      }
      const told = await (await fetch(`${metrics}/metrics`)).text()
      expect(await namesIn(cluster, told)).toEqual([])
      expect(whyNotMetrics(told)).toEqual([])
      expect((await fetch(`${metrics}/`)).status).toBe(404)
      expect(told).toMatch(/storage_operator_migrations_total\{[^}]*"success"\} [1-9]/)
    } finally {
      operator.child.kill('SIGTERM')
    }
    const { status, notes } = await operator.ended
    expect(status, notes.split('\n').slice(-20).join('\n')).toBe(143)
    expect(notes).toContain('the lease is given back')
  })
})

/** As `kubectl annotate` does. */
async function chooseLevel({ plane }: TestCluster, level: string | null): Promise<void> {
  const path = '/api/v1/namespaces/couchestor-system/configmaps/couchestor-operator'
  const metadata = { annotations: { 'storage.billyronks.io/log-level': level } }
  const type = { 'content-type': 'application/merge-patch+json' }
  const { status } = await until(async () => {
    const answer = await plane.call('PATCH', path, { metadata }, type)
    return answer.status === 200 ? answer : null
  }, 'ConfigMap of the operator')
  expect(status).toBe(200)
}

/** By promtool, and by what each part of the operator is to tell of itself. */
function whyNotMetrics(told: string): readonly string[] {
  const wanted = [
    /^workqueue_adds_total\{name="storagepolicy-status"\} [1-9]/m,
    /^workqueue_depth\{name="erasurecodingpolicy-status"\} 0/m,
    /^controller_runtime_reconcile_total\{controller="round",result="success"\} [1-9]/m,
    /^couchestor_watch_age_seconds\{kind="persistentvolumes"\} \d/m,
    /^couchestor_watch_lists_total\{kind="diskpools"\} [1-9]/m,
    /^couchestor_watch_lists_total\{kind="ecstripes"\} [1-9]/m,
    /^couchestor_events_dropped_total 0/m,
    /^couchestor_breaker_open\{host="[^"]+"\} 0/m,
    /^couchestor_journal_writes_total\{outcome="written"\} [1-9]/m,
  ]
  const missing = wanted.filter(one => !one.test(told)).map(String)
  if (spawnSync('promtool', ['--version']).status !== 0) return missing
  const words = ['check', 'metrics']
  const { stdout, stderr } = spawnSync('promtool', words, { input: told, encoding: 'utf8' })
  const complaints = `${stdout}${stderr}`.split('\n').filter(line => line !== '')
  // Names that prom-client gives its own gauges of Node.
  return [...missing, ...complaints.filter(line => !line.startsWith('nodejs_active_'))]
}

/** Volumes, claims, migrations, pools, nodes that a text names: metrics and probes name none. */
async function namesIn({ ask, list }: TestCluster, text: string): Promise<readonly string[]> {
  const volumes: VolumesReply = JSON.parse((await ask('GET', '/v0/volumes?max_entries=0')).text)
  const pools: PoolsReply = JSON.parse((await ask('GET', '/v0/pools')).text)
  const migrations = await list('VolumeMigration')
  const names = [
    ...volumes.entries.map(({ spec }) => spec.uuid),
    ...pools.map(({ id }) => id),
    ...pools.map(({ spec }) => spec.node),
    ...migrations.map(({ metadata }) => metadata.name),
    'default/logs',
    'logs-0',
  ]
  expect(names.length).toBeGreaterThan(8)
  return names.filter(name => text.includes(name))
}

interface VolumesReply {
  readonly entries: readonly { readonly spec: { readonly uuid: string } }[]
}

type PoolsReply = readonly { readonly id: string; readonly spec: { readonly node: string } }[]

/** By its schema. */
function whyNotPreview(document: unknown): readonly unknown[] {
  const file = join(repository, 'docs', 'schemas', 'preview.json')
  const schema: object = JSON.parse(readFileSync(file, 'utf8'))
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)
  return validate(document) ? [] : (validate.errors ?? [])
}

async function expectMoved({ plane, list }: TestCluster): Promise<void> {
  const ended = (await list('VolumeMigration')).filter(one => one.status?.phase === 'Finished')
  expect(ended.map(one => one.status?.outcome)).toContain('Completed')
  const [coding] = await list('ErasureCodingPolicy')
  expect(coding.status).toMatchObject({ phase: 'Ready', storageEfficiency: 0.66 })
  const [{ status }] = await list('StoragePolicy')
  expect(status).toMatchObject({ phase: 'Active', watchedVolumes: 4 })
  const events = await until(async () => {
    const { body } = await plane.call('GET', '/apis/events.k8s.io/v1/namespaces/default/events')
    const text = JSON.stringify(body)
    return text.includes('MigrationCompleted') ? text : null
  }, 'event')
  expect(events).toContain('MigrationStarted')
}
