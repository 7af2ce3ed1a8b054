/**
 * The operator as a process of its own. What a platform engineer does, in that order: look, let it
 * move, end it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { hourUs, joined, logged, startCluster, type TestCluster, until } from './cluster.js'
import { couchestor, scratch } from './program.js'

const assets = controlPlaneAssets()
const cwd = scratch()

describe.runIf(assets !== null)('an operator in a cluster', () => {
  let cluster: TestCluster

  beforeAll(async () => {
    if (assets === null) return
    cluster = await startCluster(assets, cwd)
    await cluster.advance(hourUs)
  })
  afterAll(() => cluster?.stop())

  it('is looked at before: preview says what would move, and writes nothing', async () => {
    const { status, out, notes } = await couchestor(['preview', ...cluster.flags, '--json'], {
      cwd,
    })
    expect(notes).toBe('')
    expect(status, out).toBe(1)
    const { schema, volumes } = JSON.parse(out)
    expect(schema).toBe('couchestor.preview/v1')
    expect(volumes.length).toBeGreaterThan(0)
    for (const { from, to } of volumes) expect([from, to]).toEqual(['hot', 'cold'])
    expect(await cluster.list('VolumeMigration')).toEqual([])
  })

  it('moves volumes, tells of them, and gives its lease back at the end', async () => {
    const operator = cluster.operator()
    try {
      const { health, metrics } = JSON.parse(await logged(operator, '"listening"'))
      await joined(cluster)
      await cluster.advance(6 * hourUs)
      await expectMoved(cluster)
      for (const probe of ['readyz', 'healthz', 'livez']) {
        expect((await fetch(`${health}/${probe}`)).status).toBe(200)
      }
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

async function expectMoved({ plane, list }: TestCluster): Promise<void> {
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
}
