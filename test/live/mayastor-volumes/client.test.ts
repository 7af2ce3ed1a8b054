/** Against a real API server, whose MayastorVolumes nobody but the test tells anything. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeId, volumeId } from '../../../src/core/model.js'
import type { KubernetesApi } from '../../../src/kubernetes/api.js'
import { MayastorVolumes } from '../../../src/live/mayastor-volumes/client.js'
import { apiOf } from '../../controlplane/api.js'
import { controlPlaneAssets } from '../../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../../controlplane/control-plane.js'
import { installDiskPools } from '../../controlplane/mayastor.js'
import { installMayastorVolumes, put, volumesPath } from '../../controlplane/mayastor-volumes.js'
import { poolObject, volumeObject } from './objects.js'

const assets = controlPlaneAssets()
const merge = { 'content-type': 'application/merge-patch+json' }
const id = volumeId('vol-1')
const toTwo = { kind: 'set-replica-count', volume: id, count: 2 } as const

let plane: ControlPlane
let api: KubernetesApi
let volumes: MayastorVolumes

const make = ({ metadata, ...rest }: ReturnType<typeof volumeObject>) => {
  const { resourceVersion, ...named } = metadata
  return put(plane, volumesPath, { ...rest, metadata: named })
}

beforeAll(async () => {
  if (assets === null) return
  plane = await startControlPlane(assets)
  api = apiOf(plane)
  volumes = new MayastorVolumes(api, 'mayastor')
})
afterAll(async () => {
  api?.close()
  await plane?.stop()
})

describe.runIf(assets !== null)('MayastorVolumes of an API server', () => {
  it('are absent where the cluster does not serve them', async () => {
    expect(await volumes.cluster()).toEqual({ kind: 'gone' })
    expect((await volumes.volume(id)).kind).toBe('unavailable')
    expect(await volumes.send(toTwo)).toMatchObject({ refusal: 'busy' })
  })

  it('are listed, and those of another form are named', async () => {
    await installMayastorVolumes(plane)
    await installDiskPools(plane)
    await make(volumeObject('vol-1'))
    await make(volumeObject('moac', { numReplicas: null, replicaCount: 1 }))
    const path = '/apis/openebs.io/v1beta3/namespaces/mayastor/diskpools'
    await put(plane, path, poolObject('pool-1', 'node-1'))
    const read = await volumes.cluster()
    if (read.kind !== 'read') throw new Error(JSON.stringify(read))
    expect(read.value.volumes.map(one => one.id)).toEqual(['vol-1'])
    expect(read.value.pools).toMatchObject([{ id: 'pool-1', status: 'online' }])
    expect(read.value.nodes).toMatchObject([{ id: 'node-1', status: 'online' }])
    expect(volumes.faults()).toHaveLength(1)
    expect(volumes.faults()[0]).toMatch(/^MayastorVolume mayastor\/moac .*spec\.numReplicas/)
    expect((await volumes.volume(volumeId('moac'))).kind).toBe('unavailable')
    expect(await volumes.volume(volumeId('nobody'))).toEqual({ kind: 'gone' })
  })
})

describe.runIf(assets !== null)('writes of them', () => {
  it('take a number of replicas, once', async () => {
    const specOf = async () => Object((await plane.call('GET', `${volumesPath}/vol-1`)).body).spec
    const before = await specOf()
    expect((await volumes.send(toTwo)).kind).toBe('done')
    expect(await specOf()).toEqual({ ...before, numReplicas: 2 })
    const read = await volumes.volume(id)
    expect(read).toMatchObject({ value: { replicaCount: 2 } })
    expect(await volumes.send(toTwo)).toMatchObject({ refusal: 'already' })
    const other = { ...toTwo, volume: volumeId('nobody') }
    expect(await volumes.send(other)).toMatchObject({ refusal: 'not-found' })
  })

  it('are not written over what somebody else wrote meanwhile', async () => {
    const between: KubernetesApi = Object.assign(Object.create(api), {
      get: async (...asked: Parameters<KubernetesApi['get']>) => {
        const answer = await api.get(...asked)
        const at = `${volumesPath}/vol-1`
        await plane.call('PATCH', at, { spec: { numReplicas: 3 } }, merge)
        return answer
      },
    })
    const late = new MayastorVolumes(between, 'mayastor')
    const command = { ...toTwo, count: 1 }
    expect(await late.send(command)).toMatchObject({ kind: 'refused', refusal: 'conflict' })
    expect(await volumes.volume(id)).toMatchObject({ value: { replicaCount: 3 } })
  })

  it('carry no cordon', async () => {
    const command = { kind: 'cordon-node', node: nodeId('node-1'), label: 'x' } as const
    expect(await volumes.send(command)).toMatchObject({ kind: 'refused', refusal: 'invalid' })
  })
})
