import { setTimeout as later } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { mayastorDriver } from '../../src/core/landscape.js'
import { poolId, volumeId } from '../../src/core/model.js'
import { defaultPolicy } from '../../src/core/parse-policy.js'
import type { KubernetesApi } from '../../src/kubernetes/api.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import type { KubernetesFacts } from '../../src/live/kubernetes-facts.js'
import { holdAnnotation } from '../../src/live/kubernetes-objects.js'
import { KubernetesWatch } from '../../src/live/kubernetes-watch.js'
import { whyUnknown } from '../../src/live/watch-age.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import {
  create,
  definitionsPath,
  installDefinitions,
  manifestOf,
} from '../controlplane/definitions.js'
import { administrator } from '../kubernetes/administrator.js'

const assets = controlPlaneAssets()
const claimsPath = '/api/v1/namespaces/shop/persistentvolumeclaims'
const poolsDefinition = `${definitionsPath}/diskpools.openebs.io`

const onServer = it.runIf(assets !== null)

describe('what is watched of a real API server', () => {
  let plane: ControlPlane
  let api: KubernetesApi
  const opened: KubernetesWatch[] = []

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    await installDefinitions(plane)
    api = openApi(administrator(plane), systemTiming)
    for (const name of ['shop', 'mayastor'])
      await post('/api/v1/namespaces', { metadata: { name } })
    await post('/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name: 'mayastor' },
      provisioner: mayastorDriver,
      volumeBindingMode: 'WaitForFirstConsumer',
    })
    await post('/api/v1/persistentvolumes', volume)
    await post(claimsPath, claimOf('db', { volumeName: 'pvc-1' }))
    await post(claimsPath, claimOf('new', {}))
    await phase('db', 'Bound')
    await phase('new', 'Pending')
    await create(plane, manifestOf('StoragePolicy', 'tiers', { ecPolicyRef: 'code' }))
    await create(plane, manifestOf('ErasureCodingPolicy', 'code', {}))
  })
  afterEach(async () => {
    await Promise.all(opened.splice(0).map(one => one.stop()))
  })
  afterAll(async () => {
    api?.close()
    await plane?.stop()
  })

  function open(...policies: readonly ReturnType<typeof defaultPolicy>[]): KubernetesWatch {
    const made = new KubernetesWatch(api, systemTiming, policies.length > 0 ? policies : 'watched')
    opened.push(made)
    made.start()
    return made
  }

  async function post(path: string, body: object): Promise<void> {
    const { status, body: said } = await plane.call('POST', path, body)
    if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(said)}`)
  }

  async function patch(path: string, body: object): Promise<void> {
    const type = { 'content-type': 'application/merge-patch+json' }
    const { status, body: said } = await plane.call('PATCH', path, body, type)
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(said)}`)
  }

  const phase = (name: string, is: string) =>
    patch(`${claimsPath}/${name}/status`, { status: { phase: is } })

  onServer('is not known before DiskPools are served, in whichever version', async () => {
    const watch = open()
    await until(() => why(watch).includes('serves neither v1beta3 nor v1beta2'))
    await post(definitionsPath, poolsServed('v1beta2'))
    const pool = { apiVersion: 'openebs.io/v1beta2', kind: 'DiskPool', metadata: poolHead }
    await until(async () => {
      const path = '/apis/openebs.io/v1beta2/namespaces/mayastor/diskpools'
      return (await plane.call('POST', path, pool)).status === 201
    })
    await watch.whenListed()
    await until(() => facts(watch).poolLabels.size > 0)
    expect(facts(watch).poolLabels).toEqual(labelsOfPools)
    await patch(poolsDefinition, { spec: poolsServed('v1beta3').spec })
    await until(async () => {
      return (await plane.call('GET', '/apis/openebs.io/v1beta2/diskpools')).status === 404
    })
    const next = open()
    await next.whenListed()
    expect(facts(next).poolLabels).toEqual(labelsOfPools)
  })

  onServer('is joined: volumes, claims, classes, policies', async () => {
    const watch = open()
    await watch.whenListed()
    const { volumes, waitingClaims, policies, knownUpToUs } = facts(watch)
    const claim = { namespace: 'shop', name: 'db', pin: null, hold: false }
    const labels = { app: 'db', zone: 'a' }
    expect([...volumes]).toMatchObject([['uuid-1', { name: 'pvc-1', claim, labels }]])
    expect(waitingClaims).toMatchObject([{ name: 'new', waitsForFirstConsumer: true }])
    expect(policies).toMatchObject([{ name: 'tiers', problems: [], coding: { name: 'code' } }])
    expect(Math.abs(systemTiming.nowUs() - knownUpToUs)).toBeLessThan(30_000_000)
    expect(watch.answer()).toBe(watch.answer())
  })

  onServer('follows what people change, and calls back for policies alone', async () => {
    const watch = open()
    await watch.whenListed()
    const before = facts(watch)
    let told = 0
    watch.onChange(() => {
      told += 1
    })
    await patch(`${claimsPath}/db`, { metadata: { annotations: { [holdAnnotation]: 'true' } } })
    await until(() => facts(watch).volumes.get(volumeId('uuid-1'))?.claim?.hold === true)
    const tiers = '/apis/storage.billyronks.io/v1/storagepolicies/tiers'
    await patch(`${tiers}/status`, { status: { phase: 'Active', watchedVolumes: 3 } })
    const after = facts(watch)
    await patch(tiers, { spec: { highWatermarkIOPS: 9000 } })
    await until(() => facts(watch).policies !== before.policies)
    // Events come in order: the one of the status was there before.
    expect(told).toBe(1)
    expect(facts(watch).policies).toMatchObject([{ spec: { highWatermarkIops: 9000 } }])
    expect(after.policies).toBe(before.policies)
    expect(facts(watch).poolLabels).toBe(before.poolLabels)
    expect(facts(watch).volumes).toBe(after.volumes)
  })

  onServer('takes policies that are given for those of the cluster', async () => {
    const given = defaultPolicy('given')
    const watch = open(given)
    await watch.whenListed()
    expect(facts(watch).policies).toEqual([given])
  })
})

