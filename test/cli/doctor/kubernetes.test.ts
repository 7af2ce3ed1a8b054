import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operatorRules } from '../../../src/cli/doctor/permissions.js'
import type { KubernetesApi } from '../../../src/kubernetes/api.js'
import { Lease } from '../../../src/kubernetes/lease.js'
import { pauseOperator } from '../../../src/live/change-pause.js'
import { systemTiming } from '../../../src/live/http/timing.js'
import { OperatorMap } from '../../../src/live/operator-map.js'
import { apiOf } from '../../controlplane/api.js'
import { controlPlaneAssets } from '../../controlplane/assets.js'
import { writeCertificate } from '../../controlplane/certificates.js'
import { type ControlPlane, startControlPlane } from '../../controlplane/control-plane.js'
import {
  create,
  definitionsPath,
  installDefinitions,
  manifestOf,
} from '../../controlplane/definitions.js'
import { writeKubeconfig } from '../../controlplane/kubeconfig.js'
import { installDiskPools } from '../../controlplane/mayastor.js'
import { kubeconfig as kubeconfigText } from '../../kubernetes/kubeconfigs.js'
import { poolReply, volumeReply } from '../../live/mayastor/recorded.js'
import { answerJson, nobody, serve } from '../../live/servers.js'
import { repository } from '../../tidy/source.js'
import { run, scratch } from '../in-process.js'
import { mayastor, prometheus, uuid, whole } from './servers.js'

const assets = controlPlaneAssets()
const onServer = it.runIf(assets !== null)
const files = scratch()
const namespace = 'couchestor-system'
const group = 'storage.billyronks.io'
const schemaFile = join(repository, 'docs', 'schemas', 'doctor.json')
const schema: object = JSON.parse(readFileSync(schemaFile, 'utf8'))
const isDoctor = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(
  schema,
)

async function doctor(kubeconfig: string, ...words: readonly string[]) {
  const pools = [
    poolReply('pool-hot', { labels: { 'storage-tier': 'hot' } }),
    poolReply('pool-cold', { labels: { 'storage-tier': 'cold' } }),
  ]
  const one = await mayastor({ pools, volumes: [volumeReply({}, whole)] })
  const other = await prometheus([uuid])
  const urls = ['--mayastor-url', one.url, '--prometheus-url', other.url]
  return run('doctor', ...urls, '--kubeconfig', kubeconfig, ...words)
}

async function found(kubeconfig: string) {
  const ran = await doctor(kubeconfig, '--json')
  const document: unknown = JSON.parse(ran.out)
  expect(isDoctor(document) ? [] : isDoctor.errors).toEqual([])
  const { kubernetes, missing }: Found = JSON.parse(ran.out)
  const told = missing.map(({ what, remedy }) => `${what}: ${remedy}`)
  return { ...ran, kubernetes, missing: told }
}

interface Found {
  readonly kubernetes: Readonly<Record<string, unknown>> | null
  readonly missing: readonly { readonly what: string; readonly remedy: string }[]
}

