import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  Answer,
  KubernetesApi,
  KubernetesObject,
  Resource,
  WatchEvent,
} from '../../src/kubernetes/api.js'
import { type Connection, connect } from '../../src/kubernetes/connect.js'
import { openApi } from '../../src/kubernetes/transport.js'
import { systemTiming } from '../../src/live/http/timing.js'
import { controlPlaneAssets } from '../controlplane/assets.js'
import { type ControlPlane, startControlPlane } from '../controlplane/control-plane.js'
import { installDefinitions } from '../controlplane/definitions.js'
import { makeCertificates } from '../live/certificates.js'
import { kubeconfig, write } from './kubeconfigs.js'

const assets = controlPlaneAssets()

const settings: Resource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  namespace: 'default',
}
const policies: Resource = {
  group: 'storage.billyronks.io',
  version: 'v1',
  plural: 'storagepolicies',
  namespace: null,
}

function setting(name: string, value: string, labels = {}): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data: { value } }
}

function policy(name: string, more: object): KubernetesObject {
  return {
    apiVersion: 'storage.billyronks.io/v1',
    kind: 'StoragePolicy',
    metadata: { name },
    ...more,
  }
}

function answered<Value>(answer: Answer<Value>): Value {
  if (answer.kind === 'answered') return answer.value
  throw new Error(JSON.stringify(answer))
}

const onServer = it.runIf(assets !== null)

