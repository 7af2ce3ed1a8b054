import { describe, expect, it } from 'vitest'
import { mayastorDriver } from '../../src/core/landscape.js'
import { poolId, volumeId } from '../../src/core/model.js'
import { LiveInventory } from '../../src/live/inventory.js'
import { bandwidthLimitLabel, iopsLimitLabel } from '../../src/live/join.js'
import type { KubernetesAnswer, KubernetesFacts } from '../../src/live/kubernetes-facts.js'
import { nodeReply, poolReply, recorded, uuid, volumeReply } from './mayastor/recorded.js'
import { answerJson, bare, TestTiming } from './servers.js'

const facts: KubernetesFacts = {
  knownUpToUs: 7,
  volumes: new Map([
    [
      volumeId(uuid),
      {
        name: `pvc-${uuid}`,
        labels: { app: 'shop' },
        storageClass: 'mayastor',
        driver: mayastorDriver,
        claim: { namespace: 'shop', name: 'db', pin: null, hold: true },
        ours: false,
      },
    ],
  ]),
  poolLabels: new Map([[poolId('pool-hot-1'), { tier: 'cold', 'storage-tier': 'hot' }]]),
  policies: [],
  waitingClaims: [],
}

async function open(known: KubernetesAnswer = { kind: 'known', facts }) {
  const limits = { [iopsLimitLabel]: '50000', [bandwidthLimitLabel]: '200MB' }
  const made = await recorded({
    'GET /v0/pools': [
      poolReply('pool-hot-1'),
      poolReply('pool-cold-2', { labels: limits }),
      poolReply('pool-odd-3', { labels: { [iopsLimitLabel]: 'much', [bandwidthLimitLabel]: '0' } }),
    ],
    'GET /v0/nodes': [nodeReply('node-2'), nodeReply('node-1')],
    'GET /v0/volumes': { entries: [volumeReply(), volumeReply({ uuid: 'nobodys' })] },
    [`GET /v0/volumes/${uuid}`]: volumeReply(),
  })
  const timing = new TestTiming()
  const inventory = new LiveInventory(made.mayastor, () => known, timing)
  const observe = async () => {
    const answer = await inventory.observe()
    if (answer.kind !== 'observed') throw new Error(answer.why)
    return answer.observation
  }
  return { ...made, inventory, observe, timing }
}

describe('the live inventory', () => {
  it('joins a volume with its PersistentVolume and claim', async () => {
    const { observe, inventory } = await open()
    const { cluster } = await observe()
    const own = { name: `pvc-${uuid}`, storageClass: 'mayastor', claim: { hold: true } }
    expect(cluster.volumes.find(one => one.id === uuid)).toMatchObject(own)
    expect(await inventory.volume(volumeId(uuid))).toMatchObject({ kind: 'volume', volume: own })
  })

  it('gives a volume that no PersistentVolume names to no policy', async () => {
    const { cluster } = await (await open()).observe()
    const nobodys = cluster.volumes.find(one => one.id === 'nobodys')
    expect(nobodys).toMatchObject({ storageClass: null, driver: '', claim: null })
  })

  it('puts the labels of both sides together, and names the keys that differ', async () => {
    const { cluster } = await (await open()).observe()
    const [cold, hot, odd] = cluster.pools
    expect(hot).toMatchObject({
      labels: { tier: 'hot', 'storage-tier': 'hot' },
      schedulerLabels: { tier: 'hot' },
      conflictingLabels: ['tier'],
      iopsLimit: null,
    })
    expect(cold).toMatchObject({
      conflictingLabels: [],
      iopsLimit: { value: 50_000, source: 'label' },
      bandwidthLimit: { value: 200_000_000, source: 'label' },
    })
    expect(odd).toMatchObject({ iopsLimit: null, bandwidthLimit: null })
  })

  it('knows of Mayastor what its last poll knew', async () => {
    const { observe, timing } = await open()
    expect(await observe()).toMatchObject({
      atUs: timing.atUs,
      knownUpToUs: { mayastor: timing.atUs - 30_000_000, kubernetes: 7 },
    })
  })

  it('gives the same objects again, but for what changed', async () => {
    const { observe, answers } = await open()
    const { cluster: one } = await observe()
    expect((await observe()).cluster).toBe(one)
    const entries = [volumeReply({ uuid: 'nobodys' }), volumeReply({ num_replicas: 3 })]
    answers.set('GET /v0/volumes', answerJson({ entries }))
    const { cluster: other } = await observe()
    expect(other).not.toBe(one)
    expect(other.pools).toBe(one.pools)
    expect(other.volumes.map(volume => volume.replicaCount)).toEqual([3, 2])
    expect(other.volumes[1]).toBe(one.volumes[1])
  })

  it('knows from its last look what an affinity key stands for', async () => {
    const { inventory, answers } = await open()
    const labelled = { inclusion: {}, exclusion: {}, affinity_key: ['tier'] }
    const topology = { pool_topology: { labelled } }
    answers.set(`GET /v0/volumes/${uuid}`, answerJson(volumeReply({ topology })))
    await inventory.observe()
    const volume = { topology: { poolInclusion: { tier: 'hot' } } }
    expect(await inventory.volume(volumeId(uuid))).toMatchObject({ volume })
  })

  it.each(['/v0/pools', '/v0/nodes', '/v0/volumes'])(
    'is unavailable without %s, and comes back',
    async path => {
      const { inventory, answers } = await open()
      const before = answers.get(`GET ${path}`) ?? bare(500)
      answers.set(`GET ${path}`, bare(503))
      expect(await inventory.observe()).toMatchObject({ kind: 'unavailable' })
      answers.set(`GET ${path}`, before)
      expect(await inventory.observe()).toMatchObject({ kind: 'observed' })
    },
  )

  it('is unavailable while Kubernetes is', async () => {
    const { inventory } = await open({ kind: 'unavailable', why: 'its watches are not complete' })
    const unavailable = { kind: 'unavailable', why: 'its watches are not complete' }
    expect(await inventory.observe()).toEqual(unavailable)
    expect(await inventory.volume(volumeId(uuid))).toEqual(unavailable)
  })
})