describe('what doctor finds of Kubernetes', () => {
  let plane: ControlPlane
  let api: KubernetesApi
  let kubeconfig = ''

  beforeAll(async () => {
    if (assets === null) return
    plane = await startControlPlane(assets)
    api = apiOf(plane)
    kubeconfig = writeKubeconfig(plane)
    const made = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
    await plane.call('POST', '/api/v1/namespaces', made)
  })
  afterAll(async () => {
    api?.close()
    await plane?.stop()
  })

  onServer('says of a bare cluster what is to be installed', async () => {
    const { status, kubernetes, missing } = await found(kubeconfig)
    expect(status).toBe(0)
    expect(kubernetes).toMatchObject({
      url: plane.url,
      version: expect.stringMatching(/^v1\.\d+\.\d+/),
      diskPools: [],
      permissions: { denied: [], unknown: 0 },
      lease: null,
      pause: null,
      recordTrouble: null,
      policies: null,
      claims: { total: 0, mayastor: 0, waiting: 0 },
      classes: { total: 0, mayastor: 0 },
    })
    const apply = 'is not installed: kubectl apply --server-side -f crds/'
    for (const plural of ['storagepolicies', 'erasurecodingpolicies', 'ecstripes']) {
      expect(missing).toContain(`${plural}.${group} ${apply}`)
    }
    expect(missing).toContain(`volumemigrations.${group} ${apply}`)
    expect(missing.join('\n')).toMatch(/DiskPools are served neither as v1beta3 nor as v1beta2/)
    expect(missing.join('\n')).toMatch(/there is no StorageClass of Mayastor: create one/)
  })

  onServer('counts what is there, and names who leads', async () => {
    await installDefinitions(plane)
    await installDiskPools(plane)
    await fill(plane)
    const settings = { namespace, name: 'couchestor-operator', identity: 'pod-1_a' }
    const times = { durationUs: 15_000_000, renewDeadlineUs: 10_000_000, retryUs: 2_000_000 }
    const lease = new Lease(api, { ...settings, ...times }, systemTiming)
    const held = await lease.acquire(new AbortController().signal)
    const { kubernetes, missing } = await found(kubeconfig)
    await held.release()
    expect(kubernetes).toMatchObject({
      definitions: [0, 1, 2, 3].map(() => ({ state: 'installed', lacks: [] })),
      diskPools: ['v1beta3'],
      lease: { holder: 'pod-1_a', epoch: 1, renewedUs: expect.any(Number) },
      policies: [
        { name: 'other', volumes: 0, pools: { hot: 0, warm: 0, cold: 1 }, problems: [] },
        { name: 'tiers', volumes: 1, pools: { hot: 1, warm: 0, cold: 1 }, problems: [] },
      ],
      contestedVolumes: 0,
      claims: { total: 2, mayastor: 1, waiting: 1 },
      classes: { total: 2, mayastor: 1 },
    })
    expect(missing).toEqual([
      'policy other selects no volume: check its storageClassName and its volumeSelector',
      'policy other has pools of one tier: cold: label pools as its selectors ask: it needs two' +
        ' tiers',
      expect.stringMatching(/^1 claim waits for a volume of Mayastor: look at kubectl describe/),
    ])
  })

  onServer('tells the same to a person', async () => {
    const { out } = await doctor(kubeconfig)
    const lines = out.split('\n')
    const from = lines.findIndex(line => line.startsWith('Kubernetes'))
    const asked = operatorRules.flatMap(({ verbs }) => verbs).length
    expect(lines.slice(from, from + 7)).toEqual([
      expect.stringMatching(/^Kubernetes at https:\S+, version v1\.\d+/),
      '  definitions: 4 of 4 of ours as they should be, DiskPools v1beta3',
      `  permissions: you have ${asked} of the ${asked} that an operator needs`,
      '  operator in couchestor-system: nobody holds the lease, not paused',
      '  claims: 2, 1 on Mayastor, 1 waiting; 2 classes, 1 of Mayastor',
      '  policy other: 0 volumes, pools: 0 hot, 0 warm, 1 cold',
      '  policy tiers: 1 volume, pools: 1 hot, 0 warm, 1 cold',
    ])
  })

  onServer('says that it is paused, and which definition is older than this program', async () => {
    await pauseOperator(new OperatorMap(api, namespace), 'rack 3', systemTiming)
    const name = `volumemigrations.${group}`
    const fields = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties'
    const patch = [
      { op: 'remove', path: `${fields}/heatIops` },
      {
        op: 'remove',
        path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec/x-kubernetes-validations',
      },
    ]
    const type = { 'content-type': 'application/json-patch+json' }
    expect(await plane.call('PATCH', `${definitionsPath}/${name}`, patch, type)).toMatchObject({
      status: 200,
    })
    const { missing, kubernetes } = await found(kubeconfig)
    expect(kubernetes).toMatchObject({ pause: { why: 'rack 3' } })
    expect(missing).toContain('it is paused: rack 3: couchestor resume')
    expect(missing).toContain(
      `${name} is of another version: it does not know spec.heatIops:` +
        ' kubectl apply --server-side -f crds/',
    )
  })

  onServer('names each right that is not given, and none to whom all are', async () => {
    writeCertificate(plane.folder, 'nobody', '/CN=nobody')
    const { kubernetes, missing } = await found(writeKubeconfig(plane, 'nobody'))
    const asked = operatorRules.flatMap(({ verbs }) => verbs).length
    expect(kubernetes).toMatchObject({ permissions: { asked, unknown: 0 }, policies: null })
    const denied = missing.filter(one => one.startsWith('you may not '))
    expect(denied).toHaveLength(asked)
    expect(denied.join('\n')).toMatch(
      /^you may not patch storagepolicies\.storage\.billyronks\.io\/status: grant it/m,
    )
    expect(denied.join('\n')).toMatch(/^you may not get leases.\S+ in couchestor-system: grant/m)
    await grant(plane, 'granted')
    writeCertificate(plane.folder, 'granted', '/CN=granted')
    const other = await found(writeKubeconfig(plane, 'granted'))
    expect(other.kubernetes).toMatchObject({ permissions: { denied: [], unknown: 0 } })
  })
})