describe('a real API server', () => {
  let plane: ControlPlane
  let connection: Connection
  let api: KubernetesApi

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    await installDefinitions(plane)
    connection = await connectionTo({
      'client-certificate': 'admin.crt',
      'client-key': 'admin.key',
    })
    api = openApi(connection, systemTiming)
    while ((await plane.call('GET', '/api/v1/namespaces/default')).status !== 200) {
      await systemTiming.sleep(50_000)
    }
  })
  afterAll(async () => {
    api?.close()
    await plane?.stop()
  })

  async function connectionTo(user: object): Promise<Connection> {
    const cluster = { server: plane.url, 'certificate-authority': 'ca.crt' }
    const text = kubeconfig({ current: 'a', contexts: { a: { cluster, user } } })
    const connected = await connect({ kubeconfig: write(plane.folder, 'config', text) })
    if (connected.kind === 'missing') throw new Error(connected.why)
    return connected.connection
  }

  onServer('creates an object once, and gives it without who manages which field', async () => {
    const created = answered(await api.create(settings, setting('once', '1')))
    expect(created).toMatchObject({ data: { value: '1' }, metadata: { namespace: 'default' } })
    expect(created.metadata).not.toHaveProperty('managedFields')
    const again = await api.create(settings, setting('once', '2'))
    expect(again).toMatchObject({ kind: 'refused', status: 409, reason: 'AlreadyExists' })
    expect(answered(await api.get(settings, 'once'))).toEqual(created)
  })

  onServer('replaces an object of the version that was read, and no other', async () => {
    const read = answered(await api.create(settings, setting('version', '1')))
    const replaced = answered(await api.replace(settings, { ...read, data: { value: '2' } }, null))
    expect(replaced.data).toEqual({ value: '2' })
    const stale = await api.replace(settings, { ...read, data: { value: '3' } }, null)
    expect(stale).toMatchObject({ kind: 'refused', status: 409, reason: 'Conflict' })
    expect(answered(await api.get(settings, 'version'))).toEqual(replaced)
  })

  onServer('keeps a status apart: a create drops it, and only its own write sets it', async () => {
    const status = { phase: 'Active' }
    const created = answered(await api.create(policies, policy('apart', { spec: {}, status })))
    expect(created).not.toHaveProperty('status')
    const unset = answered(await api.replace(policies, { ...created, status }, null))
    expect(unset).not.toHaveProperty('status')
    const set = answered(await api.replace(policies, { ...unset, status }, 'status'))
    expect(set).toMatchObject({ status })
  })

  onServer.each([null, 'status'] as const)(
    'applies twice and writes once: %s',
    async subresource => {
      const name = `twice-${subresource ?? 'spec'}`
      const request = { fieldManager: 'tests', force: true, subresource }
      const wanted = policy(
        name,
        subresource === null
          ? { spec: { highWatermarkIOPS: 7000 } }
          : { status: { phase: 'Active' } },
      )
      if (subresource !== null) answered(await api.create(policies, policy(name, { spec: {} })))
      const first = answered(await api.apply(policies, wanted, request))
      const second = answered(await api.apply(policies, wanted, request))
      expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion)
      expect(first).toMatchObject(subresource === null ? { spec: wanted.spec } : wanted)
    },
  )

  onServer('applies over another manager only by force', async () => {
    const wanted = (value: string) => setting('managed', value)
    const request = { fieldManager: 'first', force: false, subresource: null }
    answered(await api.apply(settings, wanted('1'), request))
    const second = { ...request, fieldManager: 'second' }
    const refused = await api.apply(settings, wanted('2'), second)
    expect(refused).toMatchObject({ kind: 'refused', status: 409, reason: 'Conflict' })
    const forced = answered(await api.apply(settings, wanted('2'), { ...second, force: true }))
    expect(forced.data).toEqual({ value: '2' })
  })

  onServer('merges a patch', async () => {
    answered(await api.create(settings, setting('merged', '1')))
    const patch = { data: { value: null, other: '2' } }
    expect(answered(await api.merge(settings, 'merged', patch)).data).toEqual({ other: '2' })
  })

  onServer('deletes an object, once', async () => {
    answered(await api.create(settings, setting('doomed', '1')))
    expect(await api.delete(settings, 'doomed')).toEqual({ kind: 'answered', value: null })
    const missing = { kind: 'refused', status: 404, reason: 'NotFound' }
    expect(await api.delete(settings, 'doomed')).toMatchObject(missing)
    expect(await api.get(settings, 'doomed')).toMatchObject(missing)
  })

  onServer('lists in pages, each object once, large ones too', async () => {
    const names = ['p1', 'p2', 'p3', 'p4', 'p5']
    const large = 'x'.repeat(100_000)
    const made = names.map(name => setting(name, large, { list: 'pages' }))
    for (const one of made) answered(await api.create(settings, one))
    const listed: string[] = []
    const sizes: number[] = []
    const versions = new Set<string>()
    let next: string | null = ''
    while (next !== null) {
      const token: { next?: string } = next === '' ? {} : { next }
      const request = { labelSelector: 'list=pages', limit: 2, ...token }
      const page = answered(await api.list(settings, request))
      listed.push(...page.items.map(({ metadata }) => metadata.name))
      expect(page.items.every(({ data }) => JSON.stringify(data).includes(large))).toBe(true)
      sizes.push(page.items.length)
      versions.add(page.version)
      next = page.next
    }
    expect(sizes).toEqual([2, 2, 1])
    expect(listed.toSorted()).toEqual(names)
    expect(versions.size).toBe(1)
    const field = { limit: 9, fieldSelector: 'metadata.name=p3' }
    expect(answered(await api.list(settings, field)).items).toHaveLength(1)
  })

  onServer(
    'tells a watch what happened since its version, in order, and ends it in time',
    async () => {
      const selection = { labelSelector: 'watch=yes' }
      const { version } = answered(await api.list(settings, { ...selection, limit: 1 }))
      const made = answered(await api.create(settings, setting('seen', '1', { watch: 'yes' })))
      answered(await api.create(settings, setting('unseen', '1')))
      const changed = answered(await api.replace(settings, { ...made, data: { value: '2' } }, null))
      const events: WatchEvent[] = []
      const request = { ...selection, version, timeoutUs: 3_000_000 }
      const over = api.watch(settings, request, event => events.push(event), never())
      while (events.length < 2) await systemTiming.sleep(10_000)
      answered(await api.delete(settings, 'seen'))
      expect(await over).toEqual({ kind: 'answered', value: null })
      const [first, second, third, ...bookmarks] = events
      expect([first, second]).toEqual([
        { type: 'ADDED', object: made },
        { type: 'MODIFIED', object: changed },
      ])
      expect(third).toMatchObject({ type: 'DELETED', object: { metadata: { name: 'seen' } } })
      expect(bookmarks.length, 'it brings one before it ends').toBeGreaterThan(0)
      const [bookmark] = bookmarks
      expect(bookmark).toEqual({ type: 'BOOKMARK', version: expect.stringMatching(/./) })
    },
  )

  onServer('refuses a list and a watch that it cannot select for, with its reason', async () => {
    const fieldSelector = 'data.value=1'
    const refused = { kind: 'refused', status: 400, reason: 'BadRequest' }
    const wanted = { fieldSelector, version: '1', timeoutUs: 3_000_000 }
    expect(await api.list(settings, { fieldSelector, limit: 1 })).toMatchObject(refused)
    expect(await api.watch(settings, wanted, () => {}, never())).toMatchObject(refused)
  })

  onServer('knows the user of a token, and tells what is forbidden', async () => {
    const accounts = { ...settings, plural: 'serviceaccounts' }
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'nobody' } }
    answered(await api.create(accounts, account))
    const path = '/api/v1/namespaces/default/serviceaccounts/nobody/token'
    const { body } = await plane.call('POST', path, { spec: { expirationSeconds: 600 } })
    const { status } = body as { readonly status: { readonly token: string } }
    write(plane.folder, 'token', `${status.token}\n`)
    const own = openApi(await connectionTo({ tokenFile: 'token' }), systemTiming)
    const refused = await own.list(settings, { limit: 1 })
    expect(refused).toMatchObject({ kind: 'refused', status: 403, reason: 'Forbidden' })
    expect(JSON.stringify(refused)).toContain('system:serviceaccount:default:nobody')
    const watched = await own.watch(
      settings,
      { version: '1', timeoutUs: 1_000_000 },
      () => {},
      never(),
    )
    expect(watched).toMatchObject({ kind: 'refused', status: 403, reason: 'Forbidden' })
    own.close()
  })

  onServer('is not asked where its certificate is signed by nobody that is trusted', async () => {
    const stranger = makeCertificates().authority
    const other = openApi({ ...connection, tls: { ...connection.tls, ca: stranger } }, systemTiming)
    expect(await other.create(settings, setting('untrusted', '1'))).toEqual({
      kind: 'failed',
      reached: false,
      why: 'its certificate is signed by nobody that is trusted',
    })
    other.close()
  })
})

function never(): AbortSignal {
  return new AbortController().signal
}
