/** A reflector and a real API server, over a network that is cut. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { KubernetesApi, KubernetesObject, Resource } from '../../src/kubernetes/api.js'
import {
  type Reflecting,
  type ReflectingOptions,
  reflect,
} from '../../src/kubernetes/reflecting.js'
import { openApi } from '../../src/kubernetes/transport.js'
import type { Change } from '../../src/kubernetes/watched.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { Relay } from '../e2e/relay.js'

const assets = controlPlaneAssets()
const settings = { group: '', version: 'v1', plural: 'configmaps', namespace: 'test' }

describe('a reflector of a real API server', () => {
  let plane: ControlPlane
  let relay: Relay
  let direct: KubernetesApi
  let relayed: KubernetesApi
  const started: Reflecting<string>[] = []

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    const name = { metadata: { name: 'test' } }
    expect((await plane.call('POST', '/api/v1/namespaces', name)).status).toBe(201)
    relay = await Relay.before(plane.url)
    direct = apiAt(plane, plane.url)
    relayed = apiAt(plane, relay.url)
  })
  afterEach(async () => {
    for (const one of started.splice(0)) await one.stop()
  })
  afterAll(async () => {
    direct?.close()
    relayed?.close()
    await relay?.cut()
    await plane?.stop()
  })

  it.runIf(assets !== null)('has what was there before it and what came after', async () => {
    await write('before', '1')
    await write('leaves', '1')
    const { reflecting, changes } = follow({ selection: { labelSelector: 'part=first' } })
    await write('first', '1', { part: 'first' })
    await reflecting.whenListed()
    await until(() => reflecting.objects()?.size === 1)
    await write('first', '2', { part: 'first' })
    await write('second', '1', { part: 'first' })
    await write('second', '2', {})
    await until(() => reflecting.objects()?.get('test/first') === '2')
    await until(() => changes.some(({ kind }) => kind === 'gone'))
    expect(reflecting.objects()).toEqual(new Map([['test/first', '2']]))
    const told = changes.filter(({ kind }) => kind !== 'listed').slice(-3)
    expect(told).toMatchObject([
      { kind: 'set', key: 'test/first', object: '2' },
      { kind: 'set', key: 'test/second', object: '1' },
      { kind: 'gone', key: 'test/second' },
    ])
    expect(reflecting.trouble()).toBeNull()
  })

  it.runIf(assets !== null)('lists more than one page', async () => {
    const names = Array.from({ length: 520 }, (_, index) => `many-${index}`)
    for (let at = 0; at < names.length; at += 8) {
      await Promise.all(names.slice(at, at + 8).map(name => write(name, '1', { part: 'many' })))
    }
    const { reflecting, changes } = follow({ selection: { labelSelector: 'part=many' } })
    await reflecting.whenListed()
    expect(changes).toHaveLength(1)
    expect([...(reflecting.objects()?.keys() ?? [])].sort()).toEqual(
      names.map(name => `test/${name}`).sort(),
    )
  })

  it.runIf(assets !== null)(
    'finds what happened while it was cut off, without a list',
    async () => {
      await write('stays', '1', { part: 'cut' })
      await write('goes', '1', { part: 'cut' })
      const { reflecting, changes } = follow({ selection: { labelSelector: 'part=cut' } })
      await reflecting.whenListed()
      const before = reflecting.objects()
      await relay.cut()
      await until(() => reflecting.trouble() !== null)
      await write('stays', '2', { part: 'cut' })
      await write('comes', '1', { part: 'cut' })
      expect(await direct.delete(settings, 'goes')).toEqual({ kind: 'answered', value: null })
      expect(reflecting.objects()).toBe(before)
      await relay.open()
      await until(() => reflecting.objects()?.has('test/goes') === false)
      expect(reflecting.objects()).toEqual(
        new Map([
          ['test/stays', '2'],
          ['test/comes', '1'],
        ]),
      )
      expect(reflecting.trouble()).toBeNull()
      expect(changes.filter(({ kind }) => kind === 'listed')).toHaveLength(1)
    },
  )

  it.runIf(assets !== null)('waits for a resource that is not there yet', async () => {
    const resource = { group: 'example.org', version: 'v1', plural: 'things', namespace: null }
    const { reflecting } = follow({}, resource)
    await until(() => reflecting.trouble() !== null)
    expect(reflecting.trouble()).toContain('things.example.org: the list was refused with 404')
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
    expect((await plane.call('POST', path, definitionOfThings)).status).toBe(201)
    await reflecting.whenListed()
    expect([reflecting.objects(), reflecting.trouble()]).toEqual([new Map(), null])
  })

  function follow(
    options: Partial<ReflectingOptions<string>>,
    resource: Resource = settings,
  ): { readonly reflecting: Reflecting<string>; readonly changes: readonly Change<string>[] } {
    const keep = ({ data }: KubernetesObject): string => valueIn(data)
    const reflecting = reflect(relayed, resource, { keep, ...options }, systemTiming)
    const changes: Change<string>[] = []
    reflecting.subscribe(change => changes.push(change))
    started.push(reflecting)
    reflecting.start()
    return { reflecting, changes }
  }

  async function write(
    name: string,
    value: string,
    labels: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const head = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } }
    const request = { fieldManager: 'test', force: true, subresource: null }
    const answer = await direct.apply(settings, { ...head, data: { value } }, request)
    expect(answer.kind).toBe('answered')
  }
})

function apiAt({ folder }: ControlPlane, url: string): KubernetesApi {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const tls = { ca: read('ca.crt'), cert: read('admin.crt'), key: read('admin.key') }
  return openApi({ url, tls, headers: async () => ({}) }, systemTiming)
}

function valueIn(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('value' in data)) return 'none'
  return String(data.value)
}

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1500 && !isSo(); turn++) await later(20)
  expect(isSo()).toBe(true)
}

const definitionOfThings = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'things.example.org' },
  spec: {
    group: 'example.org',
    scope: 'Cluster',
    names: { plural: 'things', singular: 'thing', kind: 'Thing' },
    versions: [
      { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
    ],
  },
}