describe('what a watch has', () => {
  const second = 1_000_000
  const known = (knownUpToUs: number | null, trouble: string | null) =>
    whyUnknown('things', { knownUpToUs: () => knownUpToUs, trouble: () => trouble }, 100 * second)

  it.each([
    ['nothing yet', null, null, 'things are not listed yet'],
    ['nothing, and trouble', null, 'refused', 'refused'],
    ['what is old, and no trouble', 1, null, null],
    ['what is 60 s old, and trouble', 40 * second, 'refused', null],
    ['what is older, and trouble', 40 * second - 1, 'refused', 'refused'],
  ])('is believed where it may be: %s', (_, knownUpToUs, trouble, why) => {
    expect(known(knownUpToUs, trouble)).toBe(why)
  })
})

const volume = {
  metadata: { name: 'pvc-1', labels: { app: 'other', zone: 'a' } },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'mayastor',
    csi: { driver: mayastorDriver, volumeHandle: 'uuid-1' },
    claimRef: { namespace: 'shop', name: 'db' },
  },
}

function claimOf(name: string, spec: object): object {
  const resources = { requests: { storage: '1Gi' } }
  const all = { accessModes: ['ReadWriteOnce'], storageClassName: 'mayastor', resources, ...spec }
  return { metadata: { name, labels: { app: name } }, spec: all }
}

const poolHead = { name: 'pool-1', labels: { 'storage-tier': 'hot' } }
const labelsOfPools = new Map([[poolId('pool-1'), { 'storage-tier': 'hot' }]])

/** The definition of DiskPools as a release of Mayastor installs it. */
function poolsServed(version: 'v1beta2' | 'v1beta3') {
  const schema = { openAPIV3Schema: { type: 'object' } }
  const older = { name: 'v1beta2', served: version === 'v1beta2', storage: version === 'v1beta2' }
  const newer = { name: 'v1beta3', served: true, storage: true }
  const versions = version === 'v1beta2' ? [older] : [older, newer]
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'diskpools.openebs.io' },
    spec: {
      group: 'openebs.io',
      scope: 'Namespaced',
      names: { kind: 'DiskPool', plural: 'diskpools', singular: 'diskpool' },
      versions: versions.map(one => ({ ...one, schema })),
    },
  }
}

function facts(watch: KubernetesWatch): KubernetesFacts {
  const answer = watch.answer()
  if (answer.kind === 'unavailable') throw new Error(answer.why)
  return answer.facts
}

function why(watch: KubernetesWatch): string {
  const answer = watch.answer()
  return answer.kind === 'unavailable' ? answer.why : ''
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) {
    if (await holds()) return
    await later(10)
  }
  throw new Error('it never came to be')
}
