/** An operator that reaches its volumes through MayastorVolume objects alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Preview } from '../../src/cli/preview/document.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { installMayastorVolumes, put, volumesPath } from '../controlplane/mayastor-volumes.js'
import { hourUs, joined, startCluster, type TestCluster } from './cluster.js'
import { Bridge } from './mayastor-volumes-bridge.js'
import { onlyColdLeftIn } from './only-cold-left.js'
import { couchestor, scratch } from './program.js'

const assets = controlPlaneAssets()
const cwd = scratch()
const through = ['--volumes-from', 'custom-resources']
const adding = [...through, '--preservation-mode']

let cluster: TestCluster
let bridge: Bridge

beforeAll(async () => {
  if (assets === null) return
  cluster = await startCluster(assets, cwd, { scenario: onlyColdLeftIn(cwd) })
  await cluster.advance(hourUs)
})
afterAll(() => cluster?.stop())

describe.runIf(assets !== null)('volumes behind MayastorVolume objects', () => {
  it('are refused with status 4 where the cluster has no such objects', async () => {
    for (const command of ['preview', 'doctor', 'operator']) {
      const flags = command === 'doctor' ? cluster.flags.filter(notClock) : cluster.flags
      const { status, notes } = await couchestor([command, ...flags, ...through], { cwd })
      expect([command, status], notes).toEqual([command, 4])
      expect(notes).toContain('leave out --volumes-from')
    }
  })

  it('are seen by preview, which says what needs steering, and by doctor', async () => {
    await installMayastorVolumes(cluster.plane)
    bridge = new Bridge(cluster)
    await bridge.begin()
    await put(cluster.plane, volumesPath, {
      ...{ apiVersion: 'openebs.io/v1alpha1', kind: 'MayastorVolume' },
      ...{ metadata: { name: 'moac' }, spec: { replicaCount: 1, requiredBytes: 5 } },
      status: { state: 'healthy' },
    })
    const plain = await previewed(through)
    expect(plain.document.volumes).toEqual([])
    expect(plain.document.blocked['cannot-steer']).toMatchObject({ volumes: 2 })
    expect(plain.notes).toContain('MayastorVolume mayastor/moac is refused')
    const kept = await previewed(adding)
    expect(kept.document.volumes.map(one => one.claim)).toEqual(['default/logs-0'])
    expect(kept.document.blocked['cannot-steer']).toMatchObject({ volumes: 1 })
    const flags = cluster.flags.filter(notClock)
    const { status, out } = await couchestor(['doctor', ...flags, ...through], { cwd })
    expect(status, out).toBe(0)
    expect(out).toContain('MayastorVolume mayastor/moac is refused for its field spec.numReplicas')
    expect(out).toContain('Mayastor behind MayastorVolume objects cannot be steered')
  })
})

describe.runIf(assets !== null)('volumes behind them', () => {
  it('get their copies by an operator that removes nothing', async () => {
    const operator = cluster.operator(adding)
    try {
      await joined(cluster)
      await bridge.turnUntil(cluster, async () => (await outcomes()).length > 0)
      expect(await outcomes(), operator.lines().slice(-20).join('\n')).toEqual(['Preserved'])
      const { body } = await cluster.plane.call('GET', volumesPath)
      const text = JSON.stringify(body)
      expect(text.match(/"numReplicas":6/g)).toHaveLength(1)
      expect(text.match(/"numReplicas":2/g)?.length).toBe(3)
      expect(
        operator
          .lines()
          .join('\n')
          .match(/moac is refused/g),
      ).toHaveLength(1)
    } finally {
      operator.child.kill('SIGTERM')
      await operator.ended
    }
  })
})

async function previewed(words: readonly string[]) {
  const { out, notes } = await couchestor(['preview', ...cluster.flags, ...words, '--json'], {
    cwd,
  })
  const document: Preview = JSON.parse(out)
  return { document, notes }
}

async function outcomes(): Promise<readonly unknown[]> {
  const listed = await cluster.list('VolumeMigration')
  return listed.flatMap(one => one.status?.outcome ?? [])
}

/** Doctor has no clock of a test. */
function notClock(word: string, place: number, all: readonly string[]): boolean {
  return word !== '--clock' && all[place - 1] !== '--clock'
}
