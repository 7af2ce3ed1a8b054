/**
 * The operator killed at each step of its migrations, with no time to say goodbye: the next one
 * goes on, and at the end all volumes are whole, in their tier, with no cordon and no finalizer of
 * ours.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { hourUs, joined, type Started, startCluster, type TestCluster, until } from './cluster.js'
import { scratch } from './program.js'

const assets = controlPlaneAssets()
const minuteUs = 60_000_000

interface State {
  readonly nodes: readonly { readonly cordonLabels: readonly string[] }[]
  readonly pools: readonly {
    readonly id: string
    readonly cordon: unknown
    readonly labels: Readonly<Record<string, string>>
  }[]
  readonly volumes: readonly {
    readonly name: string
    readonly replicaCount: number
    readonly replicas: readonly { readonly pool: string; readonly childState: string }[]
  }[]
}

describe.runIf(assets !== null)('an operator that is killed', () => {
  let cluster: TestCluster

  beforeAll(async () => {
    if (assets === null) return
    cluster = await startCluster(assets, scratch())
    await cluster.advance(hourUs)
  })
  afterAll(() => cluster?.stop())

  it('after any of its commands is followed by one that goes on', async () => {
    const killed: number[] = []
    for (let commands = 1; commands <= 12; commands++) {
      const operator = cluster.operator()
      await joined(cluster)
      if (!(await killedAfter(cluster, operator, commands))) break
      killed.push(commands)
    }
    expect(killed.length).toBeGreaterThanOrEqual(4)
    const last = cluster.operator()
    await joined(cluster)
    await cluster.advance(3 * hourUs)
    last.child.kill('SIGTERM')
    await last.ended
    await expectWhole(cluster)
  })
})

/** False: it had nothing more to do. Time moves on minute by minute, as long as it lives. */
async function killedAfter(
  cluster: TestCluster,
  { child, ended, lines }: Started,
  commands: number,
): Promise<boolean> {
  const sent = (): number => lines().filter(line => line.includes('"command sent"')).length
  let isOver = false
  const time = (async () => {
    for (let minute = 0; minute < 45 && !isOver; minute++) {
      await Promise.race([cluster.advance(minuteUs), ended])
    }
  })()
  const isKilled = await Promise.race([
    time.then(() => false),
    until(() => (sent() >= commands ? true : null), 'command'),
  ])
  isOver = true
  child.kill('SIGKILL')
  await ended
  await time
  return isKilled
}

async function expectWhole({ ask, list }: TestCluster): Promise<void> {
  const state: State = JSON.parse((await ask('GET', '/twin/v1/state')).text)
  for (const { name, replicaCount, replicas } of state.volumes) {
    expect(
      replicas.map(one => one.childState),
      name,
    ).toEqual(['online', 'online'])
    expect(replicaCount, name).toBe(2)
    const tier = name.startsWith('logs') ? /^cold/ : /^hot/
    for (const { pool } of replicas) expect(pool, name).toMatch(tier)
  }
  expect(state.nodes.flatMap(node => node.cordonLabels)).toEqual([])
  for (const { id, cordon, labels } of state.pools) {
    expect({ id, cordon, labels: Object.keys(labels) }).toEqual({
      id,
      cordon: null,
      labels: ['storage-tier'],
    })
  }
  for (const { metadata, status } of await list('VolumeMigration')) {
    expect([metadata.finalizers ?? [], status?.phase], metadata.name).toEqual([[], 'Finished'])
  }
  const removed = (await ask('GET', '/twin/v1/history')).text
    .split('\n')
    .filter(line => line.includes('"replica-removed"'))
    .map(line => JSON.parse(line))
  expect(removed.length).toBeGreaterThan(0)
  for (const { healthy, volume } of removed) expect(healthy, volume).toBeGreaterThanOrEqual(2)
}