describe('doctor without a cluster', () => {
  it('says why Kubernetes was not looked at, and is no error', async () => {
    const contexts = (server: string) => ({ a: { cluster: { server }, user: {} } })
    const config = (url: string) =>
      files.file('config', kubeconfigText({ current: 'a', contexts: contexts(url) }))
    const away = await found(config(await nobody()))
    expect(away).toMatchObject({ status: 0, kubernetes: null, missing: [] })
    const line = await doctor(config(await nobody()))
    expect(line.out).toMatch(/^Kubernetes: not looked at, .* are not known: .+/m)
    const stranger = await serve(answerJson({ kind: 'Status' }, 401))
    const unknown = await doctor(config(stranger.url))
    expect(unknown.out).toMatch(/^Kubernetes: not looked at, .*: \S+ does not know this user$/m)
  })
})

/** Two policies, one volume with its claim, and a claim that waits. */
async function fill(plane: ControlPlane): Promise<void> {
  const selector = (tier: string) => ({ matchLabels: { 'storage-tier': tier } })
  const cold = { coldPoolSelector: selector('cold'), warmWatermarkIOPS: 0 }
  const tiersPolicy = { ...cold, hotPoolSelector: selector('hot'), storageClassName: 'fast' }
  const otherPolicy = { ...cold, storageClassName: 'none' }
  for (const [name, spec] of Object.entries({ tiers: tiersPolicy, other: otherPolicy })) {
    expect(await create(plane, manifestOf('StoragePolicy', name, spec))).toMatchObject({
      status: 201,
    })
  }
  const storage = { requests: { storage: '1Gi' } }
  const claim = (name: string, more: object) => ({
    ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: storage,
      storageClassName: 'fast',
      ...more,
    },
  })
  const storageClass = (name: string, provisioner: string) => ({
    ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name }, provisioner },
  })
  const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
  const classes = '/apis/storage.k8s.io/v1/storageclasses'
  const objects: readonly (readonly [string, object])[] = [
    ['/api/v1/namespaces', { metadata: { name: 'default' } }],
    [classes, storageClass('fast', 'io.openebs.csi-mayastor')],
    [classes, storageClass('local', 'example.com/local')],
    [claims, claim('data', { volumeName: `pvc-${uuid}` })],
    [claims, claim('late', {})],
    [
      '/api/v1/persistentvolumes',
      {
        metadata: { name: `pvc-${uuid}` },
        spec: {
          capacity: { storage: '1Gi' },
          accessModes: ['ReadWriteOnce'],
          storageClassName: 'fast',
          csi: { driver: 'io.openebs.csi-mayastor', volumeHandle: uuid },
          claimRef: { namespace: 'default', name: 'data' },
        },
      },
    ],
  ]
  for (const [path, object] of objects) {
    const { status, body } = await plane.call('POST', path, object)
    if (status !== 201 && status !== 409) throw new Error(`${path}: ${JSON.stringify(body)}`)
  }
}

/** Exactly the rules of the table, as a chart gives them. */
async function grant(plane: ControlPlane, user: string): Promise<void> {
  const ruleOf = ({ group: apiGroup, resource, verbs }: (typeof operatorRules)[number]) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs,
  })
  const rbac = '/apis/rbac.authorization.k8s.io/v1'
  const own = `${rbac}/namespaces/${namespace}`
  const subjects = [{ kind: 'User', name: user, apiGroup: 'rbac.authorization.k8s.io' }]
  const steps = [
    { base: rbac, kind: 'ClusterRole', rules: operatorRules.filter(one => one.own !== true) },
    { base: own, kind: 'Role', rules: operatorRules.filter(one => one.own === true) },
  ]
  for (const { base, kind, rules } of steps) {
    const metadata = { name: user }
    const plural = `${kind.toLowerCase()}s`
    const role = { metadata, rules: rules.map(ruleOf) }
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: user }
    expect((await plane.call('POST', `${base}/${plural}`, role)).status).toBe(201)
    const binding = { metadata, roleRef, subjects }
    const path = `${base}/${plural.replace('roles', 'rolebindings')}`
    expect((await plane.call('POST', path, binding)).status).toBe(201)
  }
}
