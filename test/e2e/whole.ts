/** How a cluster must stand once everything that was done to its operators is over. */
import { expect } from 'vitest'
import type { TestCluster } from './cluster.js'

interface Replica {
  readonly pool: string
  readonly childState: string
}

export interface StoodVolume {
  /** As Mayastor names it. */
  readonly uuid: string
  readonly name: string
  readonly replicaCount: number
  readonly replicas: readonly Replica[]
}

export interface Stood {
  readonly nowUs: number
  readonly nodes: readonly { readonly id: string; readonly cordonLabels: readonly string[] }[]
  readonly pools: readonly {
    readonly id: string
    readonly cordon: unknown
    readonly labels: Readonly<Record<string, string>>
  }[]
  readonly volumes: readonly StoodVolume[]
}

/** Whatever has a twin. */
type Asked = Pick<TestCluster, 'ask'>

export async function stoodOf({ ask }: Asked): Promise<Stood> {
  return JSON.parse((await ask('GET', '/twin/v1/state')).text)
}

/** The volume of that name. */
export async function volumeOf(cluster: TestCluster, name: string): Promise<StoodVolume> {
  const { volumes } = await stoodOf(cluster)
  const found = volumes.find(volume => volume.name === name)
  if (found === undefined) throw new Error(`there is no volume ${name}`)
  return found
}

/** Those that carry a cordon or a mark of ours, or anybody's. */
export async function cordoned(cluster: Asked): Promise<readonly string[]> {
  const { nodes, pools } = await stoodOf(cluster)
  const marked = pools.filter(
    ({ cordon, labels }) => cordon !== null || Object.keys(labels).join() !== 'storage-tier',
  )
  return [...nodes.filter(node => node.cordonLabels.length > 0), ...marked].map(({ id }) => id)
}

export type TierOf = (volume: string) => 'hot' | 'cold'

/** Where heat alone decides. */
export const byHeat: TierOf = volume => (volume.startsWith('logs') ? 'cold' : 'hot')

/** Volumes whole and in their tier, no cordon, no finalizer, and never too few replicas. */
export async function expectWhole(cluster: TestCluster, tierOf: TierOf = byHeat): Promise<void> {
  const { volumes } = await stoodOf(cluster)
  for (const { name, replicaCount, replicas } of volumes) {
    const states = replicas.map(one => one.childState)
    expect({ name, replicaCount, states }).toEqual({
      name,
      replicaCount: 2,
      states: ['online', 'online'],
    })
    for (const { pool } of replicas) expect(`${name} on ${pool}`).toContain(` on ${tierOf(name)}-`)
  }
  expect(await cordoned(cluster)).toEqual([])
  for (const { metadata, status } of await cluster.list('VolumeMigration')) {
    expect([metadata.finalizers ?? [], status?.phase], metadata.name).toEqual([[], 'Finished'])
  }
  await expectNeverTooFew(cluster)
}

/** All volumes of the tests are meant to have two. */
export async function expectNeverTooFew(cluster: Asked): Promise<void> {
  const removed = (await historyOf(cluster)).filter(({ kind }) => kind === 'replica-removed')
  expect(removed.length).toBeGreaterThan(0)
  for (const { healthy, volume } of removed) expect(healthy, String(volume)).toBeGreaterThan(1)
}

export type Happened = Readonly<Record<string, unknown>>

/** What really happened, from that line on. */
export async function historyOf({ ask }: Asked, from = 0): Promise<readonly Happened[]> {
  const { text } = await ask('GET', `/twin/v1/history?from=${from}`)
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line))
}
