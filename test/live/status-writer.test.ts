/** Statuses on a real API server: what is told, and that an unchanged world writes nothing. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatInstant } from '../../src/core/instant.js'
import type { KubernetesApi, KubernetesObject, Resource } from '../../src/kubernetes/api.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { StatusWriter } from '../../src/live/status-writer.js'
import { apiOf } from '../controlplane/api.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { create, installDefinitions, manifestOf } from '../controlplane/definitions.js'
import { minute, noon } from '../core/cluster.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const policies: Resource = {
  group: 'storage.billyronks.io',
  version: 'v1',
  plural: 'storagepolicies',
  namespace: null,
}

function status(isReady: boolean, watchedVolumes = 1) {
  const state = isReady ? 'True' : 'False'
  const ready = { type: 'Ready', status: state, reason: 'Because', message: '' }
  return { phase: 'Active', watchedVolumes, conditions: [ready] }
}

let plane: ControlPlane
let api: KubernetesApi

beforeAll(async () => {
  if (assets === null) return
  plane = await startControlPlane(assets)
  await installDefinitions(plane)
  api = apiOf(plane)
})
afterAll(async () => {
  for (const one of opened) one.close()
  api?.close()
  await plane?.stop()
})

const opened: StatusWriter[] = []

function writer(over: KubernetesApi = api): StatusWriter {
  const kind = {
    name: 'StoragePolicy',
    resource: policies,
    changedField: 'lastReconcileTime',
  } as const
  const one = new StatusWriter(over, kind, systemTiming)
  opened.push(one)
  return one
}

async function read(name: string): Promise<KubernetesObject> {
  const answer = await api.get(policies, name)
  if (answer.kind !== 'answered') throw new Error(`no ${name}`)
  return answer.value
}

async function made(name: string): Promise<string> {
  await create(plane, manifestOf('StoragePolicy', name, {}))
  return name
}

describe('the statuses', () => {
  onServer('are written once while nothing changes, also after a restart', async () => {
    const name = await made('calm')
    const first = writer()
    expect(await first.write([{ name, status: status(true) }], noon)).toEqual([])
    const written = await read(name)
    expect(written.status).toMatchObject({ phase: 'Active', watchedVolumes: 1 })
    expect(written.status).toMatchObject({ lastReconcileTime: formatInstant(noon) })
    await first.write([{ name, status: status(true) }], noon + minute)
    expect((await read(name)).metadata.resourceVersion).toBe(written.metadata.resourceVersion)
  })

  onServer('forget the last key of a map', async () => {
    const name = await made('unblocked')
    const one = writer()
    const wanted = (blocked: object) => ({ name, status: { ...status(true), blocked } })
    for (const blocked of [{}, { paused: 1 }, { cooldown: 2 }, {}, { cooldown: 1 }, {}]) {
      expect(await one.write([wanted(blocked)], noon)).toEqual([])
      const { status: written } = await read(name)
      const there = Object.entries(written ?? {}).find(([field]) => field === 'blocked')
      expect(there?.[1] ?? {}).toEqual(blocked)
    }
  })

  onServer('say since when a condition is what it is, whoever wrote it first', async () => {
    const name = await made('turning')
    await writer().write([{ name, status: status(true) }], noon)
    const since = async (): Promise<unknown> => (await read(name)).status
    const second = writer()
    await second.write([{ name, status: status(true, 2) }], noon + minute)
    expect(await since()).toMatchObject({
      watchedVolumes: 2,
      conditions: [{ lastTransitionTime: formatInstant(noon) }],
    })
    await second.write([{ name, status: status(false, 2) }], noon + 2 * minute)
    expect(await since()).toMatchObject({
      conditions: [{ status: 'False', lastTransitionTime: formatInstant(noon + 2 * minute) }],
    })
  })

  onServer('of a policy that is gone are no failure, and none makes it come back', async () => {
    expect(await writer().write([{ name: 'nobody', status: status(true) }], noon)).toEqual([])
    expect(await api.get(policies, 'nobody')).toMatchObject({ kind: 'refused', status: 404 })
  })

  onServer('that are refused are told, and tried again', async () => {
    const name = await made('wrong')
    const one = writer()
    const bad = { ...status(true), phase: 'Nonsense' }
    expect(await one.write([{ name, status: bad }], noon)).toEqual([
      expect.stringContaining('Nonsense'),
    ])
    expect(await one.write([{ name, status: bad }], noon)).toHaveLength(1)
    expect(await one.write([{ name, status: status(true) }], noon)).toEqual([])
  })

  onServer('with a field that the definition lacks are tried once, until they change', async () => {
    const name = await made('older')
    let applies = 0
    const one = writer({
      ...api,
      get: (...asked) => api.get(...asked),
      apply: (...asked) => {
        applies += 1
        return api.apply(...asked)
      },
    })
    const wanted = { ...status(true), laterField: 1 }
    const why = `StoragePolicy ${name}: failed to create typed patch object`
    const told = [expect.stringContaining(why)]
    expect(await one.write([{ name, status: wanted }], noon)).toEqual(told)
    expect(await one.write([{ name, status: wanted }], noon)).toEqual(told)
    await systemTiming.sleep(500_000)
    expect(applies).toBe(1)
    expect(await one.write([{ name, status: status(true) }], noon)).toEqual([])
  })
})
